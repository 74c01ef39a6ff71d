// Forms: one more row where there are several.
"use strict";
for (const rows of document.querySelectorAll("[data-rows]")) {
  const add = rows.querySelector("[data-add-row]");
  add.hidden = false;
  add.addEventListener("click", () => {
    const row = add.previousElementSibling.cloneNode(true);
    for (const input of row.querySelectorAll("input")) input.value = "";
    add.before(row);
    row.querySelector("input").focus();
  });
}
