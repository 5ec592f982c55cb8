// form[data-remember] finds what was typed into it again, as long as the tab is open.
const typed = (form) => [...form.querySelectorAll("textarea")];
const stored = (form) => `remember ${form.dataset.remember}`;

document.addEventListener("submit", ({ target }) => {
  if (!target.dataset.remember) return;
  const values = Object.fromEntries(typed(target).map(({ name, value }) => [name, value]));
  sessionStorage.setItem(stored(target), JSON.stringify(values));
});

for (const form of document.querySelectorAll("form[data-remember]")) {
  const values = JSON.parse(sessionStorage.getItem(stored(form)) ?? "{}");
  const changed = typed(form).filter(({ name, value }) => name in values && value !== values[name]);
  for (const field of changed) field.value = values[field.name];
  changed[0]?.dispatchEvent(new Event("input", { bubbles: true }));
}
