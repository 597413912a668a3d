// A part of a page that comes later and does not come: what stood in its place stays, with the link
// to the part, and says so. A sign-in page instead of the part is none either.
(function () {
  function told(event) {
    const place = event.target;
    for (const each of place.querySelectorAll("[data-looking]")) each.hidden = true;
    for (const each of place.querySelectorAll("[data-failed]")) each.hidden = false;
  }

  document.addEventListener("htmx:after:request", (event) => {
    const answer = event.detail.ctx.response;
    if (answer.status >= 400 || answer.raw.redirected) {
      event.preventDefault();
      told(event);
    }
  });
  document.addEventListener("htmx:error", told);
})();
