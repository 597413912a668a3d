// The answer to a form is no place to come back to: the browser would have to ask for it with what
// was sent, and shows an error instead. In the history stands the page where it was filled in.
(function () {
  for (const form of document.querySelectorAll("form:not([action])")) form.action = location.href;
  history.replaceState(null, "", document.currentScript.dataset.back);
})();
