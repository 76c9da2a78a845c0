/* The receipt: kept on this device for hours without a network, and shared as a picture where the browser can. */
(function () {
  "use strict";
  var data = document.getElementById("bukti"), line = document.getElementById("luring-siap");
  var button = document.querySelector("[data-share]");

  function keep() {
    var one = JSON.parse(data.textContent), all = JSON.parse(localStorage.getItem("bukti") || "[]");
    one.qr = document.querySelector(".receipt img").src;
    one.at = Date.now();
    one.until = Date.parse(line.getAttribute("data-until"));
    all = all.filter(function (other) { return other.number !== one.number && other.until > one.at; });
    localStorage.setItem("bukti", JSON.stringify([one].concat(all).slice(0, 5)));
    line.hidden = false;
  }
  if (data && "serviceWorker" in navigator) {
    try { keep(); } catch (full) { /* the picture and the PDF are still there */ }
  }

  if (!button || !navigator.canShare || !window.fetch || !window.File) return;
  var name = button.getAttribute("data-name"), text = button.getAttribute("data-text");
  if (!navigator.canShare({ files: [new File([], name, { type: "image/png" })] })) return;
  button.hidden = false;
  button.addEventListener("click", function () {
    fetch(button.getAttribute("data-share"), { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.blob();
    }).then(function (picture) {
      return navigator.share({ files: [new File([picture], name, { type: "image/png" })], text: text });
    }).catch(function (problem) {
      /* Closing the list of apps is no problem; without a network the message alone still goes. */
      if (problem.name !== "AbortError" && problem.name !== "InvalidStateError") navigator.share({ text: text }).catch(function () { });
    });
  });
})();
