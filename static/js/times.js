// Times keep up with the clock, and say their local moment when pointed at.
const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const MINUTE = 60000;

function relative(moment) {
  const seconds = (moment - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return words.format(Math.trunc(seconds / length), unit);
}

const name = () => document.querySelectorAll("time[datetime]:not([data-local])").forEach((time) => {
  time.dataset.local = "1";
  time.title = `${local.format(new Date(time.dateTime))} (${time.title})`;
});

// Beyond a month the server's words are better; they no longer change while one reads.
const refresh = () => document.querySelectorAll("time[data-ago]").forEach((time) => {
  const moment = new Date(time.dateTime);
  if (Math.abs(moment - Date.now()) < 30 * UNITS[0][1] * 1000) time.textContent = relative(moment);
});

name();
new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
setInterval(refresh, MINUTE);
