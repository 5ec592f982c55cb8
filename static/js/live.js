// form[data-live] asks again as it is filled in: the answers change, what is typed stays.
const CALM = 300;
let turn = 0;
let waiting;

function place(form, fresh) {
  for (const field of form.elements) {
    const twin = field.name && fresh.elements[field.name];
    if (!twin) continue;
    field.placeholder = twin.placeholder ?? "";
    const error = fresh.querySelector(`[id="${CSS.escape(field.id)}-error"]`);
    form.querySelector(`[id="${CSS.escape(field.id)}-error"]`)?.remove();
    if (error) {
      field.closest(".field").append(document.adoptNode(error));
      field.closest("details")?.setAttribute("open", "");
    }
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (twin.hasAttribute(name)) field.setAttribute(name, twin.getAttribute(name));
      else field.removeAttribute(name);
    }
  }
}

function address(form) {
  const filled = [...new FormData(form)].filter(([, value]) => value !== "");
  const asked = new URLSearchParams(filled).toString();
  return asked ? `${form.action}?${asked}` : form.action;
}

async function ask(form) {
  const mine = ++turn;
  const url = address(form);
  const answer = await fetch(url, { headers: { "X-Partial": "1" } });
  if (!(answer.ok || answer.status === 422) || mine !== turn) return;
  const page = window.quorum.parse(await answer.text());
  place(form, page.getElementById(form.id));
  for (const selector of form.dataset.live.split(" ")) {
    const old = document.querySelector(selector);
    const fresh = page.querySelector(selector);
    fresh.querySelectorAll("details").forEach((each, at) => { each.open = old.querySelectorAll("details")[at]?.open; });
    old.replaceWith(document.adoptNode(fresh));
  }
  history.replaceState(history.state, "", url);
}

function soon({ target }) {
  const form = target.closest?.("form[data-live]");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(form).catch(() => {}), CALM);
}

document.addEventListener("input", soon);
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-live]")) return;
  event.preventDefault();
  clearTimeout(waiting);
  ask(event.target).catch(() => event.target.submit());
});
