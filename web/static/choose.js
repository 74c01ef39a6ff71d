// One box that ticks all others of its form, where there is JavaScript.
"use strict";
(() => {
  const others = (all) => [...all.form.elements].filter((one) => one.name === all.dataset.chooses);
  const show = (all) => {
    const boxes = others(all);
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = boxes.length > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  const start = () => {
    for (const all of document.querySelectorAll("[data-chooses]")) {
      all.closest("[hidden]")?.removeAttribute("hidden");
      all.addEventListener("change", () => { for (const box of others(all)) box.checked = all.checked; });
      all.form.addEventListener("change", () => show(all));
      show(all);
    }
  };
  addEventListener("pageshow", start, { once: true });
})();
