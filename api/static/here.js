// What the display's picture holds stands behind the # of the address. It goes into the form, and
// out of the address line and the history; whoever reads it presses the button herself.
(function () {
  var shown = location.hash.slice(1);
  var code = document.getElementById("code");
  if (!code || !/^[0-9]{9}$/.test(shown)) return;
  history.replaceState(null, "", location.pathname);
  code.value = shown;
})();
