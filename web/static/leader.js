// A live list with buttons in it: it is left alone while somebody is at it, and after it has changed
// nothing in it can be tapped for a moment, so that no tap meets another demand than it was meant for.
"use strict";
(() => {
  const SETTLING = 700;
  const busy = (list) =>
    list.matches(":focus-within") || list.querySelector("details[open]") !== null ||
    [...list.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);
  const settle = (list) => {
    list.classList.add("settling");
    setTimeout(() => list.classList.remove("settling"), SETTLING);
  };
  document.body.addEventListener("live", () => {
    for (const list of document.querySelectorAll("[data-calm]")) {
      if (busy(list)) document.getElementById(list.dataset.news).hidden = false;
      else list.dispatchEvent(new CustomEvent("fresh"));
    }
  });
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node.matches?.("[data-calm]")) settle(node);
    }
  }).observe(document.getElementById("main"), { childList: true });
})();
