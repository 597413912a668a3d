// Meals that the desk keeps in this browser while the network is gone: ids, a key and when, and
// nothing that says who somebody is. A meal waits for an hour at most; one that was refused, or
// waited longer, is never claimed again.
const keptMeals = (function () {
  // Each has an item of its own, so that no tab overwrites what another kept.
  const PLACE = "jiefang.kept-meal.";
  const KEPT_MOST = 20, KEPT_MINUTES = 60, MINUTE = 60000;
  const PAYERS = ["eater", "canteen"]; // of a refused meal that stands in the ledger
  const FORM = {
    key: /^page-[0-9a-f]{32}$/,
    clerk: /^[0-9a-f-]{36}$/,
    person: /^[0-9a-f-]{36}$/,
    canteen: /^[a-z0-9-]{1,40}$/,
    served_on: /^\d{4}-\d\d-\d\d$/,
    sitting: /^[a-z]{1,16}$/,
  };

  function isMeal(each) {
    const fits = (name) => typeof each[name] === "string" && FORM[name].test(each[name]);
    return each !== null && typeof each === "object" && Object.keys(FORM).every(fits)
      && Number.isSafeInteger(each.at) && [undefined, true].includes(each.refused)
      && [undefined, ...PAYERS].includes(each.entered)
      && [undefined, true].includes(each.at_full_price);
  }

  function read(name) {
    try {
      const meal = JSON.parse(localStorage.getItem(name));
      return isMeal(meal) && name === PLACE + meal.key ? [meal] : [];
    } catch {
      return [];
    }
  }

  function all() {
    try {
      const found = Object.keys(localStorage).filter((name) => name.startsWith(PLACE));
      return found.flatMap(read).sort((one, other) => one.at - other.at);
    } catch {
      return []; // the storage is forbidden
    }
  }

  // Whether the browser kept it: its storage may be full, or forbidden.
  function keep(meal) {
    try {
      localStorage.setItem(PLACE + meal.key, JSON.stringify(meal));
      return isMeal(meal);
    } catch {
      return false;
    }
  }

  const forget = (key) => localStorage.removeItem(PLACE + key);
  const isFull = () => all().length >= KEPT_MOST;
  const isExpired = (each) => Math.abs(Date.now() - each.at) > KEPT_MINUTES * MINUTE;
  const waits = (each) => !each.refused && !isExpired(each);

  return { PAYERS, all, forget, isExpired, isFull, keep, waits };
})();
