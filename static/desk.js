/* A zone's desk: today's lists stay fresh without taking the focus; the camera reads invitations. Works without it. */
(function () {
  "use strict";
  var place = document.querySelector("[data-fresh]");
  var told = document.getElementById("kabar");
  var EVERY = 5000, SLOW = 15000;
  var lost = 0;

  function opened() {
    return Array.prototype.map.call(place.querySelectorAll("details[open]"), function (one) { return one.id; });
  }

  /* New lines, old places: whoever is on a line or has opened a part stays there. */
  function show(html) {
    var open = opened(), active = document.activeElement;
    var held = active && place.contains(active) ? active.id || (active.tagName === "SUMMARY" && active.parentNode.id + ">") : "";
    place.innerHTML = html;
    open.forEach(function (id) { var part = document.getElementById(id); if (part) part.open = true; });
    if (!held) return;
    var again = /> *$/.test(held) ? place.querySelector("#" + held.slice(0, -1) + " summary") : document.getElementById(held);
    if (again) again.focus({ preventScroll: true });
  }

  function ask() {
    if (document.hidden) return later(EVERY);
    fetch(place.getAttribute("data-fresh"), {
      credentials: "same-origin", redirect: "error", headers: { "If-None-Match": place.getAttribute("data-state") }
    }).then(function (answer) {
      if (answer.status !== 304 && !answer.ok) throw new Error(answer.status);
      lost = 0;
      told.textContent = "";
      if (answer.status === 304) return;
      place.setAttribute("data-state", answer.headers.get("ETag") || "");
      return answer.text().then(show);
    }).then(function () { later(EVERY); }, function () {
      lost += 1;
      if (lost > 1) told.textContent = "Daftar ini belum diperbarui. Periksa sambungan, lalu muat ulang halaman.";
      later(SLOW);
    });
  }

  function later(wait) { setTimeout(ask, wait); }
  if (place && window.fetch) later(EVERY);

  /* The camera: the browser's own reader, or else ours, which is fetched only then. */
  var button = document.getElementById("pindai");
  var field = document.getElementById("id_code");
  var box = document.getElementById("kamera");
  if (!button || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  var video = document.getElementById("gambar-kamera");
  var words = document.getElementById("kata-kamera");
  var label = button.querySelector("span");
  var stream = null, paper = document.createElement("canvas");
  button.hidden = false;

  function say(text) { words.textContent = text; }

  function close() {
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    stream = null;
    box.hidden = true;
    button.setAttribute("aria-expanded", "false");
    label.textContent = "Pindai QR";
  }

  function ours() {
    return new Promise(function (done, failed) {
      if (window.jsQR) return done();
      var script = document.createElement("script");
      script.src = button.getAttribute("data-reader");
      script.onload = done;
      script.onerror = failed;
      document.head.appendChild(script);
    }).then(function () {
      return function () {
        var wide = Math.min(video.videoWidth, 800), high = Math.round(wide * video.videoHeight / video.videoWidth);
        paper.width = wide;
        paper.height = high;
        var drawing = paper.getContext("2d", { willReadFrequently: true });
        drawing.drawImage(video, 0, 0, wide, high);
        var seen = window.jsQR(drawing.getImageData(0, 0, wide, high).data, wide, high);
        return Promise.resolve(seen && seen.data);
      };
    });
  }

  function reader() {
    if (!window.BarcodeDetector) return ours();
    return window.BarcodeDetector.getSupportedFormats().then(function (formats) {
      if (formats.indexOf("qr_code") < 0) return ours();
      var detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      return function () {
        return detector.detect(video).then(function (seen) { return seen.length ? seen[0].rawValue : ""; });
      };
    }).catch(ours);
  }

  function found(text) {
    close();
    field.value = text;
    field.form.requestSubmit ? field.form.requestSubmit() : field.form.submit();
  }

  function look(read) {
    if (!stream) return;
    var again = function () { setTimeout(look, 150, read); };
    if (!video.videoWidth) return again();
    read().then(function (text) { if (text && stream) found(text); else again(); }, again);
  }

  function open() {
    box.hidden = false;
    button.setAttribute("aria-expanded", "true");
    label.textContent = "Tutup kamera";
    say("Membuka kamera…");
    Promise.all([navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false }), reader()])
      .then(function (ready) {
        stream = ready[0];
        video.srcObject = stream;
        say(button.getAttribute("data-aim") || "Arahkan kamera ke kode QR undangan.");
        return video.play().then(function () { look(ready[1]); });
      })
      .catch(function () {
        close();
        box.hidden = false;
        say("Kamera tidak dapat dipakai. Izinkan kamera di peramban, atau ketik kodenya.");
        field.focus();
      });
  }

  button.addEventListener("click", function () { stream ? close() : open(); });
  window.addEventListener("pagehide", close);
})();
