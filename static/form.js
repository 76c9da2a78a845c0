/* The application form: reads the NIK aloud, and keeps a copy of what is typed until it is sent.
   Nothing here is needed: without it the pages work the same, and the server says the same. */
(function () {
  "use strict";
  var form = document.getElementById("langkah"), line = document.getElementById("baca-nik");
  var store, secret, begun, latest = 0;

  function field(name) { return document.getElementById(name); }
  /* Written anew once it is visible, so that screen readers say it. */
  function tell(notice) {
    var words = notice.querySelector("p");
    notice.hidden = false;
    words.textContent = words.textContent;
  }
  function ascii(text) {
    return text.replace(/[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g, function (c) { return c.charCodeAt(0) & 15; });
  }
  function whenTyped(work) {
    form.addEventListener("input", work);
    form.addEventListener("change", work);
  }

  /* By the rules of requests_app/rules/nik.py and reading.py; no number leaves the page for this. */
  function read(text) {
    var n = ascii(text).replace(/[\s._\-\0-\x1f\x7f-\x9f\xad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2064\u2212\ufe0f\ufe58\ufe63\uff0d\uff0e]/g, "");
    var woman = n.slice(6, 8) > 40, day = n.slice(6, 8) - (woman ? 40 : 0);
    var month = +n.slice(8, 10), year = 2000 + +n.slice(10, 12);
    var date = new Date(year, month - 1, day), rules = line.dataset, today = rules.today.split("-");
    if (!/^\d{16}$/.test(n) || /^(.)\1+$/.test(n) || n.slice(12) === "0000") return null;
    if (rules.provinces.split(" ").indexOf(n.slice(0, 2)) < 0) return null;
    if (date.getMonth() !== month - 1 || date.getDate() !== day) return null;
    if (today[0] - year - (today[1] + today[2] < n.slice(8, 10) + ("0" + day).slice(-2)) < rules.youngest) year -= 100;
    return { day: day, month: month, year: year, sex: woman ? "P" : "L" };
  }

  function readAloud() {
    var it = read(field("id_nik").value), rules = line.dataset, text = "", differs = false;
    var says = line.querySelector("p"), offer = line.querySelector("button");
    var parts = [0, 1, 2].map(function (n) { return field("id_birth_date_" + n); });
    var typed = parts.map(function (part) { return ascii(part.value).trim(); });
    var sex = form.querySelector("[name=sex]:checked");
    if (it) {
      if (typed[0] && +typed[1] && typed[2].length === 4) {
        differs = +typed[0] !== it.day || +typed[1] !== it.month || (typed[2] - it.year) % 100 !== 0;
        if (!differs) it.year = typed[2];
      }
      differs = differs || !!sex && sex.value !== it.sex;
      text = (differs ? rules.differs : rules.says)
        .replace("%(birth)s", it.day + " " + rules.months.split(" ")[it.month - 1] + " " + it.year)
        .replace("%(sex)s", it.sex === "P" ? rules.female : rules.male);
    }
    if (says.textContent !== text) says.textContent = text;
    offer.hidden = !it || differs || !!typed.join("");
    offer.onclick = function () {
      [it.day, it.month, it.year].forEach(function (value, n) { parts[n].value = value; });
      if (!sex) form.querySelector("[name=sex][value=" + it.sex + "]").checked = true;
      keep();
      readAloud();
      says.textContent = rules.filled;
      parts[0].focus();
    };
  }

  /* A copy of each step, with what the server had when it was begun; sealed with a key that only a page of this
     session has. Where the browser cannot seal, the copy is plain and goes with the tab. */
  var subtle = window.crypto && crypto.subtle, key = form && form.dataset.key;
  var owner = document.querySelector("[name=draft],[data-draft]");
  var draft = "adm:" + (owner && (owner.value || owner.dataset.draft)) + ":", name = key && draft + form.dataset.step;

  function bytes(text) { return Uint8Array.from(text, function (c) { return c.charCodeAt(0); }); }

  function seal(text) {
    var start = new Uint8Array(12);
    return !subtle ? Promise.resolve([text]) : secret.then(function (k) {
      crypto.getRandomValues(start);
      return subtle.encrypt({ name: "AES-GCM", iv: start }, k, new TextEncoder().encode(text));
    }).then(function (sealed) {
      return [sealed, start].map(function (part) { return btoa(String.fromCharCode.apply(null, new Uint8Array(part))); });
    });
  }

  function unseal(parts) {
    return !subtle ? Promise.resolve(parts[0]) : secret.then(function (k) {
      return subtle.decrypt({ name: "AES-GCM", iv: bytes(atob(parts[1])) }, k, bytes(atob(parts[0])));
    }).then(function (plain) { return new TextDecoder().decode(plain); });
  }

  function inputs() {
    return [].filter.call(form.elements, function (e) { return e.name && /^(text|email|radio|check|select)/.test(e.type); });
  }

  /* What is on the page, or what the server sent. */
  function values(served) {
    return JSON.stringify(inputs().filter(function (e) {
      return !/^(radio|check)/.test(e.type) || (served ? e.defaultChecked : e.checked);
    }).map(function (e) {
      var option = served && e.options && e.querySelector("[selected]");
      return [e.name, !served || e.checked ? e.value : e.options ? option ? option.value : "" : e.defaultValue];
    }));
  }

  function put(text) {
    var given = JSON.parse(text);
    inputs().forEach(function (e) {
      var mine = given.filter(function (pair) { return pair[0] === e.name; });
      if (/^(radio|check)/.test(e.type)) e.checked = mine.some(function (pair) { return pair[1] === e.value; });
      else if (mine[0]) e.value = mine[0][1];
    });
  }

  function keep() {
    var turn = ++latest;
    if (key && store) seal(JSON.stringify([begun, values()])).then(function (sealed) {
      if (turn === latest) store.setItem(name, JSON.stringify({ at: Date.now(), sealed: sealed }));
    }).catch(function () {});
  }

  function restore() {
    var copy = JSON.parse(store.getItem(name)), typed = "typed" in form.dataset, notice = field("dipulihkan");
    begun = values(true);
    if (copy) unseal(copy.sealed).then(function (text) {
      var kept = JSON.parse(text);
      if (typed) begun = kept[0];
      else if (kept[0] !== begun || kept[1] === values()) return store.removeItem(name);
      else {
        put(kept[1]);
        form.dispatchEvent(new Event("change"));
        tell(notice);
      }
      keep();
      if (line) readAloud();
    }).catch(function () { store.removeItem(name); });
    notice.querySelector("button").onclick = function () {
      latest++;
      store.removeItem(name);
      form.reset();
      notice.hidden = true;
      if (line) readAloud();
      inputs()[0].focus();
    };
  }

  /* Copies of drafts that this session does not hold, that were sent or thrown away, and of over a week go. */
  try {
    store = window[subtle ? "localStorage" : "sessionStorage"];
    var others = document.querySelector("[data-others]").dataset.others;
    Object.keys(store).forEach(function (k) {
      var mine = (k.indexOf(draft) === 0 || others.indexOf(k.split(":")[1]) >= 0) && !(form && "shared" in form.dataset);
      if (k.indexOf("adm:") === 0 && !(mine && Date.now() - JSON.parse(store.getItem(k)).at < 6048e5)) store.removeItem(k);
    });
  } catch (e) { store = null; }
  if (!form) return;
  if (key && store && window.Promise && Uint8Array.from) {
    secret = subtle && subtle.importKey("raw", bytes(atob(key)), "AES-GCM", false, ["encrypt", "decrypt"]);
    restore();
    whenTyped(keep);
  }
  if (line) {
    whenTyped(readAloud);
    readAloud();
  }
  form.addEventListener("change", function (event) {
    var e = event.target;
    if (/numeric|tel/.test(e.inputMode)) e.value = ascii(e.value);
  });
  form.addEventListener("submit", function (event) {
    var offline = field("luring");
    keep();
    /* Pressing twice sends it all the same: what a browser says about its connection can be wrong. */
    if (navigator.onLine === false && offline.hidden) event.preventDefault(), tell(offline);
    else offline.hidden = true;
  });
})();
