"use strict";
// Many photos, one after another, each with its own progress. A photo whose connection is lost is
// sent again by itself once the browser is on line; the desk keeps the same file once, so nothing
// comes twice. Without this script the form sends them all at once.
(() => {
  const form = document.querySelector("form.photo-send");
  if (!form) return;
  const chooser = form.querySelector("input[type=file]");
  const drop = form.querySelector(".drop");
  const list = form.querySelector(".sent");
  const words = form.dataset;
  const TOKEN = "[name=csrfmiddlewaretoken]";
  let token = form.querySelector(TOKEN).value;
  const waiting = [];
  let busy = false;

  const line = (file) => {
    const row = document.createElement("li");
    const picture = document.createElement("img");
    picture.alt = "";
    picture.hidden = true;
    const said = document.createElement("span");
    said.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    row.append(picture, said, bar);
    list.append(row);
    return { file, row, picture, said, bar, tries: 0 };
  };

  const wrong = (one, message) => {
    one.said.textContent = message;
    one.said.className = "wrong";
    one.bar.hidden = true;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button small";
    again.textContent = words.again;
    again.addEventListener("click", () => {
      again.remove();
      one.bar.hidden = false;
      one.said.className = "";
      waiting.push(one);
      next();
    });
    one.row.append(again);
  };

  const done = (one, answer) => {
    one.said.textContent = answer.said;
    one.bar.remove();
    one.picture.src = answer.picture;
    one.picture.hidden = false;
    const link = document.createElement("a");
    link.href = answer.address;
    link.textContent = words.check;
    link.setAttribute("aria-label", `${words.check}: ${one.file.name}`);
    one.row.append(link);
  };

  const lost = (one, why = words.waiting) => {
    busy = false;
    one.tries += 1;
    one.bar.value = 0;
    one.said.textContent = `${one.file.name}: ${why}`;
    waiting.unshift(one);
    setTimeout(next, Math.min(30, 2 ** one.tries) * 1000);
  };

  // A page instead of an answer: a sign-in that ran out, or a server that is just starting. Whoever
  // has signed in again meanwhile, in another window, has a new token, which this page asks for.
  const renew = async (one) => {
    try {
      const page = await fetch(location.pathname);
      const html = new DOMParser().parseFromString(await page.text(), "text/html");
      const fresh = html.querySelector(`form.photo-send ${TOKEN}`);
      if (fresh) token = fresh.value;
      lost(one, page.ok && !fresh ? words.out : undefined);
    } catch {
      lost(one);
    }
  };

  const next = () => {
    if (busy || !waiting.length) return;
    if (!navigator.onLine) {
      for (const one of waiting) one.said.textContent = `${one.file.name}: ${words.waiting}`;
      return;
    }
    busy = true;
    const one = waiting.shift();
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("photos", one.file);
    request.open("POST", location.pathname);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Accept", "application/json");
    one.said.textContent = `${one.file.name}: ${words.sending}`;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) one.bar.value = (100 * event.loaded) / event.total;
    });
    request.upload.addEventListener("load", () => {
      one.bar.removeAttribute("value");
      one.said.textContent = `${one.file.name}: ${words.checking}`;
    });
    request.addEventListener("error", () => lost(one));
    request.addEventListener("load", () => {
      let answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // No answer of ours.
      }
      if (!answer) return renew(one);
      busy = false;
      if (answer.error) wrong(one, answer.error);
      else done(one, answer);
      return next();
    });
    request.send(body);
  };

  const take = (files) => {
    for (const file of files) waiting.push(line(file));
    next();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(chooser.files);
    chooser.value = "";
  });
  chooser.addEventListener("change", () => form.requestSubmit());
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer.files);
  });
  window.addEventListener("online", next);
  window.addEventListener("beforeunload", (event) => {
    if (busy || waiting.length) event.preventDefault();
  });
})();
