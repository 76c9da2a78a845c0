/* For hours without a network; every page works without it. What it keeps, and why: docs/decisions/0013-offline.md. */
(function () {
  "use strict";
  var told = document.currentScript, banner, offer;

  if ("serviceWorker" in navigator) {
    window.addEventListener("load", function () {
      navigator.serviceWorker.register("/sw.js", { updateViaCache: "all" }).catch(function () { /* then there is no offline page */ });
    });
  }

  /* An open page says so itself when the network goes, and is quiet again when it is back. */
  function mark() {
    if (navigator.onLine !== false || document.querySelector(".banner [data-off], .banner[role=status]")) {
      if (navigator.onLine && banner) banner = banner.remove();
      return;
    }
    banner = document.createElement("div");
    banner.className = "banner";
    banner.setAttribute("role", "status");
    document.getElementById("isi").before(banner);
    var line = banner.appendChild(document.createElement("div"));
    line.className = "wrap";
    line.appendChild(document.createElement("p")).textContent = told.getAttribute("data-off");
  }
  window.addEventListener("offline", mark);
  window.addEventListener("online", mark);

  /* No bar of the browser's: who wants the icon opens the hint and presses. */
  window.addEventListener("beforeinstallprompt", function (event) {
    event.preventDefault();
    offer = event;
    var button = document.querySelector("[data-install]");
    if (button) button.parentNode.hidden = false;
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-install]") && offer) offer.prompt();
  });

  /* Which step of the draft this tab is at, so that the offline page can read what form.js keeps. The key stays in
     this tab and goes with it. */
  var form = document.getElementById("langkah"), key = form && form.getAttribute("data-key");
  try {
    if (form && !form.hasAttribute("data-shared")) {
      var words = {};
      Array.prototype.forEach.call(form.elements, function (e) {
        var legend = e.closest("fieldset") && e.closest("fieldset").querySelector("legend");
        var label = e.labels && e.labels[0] && e.labels[0].textContent.trim();
        if (/^(radio|checkbox)$/.test(e.type)) words[e.name + "=" + e.value] = label;
        words[e.name] = legend ? legend.textContent.trim() : label;
      });
      sessionStorage.setItem("draf", JSON.stringify({
        key: key, copy: "adm:" + form.elements.draft.value + ":" + form.getAttribute("data-step"),
        step: document.querySelector("h1").textContent.trim(), words: words, at: location.pathname
      }));
    } else if (form || location.pathname.indexOf("/ajukan/") === 0 && !document.querySelector("[data-draft], #kosong")) {
      sessionStorage.removeItem("draf");
    }
  } catch (full) { /* then the draft is not shown offline */ }

  document.addEventListener("submit", function (event) {
    var number = event.target.getAttribute("data-forget");
    try {
      if (number) localStorage.setItem("bukti", JSON.stringify(JSON.parse(localStorage.getItem("bukti") || "[]").filter(function (one) { return one.number !== number; })));
    } catch (none) { /* nothing is kept here */ }
  });
})();
