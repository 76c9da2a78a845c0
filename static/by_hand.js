/* Messages sent by hand: Enter opens WhatsApp, and "Terkirim" waits until it was opened. The page works without it. */
(function () {
  "use strict";
  var message = document.querySelector("[data-message]");
  if (!message) return;
  var open = message.querySelector("[data-open]");
  var sent = message.querySelector("[data-after-opening]");
  var id = message.getAttribute("data-message");

  function remembered() {
    try { return sessionStorage.getItem("dibuka") === id; } catch (_) { return false; }
  }

  function opened() {
    ready();
    try { sessionStorage.setItem("dibuka", id); } catch (_) { /* only for this page then */ }
  }

  function ready() {
    sent.disabled = false;
    sent.classList.remove("plain");
    open.classList.add("plain");
  }

  if (remembered()) ready();
  else sent.disabled = true;
  open.addEventListener("click", opened);
  open.addEventListener("auxclick", opened);
  open.focus({ preventScroll: true });

  /* Wherever the focus went meanwhile, unless it is on something that Enter presses itself. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === document.body || event.target.id === "isi") open.click();
  });
})();
