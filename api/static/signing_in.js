// What a telephone read from the display stands behind the # of the address, also where she has to
// sign in first. It waits in this tab for the page of the shift, and leaves the address line.
(function () {
  const read = location.hash.slice(1);
  if (!/^[0-9]{9}$/.test(read)) return;
  history.replaceState(null, "", location.pathname + location.search);
  const path = document.querySelector("[name=next]").value;
  sessionStorage.setItem("read-code", JSON.stringify({ path, code: read, at: Date.now() }));
})();
