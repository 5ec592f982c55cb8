// Keys: / searches, g and a letter goes, j and k walk rows, ? shows them all.
const help = document.querySelector("#help");
let lead = "";

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable], dialog");

function walk(step) {
  const links = [...document.querySelectorAll(".table .lead a")];
  const at = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const pressed = lead ? `${lead} ${event.key}` : event.key;
  lead = "";
  if (pressed === "g") lead = "g";
  else if (pressed === "/") document.querySelector("input[type=search]")?.focus();
  else if (pressed === "?") help.showModal();
  else if (pressed === "j") walk(1);
  else if (pressed === "k") walk(-1);
  else if (pressed.startsWith("g ")) document.querySelector(`[data-key="${CSS.escape(pressed)}"]`)?.click();
  else return;
  event.preventDefault();
});
