/* The desk on every screen: the menu on phones, and buttons that are pressed only once. */
"use strict";

const menu = document.querySelector(".desk-menu");
if (menu) {
  menu.hidden = false;
  document.getElementById("desk-nav").classList.add("folded");
  menu.addEventListener("click", () => {
    const open = menu.getAttribute("aria-expanded") === "true";
    menu.setAttribute("aria-expanded", String(!open));
    document.getElementById("desk-nav").classList.toggle("folded", open);
  });
}

/* A second press of a button does not send a form twice. Back brings the form to life again. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
