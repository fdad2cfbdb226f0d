// The room of a dispute, live: entries of the shown lane as they come, the case anew after each event, typed text that
// survives. The page works without it; the server decides everything. What is pushed carries its number, so that what
// was missed is asked for. While the socket is down the same entries are fetched every few seconds.
(() => {
  "use strict";

  const room = document.getElementById("room");
  if (!room) return;
  const data = room.dataset;
  const $ = (id) => document.getElementById(id);
  const log = $("log");
  const list = $("entries");
  const live = $("live");
  const pill = $("pill");
  const composer = $("composer");
  const blank = $("blank-entry");
  const isOlderPart = new URLSearchParams(location.search).has("before");
  const BOTH = "both";
  const POLL = 5000;
  const KEY = `room:${data.ref}:${data.lane}`;
  const fill = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  const newId = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const keep = (name, value) => keptWords.set(`${KEY}:${name}`, value); // forms.js: per account, until signing out
  const kept = (name) => keptWords.get(`${KEY}:${name}`);
  const clock = (iso) => new Date(iso).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
  const badge = (role) => data[`badge${role.charAt(0).toUpperCase()}${role.slice(1).toLowerCase()}`] ?? role;

  // — the reader's place: nobody who scrolled up is moved —
  const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 48;
  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  let unseen = 0;
  const showPill = () => {
    const text = unseen === 1 ? data.newOne : fill(data.newMany, { n: unseen });
    pill.hidden = !unseen;
    if (unseen && pill.textContent !== text) pill.textContent = text;
  };
  const nothingUnseen = () => {
    unseen = 0;
    showPill();
    tellRead();
  };
  pill.addEventListener("click", () => {
    toEnd();
    nothingUnseen();
    log.focus({ preventScroll: true });
  });
  log.addEventListener("scroll", () => { if (isAtEnd()) nothingUnseen(); }, { passive: true });

  // — entries —
  let last = Number(data.last);
  const inLog = (sequence) => list.querySelector(`[data-sequence="${sequence}"]`);
  const place = (element, sequence) => {
    const later = [...list.children].find((each) => Number(each.dataset.sequence) > sequence || each.dataset.sequence === "");
    $("no-entries")?.remove();
    list.insertBefore(element, later ?? null);
  };
  const withNumber = (element, sequence) => {
    element.dataset.sequence = sequence;
    for (const part of element.querySelectorAll("[action], [href]")) {
      const name = part.hasAttribute("action") ? "action" : "href";
      part.setAttribute(name, part.getAttribute(name).replace("/messages/0/", `/messages/${sequence}/`));
    }
    for (const receipt of element.querySelectorAll("[data-receipt]")) receipt.hidden = false;
    for (const number of element.querySelectorAll("[data-links] .visually-hidden, [data-receipt] .visually-hidden")) number.textContent = ` ${sequence}`;
  };
  // As casework/languages.py: a sign of Chinese says about as much as two letters.
  const languageOf = (text) => {
    const [signs, letters] = [/\p{Script=Han}/gu, /\p{Script=Latin}/gu].map((kind) => (text ?? "").match(kind)?.length ?? 0);
    return !signs && !letters ? "" : 2 * signs >= letters ? "zh-Hans" : "en";
  };
  const made = (message) => {
    const element = blank.content.querySelector("li").cloneNode(true);
    const isOurs = message.role === data.participant;
    element.classList.toggle("mine", Boolean(message.mine) || isOurs);
    element.querySelector("[data-colleague]").hidden = !isOurs || Boolean(message.mine);
    element.dataset.role = message.role;
    if (message.client_id) element.dataset.clientId = message.client_id;
    element.querySelector("[data-badge]").textContent = badge(message.role);
    element.querySelector("[data-sender]").textContent = message.role === "mediator" ? "" : message.sender ?? "";
    Object.assign(element.querySelector("[data-text]"), { textContent: message.text, lang: languageOf(message.text) });
    if (message.sent_at) {
      const time = Object.assign(document.createElement("time"), { dateTime: message.sent_at, textContent: clock(message.sent_at) });
      element.querySelector("[data-at]").replaceChildren(time);
    }
    element.querySelector("[data-tick]").hidden = !message.mine;
    if (message.mine || isOurs) element.querySelector("[data-report]")?.remove();
    if (!message.mine) element.querySelector("[data-recall]")?.remove();
    if (!message.mine && !isOurs) element.querySelector("[data-receipt]")?.remove();
    return element;
  };
  const tick = (element, text) => {
    const mark = element.querySelector("[data-tick]");
    if (!mark) return;
    mark.hidden = false;
    mark.querySelector("span").textContent = text;
  };
  const takeBack = (sequence) => {
    const element = inLog(sequence);
    if (!element) return;
    const text = element.querySelector("[data-text]");
    if (text) Object.assign(text, { textContent: data.recalled, className: "text recalled" });
    element.querySelector("[data-links]")?.remove();
  };
  const forgetRecall = (element) => setTimeout(() => element.querySelector("[data-recall]")?.remove(), Number(data.recallMinutes) * 60_000);

  const showMessage = (message) => {
    if (message.kind === "recall") return takeBack(message.recalls);
    const sent = message.client_id ? waiting.get(message.client_id) : null;
    if (sent) {
      waiting.delete(message.client_id);
      saveWaiting();
      sent.element.remove();
    }
    if (inLog(message.sequence)) return;
    const wasAtEnd = isAtEnd();
    const element = made(message);
    withNumber(element, message.sequence);
    if (message.recalled != null) {
      element.querySelector("[data-links]")?.remove();
      Object.assign(element.querySelector("[data-text]"), { textContent: data.recalled, className: "text recalled" });
    }
    if (message.mine) {
      element.classList.remove("sending");
      tick(element, data.delivered);
      forgetRecall(element);
    }
    place(element, message.sequence);
    arrived(wasAtEnd || Boolean(sent), message.mine);
  };
  const arrived = (stays, mine) => {
    if (stays) {
      toEnd();
      tellRead();
    } else if (!mine) {
      unseen += 1;
      showPill();
    }
  };
  const showEvent = async (sequence) => {
    if (inLog(sequence)) return;
    try {
      const answer = await fetch(`${data.entriesUrl}?lane=${data.lane}&after=${sequence - 1}&limit=1`, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const element = page.querySelector(`li[data-sequence="${sequence}"]`);
      if (!element || inLog(sequence)) return;
      const wasAtEnd = isAtEnd();
      place(document.adoptNode(element), sequence);
      arrived(wasAtEnd, false);
    } catch { /* the next look shows it */ }
  };

  // — the case, fetched anew: open parts stay open, the focus stays where it was —
  let caseAsked = 0;
  let caseBusy = false;
  const refreshCase = () => {
    clearTimeout(caseAsked);
    caseAsked = setTimeout(fetchCase, 120);
  };
  const fetchCase = async () => {
    if (caseBusy) return refreshCase();
    caseBusy = true;
    try {
      const answer = await fetch(data.caseUrl, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      putCase(await answer.text());
    } catch { /* the next event or look tries again */ } finally {
      caseBusy = false;
    }
  };
  const putCase = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.querySelector(".case");
    const old = $("case").querySelector(".case");
    if (!fresh || !old) return;
    for (const field of page.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token();
    for (const part of old.querySelectorAll("details[id][open]")) fresh.querySelector(`#${CSS.escape(part.id)}`)?.setAttribute("open", "");
    const tag = fresh.querySelector("[data-state-tag]");
    if (tag) $("state-tag").replaceChildren(document.importNode(tag.content, true));
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    const mark = held && ["href", "data-testid", "id"].map((name) => [name, held.getAttribute(name)]).find(([, value]) => value);
    const top = scrollY;
    const end = fresh.querySelector("[data-talk-end]");
    old.replaceWith(document.adoptNode(fresh));
    if (end) endTalk(end.content);
    for (const use of [...list.querySelectorAll("[data-use]"), ...blank.content.querySelectorAll("[data-use]")]) use.hidden = fresh.dataset.mayUse === undefined;
    if (mark) $("case").querySelector(`[${mark[0]}="${CSS.escape(mark[1])}"]`)?.focus({ preventScroll: true });
    scrollTo({ top });
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: $("case") } })); // site.js: due times
  };

  const take = (entry) => {
    if (entry.lane && entry.lane !== BOTH && data.lane === BOTH) return;
    if (entry.sequence <= last && inLog(entry.sequence) && entry.type !== "message") return;
    last = Math.max(last, entry.sequence);
    if (isOlderPart) return;
    if (entry.type === "event") {
      showEvent(entry.sequence);
      refreshCase();
    } else showMessage(entry);
  };

  // — writing: text that was not sent is not lost, whatever happens —
  const waiting = new Map();
  const saveWaiting = () => keep("waiting", waiting.size ? JSON.stringify([...waiting].map(([id, { text }]) => [id, text])) : "");
  const field = composer?.elements.text;
  const say = (text) => { if (live.textContent !== text) live.textContent = text ?? ""; };

  const sendOver = (id, text) => socket?.readyState === WebSocket.OPEN && (socket.send(JSON.stringify({ type: "message", client_id: id, text })), true);
  const sendByPost = async (id, text) => {
    try {
      const answer = await fetch(data.api, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token(), "Idempotency-Key": id },
        body: JSON.stringify({ client_id: id, text, lane: data.lane }),
      });
      if (answer.ok) return void look();
      if (answer.status === 429) return void setTimeout(() => waiting.has(id) && deliver(id), 1500);
      if (answer.status >= 400 && answer.status < 500) refused(id);
      else say(data.waiting);
    } catch {
      say(data.waiting);
    }
  };
  const deliver = (id) => {
    const each = waiting.get(id);
    if (each && !sendOver(id, each.text)) sendByPost(id, each.text);
  };
  const refused = (id) => {
    const each = waiting.get(id);
    if (!each) return;
    waiting.delete(id);
    saveWaiting();
    each.element.remove();
    giveBack(each.text);
    if (isWritable()) say(data.failed);
    refreshCase(); // it may have been refused because the conversation is closed
  };
  const isWritable = () => Boolean(composer?.isConnected);
  const giveBack = (text) => {
    const place = isWritable() ? field : $("id_unsent");
    place.value = place.value ? `${text}\n${place.value}` : text;
    keep("text", place.value);
    if (place !== field) $("unsent").hidden = false;
  };
  const endTalk = (said) => {
    if (!isWritable()) return;
    const hadFocus = composer.contains(document.activeElement);
    composer.replaceWith(document.importNode(said, true));
    for (const part of [...list.querySelectorAll("[data-links]"), ...blank.content.querySelectorAll("[data-links]")]) part.remove();
    if (field.value.trim()) giveBack(field.value);
    if (hadFocus) ($("unsent").hidden ? log : $("id_unsent")).focus({ preventScroll: true });
  };
  const queue = (id, text) => {
    const element = made({ role: data.participant, sender: "", text, mine: true, client_id: id });
    element.classList.add("sending");
    element.dataset.sequence = "";
    element.querySelector("[data-links]")?.remove();
    tick(element, data.sending);
    $("no-entries")?.remove();
    list.append(element);
    waiting.set(id, { text, element });
    saveWaiting();
    deliver(id);
  };
  const again = () => { for (const id of waiting.keys()) deliver(id); };

  if (composer) {
    if (!field.value) field.value = kept("text");
    let typedAt = 0;
    field.addEventListener("input", () => {
      keep("text", field.value);
      if (Date.now() - typedAt > 2500 && socket?.readyState === WebSocket.OPEN) {
        typedAt = Date.now();
        socket.send(JSON.stringify({ type: "typing" }));
      }
    });
    // Whether Enter alone sends is a choice of each browser; Ctrl or Command with Enter always does.
    const enter = $("enter-sends");
    const ENTER = "room:enter-sends";
    enter.checked = keptWords.get(ENTER) === "1";
    enter.closest("label").hidden = false;
    enter.addEventListener("change", () => keptWords.set(ENTER, enter.checked ? "1" : ""));
    field.addEventListener("keydown", (event) => {
      const sends = event.ctrlKey || event.metaKey || (enter.checked && !event.shiftKey);
      const composes = event.isComposing || event.keyCode === 229; // Safari ends the composition before the key
      if (event.key === "Enter" && sends && !composes) {
        event.preventDefault();
        composer.requestSubmit();
      }
    });
    composer.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value;
      if (!text.trim()) return void field.focus();
      field.value = "";
      keep("text", "");
      say("");
      queue(newId(), text);
      toEnd();
      field.focus();
    });
    const phrases = $("phrases");
    if (phrases) phrases.hidden = false;
    phrases?.addEventListener("click", (event) => {
      const phrase = event.target.closest("[data-phrase]")?.dataset.phrase;
      if (!phrase) return;
      field.value = field.value ? `${field.value}\n${phrase}` : phrase;
      keep("text", field.value);
      phrases.open = false;
      field.focus();
    });
  }
  for (const element of list.querySelectorAll(".mine")) if (element.querySelector("[data-recall]")) forgetRecall(element);

  // — who is here, who writes, how far they read —
  let typingGone = 0;
  const others = (roles) => (roles ?? []).map((role) => role.toLowerCase()).filter((role) => role !== data.participant);
  let here = "";
  const presence = (roles) => {
    const names = others(roles).map(badge);
    here = names.length ? fill(data.here, { who: names.join(data.join) }) : "";
    if (!typingGone) say(here);
  };
  const typing = (role) => {
    if (role.toLowerCase() === data.participant) return;
    say(fill(data.typing, { who: badge(role) }));
    clearTimeout(typingGone);
    typingGone = setTimeout(() => {
      typingGone = 0;
      say(here);
    }, 4000);
  };
  const hasRead = (role, sequence) => {
    if (role.toLowerCase() === data.participant) return;
    for (const element of list.querySelectorAll(".mine[data-sequence]")) {
      if (element.dataset.sequence && Number(element.dataset.sequence) <= sequence) tick(element, data.read);
    }
  };
  let toldRead = 0;
  const tellRead = () => {
    if (last <= toldRead || document.visibilityState !== "visible" || socket?.readyState !== WebSocket.OPEN || !isAtEnd()) return;
    toldRead = last;
    socket.send(JSON.stringify({ type: "read", sequence: last }));
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    tellRead();
    if (socket?.readyState !== WebSocket.OPEN) look();
  });

  // — the socket of one lane; another watches the case while the private lane is shown —
  let socket = null;
  const SHUT = new Set([4401, 4403, 4404, 4429]);
  const listen = (lane, onFrame, { after, onOpen, onClose }) => {
    let pause = 1000;
    const open = () => {
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      const each = new WebSocket(`${scheme}://${location.host}${data.socket}?lane=${lane}&after=${after()}`);
      each.addEventListener("open", () => {
        pause = 1000;
        onOpen?.(each);
      });
      each.addEventListener("message", (event) => {
        let frame = null;
        try {
          frame = JSON.parse(event.data);
        } catch {
          return;
        }
        onFrame(frame, each);
      });
      each.addEventListener("close", (event) => {
        onClose?.(event.code);
        if (SHUT.has(event.code)) return;
        setTimeout(open, pause + Math.random() * 500);
        pause = Math.min(pause * 2, 15_000);
      });
    };
    open();
  };

  const onFrame = (frame, each) => {
    switch (frame.type) {
      case "message":
      case "event":
        if (frame.sequence > last + 1) each.send(JSON.stringify({ type: "resume", after: last }));
        else take(frame);
        break;
      case "heartbeat":
        if (frame.head > last) each.send(JSON.stringify({ type: "resume", after: last }));
        break;
      case "presence": presence(frame.sides); break;
      case "typing": typing(frame.role ?? ""); break;
      case "read": hasRead(frame.role ?? "", frame.sequence); break;
      case "error":
        if (!frame.client_id) break;
        if (frame.code === "too-many-requests" || frame.code === "unavailable") setTimeout(() => deliver(frame.client_id), 1500);
        else refused(frame.client_id);
        break;
    }
  };

  // — without a socket: the same entries, every few seconds —
  let looking = 0;
  const look = async () => {
    try {
      const answer = await fetch(`${data.api}?after=${last}&lane=${data.lane}`, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const body = await answer.json();
      for (const entry of body.items ?? []) take(entry);
    } catch { /* the next look tries again */ }
  };
  const lookOften = () => {
    if (looking) return;
    say(data.slow);
    looking = setInterval(() => {
      if (document.visibilityState !== "visible") return;
      look();
      again();
      if (data.lane !== BOTH) refreshCase();
    }, POLL);
  };

  if (data.participant) {
    listen(data.lane, onFrame, {
      after: () => last,
      onOpen: (each) => {
        socket = each;
        clearInterval(looking);
        looking = 0;
        say(here);
        again();
        tellRead();
      },
      onClose: (code) => {
        socket = null;
        if (SHUT.has(code)) return say(data.closed);
        lookOften();
      },
    });
    if (data.lane !== BOTH) {
      let seen = null;
      listen(BOTH, (frame) => {
        if (frame.type === "heartbeat") {
          if (seen !== null && frame.head > seen) refreshCase();
          seen = Math.max(seen ?? 0, frame.head);
        } else if (frame.type === "event") {
          seen = Math.max(seen ?? 0, frame.sequence);
          refreshCase();
        }
      }, { after: () => seen ?? "" });
    }
  } else lookOften();

  if (!composer && kept("text") && !$("id_unsent").value) giveBack(kept("text"));
  for (const [id, text] of JSON.parse(kept("waiting") || "[]")) {
    if (list.querySelector(`[data-client-id="${CSS.escape(id)}"]`)) continue;
    composer ? queue(id, text) : giveBack(text);
  }
  saveWaiting();
  if (!location.hash || location.hash === "#talk" || location.hash === "#composer") toEnd();
})();
