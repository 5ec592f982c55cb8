// A form with data-confirm asks first; without a script it is sent at once.
const box = document.querySelector("#confirm");

function ask({ confirm, confirmText, confirmYes, confirmTone }) {
  const yes = box.querySelector("[value=yes]");
  box.querySelector("h2").textContent = confirm;
  box.querySelector("p").textContent = confirmText || "";
  yes.textContent = confirmYes || "Continue";
  yes.className = confirmTone === "destroy" ? "btn destroy" : "btn primary";
  box.returnValue = "no";
  box.showModal();
  return new Promise((done) => {
    box.addEventListener("close", () => done(box.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.sure) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(form.dataset))) return;
  form.dataset.sure = "1";
  form.requestSubmit(event.submitter);
  delete form.dataset.sure;
}, true);

document.querySelectorAll("dialog").forEach((dialog) => {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close("no"));
});
