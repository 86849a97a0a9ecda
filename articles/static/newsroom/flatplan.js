/* The flatplan: dragging, moving by keyboard, the small forms in a dialog, and what others do.
   Everything here is a shortcut for a plain form that works without it. */
"use strict";

const plan = document.getElementById("flatplan");
const mayPlan = plan.hasAttribute("data-may-plan");
const saidLine = document.getElementById("said");
const dialog = document.getElementById("panel-dialog");
const address = location.pathname;
let seen = Number(plan.dataset.revision);
let token = plan.dataset.token;
let held = null; // what is being moved: {item, from, before, by: "mouse" | "keys"}
let pressed = false; // a mouse button is down: a drag may be about to begin
let queue = Promise.resolve(); // acts go one after another

function say(words, kind = "") {
  saidLine.className = `plan-said ${kind}`;
  saidLine.textContent = words;
}

/* -- what the server sent, so that only what changed is shown anew --------------------------------- */
const served = new Map();
function remember(root) {
  served.clear();
  for (const part of root.querySelectorAll("[data-part]")) served.set(part.id, part.outerHTML);
}
remember(document);

const busy = (part) => part.querySelector("form.credits-form") || (held && part.contains(held.item));

function show(fresh) {
  const now = fresh.getElementById("flatplan");
  if (!now) { location.reload(); return; } // signed out meanwhile
  const order = (root) => [...root.querySelectorAll(".sheet")].map((one) => one.id).join() + root.querySelectorAll(".spread").length;
  const focused = document.activeElement;
  const at = focused?.id;
  const top = focused && plan.contains(focused) ? focused.getBoundingClientRect().top : null;
  let late = false;
  const parts = [...now.querySelectorAll("[data-part]")];
  const others = new Map(parts.map((part) => [part.id, part.outerHTML]));
  if (order(document) !== order(fresh) && ![...document.querySelectorAll(".sheet")].some(busy)) {
    document.getElementById("spreads").replaceWith(now.querySelector("#spreads"));
    for (const [id, html] of others) if (id !== "tray") served.set(id, html);
  }
  for (const part of parts) {
    const old = document.getElementById(part.id);
    if (!old || served.get(part.id) === others.get(part.id)) continue;
    if (busy(old)) { late = true; old.classList.add("behind"); continue; }
    if (part.id === "tray") keepTyped(old, part);
    old.replaceWith(part);
    served.set(part.id, others.get(part.id));
  }
  for (const id of ["plan-bar", "lacks"]) {
    const old = document.getElementById(id), part = now.querySelector(`#${id}`);
    if (old && part && old.innerHTML !== part.innerHTML && !old.contains(document.activeElement)) old.innerHTML = part.innerHTML;
  }
  sizes();
  if (!late) { seen = Number(now.dataset.revision); token = now.dataset.token; }
  if (at && document.activeElement?.id !== at) {
    const again = document.getElementById(at);
    again?.focus({ preventScroll: true });
    if (again && top !== null) scrollBy(0, again.getBoundingClientRect().top - top);
  }
}

function keepTyped(old, fresh) {
  for (const field of old.querySelectorAll("input, select")) {
    const again = fresh.querySelector(`[name="${field.name}"]`);
    if (again) again.value = field.value;
  }
}

/* Nothing is taken from under the mouse: a sheet shown anew between press and drag would end the drag. */
async function untilReleased() {
  while (pressed || held?.by === "mouse") await new Promise((again) => setTimeout(again, 50));
}
plan.addEventListener("pointerdown", (event) => { pressed = event.pointerType === "mouse"; });
for (const end of ["pointerup", "pointercancel", "dragend", "blur"]) addEventListener(end, () => { pressed = false; });

