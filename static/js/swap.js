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
  const old = document.querySelector(selector);
  keepFiles(old, fresh);
  old.replaceWith(document.adoptNode(fresh));
  const next = fresh.querySelector("[role=alert]") ?? fresh.querySelector("button:not([disabled])") ?? fresh;
  if (next === fresh) fresh.tabIndex = -1;
  next.focus();
  return true;
}

// A page cannot send files back: the fields that hold them move into the new form.
function keepFiles(old, fresh) {
  for (const field of old.querySelectorAll("input[type=file]")) {
    const empty = fresh.querySelector(`[name="${CSS.escape(field.name)}"]`);
    if (field.files.length && empty) empty.replaceWith(field);
  }
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
