// Comforts of the workbench: keys, pieces that open in place, the hold kept alive. Every page works without it; the server
// decides everything. Keys are ignored in fields, while Chinese is being composed, and while a dialogue is open.
(() => {
  "use strict";

  const data = document.getElementById("workbench")?.dataset;
  if (!data) return;
  document.documentElement.classList.add("scripted");
  const one = (selector) => document.querySelector(selector);
  const work = document.getElementById("work");
  const dialogue = document.getElementById("keys");
  for (const button of document.querySelectorAll(".with-script")) button.hidden = data.shortcuts === "off";

  // — typed text is not left behind by accident —
  const guarded = [...document.querySelectorAll("form[data-guard]")];
  const typed = (form) => new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken")).toString();
  const before = new Map(guarded.map((form) => [form, typed(form)]));
  let arrivedTyped = Boolean(one("[data-typed], .error-summary, [data-testid=lease-lost], [data-testid=stale]"));
  let leaving = false;
  addEventListener("beforeunload", (event) => {
    if (leaving) return;
    if (guarded.some((form) => typed(form) !== before.get(form)) || (arrivedTyped && guarded.length)) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && !event.target.matches("[method=dialog]")) leaving = true;
  });
  document.addEventListener("saved", (event) => { // as a draft: see forms.js
    before.set(event.target, typed(event.target));
    arrivedTyped = false;
  });
  addEventListener("pageshow", () => { leaving = false; }); // one that came back may be left by accident again

  // — the conversation is read from its newest words, also where it is opened later —
  for (const log of document.querySelectorAll(".talk-log")) {
    const toEnd = () => { log.scrollTop = log.scrollHeight; };
    toEnd();
    log.closest("details")?.addEventListener("toggle", toEnd);
  }

  // — the bar on top: said once, politely —
  const say = (text, link) => {
    const bar = document.getElementById("bar");
    if (!bar || bar.dataset.said === text) return;
    bar.dataset.said = text;
    const panel = document.createElement("div");
    const body = document.createElement("div");
    const line = document.createElement("p");
    panel.className = "panel warn";
    line.textContent = text;
    if (link && work) {
      const look = document.createElement("button");
      Object.assign(look, { type: "submit", className: "plain", textContent: link, formNoValidate: true });
      look.setAttribute("form", "work");
      look.setAttribute("formaction", data.heartbeat);
      line.append(" ", look);
    }
    body.append(line);
    panel.append(body);
    bar.replaceChildren(panel);
  };

  // — the hold —
  const token = () => one("[name=csrfmiddlewaretoken]")?.value ?? "";
  const beat = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(data.heartbeat, {
        method: "POST",
        credentials: "same-origin",
        headers: { "X-CSRFToken": token(), Accept: "application/json" },
      });
      if (answer.status === 409) {
        const { officer } = await answer.json();
        say(officer ? data.taken.replace("{officer}", officer) : data.lost, "");
        return void clearInterval(pulse);
      }
      if (!answer.ok || answer.redirected) return;
      const { version } = await answer.json();
      if (String(version) !== data.version) say(data.changed, data.look);
    } catch { /* the next beat tries again; the server would say when the hold is gone */ }
  };
  const pulse = data.heartbeat ? setInterval(beat, Number(data.every) * 1000) : 0;
  if (pulse) document.addEventListener("visibilitychange", beat);

  // — a piece of the file opens in place, so that the reader keeps their place in the form —
  const openInPlace = async (button) => {
    const body = new FormData(work, button);
    const answer = await fetch(button.getAttribute("formaction"), { method: "POST", body, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("file");
    if (!answer.ok || !fresh || !page.querySelector("#piece[data-subject]")) throw new Error("not shown");
    document.getElementById("file").replaceChildren(...fresh.childNodes);
    const unread = one("#work [data-testid=unread]");
    const now = page.querySelector("#work [data-testid=unread]");
    if (unread) now ? unread.replaceWith(now) : unread.remove();
    document.getElementById("piece-now").value = button.value;
    const piece = document.getElementById("piece");
    piece.focus({ preventScroll: true });
    piece.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[form=work][name=subject]");
    const picture = event.target.closest("[data-zoom]");
    if (picture) {
      event.preventDefault();
      picture.classList.toggle("zoomed");
    } else if (button && work) {
      event.preventDefault();
      openInPlace(button).catch(() => { // let the server's own page say why
        leaving = true;
        const plain = document.createElement("input");
        Object.assign(plain, { type: "hidden", name: "subject", value: button.value });
        work.append(plain);
        work.action = button.getAttribute("formaction");
        work.submit();
      });
    } else if (event.target.closest("[data-keys-open]")) dialogue?.showModal();
  });

  // — a page of something that goes on by itself is fetched anew while it says so; only what changed is put in —
  let every = Number(one("[data-live]")?.dataset.live ?? 0) * 1000;
  const follow = async () => {
    if (document.visibilityState !== "visible") return void document.addEventListener("visibilitychange", follow, { once: true });
    try {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      if (answer.redirected || (answer.status >= 400 && answer.status < 500)) return;
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const goesOn = page.querySelector("[data-live]"); // before its parts move into this page
        for (const part of document.querySelectorAll("[data-fresh]")) {
          const fresh = page.getElementById(part.id);
          if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
        }
        if (!goesOn) return;
      }
    } catch { /* the next look tries again */ }
    every = Math.min(every * 1.1, 10_000);
    setTimeout(follow, every);
  };
  if (every) setTimeout(follow, every);

  // — keys —
  if (data.shortcuts === "off") return;
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const chosen = () => rows().findIndex((row) => row.classList.contains("chosen"));
  const choose = (step) => {
    const all = rows();
    if (!all.length) return;
    const next = Math.min(Math.max(chosen() + step, 0), all.length - 1);
    all[chosen()]?.classList.remove("chosen");
    all[next].classList.add("chosen");
    all[next].querySelector("[data-open]")?.focus();
    all[next].scrollIntoView({ block: "nearest" });
  };
  const press = (selector) => {
    const element = one(selector);
    if (element && !element.disabled) element.click();
    return Boolean(element);
  };
  const visit = (id) => {
    const place = document.getElementById(id);
    if (!place) return;
    place.scrollIntoView({ block: "start" });
    place.focus({ preventScroll: true });
  };
  const giveBack = () => {
    const details = one("[data-release]");
    if (!details) return;
    details.open = true;
    details.querySelector("input[name=reason]")?.focus();
  };
  const step = (by) => { // pieces that open in place
    const all = [...document.querySelectorAll("[data-piece]")];
    if (!all.length) return press(by < 0 ? "[data-key='[']" : "[data-key=']']");
    const here = all.indexOf(document.activeElement?.closest("[data-piece]"));
    const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    next.open = true;
    next.querySelector("summary").focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const write = () => {
    const field = one("[data-key=m]");
    return field?.matches("textarea") ? field.focus() : press("[data-key=m]");
  };
  const find = () => {
    const box = one("[data-find]");
    if (!box?.checkVisibility()) one(".menu[popover]")?.showPopover?.();
    box?.focus();
    box?.select();
  };
  const keys = {
    "/": find,
    j: () => choose(1),
    k: () => choose(-1),
    c: () => (rows()[chosen()]?.querySelector("[data-claim]") ?? (rows().length ? null : one("[data-claim]")))?.click(),
    u: giveBack,
    s: giveBack,
    "[": () => step(-1),
    "]": () => step(1),
    1: () => press("[data-key='1']"),
    2: () => press("[data-key='2']"),
    3: () => press("[data-key='3']"),
    l: () => press("[data-key=L]"),
    a: () => press("[data-key=a]") || visit("system"),
    d: () => visit("decision"),
    m: write,
    t: () => visit("timeline"),
    p: () => visit("rule"),
    z: () => press("[data-zoom]"),
    h: () => one("[data-marks]")?.classList.toggle("marks-off"),
    "?": () => dialogue?.showModal(),
  };
  let awaiting = 0;
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || one("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) {
      const button = one("[data-ctrl-enter]");
      if (!button) return;
      event.preventDefault();
      return void button.click();
    }
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      return void find();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const field = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (field && !["radio", "checkbox"].includes(field.type)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (awaiting && Date.now() - awaiting < 1500) {
      awaiting = 0;
      const link = one(`[data-key="g ${key}"]`);
      if (link) {
        event.preventDefault();
        return void link.click();
      }
    }
    if (key === "g") return void (awaiting = Date.now());
    const act = keys[key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