async function refresh() {
  const answer = await fetch(address + location.search.replace(/([?&])panel=[^&]*&?/, "$1"), { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const html = await answer.text();
  await untilReleased();
  show(new DOMParser().parseFromString(html, "text/html"));
}

/* -- an act --------------------------------------------------------------------------------------- */
function act(fields, focus = null) {
  const form = new FormData(document.getElementById("acts"));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return send(form, focus);
}

function send(form, focus = null) {
  const sent = queue.then(async () => {
    form.set("revision", seen);
    form.set("_scripted", "1");
    let answer;
    try {
      answer = await fetch(address, { method: "POST", body: form });
      if (!answer.ok) throw new Error(answer.statusText);
      answer = await answer.json();
    } catch {
      say(plan.dataset.offline, "refused");
      await refresh().catch(() => {});
      return { done: false };
    }
    say(answer.said, answer.done ? "" : "refused");
    await refresh().catch(() => {});
    if (focus) document.getElementById(focus)?.focus();
    return answer;
  });
  const done = queue = sent.catch(() => {}).then(() => { if (queue === done) delete plan.dataset.acting; });
  plan.dataset.acting = "";
  return sent;
}

/* -- where something would be put ------------------------------------------------------------------ */
const lists = () => [...document.querySelectorAll(".sheet-stories")];
const slotsOf = (list) => [...list.children].filter((one) => one.matches(".slot, .tray-story"));

function whereIs(item) {
  const list = item.parentElement;
  let before = item.previousElementSibling;
  while (before && !before.matches(".slot")) before = before.previousElementSibling;
  return `${list.dataset.page}:${before ? before.dataset.placement : 0}`;
}

function commit(item, where) {
  const id = item.dataset.placement ? `handle-${item.dataset.placement}` : null;
  const fields = item.dataset.placement
    ? { act: "move", placement: item.dataset.placement, where }
    : { act: "place", story: item.dataset.story, where };
  return act(fields, id).then((answer) => {
    if (!item.dataset.placement && answer.done) {
      const list = document.querySelector(`.sheet-stories[data-page="${where.split(":")[0]}"]`);
      const put = [...(list?.children || [])].find((one) => one.dataset.title === item.dataset.title);
      put?.querySelector(".slot-handle")?.focus();
    }
  });
}

function putBack() {
  if (!held) return;
  held.from.insertBefore(held.item, held.before);
  held.item.classList.remove("lifted", "dragged");
  held = null;
  clearMarks();
}

/* -- dragging -------------------------------------------------------------------------------------- */
const mark = document.createElement("li");
mark.className = "drop-mark";
mark.setAttribute("aria-hidden", "true");

function clearMarks() {
  mark.remove();
  for (const one of document.querySelectorAll(".drop-here, .drop-into")) one.classList.remove("drop-here", "drop-into");
}

function target(event) {
  const tray = event.target.closest(".tray");
  if (tray) return held.item.dataset.placement ? { tray } : null;
  const sheet = event.target.closest(".sheet");
  if (!sheet) return null;
  const list = sheet.querySelector(".sheet-stories");
  const over = event.target.closest(".slot");
  if (over && over !== held.item && over.matches(".slot-kept") && held.item.dataset.story) return { list, into: over };
  let before = null;
  for (const slot of slotsOf(list)) {
    const box = slot.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) { before = slot; break; }
  }
  return { list, before };
}

if (mayPlan) {
  plan.addEventListener("dragstart", (event) => {
    const item = event.target.closest?.("[draggable=true]");
    if (!item || held) return;
    held = { item, from: item.parentElement, before: item.nextElementSibling, by: "mouse" };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.dataset.title);
    requestAnimationFrame(() => item.classList.add("dragged"));
  });
  plan.addEventListener("dragover", (event) => {
    if (held?.by !== "mouse") return;
    clearMarks();
    const to = target(event);
    if (!to) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    if (to.tray) to.tray.classList.add("drop-here");
    else if (to.into) to.into.classList.add("drop-into");
    else to.list.insertBefore(mark, to.before);
  });
  plan.addEventListener("drop", (event) => {
    if (held?.by !== "mouse") return;
    event.preventDefault();
    const to = target(event), { item } = held;
    clearMarks();
    item.classList.remove("dragged");
    held = null;
    if (!to) return;
    if (to.tray) { act({ act: "take_off", placement: item.dataset.placement }); return; }
    if (to.into) { commit(item, `${to.list.dataset.page}:into:${to.into.dataset.placement}`); return; }
    if (to.before === item || to.before?.previousElementSibling === item) return;
    to.list.insertBefore(item, to.before);
    commit(item, whereIs(item));
  });
  plan.addEventListener("dragend", () => { if (held?.by === "mouse") putBack(); });
}

