/* The forecast of blanks: what follows from an assumption is shown while it is typed. Works without: the form is sent. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-live]");
  if (!form || !window.fetch || !window.URLSearchParams || !window.DOMParser) return;
  var place = document.getElementById(form.getAttribute("data-live"));
  var told = document.getElementById("kabar");
  var QUIET = 250;
  var timer = null, asked = 0, last = null, shown = location.search;

  function query() {
    var typed = new URLSearchParams();
    form.querySelectorAll("input[name]").forEach(function (input) {
      if (input.value !== "") typed.set(input.name, input.value);
    });
    return typed.toString();
  }

  /* Messages stand before their input, in a part of their own. */
  function errors(page) {
    form.querySelectorAll("input[name]").forEach(function (input) {
      var then = page.getElementById(input.id), field = input.closest(".field");
      if (!then || !field) return;
      var old = document.getElementById(input.id + "_error"), fresh = page.getElementById(input.id + "_error");
      if (old) old.remove();
      if (fresh) input.parentNode.insertBefore(fresh, input);
      field.classList.toggle("wrong", !!fresh);
      ["aria-invalid", "aria-describedby"].forEach(function (name) {
        var value = then.getAttribute(name);
        if (value === null) input.removeAttribute(name); else input.setAttribute(name, value);
      });
    });
  }

  /* One step back for each field that was changed, not for each key. */
  function remember(address, input) {
    if (address === location.pathname + location.search) return;
    if (last === input) history.replaceState(null, "", address); else history.pushState(null, "", address);
    last = input;
    shown = location.search;
  }

  function show(number, address, input, answer) {
    return answer.text().then(function (text) {
      if (number !== asked) return;
      var page = new DOMParser().parseFromString(text, "text/html");
      var fresh = page.getElementById(place.id);
      if (!fresh) throw new Error(answer.status);
      errors(page);
      told.textContent = answer.ok ? "Gambar dan tabel sudah dihitung ulang." : "Ada isian yang perlu dibetulkan.";
      var open = place.querySelector("details[open]");
      place.innerHTML = fresh.innerHTML;
      if (open) place.querySelector("details").open = true;
      remember(address, input);
    });
  }

  function ask(input) {
    var typed = query(), address = form.getAttribute("action").split("#")[0] + (typed ? "?" + typed : "");
    var number = asked += 1;
    fetch(address, { credentials: "same-origin", redirect: "error" })
      .then(show.bind(null, number, address, input))
      .catch(function () {
        if (number === asked) told.textContent = "Belum dihitung ulang. Periksa sambungan, lalu tekan Hitung.";
      });
  }

  form.addEventListener("input", function (event) {
    clearTimeout(timer);
    timer = setTimeout(ask, QUIET, event.target);
  });
  window.addEventListener("popstate", function () { if (location.search !== shown) location.reload(); });
})();
