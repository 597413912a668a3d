// What a card holds stands behind the # of the address. It goes into the form, and out of the
// address line and the history.
(function () {
  var held = location.hash.slice(1);
  if (!/^[0-9a-f-]{36}\.[A-Za-z0-9_-]{22}$/.test(held)) return;
  history.replaceState(null, "", location.pathname);
  document.getElementById("code").value = held;
  document.getElementById("typed").hidden = true;
  document.getElementById("read").hidden = false;
  document.getElementById("pin").focus();
})();
