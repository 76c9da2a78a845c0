/* The address step: the office of the kelurahan as soon as it is chosen. Without it the next page says which. */
(function () {
  "use strict";
  var box = document.getElementById("kantor"), select = document.getElementById("id_kelurahan");
  var shown = select.value;
  /* The copy of what was typed may have come back before this script did. */
  if (!box.firstChild) shown = "";

  function show() {
    var wanted = select.value;
    if (wanted === shown) return;
    shown = wanted;
    box.textContent = "";
    if (!wanted || !window.fetch) return;
    fetch(box.getAttribute("data-at").replace("/0/", "/" + wanted + "/"), { credentials: "same-origin" }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (html) {
      if (wanted === shown) box.innerHTML = html;
    }).catch(function () { /* without a network: the next page shows it */ });
  }
  select.form.addEventListener("change", show);
  show();
})();
