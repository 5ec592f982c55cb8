// Times say their local moment when pointed at.
const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

const name = () => document.querySelectorAll("time[datetime]:not([data-local])").forEach((time) => {
  time.dataset.local = "1";
  time.title = `${local.format(new Date(time.dateTime))} (${time.title})`;
});

name();
new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
