// A moment without network at the meal desk: the meal of somebody who is on the screen is kept in
// this browser and sent when the network is back. A key counts once, so what is sent twice, by two
// tabs or because an answer was lost, is one meal. What is refused then is entered as a meal that
// somebody has to pay for, and stands on the page until the clerk has seen who; what could not be
// entered either, or was kept too long, until she says that it is on paper.
(function () {
  if (!("timeout" in AbortSignal)) {
    return; // an older browser: the forms are sent as they are without a script
  }
  const WAIT_SECONDS = 8, AGAIN_SECONDS = 15, SHOWN_SECONDS = 30, SEEN_MS = 500;
  const LOCK = "jiefang.desk";
  const GONE = new Set([429, 502, 503, 504]);

  const { PAYERS, all, forget, isExpired, isFull, keep, waits } = keptMeals;
  const desk = document.getElementById("offline");
  const said = document.getElementById("offline-said");
  const left = document.getElementById("offline-left");
  const { clerk, canteen, address, zone } = desk.dataset;
  const isChinese = document.documentElement.lang.startsWith("zh");
  const reasons = new Map(); // why a meal was refused, in words: shown, and stored nowhere
  const recorded = new Set();
  const answered = new Set(); // of which the ledger has said whether they are entered
  const isMine = (each) => each.clerk === clerk;
  const state = { gone: !navigator.onLine, signedOut: false, sending: false, note: "", timer: 0 };

  // -- sending -----------------------------------------------------------------------------

  async function asked(path, options) {
    try {
      const signal = AbortSignal.timeout(WAIT_SECONDS * 1000);
      const answer = await fetch(path, { cache: "no-store", signal, ...options });
      return GONE.has(answer.status) ? null : answer;
    } catch {
      return null;
    }
  }

  function give(command, key, meal, wish = {}) {
    const { person, canteen, served_on, sitting } = meal;
    return asked(`/v1/${command}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify({ person, canteen, served_on, sitting, ...wish }),
    });
  }

  const wish = ({ at_full_price }) => (at_full_price ? { at_full_price } : {});
  const claim = (meal) => give("meals/claim", meal.key, meal, wish(meal));

  // The cause alone: the remedy is for whoever has not eaten yet, and would be a second meal.
  async function note(meal, answer) {
    const told = await answer.json().catch(() => null);
    const texts = told && told.messages && told.messages[isChinese ? "zh" : "en"];
    reasons.set(meal.key, texts ? texts.detail : "");
  }

  // False when nothing more is to be sent now: the network is gone, or the session, or the storage.
  async function sendOne(meal) {
    const answer = await claim(meal);
    state.gone = answer === null;
    state.signedOut = answer !== null && answer.status === 401;
    if (state.gone || state.signedOut) {
      return false;
    }
    if (answer.ok) {
      recorded.add(meal.key);
      forget(meal.key);
      deskList.anew(answer.headers.get("Ledger-Position"));
      return true;
    }
    await note(meal, answer);
    return enter({ ...meal, refused: true });
  }

  // A refused meal is kept as refused first, so that nothing claims it again.
  async function enter(meal) {
    if (!keep(meal)) {
      return false;
    }
    const answer = await give("unclaimable/enter", `${meal.key}-refused`, meal);
    if (answer) {
      answered.add(meal.key);
    }
    const told = answer && answer.ok ? await answer.json().catch(() => null) : null;
    const payer = told?.events[0].data?.payer;
    return PAYERS.includes(payer) ? keep({ ...meal, entered: payer }) : true;
  }

  const nextToSend = () => all().find((each) => isMine(each) && waits(each));

  async function sendAll() {
    for (let next; (next = nextToSend()); ) {
      show();
      if (!(await sendOne(next))) {
        break;
      }
    }
    show();
    await new Promise((done) => setTimeout(done, SEEN_MS)); // until other tabs see what is gone
  }

  // Why a meal was refused before this page was opened: a dry run says it again. One that the
  // network kept from being entered is entered now.
  async function explain() {
    for (const meal of all().filter((each) => each.refused && !reasons.has(each.key))) {
      const answer = await give("meals/claim?dry_run=true", meal.key, meal, wish(meal));
      if (answer && !answer.ok) {
        await note(meal, answer);
      }
    }
    const open = (each) => each.refused && !each.entered && !answered.has(each.key);
    for (const meal of all().filter((each) => open(each) && isMine(each) && !isExpired(each))) {
      await enter(meal);
    }
    show();
  }

  async function begin() {
    show();
    await send();
    await explain();
  }

  // One tab at a time; where browsers have no locks, a key that is sent twice does no harm.
  async function send() {
    if (!state.sending && nextToSend()) {
      state.sending = true;
      const alone = (lock) => lock && sendAll();
      const { locks } = navigator;
      await (locks ? locks.request(LOCK, { ifAvailable: true }, alone) : sendAll());
      state.sending = false;
    }
    show();
    if (nextToSend() && !state.signedOut) {
      sendLater();
    }
  }

  function sendLater() {
    clearTimeout(state.timer);
    state.timer = setTimeout(send, AGAIN_SECONDS * 1000);
  }

  // -- the page ----------------------------------------------------------------------------

  function sentence(name, count = 0) {
    const text = document.querySelector(`[data-said="${name}"]`).textContent.trim();
    return text.replace("{count}", count);
  }

  function paragraph(name, count, mood) {
    const told = document.createElement("p");
    told.className = mood;
    told.dataset.told = name;
    told.textContent = sentence(name, count);
    return told;
  }

  function told() {
    const meals = all(), waiting = meals.filter(waits);
    const mine = waiting.filter(isMine).length, others = waiting.length - mine;
    const lines = [];
    if (mine) {
      const name = state.signedOut ? "signin" : state.gone ? "kept" : "sending";
      lines.push(paragraph(name, mine, "message"));
    }
    if (state.gone) {
      lines.push(paragraph("gone", 0, mine ? "" : "message"));
    } else if (recorded.size) {
      lines.push(paragraph("recorded", recorded.size, "good"));
    }
    if (others) {
      lines.push(paragraph("other", others, "message"));
    }
    if (meals.length > waiting.length) {
      lines.push(paragraph("left", meals.length - waiting.length, "message"));
    }
    return state.note ? [paragraph(state.note, 0, "message"), ...lines] : lines;
  }

  // What was told already is not told again, nor taken from under the finger.
  function put(place, items) {
    if (items.map((each) => each.textContent).join("") !== place.textContent) {
      place.replaceChildren(...items);
    }
  }

  function show() {
    put(said, told());
    put(left, all().filter((each) => !waits(each)).map(leftOver));
    left.parentElement.hidden = !left.children.length;
    markForms();
    if (!state.gone && document.activeElement === said) {
      document.getElementById("who").focus(); // for the next eater
    }
  }

  function leftOver(meal) {
    const shown = document.getElementById("offline-one").content.cloneNode(true);
    const fact = (name) => shown.querySelector(`[data-fact="${name}"]`);
    const sitting = document.querySelector(`[data-sitting="${meal.sitting}"]`);
    fact("person").textContent = meal.person.slice(0, 8);
    fact("served_on").textContent = meal.served_on;
    fact("sitting").textContent = sitting ? sitting.textContent : meal.sitting;
    const hour = { timeZone: zone, timeStyle: "short", hourCycle: "h23" };
    fact("time").textContent = new Intl.DateTimeFormat("en", hour).format(meal.at);
    fact("why").textContent = sentence(meal.refused ? "refused" : "expired")
      + (meal.refused ? ` ${reasons.get(meal.key) || ""}` : "");
    const pays = meal.entered ? `payer-${meal.entered}` : "payer";
    fact("payer").textContent = meal.refused ? sentence(pays) : "";
    fact("day").href = `/desk/${meal.canteen}/${meal.served_on}`;
    const button = shown.querySelector("button");
    button.textContent = sentence(meal.entered ? "seen" : "on-paper");
    button.addEventListener("click", () => {
      forget(meal.key);
      show();
      said.focus();
    });
    return shown.firstElementChild;
  }

  // A meal that was kept has no button any more, also after the back button.
  function markForms() {
    const waiting = new Set(all().filter(waits).map((each) => each.key));
    for (const form of document.querySelectorAll('form[action$="/claim"]')) {
      const key = form.elements.key.value, isRecorded = recorded.has(key);
      const place = form.parentElement.querySelector(".kept-here");
      form.hidden ||= waiting.has(key);
      const name = isRecorded ? "recorded-here" : waiting.has(key) ? "kept-here" : null;
      put(place, name ? [paragraph(name, 0, "good")] : []);
    }
  }

  // -- the forms ---------------------------------------------------------------------------

  function mealOf(form) {
    const names = ["key", "person", "served_on", "sitting"];
    const [key, person, served_on, sitting] = names.map((name) => form.elements[name].value);
    const wanted = form.elements.at_full_price ? { at_full_price: true } : {};
    return { key, clerk, person, canteen, served_on, sitting, at: Date.now(), ...wanted };
  }

  function keepOne(meal) {
    state.note = isFull() ? "full" : keep(meal) ? "" : "unkept";
    state.gone = true;
    show();
    said.focus();
    sendLater();
  }

  async function claimed(form) {
    const meal = mealOf(form), answer = await claim(meal);
    if (answer === null) {
      keepOne(meal);
    } else if (!answer.ok) {
      form.submit(); // the page says what is wrong, as it does without a script
    } else {
      const position = answer.headers.get("Ledger-Position");
      location.assign(`${address}?at_least=${position}&done=claimed`);
    }
  }

  // A form that needs the network stays on the screen if there is none.
  async function sent(form) {
    state.gone = (await asked("/healthz")) === null;
    if (!state.gone) {
      return form.submit();
    }
    state.note = form.action.endsWith("/claim") ? "unkept" : ""; // a price is no id
    show();
    said.focus();
  }

  async function handle(event) {
    const form = event.target;
    event.preventDefault();
    if (form.dataset.busy) {
      return;
    }
    form.dataset.busy = "1";
    const isOfIds = form.action.endsWith("/claim") && !form.elements.charged_yuan;
    await (isOfIds ? claimed(form) : sent(form));
    delete form.dataset.busy;
  }

  document.getElementById("main").addEventListener("submit", (event) => {
    if (event.target.method === "post") handle(event);
  });
  addEventListener("offline", () => {
    state.gone = true;
    show();
  });
  addEventListener("online", () => {
    Object.assign(state, { gone: false, note: "" });
    begin();
  });
  addEventListener("storage", show);
  addEventListener("pageshow", show);
  setInterval(show, SHOWN_SECONDS * 1000);
  begin();
})();
