// Keeps the last two issues that were opened, for reading without a connection.
// The network is always asked first: a kept copy is shown only where there is no connection, and
// with a notice. The desk is never touched.
//
// An issue is kept under a title that names its state. A new state is gathered beside the kept one,
// which serves until the new one is whole: where the connection breaks, gathering goes on next time.
// What the paper has taken down is thrown away at once, with every kept page that names it.
"use strict";

const ISSUE = "newsroom-issue:";
const SHELL = "newsroom-shell";
const MOST_ISSUES = 2;
const PATIENCE = 20000;
const A_MINUTE = 60000;
const A_DAY = 24 * 60 * A_MINUTE;
const OFFLINE = "/offline/";
const OPENED = "/offline/opened";

self.addEventListener("install", (event) => {
  event.waitUntil(notice().catch(() => {}).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (/^\/(admin|api|healthz|readyz|sw\.js)(\/|$)/.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event, request, url));
  else if (/\.(css|js|svg|png|avif|webp|jpg)$/.test(url.pathname)) event.respondWith(part(request, url));
});

self.addEventListener("message", (event) => {
  const told = event.data || {};
  if (told.what === "keep") event.waitUntil(inTurn(() => keep(told.issue, true)));
  if (told.what === "look") {
    looked = 0;
    event.waitUntil(inTurn(look));
  }
});

// One thing after another: two tabs do not keep the same issue at once.
let last = Promise.resolve();
function inTurn(act) {
  last = last.then(act).catch(() => {}); // the connection went: what is there is there
  return last;
}

// -- what a tab asks for --

// A page: from the paper; without a connection, the copy that is kept.
async function page(event, request, url) {
  try {
    const answer = await patiently(request);
    if (answer.status === 404 || answer.status === 410) await forget(url.pathname);
    event.waitUntil(inTurn(look));
    return answer;
  } catch {
    const copy = (await kept(url.pathname)) || (await newest(url.pathname));
    return copy ? noticed(copy) : notKept();
  }
}

// No answer for so long is no connection. Once it has begun, an answer may take its time.
async function patiently(request) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    return await fetch(request, { signal: patience.signal });
  } finally {
    clearTimeout(timer);
  }
}

// A style or a picture: the same, without words.
async function part(request, url) {
  try {
    const answer = await fetch(request);
    if (answer.status === 404 || answer.status === 410) await forget(url.pathname);
    return answer;
  } catch {
    return (await kept(url.pathname)) || (await near(url.pathname)) || Response.error();
  }
}

// A browser asks for the width and the format that suit it; one copy of each picture is kept.
async function near(pathname) {
  const name = pathname.match(/^\/media\/(?:pages\/)?[0-9a-f]{32}-/);
  if (!name) return undefined;
  for (const one of await opened()) {
    const found = one.pictures.find((picture) => picture.startsWith(name[0]));
    if (found) return (await caches.open(one.title)).match(found);
  }
  return undefined;
}

async function kept(pathname) {
  for (const one of (await opened()).reverse()) {
    const found = await (await caches.open(one.title)).match(pathname);
    if (found) return found;
  }
  return (await caches.open(SHELL)).match(pathname);
}

// The front, without a connection, is the issue opened last; an edition's, its newest kept issue.
async function newest(pathname) {
  if (!/^\/([^/]+\/)?$/.test(pathname)) return undefined;
  const known = await opened();
  const own = known.filter((one) => one.issue.startsWith(pathname)).sort((one, other) => (one.issue < other.issue ? -1 : 1));
  const found = (pathname === "/" ? known : own).at(-1);
  return found && (await caches.open(found.title)).match(found.issue);
}

// -- keeping --

// Is what is kept still what the paper says? Asked with the pages that are opened, each minute.
let looked = 0;
async function look() {
  if (Date.now() - looked < A_MINUTE) return;
  for (const one of await opened()) await keep(one.issue, false);
  looked = Date.now();
}

// Keep an issue: its pages, stories and pictures. Opening it makes it the last of those kept.
async function keep(issue, opening) {
  const answer = await fetch(`${issue}offline.json`);
  if (answer.status === 404) return forgetIssue(issue);
  if (!answer.ok) return undefined;
  const told = await answer.json();
  const old = (await opened()).find((one) => one.issue === issue);
  for (const address of old ? old.pages : []) if (!told.pages.includes(address)) await forget(address);
  // Anew each day, too: what stands around the pages may have changed.
  const title = `${ISSUE}${issue}#${told.state}-${Math.floor(Date.now() / A_DAY)}`;
  const known = (await opened()).filter((one) => one.issue !== issue);
  if (old && old.title === title) return opening ? remember([...known, old]) : undefined;
  await sweep(title);
  await gather(title, told, old);
  const made = { issue, title, pages: told.pages, pictures: told.pictures };
  const order = (await opened()).map((one) => (one.issue === issue ? made : one));
  await remember(opening || !old ? [...known, made] : order);
  await notice().catch(() => {});
  for (const client of await self.clients.matchAll()) client.postMessage({ what: "kept", issue });
  return undefined;
}