/* -- moving by keyboard ---------------------------------------------------------------------------- */
function standing(item) {
  if (held?.into) return `“${item.dataset.title}”: ${plan.dataset.into.replace("{what}", held.into.dataset.title)}`;
  const list = item.parentElement, slots = slotsOf(list);
  const sheet = list.closest(".sheet");
  if (!sheet) return item.dataset.title;
  const words = plan.dataset.standing.replace("{page}", sheet.dataset.number).replace("{place}", slots.indexOf(item) + 1).replace("{of}", slots.length);
  return `“${item.dataset.title}”: ${words}`;
}

function step(item, key) {
  const all = lists(), list = item.parentElement, slots = slotsOf(list), place = slots.indexOf(item);
  const inTray = !list.matches(".sheet-stories");
  const page = inTray ? -1 : all.indexOf(list);
  const handle = item.querySelector(".slot-handle");
  // A story from the tray fills a kept place before it passes it.
  const passed = held.into;
  held.into = null;
  clearMarks();
  const next = { ArrowUp: slots[place - 1], ArrowDown: slots[place + 1] }[key];
  if (!inTray && item.dataset.story && next?.matches(".slot-kept") && next !== passed) {
    held.into = next;
    next.classList.add("drop-into");
  } else if (inTray && held.from === list && /^Arrow(Up|Left)$/.test(key) && all.length) all.at(-1).append(item);
  else if (page === 0 && key === "ArrowLeft" && !held.from.matches(".sheet-stories")) held.from.insertBefore(item, held.before);
  else if (key === "ArrowUp" && place > 0 && !inTray) list.insertBefore(item, slots[place - 1]);
  else if (key === "ArrowDown" && !inTray && place < slots.length - 1) list.insertBefore(item, slots[place + 1].nextElementSibling);
  else if (key === "Home" && !inTray) list.insertBefore(item, slots[0]);
  else if (key === "End" && !inTray) list.append(item);
  else if (key === "ArrowRight" && page < all.length - 1) all[page + 1].insertBefore(item, slotsOf(all[page + 1])[inTray ? 0 : place] || null);
  else if (key === "ArrowLeft" && page > 0) all[page - 1].insertBefore(item, slotsOf(all[page - 1])[place] || null);
  else if (inTray && key === "ArrowDown" && all[0]) all[0].append(item);
  handle.focus();
  item.scrollIntoView({ block: "nearest" });
  say(standing(item));
}

if (mayPlan) {
  plan.addEventListener("keydown", (event) => {
    const handle = event.target.closest?.(".slot-handle");
    if (!handle) return;
    const item = handle.closest("li");
    if (!held && event.key === " ") {
      event.preventDefault();
      held = { item, from: item.parentElement, before: item.nextElementSibling, by: "keys" };
      item.classList.add("lifted");
      say(`“${item.dataset.title}” ${plan.dataset.lifted}`);
    } else if (held?.by === "keys") {
      if (event.key === "Escape") {
        const title = item.dataset.title;
        putBack();
        handle.focus();
        say(`“${title}”: ${plan.dataset.left}`);
      } else if (event.key === " " || event.key === "Enter") {
        const moved = held.from !== item.parentElement || held.before !== item.nextElementSibling;
        const onSheet = item.parentElement.matches(".sheet-stories"), into = held.into;
        item.classList.remove("lifted");
        held = null;
        clearMarks();
        if (into) commit(item, `${into.parentElement.dataset.page}:into:${into.dataset.placement}`);
        else if (moved && onSheet) commit(item, whereIs(item));
        else say(`“${item.dataset.title}”: ${plan.dataset.left}`);
      } else if (/^(Arrow|Home|End)/.test(event.key)) {
        step(item, event.key);
      } else {
        return;
      }
      event.preventDefault();
    }
  });
  plan.addEventListener("focusout", (event) => {
    if (held?.by !== "keys") return;
    setTimeout(() => { if (held?.by === "keys" && !held.item.contains(document.activeElement)) putBack(); });
  });
}

