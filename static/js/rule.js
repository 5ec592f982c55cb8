// [data-rule] says what the rule being typed means, and fills in the preset chosen.
const CALM = 350;
let turn = 0;
let waiting;

function place(box, fresh) {
  box.querySelectorAll(".rule-all .error, .rule > .field .error").forEach((old) => old.remove());
  for (const line of fresh.querySelectorAll("[data-beside]")) {
    const error = document.createElement("p");
    error.className = "error";
    error.textContent = line.querySelector("span").textContent;
    document.getElementById(line.dataset.beside)?.closest(".field").append(error);
  }
}

async function read(box) {
  const mine = ++turn;
  const body = new FormData(box.closest("form"));
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  const answer = await fetch(box.dataset.rule, { method: "POST", body, headers: { "X-Partial": "1" } });
  if (!answer.ok || mine !== turn) return;
  const fresh = window.quorum.parse(await answer.text()).querySelector("#meaning");
  place(box, fresh);
  box.querySelector("#meaning").replaceWith(document.adoptNode(fresh));
}

function fill(box, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = box.querySelector(`[name="${CSS.escape(name)}"]`);
    if (Array.isArray(value)) {
      box.querySelectorAll(`[name^="${CSS.escape(name)}-"]`).forEach((each) => { each.value = ""; });
    } else if (field?.type === "checkbox") field.checked = value;
    else if (field) field.value = value ?? "";
  }
}

function look({ target }) {
  const box = target.closest?.("form")?.querySelector("[data-rule]");
  if (!box) return;
  const filled = target.name.endsWith("-preset") && JSON.parse(box.dataset.fills)[target.value];
  if (filled) fill(box, filled);
  clearTimeout(waiting);
  waiting = setTimeout(() => read(box).catch(() => {}), CALM);
}

document.addEventListener("input", look);
