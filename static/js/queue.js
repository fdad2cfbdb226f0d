// The review queue, live: what somebody else took is marked where it stands, what came is counted, and no row moves before
// the reader asks for it. The page works without it; the server decides everything. A frame is a hint: where the numbers
// do not add up, or while there is no socket, the page itself is read again.
(() => {
  "use strict";

  const live = document.getElementById("queue-live");
  const list = document.getElementById("queue-list");
  if (!live || !list) return;
  const data = live.dataset;
  const news = live.querySelector(".queue-news");
  const said = live.querySelector("[role=status]");
  const update = live.querySelector("button");
  const SHUT = new Set([4401, 4403, 4404, 4429]);
  const POLL = 15_000;
  const rows = () => [...list.querySelectorAll("[data-row]")];
  const rowOf = (ref) => list.querySelector(`[data-row][data-ref="${CSS.escape(ref)}"]`);
  const countOf = (tab) => document.querySelector(`[data-count="${CSS.escape(tab)}"]`);
  const counted = (n) => (n >= Number(data.cap) ? `${data.cap - 1}+` : String(n));
  const put = (element, text) => { if (element && element.textContent !== String(text)) element.textContent = text; };

  // — what there is to say, politely and once —
  const fresh = new Set(); // cases that belong on this tab and are not shown
  let moved = false;
  let aside = "";
  const tell = () => {
    const n = fresh.size;
    const text = n ? (n === 1 ? data.one : data.many.replace("{n}", n)) : moved ? data.moved : "";
    put(said, [aside, text].filter(Boolean).join(" "));
    update.hidden = !text;
    news.classList.toggle("told", Boolean(text || aside)); // over the hint: nothing below it moves
  };

  // — rows that went elsewhere stay where they are, marked —
  const mark = (row, why) => {
    const text = { claimed: data.markClaimed, held: data.markMine, left: data.markLeft }[why];
    let tag = row.querySelector("[data-mark]");
    if (!tag) {
      tag = Object.assign(document.createElement("span"), { className: "status calm flag" });
      tag.dataset.mark = "";
      const act = row.querySelector(".row-act");
      const isUnderFinger = act?.contains(document.activeElement); // then the server says why
      (act && !isUnderFinger ? act : row.querySelector("th")).append(tag); // in place of the button, the row stays as high
      const take = row.querySelector("[data-claim]");
      if (take && !isUnderFinger) take.disabled = true;
      if (row.contains(document.activeElement) && why === "claimed") aside = data.taken;
    }
    put(tag, text);
    row.classList.add("gone");
  };
  const unmark = (row) => {
    if (!row.classList.contains("gone")) return;
    row.classList.remove("gone");
    row.querySelector("[data-mark]")?.remove();
    const take = row.querySelector("[data-claim]");
    if (take) take.disabled = false;
  };

  const take = ({ ref, change, tab }) => {
    const row = rowOf(ref);
    const isHere = tab === data.tab;
    if (row) {
      if (!isHere) mark(row, data.held.split(" ").includes(tab) ? "held" : change === "claimed" ? "claimed" : "left");
      else if (change === "changed") lookSoon();
      else unmark(row);
    } else if (isHere) fresh.add(ref);
    else fresh.delete(ref);
    tell();
  };

  // — the page itself, read again —
  const read = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error("not shown");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const head = page.getElementById("queue-live");
    if (!head || !page.getElementById("queue-list")) throw new Error("not shown");
    for (const count of page.querySelectorAll("[data-count]")) put(countOf(count.dataset.count), count.textContent);
    data.head = head.dataset.head;
    data.whole = head.dataset.whole;
    return page;
  };
  const compare = (page) => {
    const there = [...page.querySelectorAll("#queue-list [data-row]")];
    const refs = there.map((row) => row.dataset.ref);
    const shown = rows().map((row) => row.dataset.ref);
    const isWhole = Boolean(data.whole);
    for (const row of rows()) {
      const now = there[refs.indexOf(row.dataset.ref)];
      if (now) {
        unmark(row);
        const [old, due] = [row, now].map((each) => each.querySelector(".due-cell"));
        if (old && due && old.dataset.due !== due.dataset.due) old.replaceWith(document.adoptNode(due));
      } else if (isWhole && !row.classList.contains("gone")) mark(row, "left");
    }
    if (isWhole) {
      fresh.clear();
      for (const ref of refs) if (!shown.includes(ref)) fresh.add(ref);
    }
    const order = (some, others) => some.filter((ref) => others.includes(ref)).join();
    moved = order(shown, refs) !== order(refs, shown) || (!isWhole && shown.join() !== refs.join());
    tell();
  };
  let soon = 0;
  const look = async () => {
    soon = 0;
    try {
      compare(await read());
    } catch { /* the next look tries again */ }
  };
  const lookSoon = () => { soon ||= setTimeout(look, 500 + Math.random() * 2500); }; // not everybody at once

  // — the reader asks for the list as it is now: their row stays chosen —
  const renew = async () => {
    const chosen = list.querySelector(".chosen")?.dataset.ref;
    try {
      const page = await read();
      list.replaceChildren(...document.adoptNode(page.getElementById("queue-list")).childNodes);
    } catch {
      return void location.reload();
    }
    const came = rows().find((row) => fresh.has(row.dataset.ref));
    fresh.clear();
    moved = false;
    aside = "";
    tell();
    const row = (chosen && rowOf(chosen)) || came || rows()[0];
    if (chosen && row) row.classList.add("chosen");
    row?.querySelector("[data-open]")?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: list } })); // site.js: due times
  };
  update.addEventListener("click", renew);

  // — the socket; without one the page is read every few seconds —
  const onFrame = (frame) => {
    if (frame.type === "change") take(frame);
    if (frame.type !== "queue") return;
    for (const count of document.querySelectorAll("[data-count]")) put(count, counted(frame[count.dataset.count]));
    const here = rows().filter((row) => !row.classList.contains("gone")).length + fresh.size;
    const isMissed = data.whole ? frame[data.tab] !== here : false;
    if (isMissed || (isFirst && String(frame.head) !== data.head)) lookSoon();
    data.head = frame.head;
    data.told = "yes";
    isFirst = false;
  };
  let isFirst = true;
  let polling = 0;
  let pause = 1000;
  const open = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${data.socket}`);
    socket.addEventListener("open", () => {
      pause = 1000;
      isFirst = true;
      clearInterval(polling);
      polling = 0;
    });
    socket.addEventListener("message", (event) => {
      try {
        onFrame(JSON.parse(event.data));
      } catch { /* what means nothing changes nothing */ }
    });
    socket.addEventListener("close", (event) => {
      if (SHUT.has(event.code)) {
        clearInterval(polling);
        aside = data.shut;
        return tell();
      }
      polling ||= setInterval(() => { if (document.visibilityState === "visible") look(); }, POLL);
      setTimeout(open, pause + Math.random() * 500);
      pause = Math.min(pause * 2, 15_000);
    });
  };
  open();
})();
