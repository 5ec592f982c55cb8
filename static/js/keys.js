// Keys: / searches, g and a letter goes, j and k walk rows, ? shows them all.
const help = document.querySelector("#help");
let lead = "";
let listed = false;

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable], dialog");

function walk(step) {
  const links = [...document.querySelectorAll(".table .lead a")];
  const at = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
}

/** Where each g and a letter leads, as the menu has it; once. */
function listPlaces() {
  const list = help.querySelector("dl");
  for (const link of document.querySelectorAll("[data-key]")) {
    const [keys, place] = [document.createElement("dt"), document.createElement("dd")];
    for (const letter of link.dataset.key.split(" ")) {
      const key = document.createElement("kbd");
      key.textContent = letter;
      keys.append(key, " ");
    }
    place.textContent = link.textContent.trim();
    list.append(keys, place);
  }
}

function showKeys() {
  if (!listed) listPlaces();
  listed = true;
  help.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const pressed = lead ? `${lead} ${event.key}` : event.key;
  lead = "";
  if (pressed === "g") lead = "g";
  else if (pressed === "/") document.querySelector("input[type=search]")?.focus();
  else if (pressed === "?") showKeys();
  else if (pressed === "j") walk(1);
  else if (pressed === "k") walk(-1);
  else if (pressed.startsWith("g ")) document.querySelector(`[data-key="${CSS.escape(pressed)}"]`)?.click();
  else return;
  event.preventDefault();
});
