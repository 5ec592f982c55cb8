// [data-rows] grows: its button copies the last row, emptied, under the next number.
function add(rows) {
  const last = rows.querySelector(":scope > .each:last-of-type");
  const fresh = last.cloneNode(true);
  const next = rows.querySelectorAll(":scope > .each").length;
  fresh.querySelectorAll("[name], [id], [for]").forEach((part) => {
    for (const attribute of ["name", "id", "for"]) {
      const value = part.getAttribute(attribute);
      if (value) part.setAttribute(attribute, value.replace(/-\d+/, `-${next}`));
    }
    if (part.matches("input:not([type=checkbox]), textarea")) part.value = part.defaultValue = "";
    if (part.matches("select")) part.selectedIndex = 0;
    if (part.matches("[type=checkbox]")) part.checked = false;
  });
  fresh.querySelectorAll(".error").forEach((error) => error.remove());
  last.after(fresh);
  fresh.querySelector("select, input")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (button) add(document.getElementById(button.dataset.addRow));
});
