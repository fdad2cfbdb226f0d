// What a form needs so that no word is lost: text is kept in the browser as it is typed and on the server as a draft; what
// is sent without a signal is held and sent once when it is back. The form carries a key, so the server takes it once
// however often it arrives. Without this script the browser sends the form itself. Files are not kept, their captions are.
(() => {
  "use strict";

  const words = document.getElementById("words")?.dataset ?? {};
  const desk = document.querySelector("[data-desk]")?.dataset.desk ?? ""; // of staff, on the page of a case alone
  const account = document.documentElement.dataset.account ?? desk;
  const all = (selector, root = document) => root.querySelectorAll(selector);
  const fill = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  // — what this browser keeps: per account, for three days, nothing after signing out —
  const PREFIX = "kept:";
  const MOST = 3 * 86_400_000;
  const stored = () => {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  };
  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
      return null;
    }
  };
  const write = (key, value) => {
    try {
      value ? localStorage.setItem(key, JSON.stringify({ at: Date.now(), ...value })) : localStorage.removeItem(key);
    } catch { /* a browser that keeps nothing keeps nothing */ }
  };
  const address = (name) => `${PREFIX}${account}:${name}`;
  const arrivedSheet = document.cookie.match(/(?:^|; )sheet=(\w+)/)?.[1]; // what the server answered last: see data-keep
  const isOver = (kept) => !(Date.now() - (kept?.at ?? 0) < MOST) || (kept.sheet && kept.sheet === arrivedSheet);
  const forgotten = [...all("[data-forgets]")].flatMap((each) => each.dataset.forgets.split(" ").map(address));
  for (const key of stored()) {
    const isAnothers = account && !key.startsWith(address(""));
    if (isAnothers || isOver(read(key)) || forgotten.some((place) => key.startsWith(place))) write(key, null);
  }
  globalThis.keptWords = { // for the room's script
    get: (name) => read(address(name))?.text ?? "",
    set: (name, text) => account && write(address(name), text ? { text } : null),
  };

  // — the words of a form —
  const TYPED = "textarea, select, input:not([type=hidden], [type=password], [type=file], [type=submit], [type=button])";
  const actionOf = (form) => new URL(form.getAttribute("action") || location.href, location.href);
  const isKept = (form) => Boolean(account && form.matches(desk ? "[data-keep]" : "form:is([data-keep], :has(input[name=form_key]))"));
  const keyOf = (form) => address(`${actionOf(form).pathname}#${form.dataset.testid ?? ""}`);
  const fieldsOf = (form) => [...form.elements].filter((each) => each.name && each.matches(TYPED) && !each.dataset.file);
  const valuesOf = (form) => {
    const names = new Set(fieldsOf(form).map((each) => each.name));
    return [...new FormData(form)].filter(([name, value]) => names.has(name) && typeof value === "string");
  };
  const captionsOf = (form) => Object.fromEntries([...all("input[data-file]", form)].map((each) => [each.dataset.file, each.value]));
  const remember = (form, more = {}) => {
    if (!isKept(form) || (!fieldsOf(form).length && !form.querySelector("input[data-file]"))) return;
    const before = read(keyOf(form)) ?? {};
    const captions = { ...before.captions, ...captionsOf(form) };
    write(keyOf(form), { tried: before.tried, key: form.elements.form_key?.value, values: valuesOf(form), captions, ...more });
  };
  const forget = (form) => write(keyOf(form), null);
  const restore = (form) => {
    const kept = read(keyOf(form));
    if (!kept) return;
    form.keptCaptions = kept.captions; // site.js: the same file, chosen again, has its caption again
    if (kept.tried && kept.key && form.elements.form_key) form.elements.form_key.value = kept.key; // it may have arrived
    const before = JSON.stringify(valuesOf(form));
    if (JSON.stringify(kept.values) === before) { // the page has them: the server keeps this draft already
      if (form.dataset.draftUrl && !kept.tried && !Object.keys(kept.captions ?? {}).length) forget(form);
      return;
    }
    const left = kept.values.map((each) => [...each]);
    for (const field of fieldsOf(form)) {
      const mine = left.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(field.type)) field.checked = mine.includes(field.value);
      else if (field.multiple) for (const option of field.options) option.selected = mine.includes(option.value);
      else if (mine.length) {
        field.value = mine[0];
        left.splice(left.findIndex(([name]) => name === field.name), 1);
        if (field.value) field.closest("details")?.setAttribute("open", "");
      }
      field.dispatchEvent(new Event("input"));
    }
    if (JSON.stringify(valuesOf(form)) !== before) offerBack(form); // said only where something came back
  };
  const offerBack = (form) => bar(words.restored, [[words.discard, () => { forget(form); location.reload(); }]]);
  document.addEventListener("input", (event) => event.target.form && remember(event.target.form));
  document.addEventListener("change", (event) => event.target.form && remember(event.target.form));

  // — one bar on top says what is going on —
  const bar = (text, buttons = []) => {
    let place = document.getElementById("kept-bar");
    if (!place) {
      place = Object.assign(document.createElement("div"), { id: "kept-bar", className: "panel wait kept-bar" });
      place.setAttribute("role", "status");
      document.querySelector("main").prepend(place);
    }
    place.replaceChildren();
    place.hidden = !text;
    if (!text) return;
    place.append(Object.assign(document.createElement("p"), { textContent: text }));
    for (const [label, act] of buttons) {
      const isLink = typeof act === "string";
      const button = Object.assign(document.createElement(isLink ? "a" : "button"), isLink ? { href: act } : { type: "button", className: "plain" });
      button.textContent = label;
      if (!isLink) button.addEventListener("click", act);
      place.append(button);
    }
  };
  let held = null; // what waits for the signal, at most one form
  addEventListener("offline", () => { if (!held && [...document.forms].some(isKept)) bar(words.offline); });
  addEventListener("online", () => { if (!held) bar(""); });

  // — a button that was pressed says so and cannot be pressed twice —
  const press = (form, pressed) => {
    form.dataset.sent = "1";
    setTimeout(() => { // after the browser has collected the pressed button's own value
      for (const button of all("button:not([type=button]), input[type=submit]", form)) button.disabled = true;
      if (pressed && words.sending) {
        pressed.dataset.text = pressed.textContent;
        pressed.textContent = words.sending;
      }
    });
  };
  const release = (form) => {
    delete form.dataset.sent;
    form.inert = false;
    for (const button of all("button, input[type=submit]", form)) {
      button.disabled = false;
      if (button.dataset.text) button.textContent = button.dataset.text;
    }
  };
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of all("form[data-sent]")) release(form);
    for (const field of all("input[name=form_key]")) field.value = newKey(); // what is sent from here now is sent anew
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.matches("[hx-post], [hx-get], [data-quick]")) return;
    if (form.dataset.sent) return void event.preventDefault();
    if (actionOf(form).pathname === words.signOut) for (const key of stored()) write(key, null);
    if (form.matches("[data-keep=page]")) { // its answers are pages, which the browser fetches itself
      if (!navigator.onLine) event.preventDefault();
      form.elements.sheet.value = newKey();
      remember(form, { sheet: form.elements.sheet.value });
      return void (navigator.onLine ? press(form, event.submitter) : bar(words.offline));
    }
    const body = isKept(form) && form.matches("[method=post i]") ? new FormData(form, event.submitter) : null;
    press(form, event.submitter);
    if (!body) return;
    event.preventDefault();
    remember(form, { tried: true });
    form.inert = true;
    send(form, body);
  });

  // — sending: until it has arrived, or is given up —
  const LATER = new Set([502, 503, 504]);
  const hasFiles = (body) => [...body.values()].some((value) => value instanceof File && value.size);
  const send = async (form, body) => {
    for (;;) {
      const answer = await tryOnce(form, body);
      if (answer) return void arrived(form, ...answer);
      if (!(await signal())) break;
    }
    bar("");
    release(form);
  };
  const tryOnce = async (form, body) => {
    if (!navigator.onLine) return null;
    try {
      const headers = { "X-Requested-With": "fetch", Accept: "text/html, application/json" };
      const most = AbortSignal.timeout(hasFiles(body) ? 600_000 : 30_000);
      const answer = await fetch(actionOf(form), { method: "POST", body, headers, credentials: "same-origin", signal: most });
      const text = await answer.text();
      const isBusy = LATER.has(answer.status) || (answer.status === 409 && answer.headers.has("Retry-After"));
      return isBusy ? null : [answer, text];
    } catch {
      return null;
    }
  };
  const signal = () => new Promise((resolve) => {
    const end = (again) => {
      clearTimeout(held);
      held = null;
      removeEventListener("online", back);
      resolve(again);
    };
    const back = () => end(true);
    held = setTimeout(back, 5000);
    addEventListener("online", back);
    bar(words.held, [[words.giveUp, () => end(false)]]);
  });
  const arrived = (form, answer, text) => {
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    if (answer.ok && (isJson || answer.redirected)) {
      if (isJson) forget(form);
      return void go(new URL(isJson ? JSON.parse(text).location : answer.url, location.href));
    }
    release(form);
    if (answer.status === 401 && isJson) return void bar(words.signedOutKept, [[words.signIn, JSON.parse(text).location]]);
    remember(form, { tried: false });
    const page = new DOMParser().parseFromString(text, "text/html");
    const main = page.querySelector("main");
    if (!main) return void bar(words.held);
    document.title = page.title;
    document.querySelector("main").replaceWith(document.adoptNode(main));
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: main } })); // site.js, and below
    scrollTo({ top: 0 });
    main.querySelector("[data-focus]")?.focus();
  };
  const go = (to) => {
    if (!navigator.onLine) {
      bar(words.arrived);
      return void addEventListener("online", () => go(to), { once: true });
    }
    const isHere = to.pathname === location.pathname && to.search === location.search;
    location.assign(to);
    if (isHere && to.hash) location.reload();
  };

  // — drafts on the server: every ten seconds if something changed, when a field is left, and when the page is —
  const keepDraft = (form) => {
    const status = form.querySelector("[data-draft-status]") ?? document.querySelector("[data-draft-status]");
    const snapshot = () => {
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      data.delete("sheet"); // a draft is no answer to the form: what is kept here is still needed
      return data;
    };
    const asText = (data) => new URLSearchParams([...data].filter(([name]) => name !== "csrfmiddlewaretoken")).toString();
    let saved = asText(snapshot());
    let sending = false;
    let isLeft = false; // the page that is on its way may have been drawn before this draft arrived: the copy stays for it
    addEventListener("beforeunload", () => { isLeft = true; });
    addEventListener("pageshow", () => { isLeft = false; });
    let under = new AbortController(); // what a form that is sent overtakes: it carries everything itself
    form.addEventListener("submit", () => { under.abort(); under = new AbortController(); });
    const say = (text) => { if (status && status.textContent !== text) status.textContent = text; };

    const save = async ({ leaving = false } = {}) => {
      const data = snapshot();
      const text = asText(data);
      if (text === saved || sending || form.dataset.sent) return;
      sending = true;
      const { signal } = under;
      try {
        const answer = await fetch(form.dataset.draftUrl, {
          method: "POST",
          body: data,
          keepalive: leaving,
          signal,
          credentials: "same-origin",
          headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "", Accept: "application/json" },
        });
        if (answer.ok && !answer.redirected) {
          saved = text;
          const at = (await answer.json()).saved_at;
          say(fill(words.saved, { time: new Date(at).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" }) }));
          if (asText(snapshot()) === saved && !form.dataset.sent && !isLeft) { // the server has it, for every device
            forget(form);
            form.dispatchEvent(new Event("saved", { bubbles: true }));
          }
        } else if (answer.status === 409 || answer.status === 412) say(words.elsewhere);
        else if (answer.status === 401 || answer.status === 403 || answer.redirected) say(words.signedOut);
        else say(words.unsaved);
      } catch {
        if (!signal.aborted) say(words.unsaved);
      } finally {
        sending = false;
      }
    };
    form.addEventListener("focusout", () => save());
    setInterval(save, 10_000);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save({ leaving: true }));
  };

  const begin = (root) => {
    for (const form of all("form[method=post]", root)) {
      if (form.dataset.begun) continue;
      form.dataset.begun = "1";
      if (form.dataset.draftUrl) keepDraft(form); // before words come back: what was not saved is saved then
      if (isKept(form)) restore(form);
    }
  };
  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt.parentNode ?? document));
})();
