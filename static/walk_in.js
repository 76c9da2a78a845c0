/* The counter: keeps each change, asks for what it leads to, and lets Enter go on to the next thing that is still
   empty. The pages work without it. */
const form = document.getElementById("langkah") || document.getElementById("terima");
const kept = document.getElementById("tersimpan");
let timer, working = false, again = false;

/* Parts that ask the same as before stay as they are; papers keep what is on its way. */
const change = (name, fresh) => {
  const part = form.querySelector(`[data-part="${name}"]`), held = document.activeElement;
  if (part.dataset.keys === fresh.keys) return;
  const sheet = document.createElement("template");
  sheet.innerHTML = fresh.html;
  sheet.content.querySelectorAll("[data-plain]").forEach((plain) => plain.remove());
  part.querySelectorAll("[data-paper]").forEach((paper) => {
    const same = sheet.content.querySelector(`[data-paper="${paper.dataset.paper}"]`);
    if (same) same.replaceWith(paper);
    else paper.querySelectorAll("[data-sending] [data-do=cancel]").forEach((button) => button.click());
  });
  const added = [...sheet.content.querySelectorAll("[data-code]")];
  part.replaceChildren(sheet.content);
  part.dataset.keys = fresh.keys;
  added.forEach(form.ready);
  const same = held && held.id && document.getElementById(held.id);
  if (same && same !== document.activeElement && part.contains(same)) same.focus();
};

const keep = async () => {
  if (working) {
    again = true;
    return;
  }
  working = true;
  const data = new FormData(form);
  [...data].forEach(([name, value]) => value instanceof File && data.delete(name));
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    if (answer.ok) {
      Object.entries(await answer.json()).forEach(([name, fresh]) => change(name, fresh));
      kept.textContent = "Tersimpan.";
    } else kept.textContent = "Belum tersimpan.";
  } catch (e) {
    kept.textContent = "Belum tersimpan: tidak ada sambungan.";
  }
  working = false;
  if (again) {
    again = false;
    keep();
  }
};

/* A file's own input changes too: documents.js sends that. */
if (form && form.id === "langkah") {
  form.addEventListener("change", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    if ("reloads" in event.target.dataset) form.requestSubmit(form.querySelector("[name=simpan]"));
    else timer = setTimeout(keep, 250);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}

const isOpen = (stop) => {
  if (!stop.offsetParent || stop.type === "hidden") return false;
  if (stop.type === "radio") return !form.querySelector(`[name="${stop.name}"]:checked`);
  return stop.type === "checkbox" ? !stop.checked : stop.tagName === "BUTTON" || !stop.value;
};

if (form) {
  const first = form.querySelector("#id_name");
  if (first && !first.value && !document.querySelector(".errors")) first.focus();

  form.addEventListener("keydown", (event) => {
    const here = event.target;
    if (event.key !== "Enter" || event.isComposing || here.tagName !== "INPUT" && here.tagName !== "SELECT") return;
    event.preventDefault();
    const stops = [...form.querySelectorAll("input, select, textarea, button")];
    const next = stops.slice(stops.indexOf(here) + 1).find(isOpen);
    if (next) next.focus();
  });

  const all = form.querySelector("[data-all-kept]");
  if (all) {
    all.hidden = false;
    all.querySelector("button").onclick = () => {
      form.querySelectorAll(".rule [type=checkbox]").forEach((box) => {
        box.checked = true;
      });
      form.querySelector("[name=people]").focus();
    };
  }
}
