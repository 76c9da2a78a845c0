/* The page that waits for a message from the citizen's phone goes on by itself once the message has arrived. */
(function () {
  "use strict";
  var form = document.querySelector("[data-waits]");
  if (!form || !window.fetch) return;
  var EVERY = 4e3, SLOW = 20e3, line = form.querySelector("[data-line]"), timer;
  line.textContent = line.getAttribute("data-line");

  function later(wait) {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, wait);
  }

  function ask() {
    fetch(form.getAttribute("data-waits"), { credentials: "same-origin" }).then(function (answer) {
      if (answer.status === 403) return location.reload();
      if (!answer.ok) return later(SLOW);
      return answer.json().then(function (news) {
        if (news.state === "waiting") later(EVERY);
        else if (news.state === "arrived") form.submit();
        else location.reload();
      });
    }).catch(function () { later(SLOW); });
  }

  /* Whoever comes back from WhatsApp has just sent it. */
  document.addEventListener("visibilitychange", function () { if (document.hidden) clearTimeout(timer); else ask(); });
  later(EVERY);
})();
