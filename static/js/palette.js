// Ctrl K: jump to any page of the navigation by a few letters of its name.
const palette = document.querySelector("#palette");
const input = palette?.querySelector("input");
const list = palette?.querySelector("ul");
let hits = [];
let at = 0;

function draw() {
  const wanted = input.value.trim().toLowerCase();
  const links = [...document.querySelectorAll(".side .nav a")];
  hits = links.filter((link) => link.textContent.toLowerCase().includes(wanted)).slice(0, 12);
  at = Math.max(0, Math.min(at, hits.length - 1));
  list.replaceChildren(...hits.map((link, i) => {
    const item = document.createElement("li");
    item.id = `palette-${i}`;
    item.role = "option";
    item.ariaSelected = String(i === at);
    item.textContent = link.textContent.trim();
    item.addEventListener("click", () => location.assign(link.href));
    return item;
  }));
  input.setAttribute("aria-activedescendant", hits.length ? `palette-${at}` : "");
  list.children[at]?.scrollIntoView({ block: "nearest" });
  palette.querySelector("[role=status]").textContent = hits.length ? "" : "No page has this name.";
}

function open() {
  input.value = "";
  at = 0;
  palette.showModal();
  draw();
}

input?.addEventListener("input", () => { at = 0; draw(); });
input?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    at = (at + step + hits.length) % (hits.length || 1);
    draw();
  }
  if (event.key === "Enter" && hits[at]) location.assign(hits[at].href);
});
if (palette) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (palette.open) palette.close();
    else open();
  });
  document.querySelectorAll("[data-open=palette]").forEach((button) => button.addEventListener("click", open));
}
