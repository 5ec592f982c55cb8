// form[data-preview] shows what its fields come to while they are filled in; a choice
// with data-redraw brings other fields, and so the whole page.
const CALM = 250;
let turn = 0;
let waiting;

async function read(form) {
  const mine = ++turn;
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Partial": "1" },
  });
  if (!answer.ok || mine !== turn) return;
  const fresh = window.quorum.parse(await answer.text()).querySelector(form.dataset.preview);
  document.querySelector(form.dataset.preview).replaceWith(document.adoptNode(fresh));
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-preview]");
  if (!form) return;
  if (target.matches("[data-redraw]")) return form.requestSubmit();
  clearTimeout(waiting);
  waiting = setTimeout(() => read(form).catch(() => {}), CALM);
});