// Everything that is not there yet, one after another. Throws where the connection breaks.
async function gather(title, told, old) {
  const cache = await caches.open(title);
  const styles = new Set();
  for (const address of told.pages) {
    if (!(await cache.match(address)) && !(await fetched(cache, address, told.pages))) continue;
    for (const style of stylesIn(await (await cache.match(address)).text())) styles.add(style);
  }
  for (const address of styles) await fetched(cache, address);
  for (const address of told.pictures) {
    if (await cache.match(address)) continue;
    // A picture's name is its bytes': the one that is kept already is the same.
    const had = old && (await (await caches.open(old.title)).match(address));
    if (had) await cache.put(address, had);
    else await fetched(cache, address);
  }
}

// Whether it was there to be kept. What is broken for now is tried again another time. Of a page, with
// the addresses that are kept beside it.
async function fetched(cache, address, pages) {
  const got = await fetch(address);
  if (got.status >= 500) throw new Error(`${address}: ${got.status}`);
  if (!got.ok || got.redirected) return false;
  await cache.put(address, pages ? answered(withoutOthers(await got.text(), pages), got) : got);
  return true;
}

// A page without other issues' stories ("Related"): they are not kept, and this device would not be
// told when one of them is taken down.
function withoutOthers(words, pages) {
  const own = (whole, address) => (pages.includes(address) ? whole : "");
  return words
    .replace(/<li[^>]*><a [^>]*href="(\/stories\/[^"?]*)[^>]*>.*?<\/li>/gs, own)
    .replace(/<a rel="(?:prev|next)" href="(\/stories\/[^"?]*)[^>]*>.*?<\/a>/gs, own)
    .replace(/<nav [^>]*>\s*<h2[^>]*>[^<]*<\/h2>\s*<ul class="heads"><\/ul>\s*<\/nav>/g, "");
}

function stylesIn(words) {
  return [...words.matchAll(/(?:href|src)="(\/static\/[^"]+\.(?:css|js|svg|png))"/g)].map((match) => match[1]);
}

// What is shown for a page that is not kept, with its styles.
async function notice() {
  const cache = await caches.open(SHELL);
  const own = (await opened()).at(-1); // in the language of the edition that is read here
  const found = await fetch(own ? `${OFFLINE}?edition=${own.issue.split("/")[1]}` : OFFLINE);
  if (!found.ok) throw new Error(`${OFFLINE}: ${found.status}`);
  await cache.put(OFFLINE, found);
  const styles = stylesIn(await (await cache.match(OFFLINE)).text());
  for (const address of styles) await fetched(cache, address);
  for (const one of await cache.keys()) {
    const { pathname } = new URL(one.url);
    if (pathname.startsWith("/static/") && !styles.includes(pathname)) await cache.delete(one);
  }
}

// -- memory --

// The issues that are kept whole, in the order in which they were opened: a worker is ended at any
// time, and has no memory but its caches.
async function opened() {
  const written = await (await caches.open(SHELL)).match(OPENED);
  const known = written ? await written.json() : [];
  return known.filter((one) => one.issue); // an earlier worker wrote titles alone
}

async function remember(order) {
  await (await caches.open(SHELL)).put(OPENED, new Response(JSON.stringify(order.slice(-MOST_ISSUES))));
  await sweep();
}

// What was gathered and is not wanted any more.
async function sweep(gathering) {
  const wanted = new Set([gathering, ...(await opened()).map((one) => one.title)]);
  for (const title of await caches.keys()) {
    if (title.startsWith(ISSUE) && !wanted.has(title)) await caches.delete(title);
  }
}

// An address that leads nowhere any more, and the kept pages that name it. They are kept again with
// the issue's new state.
async function forget(pathname) {
  const titles = (await caches.keys()).filter((title) => title.startsWith(ISSUE));
  const all = await Promise.all(titles.map((title) => caches.open(title)));
  const had = await Promise.all(all.map((cache) => cache.delete(pathname)));
  if (!had.includes(true)) return;
  looked = 0;
  for (const cache of all) {
    for (const one of await cache.keys()) {
      if (!one.url.endsWith("/")) continue; // a picture or a style
      const words = await (await cache.match(one)).text();
      if (words.includes(`"${pathname}"`) || words.includes(`"${pathname}?`)) await cache.delete(one);
    }
  }
}

async function forgetIssue(issue) {
  await remember((await opened()).filter((one) => one.issue !== issue));
}

// What is shown for a page that is not kept: with the issues that are, by the titles of their pages.
async function notKept() {
  const found = await (await caches.open(SHELL)).match(OFFLINE);
  if (!found) return Response.error();
  const items = [];
  for (const one of (await opened()).reverse()) {
    const copy = await (await caches.open(one.title)).match(one.issue);
    const [, language, title] = copy ? (await copy.text()).match(/<html lang="([^"]*)".*?<title>([^<]*)</s) : [];
    if (title) items.push(`<li lang="${language}"><a href="${one.issue}">${title}</a></li>`);
  }
  const words = await found.text();
  const list = words.replace(/(<nav class="kept") hidden(.*?<ul[^>]*>)/s, (_, start, rest) => start + rest + items.join(""));
  return answered(items.length ? list : words, found);
}

// A kept page says that it is one. The words come with the page, in its language.
async function noticed(copy) {
  const words = await copy.text();
  const told = words.match(/<meta name="offline-notice" content="([^"]*)">/);
  const shown = told ? `<p class="offline" role="status">${told[1]}</p>` : "";
  return answered(words.replace(/(<body[^>]*>)/, `$1${shown}`), copy);
}

function answered(words, as) {
  const headers = new Headers(as.headers);
  headers.delete("content-length");
  headers.delete("content-encoding");
  return new Response(words, { status: 200, headers });
}
