// Drafts: what was typed into a form survives a reload and a lost connection, in this browser and
// for this account alone. A form that was sent and got no answer keeps its command id, so that it
// takes effect once however often it is sent.
"use strict";
window.lianbanDrafts = (() => {
  const account = document.body.dataset.account || "";
  const PREFIX = `lianban-draft:${account}:`;
  const OLD = 30 * 86400 * 1000;
  const NOT_TYPED = new Set(["seen", "command_id", "files"]);

  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const write = (key, draft) => { try { localStorage.setItem(key, JSON.stringify(draft)); } catch { /* full, or private */ } };
  const remove = (key) => { try { localStorage.removeItem(key); } catch { /* private browsing */ } };
  const keys = () => { try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } };
  const keyOf = (form) => PREFIX + form.dataset.draft;

  const typed = (form) => {
    const found = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !NOT_TYPED.has(name)) (found[name] ||= []).push(value);
    }
    return found;
  };
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  const save = (form, more = {}) => {
    const fields = typed(form), known = read(keyOf(form)) || {};
    if (same(fields, form.untouched) && !known.sent && !more.sent) { remove(keyOf(form)); return; }
    write(keyOf(form), {
      ...known, fields, at: Date.now(),
      seen: form.elements.seen.value, command: form.elements.command_id.value, ...more,
    });
  };

  const restore = (form, fields) => {
    const rows = form.querySelector("[data-rows]");
    const wanted = (fields.milestone_title || []).length;
    while (rows && rows.querySelectorAll("[data-row]").length < wanted) rows.querySelector("[data-add-row]").click();
    const place = {};
    for (const input of form.elements) {
      const { name, type } = input;
      if (!name || NOT_TYPED.has(name) || name === "attachment" || type === "file") continue;
      const values = fields[name] || [];
      if (type === "radio" || type === "checkbox") { input.checked = values.includes(input.value); continue; }
      const n = place[name] = (place[name] ?? -1) + 1;
      if (values[n] !== undefined) input.value = values[n];
      if (input.value) input.dispatchEvent(new Event("input"));
    }
    window.lianbanFiles?.restore(form, fields.attachment || []);
  };

  const clock = (at) => {
    const then = new Date(at), today = new Date().toDateString() === then.toDateString();
    const time = { hour: "2-digit", minute: "2-digit", hour12: false };
    const how = today ? time : { month: "numeric", day: "numeric", ...time };
    return then.toLocaleString(document.documentElement.lang, how);
  };
  const notice = (form, at) => {
    const box = form.querySelector("[data-draft-notice]"), said = box.querySelector("[data-draft-text]");
    said.textContent = said.dataset.draftText.replace("{at}", clock(at));
    box.hidden = false;
  };

  // What happened since the draft was begun, above the form that shows it again.
  const tellMoved = async (form, seen) => {
    const box = form.closest(".act-box").querySelector("[data-moved]");
    const demand = form.dataset.draft.split("/")[0];
    try {
      const answer = await fetch(`/demands/${encodeURIComponent(demand)}/moved?seen=${encodeURIComponent(seen)}`);
      if (answer.ok && !answer.redirected && !box.childElementCount) box.innerHTML = await answer.text();
    } catch { /* no network: the server will say so when it is sent */ }
  };

  // Whether what was sent without an answer has taken effect: then its draft has done its work.
  const taken = async (key, draft) => {
    const [demand, kind] = key.slice(PREFIX.length).split("/");
    const where = `/demands/${encodeURIComponent(demand)}/acts/${kind}/taken?command_id=${encodeURIComponent(draft.command)}`;
    try {
      const answer = await fetch(where);
      return answer.ok && !answer.redirected && (await answer.json()).taken;
    } catch { return false; }
  };

  const watch = async (form) => {
    if (form.untouched) return;
    form.untouched = typed(form);
    let waiting = null;
    const later = () => { clearTimeout(waiting); waiting = setTimeout(() => save(form), 300); };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    addEventListener("pagehide", () => { if (waiting) { clearTimeout(waiting); save(form); } });
    form.querySelector("[data-draft-discard]").addEventListener("click", async () => {
      clearTimeout(waiting);
      remove(keyOf(form));
      await window.lianbanFiles?.forget(form);
      form.untouched = null;
      location.reload();
    });
    if ("typed" in form.dataset) { form.untouched = {}; save(form, { sent: form.dataset.typed === "unsure" }); return; }
    const draft = read(keyOf(form));
    if (!draft) return;
    if (draft.sent && await taken(keyOf(form), draft)) { remove(keyOf(form)); return; }
    if (same(draft.fields, form.untouched)) return;
    restore(form, draft.fields);
    if (draft.sent) form.elements.command_id.value = draft.command;
    if (Number(draft.seen) < Number(form.elements.seen.value)) tellMoved(form, draft.seen);
    notice(form, draft.at);
  };

  const tidy = async () => {
    for (const key of keys()) {
      const draft = read(key);
      if (!draft || Date.now() - draft.at > OLD) remove(key);
      else if (draft.sent && !document.querySelector(`[data-draft="${CSS.escape(key.slice(PREFIX.length))}"]`)
        && await taken(key, draft)) remove(key);
    }
    mark();
  };
  const mark = () => {
    const with_draft = new Set(keys().map((key) => key.slice(PREFIX.length).split("/")[0]));
    for (const card of document.querySelectorAll("[data-demand]")) {
      const sign = card.querySelector("[data-draft-mark]");
      if (sign) sign.hidden = !with_draft.has(card.dataset.demand);
    }
  };
  const begin = (root) => root.querySelectorAll("form[data-draft]").forEach(watch);

  document.addEventListener("submit", (event) => {  // whoever leaves takes their drafts along
    if (!event.target.matches('form[action="/sign-out"]')) return;
    keys().forEach(remove);
    window.lianbanFiles?.forget(null);
  });
  document.addEventListener("fresh", (event) => begin(event.target));
  document.addEventListener("htmx:after:swap", mark);
  begin(document);
  tidy();

  return { save, forget: (form) => { remove(keyOf(form)); form.untouched = typed(form); } };
})();
