/* Dragging an issue to another day fills in its form there: the reason is still typed, by hand. */
"use strict";

const told = document.querySelector(".cal-told");
let dragged = null;

for (const issue of document.querySelectorAll(".cal-issue[draggable]")) {
  issue.addEventListener("dragstart", (event) => {
    dragged = issue;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", issue.dataset.issue);
  });
  issue.addEventListener("dragend", () => {
    dragged = null;
    for (const day of document.querySelectorAll(".cal-over")) day.classList.remove("cal-over");
  });
}

for (const day of document.querySelectorAll(".cal-day")) {
  day.addEventListener("dragover", (event) => {
    if (!dragged || day.contains(dragged)) return;
    event.preventDefault();
    day.classList.add("cal-over");
  });
  day.addEventListener("dragleave", () => day.classList.remove("cal-over"));
  day.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    day.classList.remove("cal-over");
    const hour = dragged.querySelector("input[name=hour]");
    hour.value = `${day.dataset.date}T${hour.value.slice(11)}`;
    dragged.querySelector("details").open = true;
    dragged.querySelector("input[name=reason]").focus();
    told.textContent = told.dataset.dropped.replace("{date}", hour.value.replace("T", " "));
  });
}
