/* Completes names and tags while they are typed: a list below the field, used by keyboard or mouse.

   A field says where to ask (data-suggest) and what parts its words (data-token): "," for tags,
   " " for bylines, "@" for colleagues in a note. Nothing is lost without it: any word can be typed. */
"use strict";

(() => {
  let serial = 0;

  class Suggest {
    constructor(field) {
      this.field = field;
      this.token = field.dataset.token;
      this.list = document.createElement("ul");
      this.list.className = "suggestions";
      this.list.id = `suggestions-${++serial}`;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", field.labels?.[0]?.textContent.trim() || "");
      this.list.hidden = true;
      field.after(this.list);
      if (field.tagName === "INPUT") field.setAttribute("role", "combobox");
      field.setAttribute("aria-autocomplete", "list");
      field.setAttribute("aria-controls", this.list.id);
      if (field.tagName === "INPUT") field.setAttribute("aria-expanded", "false");
      this.chosen = -1;
      field.addEventListener("input", (event) => { if (!event.isComposing) this.ask(); });
      field.addEventListener("compositionend", () => this.ask());
      field.addEventListener("keydown", (event) => this.key(event));
      field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
      this.list.addEventListener("mousedown", (event) => {
        const item = event.target.closest("li");
        if (item) { event.preventDefault(); this.take(item.dataset.value); }
      });
    }

    /* The word that is being typed: its start, and itself. */
    word() {
      const before = this.field.value.slice(0, this.field.selectionStart);
      if (this.token === "@") {
        const at = Math.max(before.lastIndexOf("@"), before.lastIndexOf("＠"));
        if (at < 0 || /\s/.test(before.slice(at))) return null;
        return { start: at + 1, text: before.slice(at + 1) };
      }
      const parts = this.token === "," ? /[,，、]\s*/g : /[\s、,;]+/g;
      let start = 0;
      for (const found of before.matchAll(parts)) start = found.index + found[0].length;
      const text = before.slice(start).trim();
      return text ? { start, text } : null;
    }

    async ask() {
      const word = this.word();
      if (!word) return this.close();
      const turn = (this.turn = (this.turn || 0) + 1);
      try {
        const answer = await fetch(`${this.field.dataset.suggest}?q=${encodeURIComponent(word.text)}`);
        if (!answer.ok || turn !== this.turn) return;
        const { found } = await answer.json();
        this.show(found.filter((one) => one.value !== word.text));
      } catch { this.close(); }
    }

    show(found) {
      this.list.replaceChildren(...found.map((one, number) => {
        const item = document.createElement("li");
        item.id = `${this.list.id}-${number}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.value = one.value;
        item.textContent = one.value;
        if (one.about) {
          const about = document.createElement("span");
          about.className = "quiet";
          about.textContent = ` ${one.about}`;
          item.append(about);
        }
        return item;
      }));
      this.list.hidden = found.length === 0;
      if (this.field.tagName === "INPUT") this.field.setAttribute("aria-expanded", String(found.length > 0));
      this.chosen = -1;
      this.field.removeAttribute("aria-activedescendant");
    }

    close() {
      this.turn = (this.turn || 0) + 1;
      this.show([]);
    }

    key(event) {
      if (event.isComposing || this.list.hidden) return;
      const items = [...this.list.children];
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        this.chosen = (this.chosen + step + items.length) % items.length;
        items.forEach((item, number) => item.setAttribute("aria-selected", String(number === this.chosen)));
        this.field.setAttribute("aria-activedescendant", items[this.chosen].id);
      } else if ((event.key === "Enter" || event.key === "Tab") && this.chosen >= 0) {
        event.preventDefault();
        this.take(items[this.chosen].dataset.value);
      } else if (event.key === "Escape") {
        event.preventDefault();
        this.close();
      }
    }

    take(value) {
      const word = this.word();
      if (!word) return;
      const after = this.field.value.slice(this.field.selectionStart);
      const parted = this.token === "," ? ", " : " ";
      const head = this.field.value.slice(0, word.start) + value + parted;
      this.field.value = head + after.replace(/^[,，、\s]+/, "");
      this.field.setSelectionRange(head.length, head.length);
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
      this.close();
    }
  }

  for (const field of document.querySelectorAll("[data-suggest]")) new Suggest(field);
})();
