// What every page needs: the theme, live pages, no double submits, whether there is a network.
"use strict";
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => {
    let chosen = null;
    try { chosen = localStorage.getItem("lianban-theme"); } catch { /* private browsing */ }
    root.dataset.bsTheme = chosen || (dark.matches ? "dark" : "light");
  };
  theme();
  dark.addEventListener("change", theme);

  const online = () => root.classList.toggle("is-offline", !navigator.onLine);
  addEventListener("online", online);
  addEventListener("offline", online);

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-theme-toggle]");
    if (toggle) {
      const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
      try { localStorage.setItem("lianban-theme", next); } catch { /* it lasts for this page */ }
      root.dataset.bsTheme = next;
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const from = document.getElementById(copy.dataset.copy);
      navigator.clipboard?.writeText(from.value ?? from.textContent).then(() => {
        copy.querySelector("[data-copied]")?.removeAttribute("hidden");
      });
    }
    if (event.target.closest("[data-print]")) print();
  });

  // A second tap on a form that is on its way does nothing; a page that comes back is usable again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // Live: the event says only that something changed; whoever shows it fetches it anew.
  const listen = () => {
    online();
    const stream = document.body.dataset.live;
    if (!stream) return;
    let source = null, lost = false;
    const open = () => {
      source = new EventSource(stream);
      source.addEventListener("ready", () => { if (lost) { lost = false; tell(); } });
      source.addEventListener("changed", tell);
      source.onerror = () => { lost = true; };
    };
    const tell = () => document.body.dispatchEvent(new CustomEvent("live"));
    const close = () => { source?.close(); source = null; };
    // A browser has six connections to a site for all its tabs: one that nobody sees keeps none.
    const look = () => {
      if (document.hidden) { close(); }
      else if (!source) { open(); tell(); }
    };
    if (!document.hidden) open();
    document.addEventListener("visibilitychange", look);
    addEventListener("pagehide", close);
    addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", listen);
  else listen();
})();
