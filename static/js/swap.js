// A form with data-swap is sent in place; everything works without this file.
async function send(form, button) {
  const address = button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
  const answer = await fetch(address, {
    method: "POST",
    body: new FormData(form, button),
    headers: { "X-Partial": "1" },
  });
  const next = answer.headers.get("X-Location");
  if (next) return location.assign(next);

  const said = decodeURIComponent(answer.headers.get("X-Toast") ?? "");
  const html = await answer.text();
  const swapped = swap(form.dataset.swap, html);
  if (answer.ok) window.quorum.toast(said);
  else if (said || !swapped) {
    window.quorum.toast(said || "That did not go through. Nothing was saved.", "bad");
  }
}

function swap(selector, html) {
  const fresh = window.quorum.parse(html).querySelector(selector);
  if (!fresh) return false;
  document.querySelector(selector).replaceWith(document.adoptNode(fresh));
  (fresh.querySelector("[role=alert]") ?? fresh.querySelector("button:not([disabled])"))?.focus();
  return true;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.swap || event.defaultPrevented) return;
  event.preventDefault();
  form.setAttribute("aria-busy", "true");
  event.submitter?.setAttribute("disabled", "");
  try {
    await send(form, event.submitter);
  } catch {
    window.quorum.toast("The server did not answer. Nothing was saved.", "bad");
  }
  form.removeAttribute("aria-busy");
  event.submitter?.removeAttribute("disabled");
});
