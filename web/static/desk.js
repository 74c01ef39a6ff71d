// The ledger: the address follows what is asked for; what was chosen stays chosen through live changes.
"use strict";
(() => {
  const chosen = new Set();
  const boxes = () => document.querySelectorAll('#ledger input[name="demand"]');

  const show = () => {
    for (const box of boxes()) box.checked = chosen.has(box.value);
    const every = [...boxes()];
    const all = document.querySelector("[data-choose-all]");
    if (all) {
      all.hidden = false;
      all.checked = every.length > 0 && every.every((box) => box.checked);
    }
    const go = document.querySelector("[data-assign-chosen]");
    if (go) go.disabled = !every.some((box) => box.checked);
  };

  const read = () => {
    for (const box of boxes()) {
      if (box.checked) chosen.add(box.value); else chosen.delete(box.value);
    }
    show();
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-choose-all]")) {
      for (const box of boxes()) box.checked = event.target.checked;
    }
    if (event.target.closest("#ledger")) read();
  });
  document.addEventListener("htmx:after:swap", () => {
    const ledger = document.getElementById("ledger");
    if (!ledger) return;
    if (ledger.dataset.address !== location.pathname + location.search) {
      history.replaceState(history.state, "", ledger.dataset.address);
    }
    show();
  });
  addEventListener("pageshow", read);
})();
