/* An open tracking page asks now and then whether there is something new, and offers it; it never takes the page away. */
(function () {
  "use strict";
  var place = document.querySelector("[data-live]");
  if (!place || !window.fetch) return;
  var OFTEN = 30e3, SELDOM = 5 * 60e3, LIFE = 30 * 60e3, NOTICE = 5 * 60e3;
  var wait = OFTEN, last = Date.now(), timer, over = false;
  var said = function (name) { return place.getAttribute("data-" + name); };

  function say(text, link) {
    place.className = "notice act";
    place.textContent = "";
    var box = place.appendChild(document.createElement("div"));
    box.appendChild(document.createElement("p")).textContent = text;
    var button = box.appendChild(document.createElement("a"));
    button.className = "btn";
    button.href = location.pathname;
    button.textContent = link;
  }

  function stop(text, link) {
    over = true;
    clearTimeout(timer);
    say(text, link);
  }

  function resting() { return over || document.hidden || navigator.onLine === false; }

  function later() {
    clearTimeout(timer);
    if (!resting()) timer = setTimeout(ask, wait);
  }

  /* Nothing new: ask a little less often each time. No answer, or too many questions: much less often. */
  function slower(factor) {
    wait = Math.min(SELDOM, wait * factor);
    later();
  }

  function ask() {
    last = Date.now();
    fetch(said("live"), { credentials: "same-origin", headers: { "If-None-Match": '"' + said("state") + '"' } }).then(function (answer) {
      if (answer.status === 304) return slower(1.2);
      if (answer.status === 403) return stop(said("closed"), said("open"));
      if (!answer.ok) return slower(2);
      return answer.json().then(function (news) { stop(said("news").replace("{status}", news.status), said("load")); });
    }).catch(function () { slower(2); });
  }

  function wake() {
    wait = OFTEN;
    if (!resting() && Date.now() - last > OFTEN) ask();
    else later();
  }

  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  window.addEventListener("offline", wake);
  later();

  /* The page closes itself half an hour after it was last used: said in time, with one press to go on. */
  setTimeout(function () { if (!over) say(said("soon"), said("stay")); }, LIFE - NOTICE);
})();
