// [data-words] is an answer that is still coming: a stream brings it, or asking again.
const CALM = 700;
const SLOWEST = 8000;

const isEnd = (box) => box.getBoundingClientRect().bottom < innerHeight + 200;

function add(box, text, after) {
  const stays = isEnd(box);
  box.append(text);
  box.dataset.after = after;
  if (stays) box.scrollIntoView({ block: "end" });
}

function end() {
  location.reload();
}

async function ask(box, wait = CALM) {
  if (!box.isConnected) return;
  try {
    const answer = await fetch(`${box.dataset.rest}?after=${box.dataset.after}`);
    if (!answer.ok) throw new Error(answer.status);
    const part = await answer.json();
    if (part.text) add(box, part.text, part.after);
    if (part.status !== "queued" && part.status !== "running") return end();
    setTimeout(() => ask(box), document.hidden ? SLOWEST : CALM);
  } catch {
    setTimeout(() => ask(box, Math.min(wait * 2, SLOWEST)), wait);
  }
}

function listen(box) {
  const source = new EventSource(`${box.dataset.words}?after=${box.dataset.after}`);
  source.addEventListener("token", (event) => {
    add(box, JSON.parse(event.data).text, event.lastEventId);
  });
  source.addEventListener("done", () => { source.close(); end(); });
  source.addEventListener("error", (event) => {
    source.close();
    if (event.data) end();
    else ask(box);
  });
}

document.querySelectorAll("[data-words]").forEach(listen);
