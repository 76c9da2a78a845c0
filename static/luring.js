/* The offline page: the receipts and the draft that this device holds. */
(function () {
  "use strict";
  var byId = function (id) { return document.getElementById(id); };

  function moment(at) {
    var zone = "Asia/Jakarta", language = document.documentElement.lang || "id";
    var day = new Date(at).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: zone });
    var hour = new Date(at).toLocaleTimeString("id", { hour: "2-digit", minute: "2-digit", timeZone: zone });
    return document.querySelector("[data-moment]").getAttribute("data-moment").replace("{day}", day).replace("{hour}", hour);
  }

  function fill(element, name, place, value) {
    element.textContent = element.getAttribute("data-" + name).replace("{" + place + "}", value);
  }

  function rows(list, pairs) {
    pairs.forEach(function (pair) {
      var row = list.appendChild(document.createElement("div"));
      row.appendChild(document.createElement("dt")).textContent = pair[0];
      row.appendChild(document.createElement("dd")).textContent = pair[1];
    });
  }

  function show(section) {
    section.hidden = byId("hapus").hidden = false;
    byId("kosong").hidden = true;
  }

  function receipts() {
    var all = JSON.parse(localStorage.getItem("bukti") || "[]").filter(function (one) { return one.until > Date.now(); });
    localStorage.setItem("bukti", JSON.stringify(all));
    all.forEach(function (one) {
      var card = document.importNode(document.querySelector("template").content, true);
      card.querySelector(".number").textContent = one.number;
      card.querySelector("img").src = one.qr;
      rows(card.querySelector("dl"), one.rows);
      fill(card.querySelector("[data-since]"), "since", "moment", moment(one.at));
      byId("bukti").appendChild(card);
      show(byId("bukti"));
    });
  }

  /* What form.js keeps: what was typed and not yet taken by the server, sealed; this tab may have the key. */
  function draft() {
    var here = JSON.parse(sessionStorage.getItem("draf") || "null"), section = byId("draf");
    var copies = Object.keys(localStorage).filter(function (name) { return name.indexOf("adm:") === 0; });
    var name = here && copies.indexOf(here.copy) >= 0 ? here.copy : copies[0];
    if (!here && !name) return;
    show(section);
    if (here) fill(section.querySelector("[data-step]"), "step", "step", here.step);
    if (here && here.at) section.querySelector("a").href = here.at;
    if (!name) return;
    var copy = JSON.parse(localStorage.getItem(name));
    fill(section.querySelector("[data-typed]"), "typed", "moment", moment(copy.at));
    if (!here || here.copy !== name) section.querySelector("[data-locked]").hidden = false;
    else open(here, copy.sealed).then(function (pairs) { rows(section.querySelector("dl"), pairs); });
  }

  function bytes(text) { return Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); }); }

  function open(here, sealed) {
    return crypto.subtle.importKey("raw", bytes(here.key), "AES-GCM", false, ["decrypt"]).then(function (key) {
      return crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(sealed[1]) }, key, bytes(sealed[0]));
    }).then(function (plain) {
      return JSON.parse(JSON.parse(new TextDecoder().decode(plain))[1]).filter(function (pair) { return pair[1]; }).map(function (pair) {
        return [here.words[pair[0]] || pair[0], here.words[pair[0] + "=" + pair[1]] || pair[1]];
      });
    });
  }

  var button = byId("hapus").querySelector("button");
  button.addEventListener("click", function () {
    if (!button.classList.contains("sure")) {
      button.classList.add("sure");
      button.textContent = button.getAttribute("data-sure");
      return;
    }
    Object.keys(localStorage).forEach(function (name) { if (name === "bukti" || name.indexOf("adm:") === 0) localStorage.removeItem(name); });
    sessionStorage.removeItem("draf");
    ["hapus", "draf", "bukti"].forEach(function (id) { byId(id).hidden = true; });
    byId("kosong").hidden = false;
    byId("dihapus").textContent = byId("dihapus").getAttribute("data-done");
  });

  try {
    receipts();
    draft();
  } catch (none) { /* a browser that keeps nothing */ }
})();
