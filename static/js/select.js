// form[data-select]: says on its buttons what would be done to how many of its rows.
function words(form) {
  const verb = form.querySelector("[name=deed] option:checked").dataset.verb;
  const count = form.querySelectorAll("[name=ids]:checked").length;
  const some = form.querySelector("[data-select-some]");
  const every = form.querySelector("[data-select-every]");
  some.textContent = count ? `${verb} the ${count} selected…` : "None selected";
  some.disabled = !count;
  every.textContent = `${verb} all ${every.dataset.selectEvery}…`;
}

document.querySelectorAll("form[data-select]").forEach((form) => {
  form.addEventListener("change", ({ target }) => {
    const boxes = form.querySelectorAll("[name=ids]");
    const all = form.querySelector("[data-select-all]");
    if (target === all) boxes.forEach((box) => (box.checked = all.checked));
    else all.checked = [...boxes].every((box) => box.checked);
    words(form);
  });
  words(form);
});
