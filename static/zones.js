/* The test of a number: look again every three seconds while the message is on its way. Without it there is a link. */
(function () {
  "use strict";
  var turns = 100;
  function look() {
    var place = document.getElementById("uji"), address = place && place.getAttribute("data-again");
    if (!address || !window.fetch || turns-- < 1) return;
    fetch(address, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error("away");
      return answer.text();
    }).then(function (page) {
      var news = new DOMParser().parseFromString(page, "text/html").getElementById("uji");
      if (news && news.innerHTML !== place.innerHTML) {
        place.innerHTML = news.innerHTML;
        if (news.hasAttribute("data-again")) return;
        place.removeAttribute("data-again");
      }
    }).catch(function () {}).then(function () { setTimeout(look, 3000); });
  }
  setTimeout(look, 2000);
})();
