// A receipt (C2SP tlog-proof) is checked here, in the browser of whoever holds it: the entry, its
// way up the Merkle tree (RFC 6962) and the signature under the root. The file is sent nowhere.
(function () {
  const HEAD = "c2sp.org/tlog-proof@v1";
  const HASH_BYTES = 32, ID_BYTES = 4, HASHES_MOST = 63, SIGNATURES_MOST = 64;
  const NUMBER_MOST = 2n ** 63n - 1n;
  const ED25519 = { name: "Ed25519" };

  // A fault is the name of the sentence that says it.
  class Wrong extends Error {}

  function must(holds, fault) {
    if (!holds) {
      throw new Wrong(fault);
    }
  }

  // -- what is written ---------------------------------------------------------------------

  function bytesOf(text, fault) {
    let plain = "";
    try {
      plain = atob(text);
    } catch {
      throw new Wrong(fault);
    }
    must(btoa(plain) === text, fault); // bytes have one text
    return Uint8Array.from(plain, (each) => each.charCodeAt(0));
  }

  function numberOf(text) {
    must(/^(0|[1-9][0-9]{0,18})$/.test(text), "malformed");
    const number = BigInt(text);
    must(number <= NUMBER_MOST, "malformed");
    return number;
  }

  function textOf(data) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
    } catch {
      throw new Wrong("malformed");
    }
  }

  function receiptOf(data) {
    const whole = textOf(data), cut = whole.indexOf("\n\n");
    must(cut >= 0, "malformed");
    const [head, extra = "", index = "", ...hashes] = whole.slice(0, cut).split("\n");
    must(head === HEAD && extra.startsWith("extra ") && index.startsWith("index "), "malformed");
    const proof = hashes.map((each) => bytesOf(each, "malformed"));
    const fits = proof.every((each) => each.length === HASH_BYTES);
    must(fits && proof.length <= HASHES_MOST, "malformed");
    return {
      entry: bytesOf(extra.slice("extra ".length), "malformed"),
      index: numberOf(index.slice("index ".length)),
      proof,
      note: noteOf(whole.slice(cut + 2)),
    };
  }

  function noteOf(whole) {
    const cut = whole.lastIndexOf("\n\n"), lines = whole.slice(cut + 2).split("\n");
    must(cut > 0 && lines.pop() === "" && !/[\x00-\x09\x0b-\x1f]/.test(whole), "malformed");
    must(lines.length > 0 && lines.length <= SIGNATURES_MOST, "malformed");
    const text = whole.slice(0, cut + 1);
    return { text, signatures: lines.map(signatureOf), checkpoint: checkpointOf(text) };
  }

  function signatureOf(line) {
    const found = /^\u2014 ([^\s+]+) (\S+)$/.exec(line);
    must(found, "malformed");
    const value = bytesOf(found[2], "malformed");
    must(value.length > ID_BYTES, "malformed");
    return { name: found[1], id: hex(value.slice(0, ID_BYTES)), value: value.slice(ID_BYTES) };
  }

  function checkpointOf(text) {
    const lines = text.split("\n");
    must(lines.length === 4 && lines[0] && lines[3] === "", "malformed");
    const root = bytesOf(lines[2], "malformed");
    must(root.length === HASH_BYTES, "malformed");
    return { origin: lines[0], size: numberOf(lines[1]), root };
  }

  function hex(data) {
    return Array.from(data, (each) => each.toString(16).padStart(2, "0")).join("");
  }

  // -- whether it holds --------------------------------------------------------------------

  async function sha256(...parts) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
  }

  function joined(parts) {
    const whole = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
    let at = 0;
    for (const each of parts) {
      whole.set(each, at);
      at += each.length;
    }
    return whole;
  }

  async function keyOf(text) {
    const found = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text);
    must(found, "key");
    const data = bytesOf(found[3], "key");
    must(data.length === 1 + HASH_BYTES && data[0] === 1, "key");
    const id = await sha256(new TextEncoder().encode(`${found[1]}\n`), data);
    must(hex(id.slice(0, ID_BYTES)) === found[2], "key");
    return { name: found[1], id: found[2], key: data.slice(1) };
  }

  // On which side the neighbours of a leaf are, from the leaf up to the root.
  function sides(index, size) {
    let begin = 0n, end = size;
    const found = [];
    while (end - begin > 1n) {
      let half = 1n;
      while (half * 2n < end - begin) {
        half *= 2n;
      }
      const isLeft = index < begin + half;
      found.unshift(isLeft ? "right" : "left");
      [begin, end] = isLeft ? [begin, begin + half] : [begin + half, end];
    }
    return found;
  }

  async function mustBeIncluded(receipt) {
    const { size, root } = receipt.note.checkpoint;
    must(receipt.index < size, "entry");
    const way = sides(receipt.index, size);
    must(way.length === receipt.proof.length, "entry");
    let hash = await sha256(Uint8Array.of(0), receipt.entry);
    for (const [at, side] of way.entries()) {
      const beside = receipt.proof[at];
      hash = await sha256(Uint8Array.of(1), ...(side === "left" ? [beside, hash] : [hash, beside]));
    }
    must(hex(hash) === hex(root), "entry");
  }

  async function mustBeSigned(note, keys) {
    let signed = false;
    for (const each of note.signatures) {
      const { name, id } = each;
      const key = keys.find((known) => known.name === name && known.id === id);
      if (key && name === note.checkpoint.origin) {
        must(await isSignature(key.key, each.value, note.text), "signature");
        signed = true;
      }
    }
    must(signed, "other");
  }

  async function isSignature(key, value, text) {
    let known = null;
    try {
      known = await crypto.subtle.importKey("raw", key, ED25519, false, ["verify"]);
    } catch (fault) {
      throw new Wrong(fault.name === "NotSupportedError" ? "unsupported" : "signature");
    }
    return crypto.subtle.verify(ED25519, known, value, new TextEncoder().encode(text));
  }

  function recordOf(receipt) {
    try {
      const found = JSON.parse(textOf(receipt.entry));
      must(BigInt(found.position) === receipt.index + 1n, "strange");
      return found;
    } catch {
      throw new Wrong("strange");
    }
  }

  async function checked(data, typed) {
    must(window.isSecureContext && window.crypto && crypto.subtle, "insecure");
    const receipt = receiptOf(data);
    const lines = typed.split(/\s+/).filter(Boolean);
    must(lines.length > 0, "nokey");
    const keys = await Promise.all(lines.map(keyOf));
    await mustBeIncluded(receipt);
    await mustBeSigned(receipt.note, keys);
    return { receipt, record: recordOf(receipt) };
  }

  // -- the page ----------------------------------------------------------------------------

  const form = document.getElementById("check");
  const file = document.getElementById("file");
  const key = document.getElementById("key");
  const fetching = document.getElementById("fetch");
  const result = document.getElementById("result");

  function sentence(name, facts) {
    const text = document.querySelector(`[data-said="${name}"]`).textContent.trim();
    return text.replace(/\{(\w+)\}/g, (_, fact) => facts[fact]);
  }

  function verdict(name, facts = {}) {
    const said = document.createElement("p");
    said.className = name === "good" ? "verdict valid" : "verdict void";
    said.dataset.verdict = name;
    said.textContent = sentence(name, facts);
    result.replaceChildren(said);
    result.scrollIntoView({ block: "nearest" });
  }

  // -- the entry in plain words ------------------------------------------------------------

  const LOCALE = { "zh-Hans": "zh-CN", en: "en-GB" }[document.documentElement.lang];
  const MONTH = LOCALE === "en-GB" ? "short" : "long";
  const CLOCK = { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const clock = new Intl.DateTimeFormat(LOCALE, CLOCK);
  const day = new Intl.DateTimeFormat(LOCALE, {
    timeZone: "UTC", year: "numeric", month: MONTH, day: "numeric",
  });
  const moment = new Intl.DateTimeFormat(LOCALE, {
    year: "numeric", month: MONTH, day: "numeric", ...CLOCK,
  });

  function spanOf(from, to) {
    const [first, last] = [from, to].map((each) => moment.format(each));
    const isOneDay = first.slice(0, -5) === last.slice(0, -5); // all but 09:00
    return `${first}–${isOneDay ? clock.format(to) : last}`;
  }

  function timeOf(minutes) {
    const parts = { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
    const said = Object.entries(parts).filter(([, number]) => number);
    return said.map(([name, number]) => sentence(name, { number })).join(" ");
  }

  const SERVICE = {
    "service-credited": "served",
    "service-held": "held",
    "service-refused": "refused",
    "service-reversed": "reversed",
  };

  function plainly({ type, recorded_at, state }) {
    try {
      const recorded = moment.format(new Date(recorded_at));
      const name = SERVICE[type.split(".")[0]] || "recorded";
      const { starts_at, ends_at, service_minutes, occurred_on } = state.data;
      const facts = { recorded };
      if (starts_at) facts.span = spanOf(new Date(starts_at), new Date(ends_at));
      if (service_minutes) facts.time = timeOf(service_minutes);
      if (occurred_on) facts.day = day.format(new Date(occurred_on));
      return sentence(name, facts);
    } catch {
      return ""; // what was signed holds, whatever it says
    }
  }

  function told({ receipt, record }) {
    const { origin, size } = receipt.note.checkpoint;
    verdict("good", { position: record.position, size, log: origin });
    const shown = document.getElementById("record").content.cloneNode(true);
    for (const place of shown.querySelectorAll("[data-fact]")) {
      place.textContent = record[place.dataset.fact];
    }
    shown.querySelector("[data-plain]").textContent = plainly(record);
    shown.querySelector("pre").textContent = JSON.stringify(record.state, null, 2);
    result.append(shown);
  }

  async function show(data) {
    try {
      told(await checked(data, key.value));
    } catch (fault) {
      verdict(fault instanceof Wrong ? fault.message : "malformed");
    }
  }

  async function check() {
    const [picked] = file.files;
    if (!picked) {
      verdict("nofile");
    } else if (picked.size > Number(form.dataset.bytesMost)) {
      verdict("malformed");
    } else {
      await show(new Uint8Array(await picked.arrayBuffer()));
    }
  }

  async function fetchAndCheck() {
    const answer = await fetch(fetching.dataset.path).catch(() => null);
    if (answer && answer.ok) {
      await show(new Uint8Array(await answer.arrayBuffer()));
    } else {
      verdict("notgiven");
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  file.addEventListener("change", check);
  if (fetching) {
    fetching.addEventListener("click", fetchAndCheck);
    fetching.hidden = false;
  }
  form.hidden = false;
})();
