// Photos and files of a form: each is uploaded as soon as it is chosen, in the background. What was
// chosen without a network waits in this browser (IndexedDB), for this account and form alone.
"use strict";
window.lianbanFiles = (() => {
  const account = document.body.dataset.account || "";
  const SMALL = 6 * 1024 * 1024;  // of larger pictures no preview is drawn before the server's

  // ---- the store: silently absent where the browser has none -------------------------------------
  let opened = null;
  const database = () => opened ||= new Promise((resolve, reject) => {
    const asked = indexedDB.open("lianban", 1);
    asked.onupgradeneeded = () =>
      asked.result.createObjectStore("files", { keyPath: "id" }).createIndex("draft", "draft");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const stored = async (mode, work) => {
    try {
      const store = (await database()).transaction("files", mode).objectStore("files");
      return await new Promise((resolve, reject) => {
        const asked = work(store);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    } catch { return undefined; }
  };
  const keep = (entry) => stored("readwrite", (store) => store.put(entry));
  const drop = (id) => stored("readwrite", (store) => store.delete(id));
  const every = async () => (await stored("readonly", (store) => store.getAll())) || [];

  const draftOf = (form) => `${account}:${form.dataset.draft || location.pathname}`;

  // ---- one item of the list ----------------------------------------------------------------------
  const state = (item, name, said = "") => {
    item.dataset.state = name;
    item.querySelector("progress").hidden = name !== "uploading";
    item.querySelector(".file-said").textContent = said;
  };
  const itemFor = (box, name, blob) => {
    const item = box.querySelector("[data-file-item]").content.firstElementChild.cloneNode(true);
    item.querySelector(".file-name").textContent = name;
    const remove = item.querySelector(".file-remove");
    remove.setAttribute("aria-label", box.dataset.remove.replace("{name}", name));
    remove.addEventListener("click", () => {
      item.request?.abort();
      if (item.entry) drop(item.entry.id);
      item.remove();
      changed(box);
      box.querySelector("input[type=file]").focus();
    });
    if (blob && blob.type.startsWith("image/") && blob.size < SMALL) {
      picture(item, URL.createObjectURL(blob));
    }
    box.querySelector("[data-file-items]").append(item);
    return item;
  };
  const picture = (item, address) => {
    const image = item.querySelector("img");
    image.src = address;
    image.hidden = false;
    image.onerror = () => { image.hidden = true; item.querySelector(".file-sign").hidden = false; };
    item.querySelector(".file-sign").hidden = true;
  };
  const changed = (box) => box.dispatchEvent(new Event("change", { bubbles: true }));
  const done = (box, item, taken) => {
    const named = item.querySelector("[name=attachment]");
    named.value = `${taken.sha256} ${taken.name}`;
    named.checked = true;
    item.querySelector(".file-name").textContent = taken.name;
    if (taken.thumbnail) picture(item, taken.thumbnail);
    state(item, "done", taken.size || "");
    changed(box);
  };

  // ---- uploading ---------------------------------------------------------------------------------
  const upload = (box, item) => new Promise((resolve) => {
    if (!navigator.onLine) { state(item, "waiting", box.dataset.waiting); resolve(); return; }
    const { entry } = item, body = new FormData(), request = item.request = new XMLHttpRequest();
    body.append("file", entry.blob, entry.name);
    state(item, "uploading", box.dataset.uploading);
    const bar = item.querySelector("progress");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) bar.value = Math.round(100 * event.loaded / event.total);
    };
    request.onload = () => {
      let told = {};
      try { told = JSON.parse(request.responseText); } catch { /* not from us: no network */ }
      if (request.status === 200 && told.sha256) {
        drop(entry.id);
        done(box, item, told);
      } else if (request.status >= 500 || request.status === 0) {
        state(item, "waiting", told.problem || box.dataset.waiting);
      } else {
        drop(entry.id);
        state(item, "failed", told.problem || box.dataset.failed);
      }
      resolve();
    };
    request.onerror = request.ontimeout = () => { state(item, "waiting", box.dataset.waiting); resolve(); };
    request.onabort = resolve;
    request.open("POST", box.dataset.uploadTo);
    request.timeout = 180000;
    request.send(body);
  });
  const begin = (box, item) => { item.uploading = upload(box, item); return item.uploading; };
  const retry = () => {
    for (const box of document.querySelectorAll("[data-files]")) {
      for (const item of box.querySelectorAll("[data-state=waiting]")) begin(box, item);
    }
  };
  addEventListener("online", retry);

  const choose = async (box, input) => {
    const form = box.closest("form"), chosen = [...input.files];
    input.value = "";
    for (const blob of chosen) {
      if (box.querySelectorAll(".file-item:not([data-state=failed])").length >= Number(box.dataset.most)) {
        state(itemFor(box, blob.name, null), "failed", box.dataset.tooMany);
        break;
      }
      const item = itemFor(box, blob.name, blob);
      const id = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
      item.entry = { id, draft: draftOf(form), account, name: blob.name, blob, at: Date.now() };
      keep(item.entry);
      begin(box, item);
    }
  };

  const enhance = async (box) => {
    const form = box.closest("form"), input = box.querySelector("input[type=file]");
    box.classList.add("by-script");
    input.addEventListener("change", (event) => { event.stopPropagation(); choose(box, input); });
    for (const old of box.querySelectorAll("[data-file-items] > li")) {  // drawn by the server
      const named = old.querySelector("[name=attachment]"), image = old.querySelector("img");
      old.remove();
      restoreOne(box, named.value, image?.getAttribute("src"));
    }
    for (const entry of await every()) {
      if (entry.draft !== draftOf(form)) continue;
      const item = itemFor(box, entry.name, entry.blob);
      item.entry = entry;
      begin(box, item);
    }
  };
  const restoreOne = (box, value, thumbnail) => {
    const space = value.indexOf(" "), sha256 = value.slice(0, space), name = value.slice(space + 1);
    const small = /\.(jpe?g|png|webp|gif)$/i.test(name) ? `${box.dataset.uploadTo}/${sha256}/thumbnail` : null;
    done(box, itemFor(box, name, null), { sha256, name, thumbnail: thumbnail || small });
  };

  const start = (root) => root.querySelectorAll("[data-files]").forEach(enhance);
  document.addEventListener("fresh", (event) => start(event.target));
  start(document);

  return {
    // Uploaded before, by a draft: shown again unless it is there.
    restore(form, values) {
      const box = form.querySelector("[data-files]");
      if (!box) return;
      const there = new Set([...box.querySelectorAll("[name=attachment]")].map((one) => one.value));
      for (const value of values) if (!there.has(value)) restoreOne(box, value, null);
    },
    // Waits for what is being uploaded; whether everything got there.
    async settled(form) {
      const items = [...form.querySelectorAll(".file-item")];
      await Promise.all(items.map((item) => item.uploading));
      const waiting = form.querySelectorAll(".file-item[data-state=waiting]");
      if (!waiting.length) return true;
      if (!navigator.onLine) return false;
      const box = form.querySelector("[data-files]");
      await Promise.all([...waiting].map((item) => begin(box, item)));
      return !form.querySelector(".file-item[data-state=waiting]");
    },
    pending: (form) => !!form.querySelector(".file-item[data-state=uploading]"),
    // Forget what waits: of one form, or of the account.
    async forget(form) {
      for (const entry of await every()) {
        if (form ? entry.draft === draftOf(form) : entry.account === account) drop(entry.id);
      }
    },
  };
})();
