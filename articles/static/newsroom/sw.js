// Keeps the last two issues that were opened, for reading without a connection.
// The network is always asked first: a kept copy is shown only where there is no connection, and
// with a notice. What the paper answers 404 or 410 for is thrown away. The desk is never touched.
"use strict";

const ISSUE = "newsroom-issue:";
const SHELL = "newsroom-shell";
const MOST_ISSUES = 2;
const PATIENCE = 20000;
const OFFLINE = "/offline/";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(SHELL).then((cache) => cache.add(OFFLINE)).catch(() => {}).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (/^\/(admin|api|healthz|readyz|sw\.js)(\/|$)/.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (/\.(css|js|svg|png|webp|jpg)$/.test(url.pathname)) event.respondWith(part(request, url));
});

self.addEventListener("message", (event) => {
  const told = event.data || {};
  if (told.what === "keep") event.waitUntil(keep(told.issue).catch(() => {}));
});

// A page: from the paper; without a connection, the copy that is kept.
async function page(request, url) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status === 404 || answer.status === 410) await forget(url.pathname);
    return answer;
  } catch {
    const copy = (await kept(url.pathname)) || (await newest(url.pathname));
    if (copy) return noticed(copy);
    const notice = await caches.match(OFFLINE);
    return notice || Response.error();
  }
}

// A style or a picture: the same, without words.
async function part(request, url) {
  try {
    const answer = await fetch(request);
    if (answer.status === 404 || answer.status === 410) await forget(url.pathname);
    else if (answer.ok && url.pathname.startsWith("/static/")) {
      const cache = await caches.open(SHELL);
      await cache.put(url.pathname, answer.clone());
    }
    return answer;
  } catch {
    return (await kept(url.pathname)) || near(url.pathname) || Response.error();
  }
}

// Another width of a picture serves where the one asked for is not kept.
async function near(pathname) {
  const name = pathname.match(/^\/media\/([0-9a-f]{32})-/);
  if (!name) return Response.error();
  for (const title of await issues()) {
    const cache = await caches.open(title);
    for (const one of await cache.keys()) {
      if (new URL(one.url).pathname.startsWith(`/media/${name[1]}-`)) return cache.match(one);
    }
  }
  return Response.error();
}

async function kept(pathname) {
  const found = await caches.match(pathname, { ignoreSearch: true });
  return found;
}

// The front, without a connection, is the newest issue that is kept of its edition.
async function newest(pathname) {
  const titles = (await issues()).filter((title) => pathname === "/" || title.startsWith(ISSUE + pathname));
  if (!titles.length || !/^\/([^/]+\/)?$/.test(pathname)) return undefined;
  const last = titles.sort().at(-1);
  return (await caches.open(last)).match(last.slice(ISSUE.length));
}

// Keep an issue: its pages, stories and pictures, one after another, and let the third last go.
async function keep(issue) {
  const answer = await fetch(`${issue}offline.json`);
  if (!answer.ok) return answer.status === 404 ? forgetIssue(issue) : undefined;
  const parts = await answer.json();
  const title = ISSUE + issue;
  await caches.delete(title);
  const cache = await caches.open(title);
  for (const address of [...parts.pages, ...parts.pictures]) {
    try {
      const got = await fetch(address);
      if (got.ok && !got.redirected) await cache.put(address, got);
    } catch {
      break; // the connection went: what is there is there
    }
  }
  await shell(cache, parts.pages[0]);
  const order = [...(await opened()).filter((one) => one !== title), title];
  for (const old of order.slice(0, -MOST_ISSUES)) await caches.delete(old);
  await remember(order.slice(-MOST_ISSUES));
  for (const client of await self.clients.matchAll()) client.postMessage({ what: "kept", issue });
}

// The styles and scripts that an issue's page names.
async function shell(cache, address) {
  const first = await cache.match(address);
  if (!first) return;
  const words = await first.text();
  const named = [...words.matchAll(/(?:href|src)="(\/static\/[^"]+\.(?:css|js|svg|png))"/g)];
  const store = await caches.open(SHELL);
  for (const one of new Set(named.map((match) => match[1]))) await store.add(one).catch(() => {});
}

// The order in which issues were opened stands in the shell's cache: a worker has no other memory.
async function opened() {
  const written = await (await caches.open(SHELL)).match("/offline/opened");
  return written ? written.json() : [];
}

async function remember(order) {
  await (await caches.open(SHELL)).put("/offline/opened", new Response(JSON.stringify(order)));
}

async function issues() {
  return (await caches.keys()).filter((title) => title.startsWith(ISSUE));
}

async function forget(pathname) {
  for (const title of await issues()) {
    await (await caches.open(title)).delete(pathname, { ignoreSearch: true });
  }
}

async function forgetIssue(issue) {
  await caches.delete(ISSUE + issue);
  await remember((await opened()).filter((one) => one !== ISSUE + issue));
}

// A kept page says that it is one. The words come with the page, in its language.
async function noticed(copy) {
  const words = await copy.text();
  const told = words.match(/<meta name="offline-notice" content="([^"]*)">/);
  const notice = told ? `<p class="offline" role="status">${told[1]}</p>` : "";
  const headers = new Headers(copy.headers);
  headers.delete("content-length");
  headers.delete("content-encoding");
  return new Response(words.replace(/(<body[^>]*>)/, `$1${notice}`), { status: 200, headers });
}
