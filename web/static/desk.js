// The ledger's page: the address follows what was asked for, so that it can be kept and shared.
"use strict";
document.addEventListener("htmx:after:swap", () => {
  const ledger = document.getElementById("ledger");
  if (ledger && ledger.dataset.address !== location.pathname + location.search) {
    history.replaceState(history.state, "", ledger.dataset.address);
  }
});