/* -- the small forms, in a dialog; credits in their place ------------------------------------------- */
let opener = null;
async function openPanel(link) {
  const answer = await fetch(`${address}${link.getAttribute("href")}&only=1${location.search.replace("?", "&")}`);
  if (!answer.ok || answer.redirected) { location.assign(link.href); return; }
  const html = await answer.text();
  if (!dialog.open) opener = link.id || null;
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("select, input:not([type=hidden]), textarea")?.focus();
}

async function openCredits(link) {
  const place = link.closest(".sheet-credits");
  const answer = await fetch(`${address}${link.getAttribute("href")}&only=1`);
  if (!answer.ok) { location.assign(link.href); return; }
  place.innerHTML = await answer.text();
  place.querySelector("input:not([type=hidden])").focus();
}

async function closeCredits(place) {
  const page = place.closest(".sheet").dataset.page;
  served.delete(`sheet-${page}`);
  place.querySelector("form").remove();
  await refresh().catch(() => {});
  document.getElementById(`credits-door-${page}`)?.focus();
}

plan.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.matches("[data-close]")) {
    event.preventDefault();
    if (dialog.open) dialog.close();
    else if (link.closest(".sheet-credits")) closeCredits(link.closest(".sheet-credits"));
    else location.assign(link.href);
  } else if (link.matches("[data-panel]") && mayPlan) {
    event.preventDefault();
    if (!held) openPanel(link);
  } else if (link.matches("[data-credits]")) {
    event.preventDefault();
    openCredits(link);
  }
});
plan.addEventListener("keydown", (event) => {
  const place = event.target.closest?.(".sheet-credits");
  if (event.key === "Escape" && place?.querySelector("form")) closeCredits(place);
});
dialog.addEventListener("close", () => { if (opener) document.getElementById(opener)?.focus(); opener = null; });

/* A form in the dialog is sent without leaving the page; a refusal leaves it as it was filled in. */
plan.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.closest("#panel-dialog, .sheet-credits")) return;
  event.preventDefault();
  event.stopPropagation();
  const inPlace = form.closest(".sheet-credits");
  const fields = new FormData(form, event.submitter);
  const answer = await send(fields);
  if (answer.done && inPlace) await closeCredits(inPlace);
  else if (answer.done) dialog.close();
  else {
    let line = form.querySelector(".panel-refused");
    if (!line) {
      line = document.createElement("p");
      line.className = "panel-refused desk-lacks";
      line.setAttribute("role", "alert");
      form.prepend(line);
    }
    line.textContent = answer.said || plan.dataset.offline;
  }
});

/* -- what others do -------------------------------------------------------------------------------- */
async function pulse() {
  if (document.visibilityState !== "visible" || held) return;
  try {
    const answer = await fetch(`${plan.dataset.pulse}?seen=${seen}`, { headers: { Accept: "application/json" } });
    if (answer.redirected || !answer.ok) return;
    const heard = await answer.json();
    if (heard.token === token || held) return;
    await queue;
    if (heard.news.length) say(heard.news.join(" · "), "news");
    await refresh();
  } catch { /* no connection: asked again in a moment */ }
}
setInterval(pulse, 2500);
document.addEventListener("visibilitychange", pulse);

/* -- the size of the sheets ------------------------------------------------------------------------ */
function sizes() {
  const bar = document.querySelector(".plan-doors");
  if (!bar || bar.querySelector(".sheet-size")) return;
  const group = document.createElement("span");
  group.className = "sheet-size";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", plan.dataset.size);
  for (const [size, name] of [["s", plan.dataset.sizeS], ["m", plan.dataset.sizeM], ["l", plan.dataset.sizeL]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => { localStorage.setItem("sheet-size", size); setSize(size); });
    button.dataset.size = size;
    group.append(button);
  }
  bar.prepend(group);
  setSize(localStorage.getItem("sheet-size") || "m");
}
function setSize(size) {
  plan.classList.remove("size-s", "size-m", "size-l");
  plan.classList.add(`size-${size}`);
  for (const button of document.querySelectorAll(".sheet-size button")) button.setAttribute("aria-pressed", String(button.dataset.size === size));
}
sizes();
