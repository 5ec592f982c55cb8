// The board: a card is dragged to where it belongs; M on a card opens its own form.
let lifted = null;
let moved = "";

const mark = (name, found) => {
  for (const each of document.querySelectorAll(`.board .${name}`)) each.classList.toggle(name, each === found);
  found?.classList.add(name);
};

function ready() {
  for (const board of document.querySelectorAll("[data-board]:not(.drags)")) {
    board.classList.add("drags");
    for (const card of board.querySelectorAll(".kard")) card.draggable = true;
    document.getElementById(moved)?.focus();
    moved = "";
  }
}

/** The card before which a drop at this height puts another one; none is the end.
    What is done stands by when it was done, not by where it was put. */
function below(column, y) {
  if (column.dataset.col === "done") return undefined;
  const cards = [...column.querySelectorAll(".kard")].filter((card) => card !== lifted);
  return cards.find((card) => {
    const box = card.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
}

function drop(column, y) {
  const form = lifted.querySelector(".move");
  form.elements.status.value = column.dataset.col;
  form.elements.before_id.value = below(column, y)?.dataset.id ?? "";
  form.requestSubmit();
}

document.addEventListener("dragstart", (event) => {
  lifted = event.target.closest?.("[data-board] .kard");
  lifted?.classList.add("lift");
});

document.addEventListener("dragover", (event) => {
  const column = lifted && event.target.closest(".col");
  if (!column) return;
  event.preventDefault();
  mark("over", column);
  mark("before", below(column, event.clientY));
});

document.addEventListener("drop", (event) => {
  const column = lifted && event.target.closest(".col");
  if (!column) return;
  event.preventDefault();
  drop(column, event.clientY);
});

document.addEventListener("dragend", () => {
  lifted?.classList.remove("lift");
  mark("over", null);
  mark("before", null);
  lifted = null;
});

document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.("[data-board] .kard");
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === card && event.key.toLowerCase() === "m") card.querySelector(".move select").focus();
  else if (event.key === "Escape") card.focus();
  else return;
  event.preventDefault();
});

// The board comes back new: whoever moved a card goes on from it.
document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-board] .move")) moved = target.closest(".kard").id;
});

new MutationObserver(ready).observe(document.querySelector("main"), { childList: true, subtree: true });
ready();
