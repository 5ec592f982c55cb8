// [data-poll] asks its address for news and replaces what the answer brings, by id.
const SLOWEST = 15000;

const isBeingFilled = (part) =>
  part.matches("[data-keep]") &&
  [...part.querySelectorAll("textarea, input[type=text]")].some(
    (field) => field.value !== field.defaultValue || field === document.activeElement,
  );

function replace(html) {
  for (const fresh of [...window.quorum.parse(html).body.children]) {
    const old = fresh.id && document.getElementById(fresh.id);
    if (old && !isBeingFilled(old)) old.replaceWith(document.adoptNode(fresh));
  }
}

async function look(marker) {
  const answer = await fetch(marker.dataset.poll, { headers: { "X-Partial": "1" } });
  const next = answer.headers.get("X-Location");
  if (next) return location.assign(next);
  if (answer.status === 200) replace(await answer.text());
  else if (answer.status !== 204) throw new Error(answer.status);
}

function every(id, wait) {
  setTimeout(async () => {
    const marker = document.getElementById(id);
    if (!marker?.dataset.poll) return;
    const pace = Number(marker.dataset.every || 1000);
    if (document.hidden) return every(id, pace);
    try {
      await look(marker);
      every(id, pace);
    } catch {
      every(id, Math.min(wait * 2, SLOWEST));
    }
  }, wait);
}

document.querySelectorAll("[data-poll]").forEach((marker) => {
  every(marker.id, Number(marker.dataset.every || 1000));
});
