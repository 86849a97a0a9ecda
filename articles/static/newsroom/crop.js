"use strict";
// The cuts of a photo, drawn over it: moved by mouse, finger and keys. The numbers in the form are
// what counts; everything here reads them, writes them, and draws what they say. A use without
// numbers is cut around what matters, as the server does it (rules/renditions.py, box_of).
(() => {
  const form = document.querySelector("form.crop");
  if (!form) return;
  const SVG = "http://www.w3.org/2000/svg";
  const wide = Number(form.dataset.width);
  const high = Number(form.dataset.height);
  const narrowest = (100 * Number(form.dataset.narrowest)) / wide;
  const stage = form.querySelector(".crop-stage");
  const drawing = stage.querySelector("svg");
  const said = form.querySelector(".crop-said");
  const field = (name) => form.elements[name];
  const uses = new Map(
    [...form.querySelectorAll("figure[data-use]")].map((figure) => [
      figure.dataset.use,
      {
        figure,
        label: figure.dataset.label,
        ratio: Number(figure.dataset.ratio),
        view: figure.querySelector("svg"),
        whole: "whole" in figure.dataset,
      },
    ]),
  );
  let now = "focal";

  // -- what the numbers say ----------------------------------------------------------------------

  const clamp = (value, low, most) => Math.min(Math.max(value, low), Math.max(low, most));
  const tidy = (value) => Math.round(value * 100) / 100;
  const focal = () => ({ x: Number(field("focal_x").value), y: Number(field("focal_y").value) });
  const heightOf = (use, width) => (width * wide) / high / uses.get(use).ratio;
  const widest = (use) => Math.min(100, (100 * 100) / heightOf(use, 100));

  const guessed = (use) => {
    const width = widest(use);
    const height = Math.min(100, heightOf(use, width));
    const { x, y } = focal();
    return {
      x: clamp(x - width / 2, 0, 100 - width),
      y: clamp(y - height / 2, 0, 100 - height),
      w: width,
      h: height,
    };
  };

  const byHand = (use) => {
    const [x, y, w] = ["left", "top", "width"].map((side) => field(`${use}-${side}`).value);
    if (x === "" || y === "" || w === "") return null;
    return { x: Number(x), y: Number(y), w: Number(w), h: heightOf(use, Number(w)) };
  };

  const boxOf = (use) => byHand(use) ?? guessed(use);

  const keepFocal = (x, y) => {
    field("focal_x").value = Math.round(clamp(x, 0, 100));
    field("focal_y").value = Math.round(clamp(y, 0, 100));
    draw();
  };

  const keepBox = (use, box) => {
    const w = clamp(box.w, Math.min(narrowest, widest(use)), widest(use));
    const h = heightOf(use, w);
    field(`${use}-left`).value = tidy(clamp(box.x, 0, 100 - w));
    field(`${use}-top`).value = tidy(clamp(box.y, 0, 100 - h));
    field(`${use}-width`).value = tidy(w);
    draw();
  };

  const forget = () => {
    if (now === "focal") return;
    for (const side of ["left", "top", "width"]) field(`${now}-${side}`).value = "";
    draw();
  };

  // -- drawing -----------------------------------------------------------------------------------

  const make = (name, kind) => {
    const made = document.createElementNS(SVG, name);
    made.setAttribute("class", kind);
    drawing.append(made);
    return made;
  };
  const put = (what, values) => {
    for (const [name, value] of Object.entries(values)) what.setAttribute(name, value);
  };
  const shade = make("path", "shade");
  shade.setAttribute("fill-rule", "evenodd");
  const rim = make("rect", "rim");
  const box = make("rect", "box");
  const thirds = make("path", "thirds");
  const corner = make("circle", "corner");
  const pointRim = make("circle", "point-rim");
  const point = make("circle", "point");

  const draw = () => {
    const isFocal = now === "focal";
    // In the photo's own pixels: as large on screen whatever its size.
    const unit = wide / (drawing.getBoundingClientRect().width || wide);
    for (const part of [shade, rim, box, thirds, corner]) {
      part.setAttribute("visibility", isFocal ? "hidden" : "visible");
    }
    const { x, y } = focal();
    for (const part of [pointRim, point]) {
      put(part, {
        cx: (x * wide) / 100,
        cy: (y * high) / 100,
        r: (isFocal ? 16 : 6) * unit,
      });
    }
    if (!isFocal) {
      const shown = boxOf(now);
      const [left, top] = [(shown.x * wide) / 100, (shown.y * high) / 100];
      const [width, height] = [(shown.w * wide) / 100, (shown.h * high) / 100];
      const size = { x: left, y: top, width, height };
      put(rim, size);
      put(box, size);
      put(shade, {
        d: `M0 0H${wide}V${high}H0Z M${left} ${top}H${left + width}V${top + height}H${left}Z`,
      });
      put(thirds, {
        d: [1, 2]
          .map(
            (n) =>
              `M${left + (n * width) / 3} ${top}v${height} M${left} ${top + (n * height) / 3}h${width}`,
          )
          .join(" "),
      });
      // Inside the box, so that a hand reaches it at the photo's edge too.
      const r = Math.min(13 * unit, width / 4, height / 4);
      put(corner, { cx: left + width - r, cy: top + height - r, r });
    }
    for (const [use, one] of uses) {
      const isByHand = byHand(use) !== null;
      const shown = one.whole && !isByHand ? { x: 0, y: 0, w: 100, h: 100 } : boxOf(use);
      const view = [
        (shown.x * wide) / 100,
        (shown.y * high) / 100,
        (shown.w * wide) / 100,
        (shown.h * high) / 100,
      ];
      one.view.setAttribute("viewBox", view.map((value) => value.toFixed(1)).join(" "));
      one.figure.querySelector(".by-hand").hidden = !isByHand;
      one.figure.querySelector(".guessed").hidden = isByHand;
      one.figure.classList.toggle("now", use === now);
    }
    for (const act of ["smaller", "larger", "guess"]) {
      form.querySelector(`[data-act=${act}]`).disabled = isFocal;
    }
  };

  let telling = 0;
  const tell = () => {
    // Once the hand rests, so that a key held down is not read out at each step.
    clearTimeout(telling);
    telling = setTimeout(() => {
      const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
      if (now === "focal") {
        said.textContent = fill(form.dataset.focalSaid, focal());
        return;
      }
      const use = uses.get(now).label;
      const shown = byHand(now);
      said.textContent = shown
        ? fill(form.dataset.boxSaid, {
            use,
            x: Math.round(shown.x),
            y: Math.round(shown.y),
            w: Math.round(shown.w),
          })
        : fill(form.dataset.guessSaid, { use });
    }, 250);
  };

  // -- moving ------------------------------------------------------------------------------------

  const move = (across, down) => {
    if (now === "focal") {
      const { x, y } = focal();
      keepFocal(x + across, y + down);
    } else {
      const shown = boxOf(now);
      keepBox(now, { ...shown, x: shown.x + across, y: shown.y + down });
    }
    tell();
  };

  const resize = (by) => {
    if (now === "focal") return;
    const shown = boxOf(now);
    const w = clamp(shown.w + by, Math.min(narrowest, widest(now)), widest(now));
    const h = heightOf(now, w);
    // Its middle stays.
    keepBox(now, { x: shown.x + (shown.w - w) / 2, y: shown.y + (shown.h - h) / 2, w });
    tell();
  };

  const KEYS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 10 : 1;
    if (KEYS[event.key]) move(...KEYS[event.key].map((way) => way * step));
    else if (event.key === "+" || event.key === "=") resize(2);
    else if (event.key === "-" || event.key === "−") resize(-2);
    else if (event.key === "Backspace" || event.key === "Delete") {
      forget();
      tell();
    } else return;
    event.preventDefault();
  });

  const at = (event) => {
    const frame = drawing.getScreenCTM().inverse();
    const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(frame);
    return { x: (100 * spot.x) / wide, y: (100 * spot.y) / high };
  };

  let hand = null;
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    stage.focus({ preventScroll: true });
    drawing.setPointerCapture(event.pointerId);
    const spot = at(event);
    if (now === "focal") {
      hand = { kind: "focal" };
      keepFocal(spot.x, spot.y);
      return;
    }
    let shown = boxOf(now);
    const isCorner = event.target === corner;
    const isInside =
      spot.x >= shown.x && spot.x <= shown.x + shown.w && spot.y >= shown.y && spot.y <= shown.y + shown.h;
    if (!isCorner && !isInside) {
      keepBox(now, { ...shown, x: spot.x - shown.w / 2, y: spot.y - shown.h / 2 });
      shown = boxOf(now);
    }
    hand = { kind: isCorner ? "corner" : "box", from: spot, box: shown };
  });
  drawing.addEventListener("pointermove", (event) => {
    if (!hand) return;
    const spot = at(event);
    if (hand.kind === "focal") return keepFocal(spot.x, spot.y);
    const across = spot.x - hand.from.x;
    const down = spot.y - hand.from.y;
    if (hand.kind === "box") {
      keepBox(now, { ...hand.box, x: hand.box.x + across, y: hand.box.y + down });
      return;
    }
    // The other corner stays; whichever way the hand goes further counts.
    const byHeight = (down * hand.box.w) / hand.box.h;
    const grown = hand.box.w + (Math.abs(across) > Math.abs(byHeight) ? across : byHeight);
    const room = Math.min(100 - hand.box.x, ((100 - hand.box.y) * hand.box.w) / hand.box.h);
    keepBox(now, { ...hand.box, w: Math.min(grown, room) });
  });
  for (const name of ["pointerup", "pointercancel"]) {
    drawing.addEventListener(name, () => {
      if (hand) tell();
      hand = null;
    });
  }

  // -- the form ----------------------------------------------------------------------------------

  for (const radio of form.querySelectorAll("[name=_shown]")) {
    radio.addEventListener("change", () => {
      now = radio.value;
      draw();
      tell();
    });
  }
  for (const [use, one] of uses) {
    one.figure.addEventListener("click", () => {
      form.querySelector(`[name=_shown][value=${use}]`).click();
    });
  }
  form.addEventListener("click", (event) => {
    const act = event.target.dataset.act;
    if (act === "smaller") resize(-5);
    else if (act === "larger") resize(5);
    else if (act === "guess") {
      forget();
      tell();
    }
  });
  form.querySelector(".crop-numbers").addEventListener("input", draw);

  const stands = () => {
    const fields = new FormData(form);
    fields.delete("_shown");
    return new URLSearchParams(fields).toString();
  };
  const begun = stands();
  let isSent = false;
  form.addEventListener("submit", () => {
    isSent = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSent && stands() !== begun) event.preventDefault();
  });

  for (const part of form.querySelectorAll(".crop-choice, .crop-hands, .crop-keys")) {
    part.hidden = false;
  }
  const numbers = form.querySelector(".crop-numbers");
  numbers.open = numbers.querySelector(".errorlist") !== null;
  stage.tabIndex = 0;
  window.addEventListener("resize", draw);
  draw();
  form.dataset.ready = "";
})();
