// pre[data-follow] fetches the lines after the last one seen, until its source ended.
const MOST = 2000;
const CALM = 1000;
const SLOWEST = 15000;
const SLACK = 8;
const waiting = new Map();

const view = (log) => log.closest(".log-view");
const toggle = (log) => view(log)?.querySelector("[data-log-follow]");
const isFollowed = (log) => toggle(log)?.checked ?? true;
const isAtEnd = (log) => log.scrollTop + log.clientHeight >= log.scrollHeight - SLACK;

// With an address of its own (data-here) every line has a number, which is its anchor.
function lineOf(log, text, number) {
  if (!log.dataset.here) return document.createTextNode(`${text}\n`);
  const line = document.createElement("span");
  const anchor = document.createElement("a");
  line.className = "line";
  line.id = `L${number}`;
  anchor.href = `${log.dataset.here}&line=${number}#L${number}`;
  anchor.textContent = number;
  line.append(anchor, `${text}\n`);
  return line;
}

function append(log, lines, first) {
  const stays = toggle(log) ? isFollowed(log) : isAtEnd(log);
  const added = lines.slice(-MOST);
  const skipped = lines.length - added.length;
  const over = log.childNodes.length + added.length - MOST;
  for (let i = 0; i < over && log.firstChild; i += 1) log.firstChild.remove();
  log.append(...added.map((text, i) => lineOf(log, text, first + skipped + i)));
  if (stays) log.scrollTop = log.scrollHeight;
}

function tell(log, { after, first_error_line: line }) {
  const total = view(log)?.querySelector("[data-log-total]");
  if (total) total.textContent = `${after.toLocaleString("en")} ${after === 1 ? "line" : "lines"}`;
  const jump = view(log)?.querySelector("[data-log-error]");
  if (!jump || !line || !jump.hidden) return;
  jump.href = `${log.dataset.here}&line=${line}#L${line}`;
  jump.hidden = false;
}

async function look(log) {
  const from = Number(log.dataset.after || 0);
  const answer = await fetch(`${log.dataset.follow}?after=${from}`);
  if (!answer.ok) throw new Error(answer.status);
  const part = await answer.json();
  if (part.lines.length) append(log, part.lines, from + 1);
  log.dataset.after = part.after;
  tell(log, part);
  return part;
}

function keep(log, wait, pace = CALM) {
  const next = async () => {
    waiting.delete(log);
    if (!log.isConnected) return;
    if (document.hidden || !isFollowed(log)) return keep(log, CALM);
    try {
      const { more, ended } = await look(log);
      if (!ended) keep(log, more ? 0 : CALM);
    } catch {
      keep(log, pace, Math.min(pace * 2, SLOWEST));
    }
  };
  waiting.set(log, { next, timer: setTimeout(next, wait) });
}

function hurry() {
  for (const { next, timer } of [...waiting.values()]) {
    clearTimeout(timer);
    next();
  }
}

// Whoever scrolls away reads: the log waits, and goes on from there at its end.
function heed(log) {
  log.addEventListener("scroll", () => {
    if (toggle(log)) toggle(log).checked = isAtEnd(log);
  });
  toggle(log)?.addEventListener("change", () => {
    if (!isFollowed(log)) return;
    log.scrollTop = log.scrollHeight;
    hurry();
  });
}

function begin() {
  document.querySelectorAll("[data-follow]:not([data-followed])").forEach((log) => {
    log.dataset.followed = "1";
    if (isFollowed(log)) log.scrollTop = log.scrollHeight;
    heed(log);
    keep(log, 100);
  });
}

begin();
addEventListener("online", hurry);
new MutationObserver(begin).observe(document.body, { childList: true, subtree: true });
