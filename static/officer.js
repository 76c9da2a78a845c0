/* The officer's desk: keys, photos, the lease. Every page works without it. */
(function () {
  "use strict";
  var started = Date.now();
  var used = started;
  var desk = document.querySelector("[data-lease]");
  var toggle = document.getElementById("pintasan");
  var keysOn = read() !== "off";

  function read() {
    try { return localStorage.getItem("pintasan"); } catch (_) { return null; }
  }

  function choice(element) {
    return element && element.tagName === "INPUT" && /^(radio|checkbox)$/.test(element.type);
  }

  function typing(element) {
    return element && !choice(element) && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  }

  /* In a field a letter is text: the buttons then name the key that works there too. Not on the way to a button: one
     that changes under the finger is not pressed. */
  document.addEventListener("focusin", function (event) {
    if (event.target.closest("button")) return;
    var withAlt = typing(event.target);
    document.querySelectorAll("button.btn[data-key] > kbd").forEach(function (kbd) {
      var letter = kbd.textContent.replace("Alt+", "");
      kbd.textContent = withAlt ? "Alt+" + letter : letter;
    });
  });

  function tooEarly(target) {
    var note = document.createElement("span");
    note.className = "tag warn";
    note.setAttribute("role", "status");
    target.parentNode.appendChild(note);
    note.textContent = "Halaman baru saja terbuka. Lihat dulu, lalu tekan lagi.";
    setTimeout(function () { note.remove(); }, 4000);
  }

  function showSwitch() {
    toggle.hidden = false;
    toggle.setAttribute("aria-pressed", String(keysOn));
    toggle.textContent = "Pintasan tombol: " + (keysOn ? "hidup" : "mati (Alt + huruf tetap berlaku)");
  }

  if (toggle) {
    showSwitch();
    toggle.addEventListener("click", function () {
      keysOn = !keysOn;
      try { localStorage.setItem("pintasan", keysOn ? "on" : "off"); } catch (_) { /* only for this page then */ }
      showSwitch();
    });
  }

  /* Letters act outside text fields while the switch is on; with Alt they always do. A decision needs a page that
     has been seen: keys held down, or pressed in the first moment of a page, decide nothing. */
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.repeat || event.isComposing) return;
    if (!event.altKey && (!keysOn || typing(event.target))) return;
    var key = event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
    if (!event.altKey && (key === "arrowleft" || key === "arrowright")) return choice(event.target) || step(event, key === "arrowleft" ? -1 : 1);
    if (!/^[a-z0-9/]$|^escape$/.test(key)) return;
    var target = document.querySelector('[data-key="' + key + '"]');
    if (!target || target.closest("[hidden]")) return;
    event.preventDefault();
    if (target.hasAttribute("data-decides") && Date.now() - started < 700) return tooEarly(target);
    if (target.tagName === "INPUT") target.focus();
    else target.click();
  });

  var photo = document.getElementById("foto");
  var picture = document.getElementById("gambar");
  var tabs = Array.prototype.slice.call(document.querySelectorAll("[data-picture]"));
  var turns = 0;

  function show(tab) {
    turns = 0;
    picture.className = "";
    picture.src = tab.getAttribute("data-picture");
    picture.alt = tab.getAttribute("data-label");
    tabs.forEach(function (other) { other.removeAttribute("aria-current"); });
    tab.setAttribute("aria-current", "true");
    photo.scrollTop = photo.scrollLeft = 0;
  }

  function step(event, by) {
    if (event.target === photo && photo.classList.contains("full")) return;
    var at = tabs.findIndex(function (tab) { return tab.hasAttribute("aria-current"); }) + by;
    if (tabs[at]) { event.preventDefault(); show(tabs[at]); }
  }

  tabs.forEach(function (tab) {
    tab.addEventListener("click", function (event) { event.preventDefault(); show(tab); });
  });

  var zoom = document.querySelector("[data-zoom]");
  if (zoom && photo) zoom.addEventListener("click", function (event) {
    event.preventDefault();
    var full = photo.classList.toggle("full");
    zoom.lastChild.textContent = full ? "Paskan" : "Perbesar";
  });

  var turn = document.querySelector("[data-turn]");
  if (turn && picture) {
    turn.hidden = false;
    turn.addEventListener("click", function () {
      turns = (turns + 1) % 4;
      picture.className = turns ? "turn" + turns : "";
    });
  }

  var undo = document.querySelector("[data-undo]");
  if (undo) {
    var end = started + 1000 * undo.getAttribute("data-undo");
    var seconds = undo.querySelector("[data-seconds]");
    var timer = setInterval(function () {
      var left = Math.ceil((end - Date.now()) / 1000);
      seconds.textContent = Math.max(left, 0);
      if (left <= 0) { clearInterval(timer); undo.hidden = true; }
    }, 250);
  }

  ["keydown", "pointerdown", "scroll"].forEach(function (kind) {
    document.addEventListener(kind, function () { used = Date.now(); }, { capture: true, passive: true });
  });

  function renew() {
    if (Date.now() - used > 5 * 60 * 1000) return;
    var token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    fetch(desk.getAttribute("data-lease"), { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token } })
      .then(function (answer) { if (answer.status === 409) lost(); })
      .catch(function () { /* no network: the next round tries again */ });
  }

  function lost() {
    clearInterval(renewing);
    var note = document.createElement("div");
    note.className = "notice warn";
    note.setAttribute("role", "alert");
    note.textContent = "Waktu pegang permohonan ini sudah habis. Salin tulisan Anda, lalu ambil lagi dari antrean.";
    document.getElementById("isi").prepend(note);
  }

  var renewing = desk ? setInterval(renew, 5 * 60 * 1000) : 0;
})();
