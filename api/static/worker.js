// Opens the station without a network: a service worker, before whose lines the service puts `SHELL`, the names
// of a page that was drawn for nobody and of its files. Nothing else is kept: no answer of the service, no film.

const PREFIX = "sixface-shell-"; // also in parting.js
const NAME = PREFIX + SHELL.version;
const PATIENCE = 5000; // ms; a hall's network that takes longer for a page is none
const GATES = [502, 503, 504]; // a proxy answers, and nobody behind it

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clean()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || request.method !== "GET") return;
  if (request.mode === "navigate" && pathname === "/film") event.respondWith(page(event));
  else if (SHELL.parts.includes(pathname)) event.respondWith(part(request));
});

/** The page as the network gives it, else as it is kept; what is asked for with it, the page reads itself. */
async function page(event) {
  const own = await found(SHELL.page);
  const asked = fetch(event.request);
  try {
    const answer = await (own ? within(asked, PATIENCE) : asked);
    if (answer.ok && !own) event.waitUntil(keep().catch(() => {})); // parting.js took it away, and somebody is back
    if (!own || !GATES.includes(answer.status)) return answer;
  } catch (error) {
    if (!own) throw error;
  }
  return own;
}

async function part(request) {
  return (await found(request.url)) ?? fetch(request);
}

async function found(address) {
  return (await caches.has(NAME)) ? (await caches.open(NAME)).match(address, { ignoreVary: true }) : undefined;
}

/** All of it or nothing, and always of this moment. */
async function keep() {
  const cache = await caches.open(NAME);
  await cache.addAll([SHELL.page, ...SHELL.parts].map((address) => new Request(address, { cache: "no-cache" })));
}

/** Forget other versions, and other languages. */
async function clean() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(names.map((name) => caches.delete(name)));
}

function within(asked, time) {
  asked.catch(() => {}); // when nobody waits for it any more
  return Promise.race([asked, new Promise((_, reject) => setTimeout(() => reject(new Error("late")), time))]);
}
