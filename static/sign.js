/* The drawing pad of a signature: whole numbers in a frame of 600 × 200, as the server accepts them (rules/desk.py). */
(function () {
  "use strict";
  var pad = document.getElementById("kertas");
  var field = document.getElementById("id_signature");
  if (!pad || !field || !window.PointerEvent) return;
  var canvas = pad.querySelector("canvas");
  var pen = canvas.getContext("2d");
  var LONGEST = 20000, path = "", last = "", begun = false;
  pad.hidden = false;
  pen.lineWidth = 3;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#12262b";

  function at(event) {
    var frame = canvas.getBoundingClientRect();
    var fit = function (part, whole, most) { return Math.max(0, Math.min(most, Math.round(part / whole * most))); };
    return [fit(event.clientX - frame.left, frame.width, 600), fit(event.clientY - frame.top, frame.height, 200)];
  }

  canvas.addEventListener("pointerdown", function (event) {
    if (event.button) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    begun = true;
    var point = at(event);
    last = "M" + point.join(" ");
    pen.beginPath();
    pen.moveTo(point[0], point[1]);
  });

  canvas.addEventListener("pointermove", function (event) {
    if (!begun || path.length > LONGEST - 40) return;
    var point = at(event), next = "L" + point.join(" ");
    if (next.slice(1) === last.slice(1)) return;
    if (last.charAt(0) === "M") path += last;
    path += next;
    last = next;
    pen.lineTo(point[0], point[1]);
    pen.stroke();
  });

  function lift() {
    begun = false;
    field.value = path;
  }
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);

  function draw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (path) pen.stroke(new Path2D(path));
  }

  document.getElementById("hapus-tanda").addEventListener("click", function () {
    path = field.value = "";
    draw();
  });

  /* What was drawn before the page came back with something to put right is still there. */
  path = field.value;
  draw();
})();
