/* The text editor's tools in the desk's words: it knows only its own English.

   Its dialogs ask `gettext`, once they are opened; its buttons bear their titles when they are made. */
"use strict";

(() => {
  let words = null;
  const known = () => words ||= new Map([...document.getElementById("tool-words").content.children].map((one) => [one.dataset.tool, one.textContent]));
  const admins = window.gettext || ((text) => text);
  window.gettext = (text) => (document.getElementById("tool-words") && known().get(text)) || admins(text);

  function name(bar) {
    for (const button of bar.querySelectorAll("button")) {
      for (const attribute of ["title", "aria-label"]) {
        const said = known().get(button.getAttribute(attribute));
        if (said) button.setAttribute(attribute, said);
      }
      const shown = button.matches(".prose-menubar__option") && button.firstElementChild;
      if (shown && known().has(shown.textContent)) shown.textContent = known().get(shown.textContent);
    }
  }
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("story_form");
    if (!form) return;
    const look = () => {
      const bars = form.querySelectorAll(".prose-menubar:not(:empty)");
      bars.forEach(name);
      return bars.length > 0;
    };
    if (!look()) {
      const watch = new MutationObserver(() => { if (look()) watch.disconnect(); });
      watch.observe(form, { childList: true, subtree: true });
    }
  });
})();
