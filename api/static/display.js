// The code on the display follows the clock. Where the next one does not come, what stands there
// counts no more: it is hidden, and why is said. A sign-in page instead of it is none either.
(function () {
  function shown(away) {
    document.getElementById("code").hidden = away !== null;
    for (const each of document.querySelectorAll("[data-away]")) {
      each.hidden = each.dataset.away !== away;
    }
  }

  document.addEventListener("htmx:after:request", (event) => {
    const answer = event.detail.ctx.response;
    const isRefused = answer.raw.redirected || answer.status === 401 || answer.status === 403;
    if (isRefused || answer.status >= 400) event.preventDefault();
    shown(isRefused ? "door" : answer.status >= 400 ? "network" : null);
  });
  document.addEventListener("htmx:error", () => shown("network"));
})();
