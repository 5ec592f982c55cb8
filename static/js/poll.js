// [data-poll] asks its address for news and replaces what the answer brings, by id.
const CALM = 5000;
const SLOWEST = 15000;
const running = new Set();

function isChanged(field) {
  if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
  return "defaultValue" in field && field.value !== field.defaultValue;
}

const isBeingFilled = (part) =>
  part.matches("[data-keep]") &&
  [...part.querySelectorAll("textarea, input:not([type=hidden])")].some(
    (field) => isChanged(field) || field === document.activeElement,
  );

function replace(html) {
  const focused = document.activeElement?.id;
  for (const fresh of [...window.quorum.parse(html).body.children]) {
    const old = fresh.id && document.getElementById(fresh.id);
    if (old && !isBeingFilled(old)) old.replaceWith(document.adoptNode(fresh));
  }
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
}

async function look(marker) {
  const answer = await fetch(marker.dataset.poll, { headers: { "X-Partial": "1" } });
  const next = answer.headers.get("X-Location");
  if (next) location.assign(next);
  else if (answer.status === 200) replace(await answer.text());
  else if (answer.status !== 204) throw new Error(answer.status);
  return answer.status === 200;
}

function every(id, wait) {
  setTimeout(async () => {
    const marker = document.getElementById(id);
    if (!marker?.dataset.poll) return running.delete(id);
    const pace = Number(marker.dataset.every || 1000);
    if (document.hidden) return every(id, pace);
    try {
      const isNews = await look(marker);
      every(id, isNews ? pace : Math.min(wait * 1.1, Math.max(pace, CALM)));
    } catch {
      every(id, Math.min(wait * 2, SLOWEST));
    }
  }, wait);
}

function begin() {
  for (const { id, dataset } of document.querySelectorAll("[data-poll]")) {
    if (running.has(id)) continue;
    running.add(id);
    every(id, Number(dataset.every || 1000));
  }
}

begin();
new MutationObserver(begin).observe(document.body, { childList: true, subtree: true });
