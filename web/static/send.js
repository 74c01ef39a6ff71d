// Sends an act's form without leaving the page: where there is no network, or no answer, what was
// typed stays in front of whoever typed it. Without this file the form is sent as any other.
"use strict";
(() => {
  const PATIENCE = 75000;  // longer than the server waits for its own engines

  const say = (form, what) => {
    for (const one of form.querySelectorAll("[data-say]")) one.hidden = one.dataset.say !== what;
    form.querySelector(`[data-say="${what}"]`)?.scrollIntoView({ block: "center" });
  };
  const busy = (form, yes) => {
    form.querySelector(".act-submit button").setAttribute("aria-busy", String(yes));
    form.toggleAttribute("data-sending", yes);
  };

  // The form as the server shows it again, with what is wrong or what changed meanwhile.
  const show = (form, html) => {
    const found = new DOMParser().parseFromString(html, "text/html").querySelector(".act-box");
    if (!found) return false;
    const box = document.importNode(found, true);
    form.closest(".act-box").replaceWith(box);
    window.htmx?.process(box);
    box.dispatchEvent(new CustomEvent("fresh", { bubbles: true }));
    const alert = box.querySelector("[role=alert]:not([hidden])");
    if (alert) { alert.tabIndex = -1; alert.focus(); }
    return true;
  };

  const send = async (form) => {
    say(form, "");
    if (!navigator.onLine) return say(form, "offline");
    if (window.lianbanFiles?.pending(form)) say(form, "uploads");
    if (window.lianbanFiles && !await window.lianbanFiles.settled(form)) {
      return say(form, navigator.onLine ? "files" : "offline");
    }
    if (form.querySelector(".file-item[data-state=failed]")) return say(form, "files");
    say(form, "");
    window.lianbanDrafts?.save(form, { sent: true });
    const body = new FormData(form);
    body.delete("files");  // each went by itself
    let answer;
    try {
      answer = await fetch(form.action, {
        method: "POST",
        body,
        headers: { "x-lianban-form": "sent" },
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.redirected) return location.assign(answer.url);
      if (answer.headers.get("content-type")?.startsWith("application/json")) {
        const { to } = await answer.json();
        window.lianbanDrafts?.forget(form);
        await window.lianbanFiles?.forget(form);
        return location.assign(to);
      }
      if (!show(form, await answer.text())) say(form, "failed");
    } catch {
      say(form, navigator.onLine ? "lost" : "offline");
    }
  };

  const watch = (form) => form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.hasAttribute("data-sending")) return;
    busy(form, true);
    try { await send(form); } finally { busy(form, false); }
  });
  addEventListener("online", () => {
    for (const asked of document.querySelectorAll("[data-send-later]:checked")) {
      asked.checked = false;
      asked.closest("form").requestSubmit();
    }
  });
  const begin = (root) => root.querySelectorAll("form.act-form").forEach(watch);
  document.addEventListener("fresh", (event) => begin(event.target));
  begin(document);
})();
