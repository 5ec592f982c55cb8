// A filter form sends itself when a choice changes.
document.querySelectorAll('[data-behavior~="autosubmit"]').forEach((form) => {
  form.addEventListener("change", () => form.requestSubmit());
});
