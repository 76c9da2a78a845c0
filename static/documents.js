/* Sends each file by itself; without it they go with the form. */
const spare = document.getElementById("berkas-kiriman");
if (spare) {
  const form = spare.closest("form"), news = document.getElementById("berkas-kabar");
  const { limits, words } = JSON.parse(spare.dataset.setup), fine = new Set();
  let queue = [], working, onward, replaces, wake = () => {};

  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (all, key) => values[key]);
  const say = (block, text, file) => {
    news.textContent = fill(text, { document: block.dataset.document, file });
  };

  const draw = (picture, side) => {
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    const ratio = Math.min(1, side / Math.max(picture.width, picture.height));
    const w = canvas.width = Math.ceil(picture.width * ratio), h = canvas.height = Math.ceil(picture.height * ratio);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, w, h);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, w, h);
    return canvas;
  };

  const spread = (count, value) => {
    let sum = 0, squares = 0;
    for (let n = 0; n < count; n++) {
      const v = value(n);
      sum += v;
      squares += v * v;
    }
    return [sum / count, squares / count - (sum / count) ** 2];
  };

  /* As files/hints.py does. */
  const look = (picture, shorter) => {
    const canvas = draw(picture, limits.analysed_side), w = canvas.width, h = canvas.height, tiles = limits.tiles;
    const data = canvas.getContext("2d").getImageData(0, 0, w, h).data, grey = new Uint8Array(w * h);
    const floor = Math.floor, columns = floor((w - 2) / tiles), rows = floor((h - 2) / tiles);
    const [light, contrast] = spread(w * h, (n) => {
      grey[n] = (299 * data[4 * n] + 587 * data[4 * n + 1] + 114 * data[4 * n + 2]) / 1000;
      return grey[n];
    });
    const edges = Array.from({ length: tiles * tiles }, (none, tile) => spread(rows * columns, (n) => {
      const x = (tile % tiles) * columns + n % columns, y = floor(tile / tiles) * rows + floor(n / columns);
      const i = (y + 1) * w + x + 1, edge = grey[i - 1] + grey[i + 1] + grey[i - w] + grey[i + w] - 4 * grey[i];
      return Math.max(-128, Math.min(127, edge));
    })[1]);
    const sharp = edges.sort((a, b) => b - a).slice(0, limits.sharpest).reduce((a, b) => a + b) / limits.sharpest;
    const blurred = contrast >= limits.blank_below ** 2 && sharp < limits.blurred_below;
    return [
      light < limits.dark_below && words.dark,
      blurred && words.blurred,
      shorter < limits.small_below && words.too_small,
    ].filter(Boolean).join(" ");
  };

  /* What does not become smaller goes as it is. */
  const prepare = async (item) => {
    const image = new Image();
    item.blob = item.file;
    if (!CSS.supports("image-orientation", "from-image")) return;
    try {
      image.src = URL.createObjectURL(item.file);
      await image.decode();
      const canvas = draw(image, limits.max_side);
      item.hint = look(canvas, Math.min(image.width, image.height));
      item.li.prepend(draw(canvas, 112));
      const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", limits.quality));
      if (small.size < item.file.size) item.blob = small;
    } catch (e) {}
    URL.revokeObjectURL(image.src);
  };

  /* Changes the page without losing the focus. */
  const change = (block, how) => {
    const held = block.contains(document.activeElement) && document.activeElement, li = held && held.closest("li");
    how();
    if (!held || held.offsetParent) return;
    const same = held.value && block.querySelector(`[value="${held.value}"]`);
    const beside = block.contains(li) && li.querySelector("button:not([hidden])");
    (same || beside || block.querySelector("[data-buttons] button:not([hidden])")).focus();
  };

  const show = (item, text, buttons, tone) => change(item.block, () => {
    const li = item.li, hint = li.querySelector("[data-hint]"), busy = buttons === "cancel";
    const doubt = item.hint && !item.fine && busy;
    item.shown = [text, buttons, tone];
    li.className = tone || (doubt ? "warn" : "act");
    li.querySelector("[data-says]").textContent = text;
    li.querySelector("progress").hidden = !busy;
    hint.hidden = !doubt;
    hint.lastElementChild.textContent = item.hint;
    li.querySelectorAll("[data-do]").forEach((button) => {
      button.hidden = !(doubt ? buttons + "again fine" : buttons).includes(button.dataset.do);
    });
  });

  const list = (block, answer) => change(block, () => {
    if (answer) block.querySelector("[data-stored]").innerHTML = answer.files;
    block.querySelectorAll("[data-hinted]").forEach((row) => {
      row.hidden = fine.has(row.dataset.hinted);
    });
  });

  const leave = (item) => {
    queue = queue.filter((other) => other !== item);
  };

  const drop = (item) => change(item.block, () => {
    const place = item.li.parentNode;
    leave(item);
    item.gone = true;
    /* What has arrived is taken back later. */
    if (item.request && !item.arrived) item.request.abort();
    wake();
    item.li.remove();
    place.hidden = !place.firstElementChild;
  });

  const stop = (item, text, buttons) => {
    item.failed = true;
    show(item, text, buttons, "bad");
    say(item.block, "%(document)s: " + text);
  };

  const refuse = (item, text) => {
    leave(item);
    stop(item, text, "again close");
  };

  const post = (fields, moved, item) => new Promise((done) => {
    const request = new XMLHttpRequest(), data = new FormData(form);
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), limits.patience);
    };
    request.upload.onprogress = (event) => {
      alive();
      moved(Math.floor(100 * event.loaded / event.total));
    };
    request.onloadend = () => {
      let answer;
      clearTimeout(timer);
      try {
        answer = JSON.parse(request.responseText);
      } catch (e) {}
      done([request.status, answer]);
    };
    fields.forEach((field) => data.append(...field));
    request.open("POST", location.href);
    request.setRequestHeader("Accept", "application/json");
    request.send(data);
    alive();
    if (item) item.request = request;
  });

  const remove = async (block, id) => {
    const [, answer] = await post([["unggah", block.dataset.code], ["hapus", id]], () => {});
    const row = block.querySelector(`[value="${id}"]`), done = answer && "files" in answer;
    if (done) list(block, answer);
    else if (row) row.previousElementSibling.lastElementChild.textContent = words.not_removed;
    say(block, done ? words.removed : words.not_removed);
  };

  const settle = (item, status, answer) => {
    const block = item.block, text = answer && answer.errors.join(" "), message = block.querySelector(".msg");
    if (status === 200 && answer) {
      if (item.fine) fine.add(answer.stored);
      if (message) message.remove();
      block.classList.remove("wrong");
      drop(item);
      list(block, answer);
      say(block, words.stored, item.file.name);
    } else if (status === 413 || status === 422 && answer) refuse(item, text || words.too_large);
    else if (status === 429) stop(item, text || words.too_many, "retry cancel");
    else {
      item.li.querySelector("[download]").href = URL.createObjectURL(item.blob);
      stop(item, text || words.gone, "retry save open cancel");
    }
  };

  const send = async (item) => {
    const { block, file } = item, code = block.dataset.code;
    const moved = (percent) => {
      item.arrived = percent === 100;
      item.li.querySelector("progress").value = percent;
      show(item, item.arrived ? words.checking : fill(words.sending, { percent }), "cancel");
    };
    say(block, words.started, file.name);
    show(item, words.preparing, "cancel");
    if (!item.blob) await prepare(item);
    if (item.hint) say(block, item.hint);
    if (item.blob.size > limits.max_bytes) return refuse(item, words.too_large);
    for (let turn = 0; !item.gone; turn++) {
      moved(0);
      const [status, answer] = await post([["unggah", code], [code, item.blob, "berkas"]], moved, item);
      if (item.gone) return answer && answer.stored && remove(block, answer.stored);
      if (status && status < 500) return settle(item, status, answer);
      if (turn === limits.waits.length) return stop(item, answer ? answer.errors[0] : words.lost, "retry cancel");
      show(item, words.broken, "cancel");
      await new Promise((done) => {
        wake = done;
        setTimeout(done, limits.waits[turn]);
      });
    }
  };

  const work = async () => {
    let item;
    if (working) return;
    working = true;
    while ((item = queue.find((each) => !each.failed))) await send(item);
    working = false;
    const button = onward;
    onward = null;
    if (button && queue.length) queue[0].li.querySelector("[data-do=retry]").focus();
    else if (button) button.click();
  };

  const retry = (items) => {
    items.forEach((item) => {
      item.failed = false;
      show(item, words.queued, "cancel");
    });
    work();
  };

  const add = (block, file) => {
    const place = block.querySelector("[data-sending]"), li = spare.content.firstElementChild.cloneNode(true);
    const item = li.item = { block, file, li };
    li.querySelector("b").textContent = file.name;
    li.querySelectorAll(".sr").forEach((part) => {
      part.textContent = ` ${file.name}`;
    });
    place.append(li);
    place.hidden = false;
    queue.push(item);
    retry([item]);
  };

  /* `before`: once a file was chosen, not when the camera is closed. */
  const choose = (block, camera, before) => {
    const input = block.querySelector("[type=file]");
    replaces = before;
    input.multiple = !camera;
    input.accept = camera ? "image/*" : input.dataset.accept;
    if (camera) input.setAttribute("capture", "environment");
    else input.removeAttribute("capture");
    input.click();
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button"), block = button && button.closest("[data-code]");
    if (!block) return;
    const { item } = button.closest("li") || {}, row = button.closest("[data-hinted]");
    const act = {
      take: () => choose(block, true),
      pick: () => choose(block),
      retry: () => retry([item]),
      close: () => drop(item),
      cancel: () => {
        drop(item);
        say(block, words.cancelled, item.file.name);
      },
      again: () => choose(block, true, () => item ? drop(item) : remove(block, row.dataset.hinted)),
      fine: () => {
        if (item) item.fine = true;
        else fine.add(row.dataset.hinted);
        if (item) show(item, ...item.shown);
        else list(block);
      },
    }[button.dataset.do];
    if (act) act();
    else if (button.name === "hapus") {
      event.preventDefault();
      remove(block, button.value);
    }
  });

  /* The form waits for what is on its way. */
  form.addEventListener("submit", (event) => {
    if (!queue.length) return;
    event.preventDefault();
    onward = event.submitter || document.activeElement;
    news.textContent = words.hold;
    retry(queue.filter((item) => item.failed));
  });
  addEventListener("beforeunload", (event) => {
    if (queue.length) event.preventDefault();
  });
  addEventListener("online", () => {
    wake();
    retry(queue.filter((item) => item.failed));
  });

  form.querySelectorAll("[data-plain]").forEach((part) => part.remove());
  form.ready = (block) => {
    const input = block.querySelector("[type=file]"), [take, pick] = block.querySelectorAll("[data-buttons] button");
    const camera = matchMedia("(pointer: coarse)").matches;
    take.parentNode.hidden = false;
    input.hidden = true;
    take.hidden = !camera;
    (camera ? take : pick).id = input.id;
    input.removeAttribute("id");
    input.dataset.accept = input.accept;
    input.onchange = () => {
      const files = [...input.files];
      if (files.length && replaces) replaces();
      replaces = null;
      input.value = "";
      files.forEach((file) => add(block, file));
    };
    input.onchange();
    list(block);
  };
  form.querySelectorAll("[data-code]").forEach(form.ready);
}
