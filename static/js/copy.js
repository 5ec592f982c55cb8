// [data-copy] puts its text on the clipboard.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    window.quorum.toast("Copied.");
  } catch {
    window.quorum.toast("The browser did not allow copying. Select the text instead.", "bad");
  }
});
