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

/* On a phone the filters stand above the list, folded; one that is in use stays open. */
if (matchMedia("(max-width: 900px)").matches) {
  for (const one of document.querySelectorAll("#changelist-filter details")) {
    const chosen = one.querySelector("li.selected");
    if (!chosen || !chosen.previousElementSibling) one.open = false;
  }
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

/* Names for what Django's widgets leave nameless: cells of a table of forms, halves of an instant,
   and the boxes that complete a choice. */
function nameFields() {
  const said = (element) => element?.textContent.replace(/[:：*]\s*$/, "").trim() || "";
  for (const field of document.querySelectorAll("#content :is(input, select, textarea):not([type=hidden], [type=submit])")) {
    if (field.labels?.length || field.getAttribute("aria-label") || field.getAttribute("aria-labelledby")) continue;
    const cell = field.closest("td");
    const column = cell?.closest("table").querySelectorAll("thead th")[[...cell.parentElement.cells].indexOf(cell)];
    const row = field.closest(".form-row, .where-field, .plain-field");
    const name = said(column) || said(row?.querySelector("label, legend"));
    const half = field.matches(".vDateField, .vTimeField") ? ` ${said({ textContent: field.previousSibling?.textContent || "" })}` : "";
    if (name) field.setAttribute("aria-label", `${name}${half}`.trim());
  }
  for (const box of document.querySelectorAll(".select2-selection:not([aria-label])")) {
    const select = box.closest(".select2-container").previousElementSibling;
    const name = said(select?.labels?.[0]) || select?.getAttribute("aria-label") || "…";
    box.removeAttribute("aria-labelledby");
    box.setAttribute("aria-label", name);
    box.querySelector(".select2-selection__rendered")?.setAttribute("aria-label", name);
  }
  for (const head of document.querySelectorAll("th.original:empty")) {
    head.outerHTML = '<td class="original"></td>';
  }
  for (const editor of document.querySelectorAll(".prose-editor .ProseMirror[role=textbox]:not([aria-label])")) {
    const name = said(editor.closest(".line, .form-row")?.querySelector("label"));
    if (name) editor.setAttribute("aria-label", name);
  }
}
window.addEventListener("load", () => {
  nameFields();
  let due = null;
  new MutationObserver(() => { due ??= setTimeout(() => { due = null; nameFields(); }, 50); })
    .observe(document.getElementById("content"), { childList: true, subtree: true });
});
