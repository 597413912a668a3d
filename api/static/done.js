// What was just done is told once: loading the page again, or coming back to it, tells how it is now.
(function () {
  const address = new URL(location.href);
  address.searchParams.delete("done");
  history.replaceState(history.state, "", address);
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
