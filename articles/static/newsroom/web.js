/* What a page or a story can do more where scripts run: text size, reading aloud, sharing, turning
   pages by key and by swipe, coming closer to a printed page. Everything else works without it. */
"use strict";

(() => {
  const tools = document.querySelector(".tools");
  const print = document.querySelector(".print");
  const root = document.documentElement;

  const button = (into, words, act, label) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", () => act(made));
    into.append(made);
    return made;
  };

  /* -- text size: kept on this device only -- */
  const SIZES = ["", "larger", "largest"];
  const kept = () => {
    try { return Number(localStorage.getItem("text-size")) || 0; } catch { return 0; }
  };
  const resize = (by) => {
    const size = Math.min(2, Math.max(0, kept() + by));
    SIZES.forEach((name, at) => name && root.classList.toggle(name, at === size));
    try { localStorage.setItem("text-size", String(size)); } catch { /* then for this page only */ }
  };

  /* -- reading aloud, with a voice of the story's language -- */
  const voiceFor = (language) => {
    const wanted = language.slice(0, 2).toLowerCase();
    const known = speechSynthesis.getVoices()
      .filter((voice) => voice.lang.slice(0, 2).toLowerCase() === wanted);
    const near = known.filter((voice) => voice.lang.replace("_", "-") === (wanted === "zh" ? "zh-CN" : voice.lang));
    return near.find((voice) => voice.localService) || near[0] || known[0];
  };
  const listening = (story) => {
    let made;
    let reading = false;
    const done = () => { reading = false; if (made) made.textContent = tools.dataset.listen; };
    const toggle = () => {
      speechSynthesis.cancel();
      if (reading) return done();
      reading = true;
      made.textContent = tools.dataset.stop;
      const voice = voiceFor(story.lang);
      const texts = [...story.querySelectorAll("h1 .kicker, h1 .headline, .deck, .body > :not(figure)")];
      /* Paragraph by paragraph: browsers stop in the middle of a long text. */
      texts.forEach((part, at) => {
        const said = new SpeechSynthesisUtterance(part.innerText);
        said.lang = story.lang;
        if (voice) said.voice = voice;
        if (at === texts.length - 1) said.onend = () => reading && done();
        speechSynthesis.speak(said);
      });
    };
    const offer = () => {
      if (!made && voiceFor(story.lang)) made = button(tools, tools.dataset.listen, toggle);
    };
    offer();
    speechSynthesis.addEventListener?.("voiceschanged", offer);
    addEventListener("pagehide", () => speechSynthesis.cancel());
  };

  if (tools) {
    const words = tools.dataset;
    const address = () => document.querySelector("link[rel=canonical]")?.href || location.href;
    resize(0);
    button(tools, "A", () => resize(-1), words.smaller).className = "size";
    button(tools, "A", () => resize(1), words.larger).className = "size";
    if (navigator.share) {
      button(tools, words.share, () => {
        navigator.share({ title: document.title, url: address() }).catch(() => {});
      });
    }
    if (navigator.clipboard) {
      button(tools, words.copy, async () => {
        await navigator.clipboard.writeText(address());
        told.textContent = words.copied;
      });
    }
    button(tools, words.print, () => window.print());
    if ("speechSynthesis" in window) listening(document.querySelector(".story"));
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    tools.append(told);
  }

  /* -- a printed page: closer, and each headline with its zone -- */
  if (print) {
    const ways = document.querySelector(".ways");
    const NEAR = ["", "closer", "closest"];
    let near = 0;
    const come = (by) => {
      const middle = (print.scrollTop + print.clientHeight / 2) / print.scrollHeight;
      const centre = (print.scrollLeft + print.clientWidth / 2) / print.scrollWidth;
      near = Math.min(2, Math.max(0, near + by));
      NEAR.forEach((name, at) => name && print.classList.toggle(name, at === near));
      /* Browsers fetch the copy that this breadth needs: so small type is sharp from near. */
      for (const one of print.querySelectorAll("picture > *")) {
        one.dataset.sizes ??= one.sizes;
        one.sizes = near ? `${print.querySelector(".plate").clientWidth}px` : one.dataset.sizes;
      }
      print.scrollTop = middle * print.scrollHeight - print.clientHeight / 2;
      print.scrollLeft = centre * print.scrollWidth - print.clientWidth / 2;
    };
    button(ways, "＋", () => come(1), print.dataset.closer);
    button(ways, "－", () => come(-1), print.dataset.farther);
    const pair = (one, other) => {
      for (const [event, on] of [["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]]) {
        one.addEventListener(event, () => other.classList.toggle("lit", on));
      }
    };
    for (const zone of print.querySelectorAll("a[data-story]")) {
      const head = document.querySelector(`.beside a[data-story="${zone.dataset.story}"]`);
      if (!head) continue;
      pair(head, zone);
      pair(zone, head);
    }
  }

  /* -- turning: arrow keys and swipes follow the page's own links -- */
  const turn = (which) => {
    const link = document.querySelector(`.turn a[rel=${which}]`);
    if (link) location.assign(link.href);
  };
  addEventListener("keydown", (event) => {
    const busy = event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (busy || event.target.closest("input, textarea, select, .closer, .closest")) return;
    if (event.key === "ArrowLeft") turn("prev");
    if (event.key === "ArrowRight") turn("next");
  });
  let from = null;
  /* A finger on what itself moves sideways (the sections, a page come closer) moves just that. */
  const moves = (one) => {
    for (; one && one !== document.body; one = one.parentElement) {
      if (one.scrollWidth > one.clientWidth && /auto|scroll/.test(getComputedStyle(one).overflowX)) return true;
    }
    return false;
  };
  addEventListener("touchstart", (event) => {
    from = event.touches.length === 1 && !moves(event.target) ? event.touches[0] : null;
  }, { passive: true });
  addEventListener("touchend", (event) => {
    const to = event.changedTouches[0];
    if (!from || (visualViewport && visualViewport.scale > 1.01)) return;
    const across = to.clientX - from.clientX;
    const down = Math.abs(to.clientY - from.clientY);
    if (Math.abs(across) > 90 && down < 50 && !String(getSelection())) turn(across > 0 ? "prev" : "next");
    from = null;
  }, { passive: true });
})();
