// Checks a case file or a receipt where it is chosen: nothing is uploaded, and the loaded page needs no connection. The same laws as verify_case_file.py has (archive/offline.py),
// but for what letters and evidence say beside their events. What was found is a list of sentences that the page holds.
(() => {
  "use strict";

  const form = document.getElementById("case-file-check");
  if (!form) return;
  const ENTRIES = 2000;
  const [MANIFEST, SIGNATURE, EVENTS, PROOF] = ["manifest.json", "signature.json", "events.json", "checkpoint.json"];
  const [FORMAT, PURPOSE] = ["appeals-case-file/2", "appeals-case-file\0"];
  const [CHECKPOINT_FORMAT, CHECKPOINT_PURPOSE] = ["appeals-checkpoint/1", "appeals-checkpoint\0"];
  const [RECEIPT_FORMAT, RECEIPT_PURPOSE] = ["appeals-receipt/1", "appeals-receipt\0"];
  const COVERED_AFTER = 10 * 60_000; // milliseconds after which an event stands in every later checkpoint's list
  const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  const bytes = (said) => new TextEncoder().encode(said);
  const hex = (raw) => [...raw].map((each) => each.toString(16).padStart(2, "0")).join("");
  const unhex = (said) => Uint8Array.from(String(said).match(/[0-9a-f]{2}/g) ?? [], (pair) => parseInt(pair, 16));
  const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
  const sha256 = async (raw) => new Uint8Array(await crypto.subtle.digest("SHA-256", raw));

  // JSON as the ledger hashes it: keys in order, no spaces. A number that is no whole one has no form there.
  const canonical = (value) => {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value && typeof value === "object") {
      return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
    }
    if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error("not a whole number");
    return JSON.stringify(value);
  };
  const digest = async (value) => hex(await sha256(bytes(canonical(value))));
  const same = (one, other) => canonical(one) === canonical(other);

  // — the archive —
  const entriesOf = async (file) => {
    const end = new DataView(await file.slice(-22).arrayBuffer());
    if (end.byteLength !== 22 || end.getUint32(0, true) !== 0x06054b50) throw new Error("no archive");
    const start = end.getUint32(16, true);
    const index = await file.slice(start, start + end.getUint32(12, true)).arrayBuffer();
    const view = new DataView(index);
    const entries = new Map();
    const twice = [];
    for (let at = 0, left = end.getUint16(10, true); left > 0; left -= 1) {
      if (view.getUint32(at, true) !== 0x02014b50 || entries.size > ENTRIES) throw new Error("no archive");
      const [named, more, said] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
      const name = text(new Uint8Array(index, at + 46, named));
      if (entries.has(name)) twice.push(name);
      entries.set(name, {
        method: view.getUint16(at + 10, true),
        packed: view.getUint32(at + 20, true),
        size: view.getUint32(at + 24, true),
        offset: view.getUint32(at + 42, true),
      });
      at += 46 + named + more + said;
    }
    return { entries, twice };
  };
  const read = async (file, entry) => {
    const head = new DataView(await file.slice(entry.offset, entry.offset + 30).arrayBuffer());
    const start = entry.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
    const packed = file.slice(start, start + entry.packed);
    const stream = entry.method === 8 ? packed.stream().pipeThrough(new DecompressionStream("deflate-raw")) : packed.stream();
    const raw = new Uint8Array(await new Response(stream).arrayBuffer());
    if (raw.length !== entry.size) throw new Error("another size");
    return raw;
  };

  // — signatures: true, false, or null where this browser knows no Ed25519 —
  const asked = fetch(form.dataset.keys).then((answer) => answer.json(), () => ({ keys: [] }));
  const keysOf = async () => {
    const keys = new Map();
    const found = await asked;
    for (const { kty, crv, x } of found.keys) {
      const raw = Uint8Array.from(atob(x.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
      keys.set(hex(await sha256(raw)).slice(0, 16), { kty, crv, x });
    }
    return keys;
  };
  const isSigned = async (keys, said, purpose, raw) => {
    const key = keys.get(said?.key_id);
    if (!key) return false;
    try {
      const usable = await crypto.subtle.importKey("jwk", key, "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", usable, unhex(said.signature), joined(bytes(purpose), raw));
    } catch (error) {
      if (error.name === "NotSupportedError") return null;
      return false;
    }
  };

  // — what does not hold: names of entries, of events, of cases —
  const flawsInFiles = async (file, archive, listed) => {
    const added = [...archive.entries.keys()].filter((name) => !(name in listed) && name !== MANIFEST && name !== SIGNATURE);
    const flaws = [...archive.twice, ...added];
    for (const [name, said] of Object.entries(listed)) {
      const entry = archive.entries.get(name);
      const found = entry && (await read(file, entry).then(sha256).then(hex, () => ""));
      if (found !== said.sha256) flaws.push(name);
    }
    return flaws;
  };
  const isHidden = (event) => event.hidden === true;
  const flawsInChains = async (chains, manifest) => {
    const flaws = [];
    const summaries = [];
    for (const { case: ref, version, head, events } of chains) {
      let [previous, place] = ["", 0];
      for (const event of events) {
        place += 1;
        const { hash, ...content } = event;
        const holds = content.case === ref && content.sequence === place && content.previous === previous;
        if (!holds || (!isHidden(event) && (await digest(content)) !== hash)) flaws.push(`${ref} ${place}`);
        previous = hash;
      }
      if (version !== place || head !== previous) flaws.push(ref);
      summaries.push({ case: ref, version, head, hidden: events.filter(isHidden).map((event) => event.sequence) });
    }
    if (!same(summaries, manifest.chains)) flaws.push(EVENTS);
    return flaws;
  };
  const rootFrom = async (leaf, place, size, path) => { // RFC 9162, 2.1.3.2
    let [last, found] = [size - 1, await sha256(joined([0], leaf))];
    if (!(place >= 0 && place < size)) return "";
    for (const node of path.map(unhex)) {
      if (last === 0) return "";
      if (place % 2 || place === last) {
        found = await sha256(joined([1], node, found));
        while (place && place % 2 === 0) [place, last] = [place / 2, Math.floor(last / 2)];
      } else {
        found = await sha256(joined([1], found, node));
      }
      [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    }
    return last === 0 ? hex(found) : "";
  };
  const flawsInList = async (proof, chains) => {
    const flaws = [];
    const covered = new Map();
    for (const { case: ref, version, head, place, path } of proof.places) {
      const event = chains.find((chain) => chain.case === ref)?.events.find((each) => each.sequence === version);
      const root = await rootFrom(bytes(canonical({ case: ref, version, head })), place, proof.checkpoint.size, path);
      if (event?.hash !== head || root !== proof.checkpoint.root) flaws.push(ref);
      covered.set(ref, version);
    }
    const since = Date.parse(proof.checkpoint.at) - COVERED_AFTER;
    for (const { case: ref, events } of chains) {
      const late = events.find((event) => event.sequence > (covered.get(ref) ?? 0) && Date.parse(event.at) < since);
      if (late) flaws.push(`${ref} ${late.sequence}`);
    }
    return flaws;
  };

  // — what is shown —
  const show = (name, state, what = []) => {
    const line = form.querySelector(`[data-check="${name}"]`);
    line.hidden = false;
    for (const said of line.querySelectorAll("[data-state]")) said.hidden = said.dataset.state !== state;
    line.querySelector("code").textContent = what.slice(0, 20).join(", ");
    return state;
  };
  const verdict = (name) => {
    for (const said of form.querySelectorAll("[data-verdict]")) said.hidden = said.dataset.verdict !== name;
    form.removeAttribute("aria-busy");
  };
  const stateOf = (holds) => (holds === null ? "open" : holds ? "good" : "bad");

  const codeOf = async (checkpoint) => (await digest(checkpoint)).slice(0, 16).toUpperCase().match(/.{4}/g).join("-");

  // — whether others hold the same checkpoint: one that was kept, else the one that the platform shows today —
  const compared = async (checkpoint) => {
    const code = await codeOf(checkpoint);
    const [kept] = form.querySelector("#id_kept").files;
    if (kept) {
      const lines = (await kept.text()).trim().split("\n").map((line) => JSON.parse(line).checkpoint);
      const found = lines.find((each) => each.no === checkpoint.no);
      return show("kept", found ? stateOf(same(found, checkpoint)) : "open", [code]);
    }
    try {
      const answer = await fetch(`${form.dataset.checkpoints}${Number(checkpoint.no)}.json`);
      const today = answer.ok ? (await answer.json()).checkpoint : {};
      return show("platform", stateOf(same(today, checkpoint)), [code]);
    } catch {
      return show("platform", "open", [code]);
    }
  };

  // — a receipt —
  const checkReceipt = async (raw) => {
    const found = JSON.parse(raw);
    const { receipt, proof } = found;
    if (receipt.format !== RECEIPT_FORMAT) throw new Error("no receipt");
    const { act } = receipt;
    const keys = await keysOf();
    const holds = (await digest(act)) === receipt.hash;
    const signed = await isSigned(keys, found, RECEIPT_PURPOSE, bytes(canonical(receipt)));
    const states = [show("receipt", holds ? stateOf(signed) : "bad")];
    const wordOf = (code) => form.querySelector(`[data-word="${CSS.escape(code)}"]`)?.textContent;
    const words = (wordOf(act.type) ?? "").replace(/%\((\w+)\)s/g, (_blank, name) => wordOf(act.facts[name]) ?? act.facts[name] ?? "…");
    const says = { number: receipt.number, words, act: act.type, at: new Date(act.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "long" }), facts: JSON.stringify(act.facts, null, 1), platform: receipt.platform };
    for (const [name, said] of Object.entries(says)) form.querySelector(`[data-said="${name}"]`).textContent = said;
    form.querySelector("[data-says]").hidden = states[0] === "bad";
    if (!proof) return [...states, show("acts", "open")];
    const { checkpoint } = proof;
    const root = checkpoint.acts?.[proof.acts];
    const isOurs = await isSigned(keys, proof, CHECKPOINT_PURPOSE, bytes(canonical(checkpoint)));
    const leads = root && (await rootFrom(unhex(receipt.hash), proof.place, root.size, proof.path)) === root.root;
    const inList = isOurs !== false && checkpoint.format === CHECKPOINT_FORMAT && leads;
    states.push(show("acts", stateOf(Boolean(inList)), [await codeOf(checkpoint)]));
    return [...states, await compared(checkpoint)];
  };

  const check = async (file) => {
    const archive = await entriesOf(file);
    const json = async (name) => JSON.parse(text(await read(file, archive.entries.get(name))));
    const raw = await read(file, archive.entries.get(MANIFEST));
    const manifest = JSON.parse(text(raw));
    if (manifest.format !== FORMAT) throw new Error("no case file");
    const states = [];
    const keys = await keysOf();
    const signature = archive.entries.has(SIGNATURE) ? await json(SIGNATURE) : null;
    states.push(show("signature", stateOf(await isSigned(keys, signature, PURPOSE, raw))));
    let flaws = await flawsInFiles(file, archive, manifest.files);
    states.push(show("files", stateOf(!flaws.length), flaws));
    const chains = await json(EVENTS);
    flaws = await flawsInChains(chains, manifest);
    states.push(show("chains", stateOf(!flaws.length), flaws));
    if (!archive.entries.has(PROOF)) {
      show("list", "open");
      return states;
    }
    const proof = await json(PROOF);
    const { checkpoint } = proof;
    const signed = await isSigned(keys, proof, CHECKPOINT_PURPOSE, bytes(canonical(checkpoint)));
    flaws = await flawsInList(proof, chains);
    const inList = signed !== false && checkpoint.format === CHECKPOINT_FORMAT && !flaws.length;
    states.push(show("list", stateOf(inList), inList ? [await codeOf(checkpoint)] : flaws));
    return [...states, await compared(checkpoint)];
  };

  form.hidden = false;
  form.addEventListener("change", async () => {
    const [file] = form.querySelector("#id_file").files;
    if (!file) return;
    for (const line of form.querySelectorAll("[data-check], [data-says]")) line.hidden = true;
    form.setAttribute("aria-busy", "true");
    try {
      const isReceipt = (await file.slice(0, 1).text()) === "{";
      const states = isReceipt ? await checkReceipt(await file.text()) : await check(file);
      const found = states.includes("bad") ? "altered" : states.includes("open") ? "partly" : "whole";
      verdict(isReceipt ? `receipt-${found}` : found);
    } catch {
      verdict("unreadable");
    }
  });
})();
