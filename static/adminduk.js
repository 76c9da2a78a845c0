/* Small help on top of pages that work without it. */
(function () {
  "use strict";
  var summary = document.querySelector(".errors");
  if (summary) summary.focus();

  function allow(form) {
    form.removeAttribute("data-sent");
    form.querySelectorAll("[type=submit][aria-disabled]").forEach(function (button) {
      button.removeAttribute("aria-disabled");
    });
  }

  /* The button stays enabled for the browser, so that its own name and value are still sent. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.hasAttribute("data-sent")) return event.preventDefault();
    form.setAttribute("data-sent", "");
    form.querySelectorAll("[type=submit]").forEach(function (button) {
      button.setAttribute("aria-disabled", "true");
    });
    setTimeout(allow, 15000, form);
  });

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(allow);
  });

  document.addEventListener("focusout", function (event) {
    var input = event.target;
    if (!input.classList || !input.classList.contains("nik")) return;
    var digits = input.value.replace(/[\s.\-]/g, "");
    if (/^\d{16}$/.test(digits)) input.value = digits.replace(/(\d{4})(?=\d)/g, "$1 ");
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
    var opener = event.target.closest("[data-dialog]");
    var dialog = opener && document.getElementById(opener.getAttribute("data-dialog"));
    if (!dialog || !dialog.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });
})();
