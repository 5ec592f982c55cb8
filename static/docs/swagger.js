// Draws the API's description with Swagger UI. It sets markup it has made itself
// (icons, and Markdown after DOMPurify), which our policy lets pass on this page only.
const target = document.querySelector("#swagger-ui");

if (target) {
  window.trustedTypes?.createPolicy("default", { createHTML: (markup) => markup });
  window.SwaggerUIBundle({
    domNode: target,
    url: target.dataset.url,
    deepLinking: false,
    persistAuthorization: false,
    validatorUrl: null,
  });
}
