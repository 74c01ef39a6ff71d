// Forms: one more row where there are several, a slider beside a number. Works on what comes later.
"use strict";
(() => {
  const rows = (box) => {
    const add = box.querySelector("[data-add-row]");
    add.hidden = false;
    add.addEventListener("click", () => {
      const all = box.querySelectorAll("[data-row]"), last = all[all.length - 1];
      const row = last.cloneNode(true);
      for (const input of row.querySelectorAll("input")) {
        input.value = "";
        input.setAttribute("aria-label", input.dataset.label.replace("{n}", all.length + 1));
      }
      last.after(row);
      row.querySelector("input").focus();
    });
  };
  const slider = (range) => {
    const number = document.getElementById(range.dataset.slides);
    range.hidden = false;
    range.addEventListener("input", () => {
      const least = Number(number.min || 0);
      if (Number(range.value) < least) range.value = least;
      number.value = range.value;
      number.dispatchEvent(new Event("input", { bubbles: true }));
    });
    number.addEventListener("input", () => { if (number.value) range.value = number.value; });
  };
  const begin = (root) => {
    root.querySelectorAll("[data-rows]").forEach(rows);
    root.querySelectorAll("[data-slides]").forEach(slider);
  };
  begin(document);
  document.addEventListener("fresh", (event) => begin(event.target));
})();
