// Comforts for every page: fresh remaining times, text length, chosen files. Nothing here is required:
// each page works without it, and the server decides everything. No inline handlers, no eval, no third party.
(() => {
  "use strict";

  const words = document.getElementById("words")?.dataset ?? {};
  const all = (selector, root = document) => root.querySelectorAll(selector);
  const fill = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

  const make = (tag, css, text = "") => Object.assign(document.createElement(tag), { className: css, textContent: text });

  // — remaining time: the server's clock, not this device's —
  const ahead = Number(document.documentElement.dataset.now ?? 0) * 1000 - Date.now();
  const now = () => Date.now() + (Number.isFinite(ahead) ? ahead : 0);

  const count = (n, one, many) => (n ? fill(n === 1 ? one : many, { n }) : "");
  const spoken = (minutes) => {
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    const parts = [count(days, words.day, words.days)];
    if (days < 3) parts.push(count(hours, words.hour, words.hours));
    if (days < 1) parts.push(count(minutes % 60, words.minute, words.minutes));
    return parts.filter(Boolean).join(" ") || words.moment;
  };
  const refresh = () => {
    for (const element of all("[data-due]")) {
      const left = Number(element.dataset.due) * 1000 - now();
      const place = element.querySelector(".due-left");
      if (!place) continue;
      element.dataset.level = left < 0 ? "past" : left < 86_400_000 ? "soon" : "open";
      const text = left < 0 ? words.over : fill(words.left, { time: spoken(Math.floor(left / 60_000)) });
      if (text && place.textContent !== text) place.textContent = text;
    }
  };
  if (words.left) setInterval(refresh, 60_000);

  // — kept as an app, this has no browser around it that says what is wrong without a connection —
  if (matchMedia("(display-mode: standalone)").matches) {
    const language = document.documentElement.lang === "en" ? "en" : "zh-hans";
    navigator.serviceWorker?.register(`/service-worker.js?language=${language}`).catch(() => {});
  }

  // — the summary of errors is read first —
  const arrive = () => document.querySelector("[data-focus]")?.focus();

  // — text length, in characters as the server counts them; what is too long stays in the field and is not sent —
  const over = (field) => Math.max(0, [...field.value].length - Number(field.dataset.most));
  const countText = (field) => {
    if (field.dataset.counted) return;
    field.dataset.counted = "1";
    const counter = document.getElementById(field.dataset.counter);
    const said = make("small", "too-long");
    said.setAttribute("role", "alert");
    const show = () => {
      const n = over(field);
      if (counter) counter.textContent = `${[...field.value].length}/${field.dataset.most}`;
      if (n && !said.isConnected) field.after(said);
      said.textContent = n ? fill(n === 1 ? words.overOne : words.overMany, { n, most: field.dataset.most }) : "";
      field.setCustomValidity(said.textContent);
    };
    field.addEventListener("input", show);
    show();
  };
  document.addEventListener("submit", (event) => {
    if (event.submitter?.formNoValidate) return;
    const field = [...event.target.elements].find((each) => each.dataset.most && !each.readOnly && over(each));
    if (!field) return;
    event.preventDefault();
    event.stopPropagation();
    field.dispatchEvent(new Event("input")); // a script may have filled it
    field.reportValidity();
    field.focus();
  }, true);

  // — chosen files: what they are, what is wrong with them, what each one proves —
  const MB = 1024 * 1024;
  const size = (bytes) => (bytes < MB ? `${bytes && Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / MB).toFixed(1)} MB`);
  const refusal = (file, input) => {
    const { imageMb, filmMb } = input.dataset;
    if (!file.size) return words.fileEmpty;
    const wanted = input.accept.split(",").map((each) => each.trim().toLowerCase()).filter(Boolean);
    const suits = (each) => (each.startsWith(".") ? file.name.toLowerCase().endsWith(each) : file.type === each);
    if (wanted.length && !wanted.some(suits)) return words.fileType;
    const limit = Number(file.type.startsWith("video/") ? filmMb : imageMb);
    return limit && file.size > limit * MB ? fill(words.fileLarge, { mb: limit }) : "";
  };
  const thumbnail = async (file, place) => {
    if (!file.type.startsWith("image/") || !globalThis.createImageBitmap) return;
    try {
      const bitmap = await createImageBitmap(file, { resizeWidth: 112, resizeQuality: "medium" });
      const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
      canvas.getContext("2d").drawImage(bitmap, 0, 0);
      canvas.setAttribute("aria-hidden", "true");
      place.replaceChildren(canvas);
    } catch { /* an unreadable picture keeps its plain mark; the server says what is wrong with it */ }
  };
  const listFiles = (input) => {
    const list = document.getElementById(input.dataset.list);
    const shared = document.getElementById(input.dataset.sharedCaption);
    if (!list) return;
    let kept = [];
    const hand = () => {
      const carrier = new DataTransfer();
      for (const { file } of kept) carrier.items.add(file);
      input.files = carrier.files;
    };
    const draw = () => {
      list.replaceChildren(...kept.map((entry, index) => {
        const { file } = entry;
        const row = make("li", "");
        const mark = make("span", "thumb", (file.name.split(".").pop() ?? "").slice(0, 4).toUpperCase());
        const body = make("div", "");
        body.append(make("p", "meta", `${file.name} · ${size(file.size)}`));
        const why = refusal(file, input);
        if (why) {
          row.classList.add("refused");
          body.append(make("p", "refusal", why));
        } else {
          const label = make("label", "", words.caption);
          const caption = Object.assign(make("input", ""), { name: input.dataset.captions, value: entry.caption, required: true });
          caption.dataset.most = 200;
          caption.dataset.file = file.name;
          caption.addEventListener("input", () => { entry.caption = caption.value; });
          label.append(caption);
          countText(caption);
          body.append(label);
          if (index === 0 && kept.length > 1) {
            const same = Object.assign(make("button", "plain", words.sameForAll), { type: "button" });
            same.addEventListener("click", () => {
              for (const other of kept) other.caption = entry.caption;
              draw();
              list.querySelector("button").focus();
            });
            body.append(same);
          }
        }
        const remove = Object.assign(make("button", "plain", words.remove), { type: "button" });
        remove.setAttribute("aria-label", `${words.remove}: ${file.name}`);
        remove.addEventListener("click", () => {
          kept.splice(index, 1);
          hand();
          draw();
          (list.querySelectorAll("button")[Math.min(index, kept.length - 1)] ?? input).focus();
        });
        body.append(remove);
        row.append(mark, body);
        thumbnail(file, mark);
        return row;
      }));
      if (shared) {
        shared.hidden = kept.length > 0;
        for (const field of all("input, textarea", shared)) field.disabled = kept.length > 0;
      }
      const bad = kept.some(({ file }) => refusal(file, input));
      input.setCustomValidity(bad ? words.fileFix ?? "" : "");
    };
    const add = (files) => {
      const known = new Set(kept.map(({ file }) => `${file.name} ${file.size} ${file.lastModified}`));
      for (const file of files) if (!known.has(`${file.name} ${file.size} ${file.lastModified}`)) kept.push({ file, caption: input.form?.keptCaptions?.[file.name] ?? "" });
      hand();
      draw();
    };
    input.addEventListener("change", () => add(input.files));
    document.addEventListener("paste", (event) => {
      const files = [...event.clipboardData?.files ?? []];
      // What an office program copies comes as text and as a picture of it: in a field it is text.
      if (!files.length || event.clipboardData.types.includes("text/plain") || !input.isConnected || document.querySelector("input[type=file][data-list]") !== input) return;
      event.preventDefault();
      add(files);
    });
    const zone = input.closest(".dropzone");
    for (const name of ["dragenter", "dragover"]) zone?.addEventListener(name, () => zone.classList.add("over"));
    for (const name of ["dragleave", "drop"]) zone?.addEventListener(name, () => zone.classList.remove("over"));
  };

  // — printing, where a script can open the dialogue —
  document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());

  const begin = (root) => {
    for (const area of all("[data-most]", root)) countText(area);
    for (const input of all("input[type=file][data-list]", root)) if (!input.dataset.listed) { input.dataset.listed = "1"; listFiles(input); }
    for (const button of all("[data-print]", root)) button.hidden = false;
  };
  begin(document);
  arrive();
  document.addEventListener("htmx:load", (event) => { begin(event.detail.elt.parentNode ?? document); refresh(); });
})();
