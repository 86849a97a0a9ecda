/* The writing screen: nothing that is typed is lost.

   - Words go to the server every few seconds as this person's working copy (`pulse`), and to the
     browser's own store at once; the browser's copy goes when the server has it.
   - Without a connection the browser's copy stays, and is offered when the story is opened again.
   - A session that ended is begun anew in place.
   - Who else sits at the story is shown; so is a version saved meanwhile.
   - What is pasted is cleaned by the server before it goes into the text. */
"use strict";

(() => {
  const root = document.querySelector(".desk-story");
  if (!root) return;
  const form = document.getElementById("story_form");
  const words = document.getElementById("desk-words").dataset;
  const keptLine = document.querySelector(".bar-kept");
  const WAIT = 2000; // after the last keystroke
  const LONGEST_WAIT = 8000; // while somebody types on
  const BEAT = 15000; // so often a window says that it is there
  const windowKey = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
  const story = root.dataset.story;

  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]
    || document.querySelector("[name=csrfmiddlewaretoken]").value;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  async function post(address, body, options = {}) {
    return fetch(address, {
      method: "POST", body, credentials: "same-origin",
      headers: { "X-CSRFToken": token(), "Content-Type": "application/x-www-form-urlencoded" },
      ...options,
    });
  }

  // -- what was typed ---------------------------------------------------------------------------

  /* The form as browsers send it, without what belongs to the moment. */
  function typed() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (!name.startsWith("_") && name !== "csrfmiddlewaretoken" && typeof value === "string") {
        fields.append(name, value);
      }
    }
    return fields.toString();
  }
  const formKey = form?.elements.key?.value || "";
  const copyKey = form?.elements._copy?.value || "";
  const took = form?.elements._took?.value || ""; // the words taken up, which go on under this form's key
  const ofStory = `desk:${root.dataset.person}:story-${story}:`;
  const shelf = story ? ofStory + copyKey : `desk:${root.dataset.person}:new-${formKey}`;

  function keepHere(fields, extra = {}) {
    try {
      localStorage.setItem(shelf, JSON.stringify({ fields, at: Date.now(), ...extra }));
      return true;
    } catch { return false; }
  }
  function keptHere(place = shelf) {
    try { return JSON.parse(localStorage.getItem(place)); } catch { return null; }
  }
  function forgetHere(place = shelf) {
    try { localStorage.removeItem(place); } catch { /* no store: nothing to forget */ }
  }

  const say = (text, state = "") => { keptLine.textContent = text; keptLine.dataset.state = state; };

  let baseline = null; // the form before this person touched it
  let sent = null; // what the server has
  let waiting = null;
  let since = 0;
  let busy = null; // the pulse under way
  let looking = false;
  let left = false; // the seat was given up
  let gone = false; // the page was left: no beat of its last moment sits down again

  function touched() {
    if (baseline === null) baseline = root.dataset.takenUp || document.querySelector(".errornote") ? "" : typed();
  }

  function changed() {
    if (!form || looking || baseline === null) return;
    const now = typed();
    if (now === (sent ?? baseline)) return;
    if (!keepHere(now)) say(words.unkept, "bad"); else say(words.typing);
    if (!since) since = Date.now();
    clearTimeout(waiting);
    waiting = setTimeout(() => pulse(), Math.max(0, Math.min(WAIT, since + LONGEST_WAIT - Date.now())));
  }

  /* Tell the server what was typed, and that this window is there. Resolves to how it went. */
  function pulse(act = "") {
    busy = (busy || Promise.resolve()).then(() => beat(act)).catch(() => "offline");
    return busy;
  }

  async function beat(act) {
    const now = form && !looking && baseline !== null ? typed() : null;
    const fresh = now !== null && now !== (sent ?? baseline);
    const body = new URLSearchParams(fresh ? now : "");
    body.set("_copy", copyKey);
    body.set("_took", took);
    if (!(left || gone) || act) body.set("_window", windowKey);
    if (act) body.set("_act", act);
    since = 0;
    let answer;
    try {
      answer = await post(root.dataset.pulse, body, { signal: AbortSignal.timeout(10000) });
    } catch {
      if (fresh || keptHere()) say(words.offline, "bad");
      return "offline";
    }
    if (answer.status === 401 || (answer.status === 403 && answer.headers.get("Content-Type")?.includes("html"))) {
      await signIn();
      return beat(act);
    }
    if (!answer.ok) {
      if (fresh) say(words.unkept, "bad");
      return "refused";
    }
    const told = await answer.json();
    if (fresh && told.kept) {
      sent = now;
      say(`${words.kept} ${told.kept}`, "good");
      if (typed() === now) forgetHere();
      // Loaded anew, the page still has the words that it took up.
      if (took) history.replaceState(null, "", `?take_up=story-${story}-${copyKey}`);
    }
    if (told.closed) say(told.closed, "bad");
    for (const [name, html] of Object.entries(told.panels || {})) {
      const panel = document.getElementById(`panel-${name}`);
      if (panel && !panel.contains(document.activeElement)) panel.innerHTML = html;
    }
    if (told.seat) seat(told.seat);
    if (told.newer) newer(told.newer);
    return "kept";
  }

  // -- who sits here ----------------------------------------------------------------------------

  const seatNote = document.querySelector(".seat-live");
  const seatWords = seatNote.querySelector(".seat-words");
  const seatButton = (act) => seatNote.querySelector(`[data-act=${act}]`);
  let mine = null;
  let strange = 0; // pulses in a row in which somebody else sat here

  function note(text, buttons) {
    if (seatWords.textContent !== text) seatWords.textContent = text;
    for (const act of ["look", "ask", "take_over"]) seatButton(act).hidden = !buttons.includes(act);
    seatNote.hidden = false;
    document.querySelector(".seat-server")?.remove();
  }

  function seat(now) {
    if (now.mine) {
      strange = 0;
      if (now.asked_by) {
        note(fill(words.asked, { who: now.asked_by }), []);
        give.hidden = false;
      } else {
        if (mine === false) note(words.free, []); else seatNote.hidden = true;
        give.hidden = true;
      }
      if (mine === false) readOnly(false);
      mine = true;
      document.querySelector(".seat-server")?.remove();
      return;
    }
    strange += 1;
    give.hidden = true;
    // A page that was just loaded anew meets its own earlier self once.
    if (now.same_person && strange < 2) return void setTimeout(() => pulse(), 1500);
    if (mine === true) note(fill(words.lost, now), ["look", "take_over"]);
    else note(fill(now.same_person ? words.own : words.other, now), now.same_person ? ["look", "take_over"] : ["look", "ask", "take_over"]);
    mine = false;
  }

  const give = document.createElement("button");
  give.type = "button";
  give.className = "button small";
  give.textContent = words.give;
  give.hidden = true;
  seatNote.querySelector(".seat-buttons").append(give);
  give.addEventListener("click", async () => {
    await pulse();
    left = true;
    readOnly(true);
    await pulse("leave");
    mine = false;
    seatNote.hidden = true;
  });
  seatNote.addEventListener("click", async (event) => {
    const act = event.target.dataset.act;
    if (act === "look") { readOnly(true); seatButton("look").hidden = true; }
    if (act === "ask") { await pulse("ask"); note(words.askedNow, ["look", "take_over"]); }
    if (act === "take_over") { left = false; await pulse("take_over"); readOnly(false); seatNote.hidden = true; }
  });

  /* Only looking: the words can be read, marked and copied, and not changed. */
  function readOnly(only) {
    looking = only;
    root.classList.toggle("looking", only);
    if (!form) return;
    for (const field of form.elements) {
      if (field.type !== "hidden" && "readOnly" in field) field.readOnly = only;
    }
    for (const editor of form.querySelectorAll(".prose-editor .ProseMirror")) {
      editor.setAttribute("contenteditable", String(!only));
    }
    for (const button of document.querySelectorAll("[form=story_form], #story_form button")) {
      if (button.tagName === "BUTTON") button.disabled = only;
    }
  }

  let warned = 0;
  function newer(now) {
    if (!form || now.mine || now.version <= Number(form.elements.base?.value || 0) || now.version === warned) return;
    warned = now.version;
    const line = document.createElement("p");
    line.className = "seat-note";
    line.setAttribute("role", "status");
    line.textContent = fill(words.newer, now);
    seatNote.after(line);
  }

  // -- a session that ended ---------------------------------------------------------------------

  let signingIn = null;
  function signIn() {
    const dialog = document.getElementById("sign-in-again");
    signingIn ||= new Promise((resolve) => {
      const errors = dialog.querySelector(".sign-in-errors");
      dialog.addEventListener("cancel", (event) => event.preventDefault());
      dialog.querySelector("form").addEventListener("submit", async (event) => {
        event.preventDefault();
        event.stopPropagation();
        const fields = new URLSearchParams(new FormData(event.target));
        fields.set("person", root.dataset.person);
        try {
          const answer = await post(root.dataset.signIn, fields);
          if (answer.ok) {
            const { token: fresh } = await answer.json();
            for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
            event.target.elements.password.value = "";
            errors.textContent = "";
            dialog.close();
            signingIn = null;
            return resolve();
          }
          errors.textContent = answer.status === 400 ? (await answer.json()).errors.join(" ") : `${answer.status}`;
        } catch { errors.textContent = words.offline; }
      });
      dialog.showModal();
      dialog.querySelector("[name=password]").focus(); // the name stands there already
    });
    return signingIn;
  }

  // -- words that this browser kept ---------------------------------------------------------------

  /* The same words, though an editor writes the same paragraphs another way than the desk does. */
  const alike = (one, other) => {
    const plain = (text) => {
      const fields = new URLSearchParams(text);
      fields.delete("base");
      const body = new DOMParser().parseFromString(fields.get("body") || "", "text/html").body;
      fields.set("body", body.innerHTML.replace(/>\s+</g, "><").trim());
      return fields.toString();
    };
    return plain(one) === plain(other);
  };

  function offer(place, copy) {
    const box = document.querySelector(".copy-note");
    const line = document.createElement("p");
    const time = new Date(copy.at).toLocaleString(document.documentElement.lang, { timeZone: root.dataset.zone });
    line.textContent = `${fill(words.local, { time })} `;
    const button = (text, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "button small";
      made.textContent = text;
      made.addEventListener("click", act);
      line.append(made, " ");
    };
    button(words.takeUp, async () => {
      try {
        const fields = new URLSearchParams(copy.fields);
        fields.set("_copy", place.slice(ofStory.length));
        const answer = await post(root.dataset.pulse, fields);
        if (answer.status === 401) { await signIn(); return; }
        if (!answer.ok) throw new Error();
      } catch { say(words.offline, "bad"); return; }
      forgetHere(place);
      const key = story ? `story-${story}-${place.slice(ofStory.length)}` : new URLSearchParams(copy.fields).get("key");
      location.assign(`${root.dataset.here}?take_up=${encodeURIComponent(key)}`);
    });
    button(words.throw, () => { forgetHere(place); line.remove(); box.hidden = !box.children.length; });
    box.append(line);
    box.hidden = false;
  }

  function offerKept() {
    if (root.dataset.formKey) forgetHere(`desk:${root.dataset.person}:new-${root.dataset.formKey}`);
    if (!form || root.dataset.takenUp) return;
    const known = [...document.querySelectorAll(".unsaved-note [data-fields]")].map((one) => one.dataset.fields);
    const such = story ? ofStory : `desk:${root.dataset.person}:new-`;
    const places = Object.keys(localStorage).filter((key) => key.startsWith(such));
    for (const place of places) {
      const copy = keptHere(place);
      if (!copy) continue;
      const mineSaved = copy.submitted && root.dataset.savedBy === root.dataset.person
        && Number(form.elements.base.value) > Number(new URLSearchParams(copy.fields).get("base"));
      if (mineSaved || [...known, typed()].some((one) => alike(one, copy.fields))) forgetHere(place);
      else if (!document.querySelector(".errornote")) offer(place, copy);
    }
  }

  // -- saving -------------------------------------------------------------------------------------

  /* Who saves goes on where they were: the page comes anew, the cursor and what is seen stay. */
  const PLACE = "desk:place";
  const editorIn = () => form.querySelector(".prose-editor [contenteditable=true]");

  function whereAmI() {
    const field = document.activeElement;
    const found = { story, at: Date.now(), top: scrollY };
    const { anchorNode, anchorOffset } = getSelection();
    const editor = editorIn();
    if (editor && field === editor && editor.contains(anchorNode)) {
      found.path = [anchorOffset];
      for (let node = anchorNode; node !== editor; node = node.parentNode) found.path.unshift([...node.parentNode.childNodes].indexOf(node));
    } else if (form.contains(field) && field.name && typeof field.selectionStart === "number") {
      found.name = field.name;
      found.marked = [field.selectionStart, field.selectionEnd];
    }
    return found;
  }
  function remember(place) {
    try { if (place) sessionStorage.setItem(PLACE, JSON.stringify(place)); } catch { /* no store: the page begins at its top */ }
  }
  function goBackTo(place) {
    const field = form.elements[place.name];
    if (field?.setSelectionRange) {
      field.focus({ preventScroll: true });
      field.setSelectionRange(...place.marked);
    } else if (place.path && editorIn()) {
      const editor = editorIn();
      let node = editor;
      for (const step of place.path.slice(0, -1)) node = node.childNodes[step] || node;
      editor.focus({ preventScroll: true });
      getSelection().collapse(node, Math.min(place.path.at(-1), node.data?.length ?? node.childNodes.length));
    }
    scrollTo({ top: place.top, behavior: "instant" });
  }
  function goOn() {
    let place = null;
    try {
      place = JSON.parse(sessionStorage.getItem(PLACE));
      sessionStorage.removeItem(PLACE);
    } catch { /* no store */ }
    if (!place || !form || (place.story && place.story !== story) || Date.now() - place.at > 60000) return;
    if (editorIn()) return void goBackTo(place);
    // The editor comes a little later than the page.
    const watch = new MutationObserver(() => { if (editorIn()) { watch.disconnect(); goBackTo(place); } });
    watch.observe(form, { childList: true, subtree: true });
  }

  let pasting = Promise.resolve(); // what is pasted and not in the text yet
  let cleared = false;
  let submitting = false;
  if (form) {
    form.addEventListener("submit", async (event) => {
      if (cleared) { cleared = false; return; }
      event.preventDefault();
      if (submitting || looking) return;
      submitting = true;
      touched();
      clearTimeout(waiting);
      const button = event.submitter;
      const place = button?.name === "_save" ? whereAmI() : null;
      await pasting;
      // What the server has, or had before anybody touched it, needs no copy in this browser.
      const keepFresh = (extra) => { if (typed() !== (sent ?? baseline)) keepHere(typed(), extra); };
      keepFresh();
      const went = await pulse();
      submitting = false;
      if (went === "offline") { say(words.offline, "bad"); return; }
      keepFresh({ submitted: true });
      remember(place);
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token();
      cleared = true;
      form.requestSubmit(button);
    });
    for (const kind of ["focusin", "pointerdown", "keydown"]) form.addEventListener(kind, touched, true);
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    document.addEventListener("formset:added", () => { touched(); changed(); });
    document.addEventListener("formset:removed", changed);
    form.addEventListener("keydown", (event) => {
      // A line of the head has no second line.
      if (event.key === "Enter" && !event.isComposing && event.target.matches(".line-kicker textarea, .line-headline textarea, .line-deck textarea")) event.preventDefault();
    });
    if (root.dataset.takenUp || document.querySelector(".errornote")) baseline = "";
  }
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && !event.altKey) {
      const save = document.querySelector("[name=_save]");
      if (save) { event.preventDefault(); form.requestSubmit(save); }
    }
  });

  /* The page goes (closed, Back, the laptop's lid): what was typed goes out with it. */
  function goodbye() {
    if (!form || looking) return;
    const now = baseline === null ? null : typed();
    const fresh = now !== null && now !== (sent ?? baseline) && !submitting;
    if (fresh) keepHere(now);
    const body = new URLSearchParams(fresh ? now : "");
    body.set("_copy", copyKey);
    body.set("_took", took);
    body.set("_window", windowKey);
    body.set("_act", "leave");
    gone = true;
    post(root.dataset.pulse, body, { keepalive: body.toString().length < 60000 }).catch(() => {});
  }
  window.addEventListener("pagehide", goodbye);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && baseline !== null) pulse(); else if (document.visibilityState === "visible") pulse();
  });
  window.addEventListener("online", () => pulse());
  window.addEventListener("pageshow", (event) => { submitting = cleared = gone = false; if (event.persisted) pulse(); });

  // -- pasting --------------------------------------------------------------------------------------

  const cleaned = new WeakSet();
  document.addEventListener("paste", (event) => {
    const editor = event.target.closest?.(".prose-editor [contenteditable=true]");
    if (!editor || cleaned.has(event)) return;
    const html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    if ((!html && !/\n/.test(text)) || html.includes("data-pm-slice")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    touched();
    pasting = pasting.then(async () => {
      let clean = null;
      try {
        const ask = () => post(root.dataset.paste, new URLSearchParams({ html, text, language: form.elements.language?.value || "" }), { signal: AbortSignal.timeout(10000) });
        let answer = await ask();
        if (answer.status === 401) { await signIn(); answer = await ask(); }
        if (answer.ok) clean = (await answer.json()).html;
      } catch { /* no connection: the editor's own rules keep out what does not belong */ }
      const data = new DataTransfer();
      if (clean === null) data.setData("text/plain", text || new DOMParser().parseFromString(html, "text/html").body.textContent);
      else data.setData("text/html", clean);
      const again = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      cleaned.add(again);
      editor.dispatchEvent(again);
    });
  }, true);

  // -- pointing at a passage ------------------------------------------------------------------------

  const editorOf = () => form?.querySelector(".prose-editor [contenteditable]") || document.querySelector(".shown-body");

  /* Where the nth occurrence of a passage is in an element's text, as a range. */
  function find(element, passage, occurrence) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let whole = "";
    const starts = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const last = starts.at(-1);
      const block = (one) => one.parentElement.closest("p, h2, h3, li, blockquote, div");
      if (last && block(last.node) !== block(node)) whole += "\n";
      starts.push({ node, at: whole.length });
      whole += node.data;
    }
    let at = -1;
    for (let seen = 0; seen <= occurrence; seen++) {
      const next = whole.indexOf(passage, at + 1);
      if (next < 0) break;
      at = next;
    }
    if (at < 0) return null;
    const place = (offset) => {
      const one = starts.findLast((start) => start.at <= offset);
      return [one.node, Math.min(offset - one.at, one.node.data.length)];
    };
    const range = document.createRange();
    range.setStart(...place(at));
    range.setEnd(...place(at + passage.length));
    return range;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".finding");
    if (!button) return;
    const { field, passage, occurrence } = button.dataset;
    const lines = field === "any" ? ["kicker", "headline", "deck"] : field === "body" ? [] : [field];
    const range = field === "any" || field === "body" ? find(editorOf(), passage, Number(occurrence)) : null;
    if (range) {
      const box = range.startContainer.parentElement;
      box.closest("[contenteditable=true]")?.focus();
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      box.scrollIntoView({ block: "center" });
      return;
    }
    for (const name of lines) {
      const input = form?.elements[name];
      let at = -1;
      for (let seen = 0; input && seen <= Number(occurrence); seen++) at = input.value.indexOf(passage, at + 1);
      if (at >= 0) { input.focus(); input.setSelectionRange(at, at + passage.length); return; }
    }
  });

  /* Theirs instead of mine, in a field that both changed. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".take-theirs");
    if (!button) return;
    const field = form.elements[button.dataset.field];
    touched();
    if (button.dataset.field === "body") {
      const editor = editorOf();
      editor.focus();
      document.execCommand("selectAll");
      const data = new DataTransfer();
      data.setData("text/html", button.dataset.value);
      const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      cleaned.add(paste);
      editor.dispatchEvent(paste);
    } else {
      // An instant is two fields: a date and a time.
      const fields = field ? [field] : [0, 1].map((half) => form.elements[`${button.dataset.field}_${half}`]);
      const values = field ? [button.dataset.value] : button.dataset.value.split(" ");
      fields.forEach((one, number) => {
        const value = values[number] || "";
        if (one.options && ![...one.options].some((option) => option.value === value)) one.add(new Option(button.dataset.shown, value));
        one.value = value;
        for (const kind of ["input", "change"]) one.dispatchEvent(new Event(kind, { bubbles: true }));
      });
    }
    button.disabled = true;
  });

  /* Words marked in the text go with the note that is written next. */
  const noteForm = document.querySelector(".note-form");
  const shown = document.querySelector(".note-passage");
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const editor = editorOf();
    if (!noteForm || !editor || !selection.anchorNode || !editor.contains(selection.anchorNode)) return;
    const passage = selection.toString().split("\n")[0].trim().slice(0, 300);
    noteForm.elements.passage.value = passage;
    shown.textContent = passage ? `“${passage}”` : "";
    shown.hidden = !passage;
  });

  // -- on with it -----------------------------------------------------------------------------------

  // The editor's tools stand below the bar, however many lines it has.
  const bar = document.querySelector(".desk-bar");
  new ResizeObserver(() => root.style.setProperty("--bar-height", `${bar.offsetHeight}px`)).observe(bar);
  offerKept();
  if (!story && form && !root.dataset.takenUp && !document.querySelector(".errornote")) form.elements.headline.focus();
  if (story) { goOn(); pulse(); }
  setInterval(() => { if (document.visibilityState === "visible") pulse(); }, BEAT);
  root.dataset.ready = "yes";
})();
