/* The waiting room's television: asks for the board every few seconds, and says a number that was called anew. */
(function () {
  "use strict";
  var board = document.getElementById("papan");
  var clock = document.getElementById("jam");
  var button = document.getElementById("suara");
  var told = document.getElementById("kabar");
  var EVERY = 3000, LOST_AFTER = 20000;
  var sound = null, speaking = false, queue = [], seen = calls(), answered = Date.now();
  var ahead = clock.getAttribute("data-now") * 1000 - Date.now();

  function calls() {
    return Array.prototype.map.call(board.querySelectorAll("[data-call]"), function (one) {
      return one.getAttribute("data-call");
    });
  }

  function voice() {
    var all = window.speechSynthesis ? speechSynthesis.getVoices() : [];
    return all.filter(function (one) { return /^id([-_]|$)/i.test(one.lang); })[0];
  }

  /* "C2" is read "C 2". */
  function spaced(number) { return number.replace(/([A-Z]+)(\d+)/, "$1 $2").replace(/([A-Z])(?=[A-Z])/g, "$1 "); }

  function chime(done) {
    [[880, 0], [659, .35]].forEach(function (tone) {
      var source = sound.createOscillator(), volume = sound.createGain(), start = sound.currentTime + tone[1];
      source.frequency.value = tone[0];
      volume.gain.setValueAtTime(.0001, start);
      volume.gain.exponentialRampToValueAtTime(.5, start + .03);
      volume.gain.exponentialRampToValueAtTime(.0001, start + 1.1);
      source.connect(volume);
      volume.connect(sound.destination);
      source.start(start);
      source.stop(start + 1.2);
    });
    setTimeout(done, 1600);
  }

  function speak(words, by, done) {
    var said = new SpeechSynthesisUtterance(words), over = false;
    function end() { if (!over) { over = true; done(); } }
    said.lang = "id-ID";
    said.voice = by;
    said.rate = .9;
    said.onend = said.onerror = end;
    setTimeout(end, 12000);
    speechSynthesis.speak(said);
  }

  function next() {
    if (speaking || !queue.length || !sound) return;
    speaking = true;
    var call = queue.shift().split("|"), by = voice();
    var done = function () { speaking = false; setTimeout(next, 400); };
    document.documentElement.setAttribute("data-said", call[0]);
    chime(function () {
      if (by) speak("Nomor antrean " + spaced(call[0]) + ", silakan ke loket " + call[1] + ".", by, done);
      else done();
    });
  }

  function announce(fresh) {
    var now = board.querySelector(".now");
    if (now) now.classList.add("fresh");
    if (sound) { queue = queue.concat(fresh.reverse()); next(); }
  }

  function show(html) {
    board.innerHTML = html;
    var found = calls();
    var fresh = found.filter(function (call) { return seen.indexOf(call) < 0; });
    seen = found.concat(seen).slice(0, 200);
    if (fresh.length) announce(fresh);
  }

  function tell() {
    var late = Date.now() - answered > LOST_AFTER;
    told.textContent = late ? "Sambungan terputus. Nomor di layar ini mungkin sudah berganti." : "";
    told.className = late ? "bad" : "";
  }

  function ask() {
    fetch(board.getAttribute("data-fresh"), { headers: { "If-None-Match": board.getAttribute("data-state") } }).then(function (answer) {
      if (answer.status !== 304 && !answer.ok) throw new Error(answer.status);
      answered = Date.now();
      if (answer.status === 304) return;
      board.setAttribute("data-state", answer.headers.get("ETag") || "");
      return answer.text().then(show);
    }).catch(function () { /* the next round tries again; the footer says when it takes long */ }).then(function () {
      tell();
      setTimeout(ask, EVERY);
    });
  }

  function tick() {
    var parts = new Intl.DateTimeFormat("id-ID", { timeZone: "Asia/Jakarta", hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(Date.now() + ahead));
    clock.textContent = parts.replace(":", ".");
  }

  button.hidden = !(window.AudioContext || window.webkitAudioContext);
  button.addEventListener("click", function () {
    if (sound) {
      sound.close();
      sound = null;
      queue = [];
      button.textContent = "Nyalakan suara";
      return;
    }
    sound = new (window.AudioContext || window.webkitAudioContext)();
    button.textContent = "Matikan suara";
    /* The number on the screen is said once, so that whoever turned it on hears that it works. */
    if (seen.length) { queue.push(seen[0]); next(); }
    else chime(function () {});
  });
  if (window.speechSynthesis) speechSynthesis.getVoices();
  tick();
  setInterval(tick, 5000);
  setTimeout(ask, EVERY);
})();
