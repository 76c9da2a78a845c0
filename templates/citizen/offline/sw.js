{% load i18n %}/* Without a network: the start page and the offline page open, marked as copies. Nothing that belongs to a person is
   stored here; only GET is looked at; staff pages are never touched. See docs/decisions/0013-offline.md. */
"use strict";
const CACHE = "adminduk-{{ version }}";
const START = "{% url 'start' %}", OFFLINE = "{% url 'offline' %}";
const FILES = {{ files|safe }};
const NEVER = {{ never|safe }};
const LANGUAGE = "{{ language }}";
const PATIENCE = 3000, DAY = 24 * 3600e3;

/* Pages are fetched without cookies: as everybody sees them, in the language chosen. Files mostly are here already. */
const EVERYBODYS = { credentials: "omit", cache: "no-cache", headers: { "X-Language": LANGUAGE } };

async function keep(path, how) {
  const answer = await fetch(path, how);
  if (!answer.ok) throw new Error(path);
  await (await caches.open(CACHE)).put(path, answer);
}

self.addEventListener("install", (event) => {
  const pages = [START, OFFLINE].map((path) => keep(path, EVERYBODYS));
  event.waitUntil(Promise.all(pages.concat(FILES.map((path) => keep(path)))).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("adminduk-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (FILES.includes(url.pathname)) event.respondWith(file(event.request, url.pathname));
  else if (event.request.mode === "navigate" && !NEVER.some((start) => url.pathname.startsWith(start))) event.respondWith(page(event, url.pathname));
});

async function file(request, path) {
  try {
    return await fetch(request);
  } catch (away) {
    return await kept(path) || Response.error();
  }
}

async function page(event, path) {
  const answer = network(event);
  if (path !== START) return answer.catch(() => copy(OFFLINE, "{% filter escapejs %}{% translate 'Anda sedang luring. Halaman yang Anda minta belum dapat dibuka.' %}{% endfilter %}"));
  const slow = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  try {
    const first = await Promise.race([answer, slow]);
    if (first) event.waitUntil(refresh());
    return first || await copy(START, "{% filter escapejs %}{% translate 'Sambungan Anda lambat.' %}{% endfilter %}") || await answer;
  } catch (away) {
    return await copy(START, "{% filter escapejs %}{% translate 'Anda sedang luring.' %}{% endfilter %}") || Response.error();
  }
}

async function network(event) {
  return await event.preloadResponse || fetch(event.request);
}

async function kept(path) {
  return (await caches.open(CACHE)).match(path);
}

async function refresh() {
  const now = await kept(START);
  if (!now || Date.now() - Date.parse(now.headers.get("Date")) > DAY) await keep(START, EVERYBODYS);
}

/* The copy says that it is one, above everything else on the page. */
async function copy(path, words) {
  const found = await kept(path);
  if (!found) return path === START ? undefined : Response.error();
  const since = "{% filter escapejs %}{% translate 'Ini salinan dari {moment}.' %}{% endfilter %}".replace("{moment}", moment(found.headers.get("Date")));
  const banner = `<div class="banner" role="status"><div class="wrap"><p><strong>${words}</strong> ${path === START ? since : ""}</p></div></div>`;
  return new Response((await found.text()).replace("<main", banner + "<main"), { headers: found.headers });
}

function moment(text) {
  const at = new Date(text), zone = { timeZone: "Asia/Jakarta" };
  const day = at.toLocaleDateString(LANGUAGE, { weekday: "long", day: "numeric", month: "long", year: "numeric", ...zone });
  const hour = at.toLocaleTimeString("id", { hour: "2-digit", minute: "2-digit", ...zone });
  return "{% filter escapejs %}{% translate '{day} pukul {hour} WIB' %}{% endfilter %}".replace("{day}", day).replace("{hour}", hour);
}
