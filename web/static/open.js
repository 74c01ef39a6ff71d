// What somebody has unfolded stays so when a live page fetches it anew.
"use strict";
(() => {
  const open = new Set();
  document.addEventListener("toggle", (event) => {
    const { id } = event.target;
    if (id) open[event.target.open ? "add" : "delete"](id);
  }, true);
  let kept = [];
  document.addEventListener("htmx:before:swap", () => { kept = [...open]; });
  document.addEventListener("htmx:after:swap", () => {
    for (const id of kept) {
      const found = document.getElementById(id);
      if (found && !found.open) found.open = true;
    }
  });
})();
