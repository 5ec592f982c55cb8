// pre[data-follow] fetches the lines after the last one seen, until its source ended.
const MOST = 2000;

async function follow(log) {
  const answer = await fetch(`${log.dataset.follow}?after=${log.dataset.after || 0}`);
  if (!answer.ok) throw new Error(answer.status);
  const { lines, after, ended } = await answer.json();
  if (lines.length) {
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    log.append(...lines.map((line) => `${line}\n`));
    while (log.childNodes.length > MOST) log.firstChild.remove();
    log.dataset.after = after;
    if (atEnd) log.scrollTop = log.scrollHeight;
  }
  return ended && !lines.length;
}

function keep(log, wait) {
  log.dataset.followed = "1";
  setTimeout(async () => {
    if (!log.isConnected) return;
    if (document.hidden) return keep(log, wait);
    try {
      if (!(await follow(log))) keep(log, 1000);
    } catch {
      keep(log, Math.min(wait * 2, 15000));
    }
  }, wait);
}

const begin = () =>
  document
    .querySelectorAll("[data-follow]:not([data-followed])")
    .forEach((log) => keep(log, 300));

begin();
new MutationObserver(begin).observe(document.body, { childList: true, subtree: true });
