// [data-call] fetches the words of an answer as they come; at its end, all of it.
const CALM = 300;
const SLOWEST = 15000;
const followed = new WeakSet();

async function replace(part) {
  const answer = await fetch(part.dataset.whole, { headers: { "X-Partial": "1" } });
  if (!answer.ok) throw new Error(answer.status);
  for (const fresh of [...window.quorum.parse(await answer.text()).body.children]) {
    document.getElementById(fresh.id)?.replaceWith(document.adoptNode(fresh));
  }
  document.getElementById(part.id)?.dispatchEvent(new CustomEvent("answered", { bubbles: true }));
}

function add(part, news) {
  const said = part.querySelector("[data-call-text]");
  if (news.tries !== Number(part.dataset.tries)) said.textContent = "";
  said.append(news.text);
  said.hidden = !said.textContent;
  part.querySelector("[data-call-doing]").textContent = news.doing;
  part.dataset.after = news.after;
  part.dataset.tries = news.tries;
}

async function look(part) {
  const { call, after, tries } = part.dataset;
  const answer = await fetch(`${call}?after=${after}&tries=${tries}`);
  if (!answer.ok) throw new Error(answer.status);
  const news = await answer.json();
  if (!news.is_live) return replace(part);
  add(part, news);
  return follow(part, CALM);
}

function follow(part, wait) {
  setTimeout(async () => {
    if (!part.isConnected) return;
    if (document.hidden) return follow(part, CALM);
    try {
      await look(part);
    } catch {
      follow(part, Math.min(wait * 2, SLOWEST));
    }
  }, wait);
}

function begin() {
  for (const part of document.querySelectorAll("[data-call]")) {
    if (followed.has(part)) continue;
    followed.add(part);
    follow(part, CALM);
  }
}

begin();
new MutationObserver(begin).observe(document.body, { childList: true, subtree: true });
