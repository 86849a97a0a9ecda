/* Drawing the zones of a printed page: drag over the picture, and the four number fields of the
   chosen story's row are filled in. The numbers can be typed as well; both show the same. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector(".zones");
  if (!place) return;
  const SIDES = ["left", "top", "width", "height"];
  const field = (row, side) => row.querySelector(`input[name$="-zone_${side}"]`);
  const storyOf = (row) => {
    const shown = row.querySelector('select[name$="-story"]');
    return shown?.selectedOptions[0]?.textContent.trim() || "";
  };
  const rows = [...document.querySelectorAll("[id^=placements-]")]
    .filter((row) => field(row, "left") && !row.classList.contains("empty-form") && storyOf(row));

  const bar = document.createElement("div");
  bar.className = "choose";
  const help = document.createElement("p");
  help.id = "zones-help";
  help.textContent = rows.length ? place.dataset.help : place.dataset.none;
  bar.append(help);
  place.prepend(bar);
  if (!rows.length) return;

  const choice = document.createElement("select");
  choice.setAttribute("aria-labelledby", "zones-help");
  rows.forEach((row, at) => choice.add(new Option(storyOf(row), String(at))));
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "button";
  clear.textContent = place.dataset.clear;
  bar.append(choice, clear);

  const board = document.createElement("div");
  board.className = "board";
  const image = place.querySelector("img");
  image.draggable = false;
  image.replaceWith(board);
  const NS = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(NS, "svg");
  drawing.setAttribute("viewBox", "0 0 100 100");
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("aria-hidden", "true");
  board.append(image, drawing);

  const show = () => {
    drawing.replaceChildren();
    rows.forEach((row, at) => {
      const values = SIDES.map((side) => field(row, side).value);
      if (values.some((value) => value === "")) return;
      const rect = document.createElementNS(NS, "rect");
      ["x", "y", "width", "height"].forEach((name, i) => rect.setAttribute(name, values[i]));
      rect.classList.toggle("chosen", at === Number(choice.value));
      drawing.append(rect);
    });
  };
  const set = (row, values) => {
    SIDES.forEach((side, i) => { field(row, side).value = values ? values[i].toFixed(2) : ""; });
    show();
  };
  const at = (event) => {
    const box = board.getBoundingClientRect();
    const within = (value) => Math.min(100, Math.max(0, value));
    return [
      within(((event.clientX - box.left) / box.width) * 100),
      within(((event.clientY - box.top) / box.height) * 100),
    ];
  };
  let from = null;
  board.addEventListener("pointerdown", (event) => {
    from = at(event);
    board.setPointerCapture(event.pointerId);
  });
  board.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    const [left, top] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
    const [width, height] = [Math.abs(from[0] - to[0]), Math.abs(from[1] - to[1])];
    /* Rounded down, so that a zone at the edge stays within the page. */
    const down = (value) => Math.floor(value * 100) / 100;
    if (width > 0.5 && height > 0.5) set(rows[Number(choice.value)], [left, top, width, height].map(down));
  });
  board.addEventListener("pointerup", () => {
    if (from && Number(choice.value) + 1 < rows.length) choice.value = String(Number(choice.value) + 1);
    from = null;
    show();
  });
  clear.addEventListener("click", () => set(rows[Number(choice.value)], null));
  choice.addEventListener("change", show);
  rows.forEach((row) => row.addEventListener("input", show));
  show();
});
