// What every behaviour shares: finding things, parsing our own HTML, saying something.
document.documentElement.classList.add("js");

// Our own server's answer, parsed and never run; Trusted Types wants the step named.
const policy = window.trustedTypes?.createPolicy("quorum", { createHTML: (html) => html })
  ?? { createHTML: (html) => html };

const parse = (html) =>
  new DOMParser().parseFromString(policy.createHTML(html), "text/html");

function toast(text, tone = "ok") {
  if (!text) return;
  const node = document.querySelector("#t-toast").content.firstElementChild.cloneNode(true);
  node.classList.add(tone);
  node.querySelector("div").textContent = text;
  document.querySelector(".toasts").append(node);
  setTimeout(() => node.remove(), tone === "bad" ? 9000 : 5000);
}

document.querySelectorAll(".toasts .toast.ok").forEach((node) => {
  setTimeout(() => node.remove(), 6000);
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".toast").remove();
});

window.quorum = { parse, toast };
