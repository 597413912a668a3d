// What is half filled in outlasts a change of language or size: the same page comes back with it.
// Until then it lies in this tab and nowhere else; no secret is among it.
(function () {
  const PLACE = "half-filled";
  const LEFT_OUT = "button, [type=hidden], [type=password], [type=file], [name=code], [name=secret]";

  function named() {
    const found = new Map(), seen = {};
    for (const each of document.querySelectorAll("main form [name]")) {
      const name = `${new URL(each.form.action).pathname} ${each.name}`;
      seen[name] = (seen[name] || 0) + 1;
      if (!each.matches(LEFT_OUT)) found.set(`${name} ${seen[name]}`, each);
    }
    return found;
  }

  function isTicked(each) {
    return each.type === "checkbox" || each.type === "radio";
  }

  function keep(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const path = new URL(event.currentTarget.href).pathname, fields = {};
    for (const [name, each] of named()) fields[name] = isTicked(each) ? each.checked : each.value;
    sessionStorage.setItem(PLACE, JSON.stringify({ path, fields }));
  }

  function fill({ path, fields }) {
    if (path !== location.pathname) return;
    for (const [name, each] of named()) {
      if (name in fields) each[isTicked(each) ? "checked" : "value"] = fields[name];
    }
  }

  const kept = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (kept) fill(JSON.parse(kept));
  for (const each of document.querySelectorAll("[data-switches] a")) {
    each.addEventListener("click", keep);
  }
})();
