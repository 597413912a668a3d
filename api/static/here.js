// What the display's picture holds stands behind the # of the address. It goes into the form, and
// out of the address line and the history; whoever reads it presses the button herself. Where she
// had to sign in first it waited in this tab, and may count no more: then she is told to read anew.
(function () {
  const FRESH_MS = 25000;
  const PLACE = "read-code";
  const kept = JSON.parse(sessionStorage.getItem(PLACE));
  sessionStorage.removeItem(PLACE);
  const shown = location.hash.slice(1);
  const code = document.getElementById("code");
  if (!code) return;
  if (/^[0-9]{9}$/.test(shown)) {
    history.replaceState(null, "", location.pathname);
    code.value = shown;
  } else if (kept && kept.path === location.pathname) {
    const isFresh = Date.now() - kept.at < FRESH_MS;
    if (isFresh) code.value = kept.code;
    document.getElementById("read-again").hidden = isFresh;
  }
})();
