"use strict";
// The photo library in a window over a form: over a story's, to put photos with it; over a field
// for a photo's number, to fill it in. Without this script the fields are filled in by typing.
(() => {
  /** Opens the library; `chosen` gets the button of the photo that was taken. */
  const library = (words, taken, chosen) => {
    const sheet = document.createElement("dialog");
    sheet.className = "photo-picker";
    const head = document.createElement("div");
    head.className = "picker-head";
    const title = document.createElement("h2");
    title.textContent = words.choose;
    title.id = "picker-title";
    sheet.setAttribute("aria-labelledby", title.id);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button";
    close.textContent = words.close;
    const inside = document.createElement("div");
    head.append(title, close);
    sheet.append(head, inside);
    document.body.append(sheet);

    let asked = 0;
    const show = async (query) => {
      const turn = ++asked;
      query.set("pick", "1");
      let text = "";
      try {
        const answer = await fetch(`${words.library}?${query}`);
        text = answer.ok && !answer.redirected ? await answer.text() : "";
      } catch {
        // No connection: said below.
      }
      if (turn !== asked) return;
      if (!text) {
        inside.textContent = words.lost;
        inside.setAttribute("role", "alert");
        return;
      }
      inside.removeAttribute("role");
      inside.innerHTML = text;
      sheet.dataset.shown = query.get("q") || "";
      for (const button of inside.querySelectorAll("[data-pick]")) {
        if (!taken.has(button.dataset.pick)) continue;
        button.disabled = true;
        const note = document.createElement("span");
        note.className = "mark warn";
        note.textContent = words.there;
        button.append(note);
      }
      inside.querySelector("[name=q]").focus();
    };

    inside.addEventListener("submit", (event) => {
      event.preventDefault();
      show(new URLSearchParams(new FormData(event.target)));
    });
    inside.addEventListener("click", (event) => {
      const turn = event.target.closest(".library-turn a");
      if (turn) {
        event.preventDefault();
        show(new URLSearchParams(turn.getAttribute("href")));
        return;
      }
      const button = event.target.closest("[data-pick]");
      if (!button) return;
      sheet.close();
      chosen(button);
    });
    close.addEventListener("click", () => sheet.close());
    sheet.addEventListener("close", () => sheet.remove());
    sheet.showModal();
    show(new URLSearchParams());
  };

  const opener = (words) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button photo-choose";
    button.textContent = words.choose;
    return button;
  };

  const picture = (chosen) => {
    const image = document.createElement("img");
    image.src = chosen.dataset.picture;
    image.alt = chosen.dataset.words;
    const shown = chosen.querySelector("img");
    image.width = 120;
    image.height = Math.round((120 * shown.getAttribute("height")) / shown.getAttribute("width"));
    return image;
  };

  // -- a story's photos ----------------------------------------------------------------------------

  const put = (group, chosen) => {
    group.querySelector(".add-row a").click();
    const rows = group.querySelectorAll(".inline-related:not(.empty-form)");
    const row = rows[rows.length - 1];
    const select = row.querySelector("select[name$=-photo]");
    select.append(new Option(chosen.dataset.words, chosen.dataset.pick, true, true));
    window.django.jQuery(select).trigger("change");
    const places = [...group.querySelectorAll(".inline-related:not(.empty-form) [name$=-position]")];
    const last = Math.max(-1, ...places.slice(0, -1).map((place) => Number(place.value)));
    places[places.length - 1].value = last + 1;
    row.querySelector(".field-thumbnail .readonly").replaceChildren(picture(chosen));
    const caption = row.querySelector("[name$=-caption]");
    caption.dispatchEvent(new Event("input", { bubbles: true }));
    caption.focus();
  };

  const overStory = () => {
    const place = document.querySelector(".pictures[data-library]");
    const group = place?.querySelector("#story_photos-group");
    const more = group?.querySelector(".add-row");
    if (!more) return;
    const button = opener(place.dataset);
    button.addEventListener("click", () => {
      const taken = [...group.querySelectorAll("select[name$=-photo]")].map((one) => one.value);
      library(place.dataset, new Set(taken.filter(Boolean)), (chosen) => put(group, chosen));
    });
    more.prepend(button);
  };

  // -- a photo's number ----------------------------------------------------------------------------

  const overField = (field) => {
    const button = opener(field.dataset);
    const shown = document.createElement("p");
    shown.className = "photo-chosen";
    shown.setAttribute("role", "status");
    button.addEventListener("click", () => {
      library(field.dataset, new Set([field.dataset.not]), (chosen) => {
        field.value = chosen.dataset.pick;
        shown.replaceChildren(picture(chosen), ` ${chosen.dataset.words}`);
        field.focus();
      });
    });
    field.after(button, shown);
  };

  window.addEventListener("load", () => {
    // After the admin's own scripts, which draw the button for one more row.
    window.django?.jQuery?.(overStory);
    for (const field of document.querySelectorAll("input[data-library]")) overField(field);
  });
})();
