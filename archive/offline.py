#!/usr/bin/env python3
"""Checks a case file or a receipt without the platform: this one file, Python 3.12 or newer, no network, no package.

    python3 verify_case_file.py FILE --keys appeals-keys.json [--checkpoints KEPT] [--time-stamp OUT]

`appeals-keys.json` holds the platform's public keys; get it yourself from https://<platform>/.well-known/appeals-keys.json,
better more than once and by more than one way: whoever gives you a forged file can give you forged keys, too.

Checked: that the platform signed the manifest (Ed25519, RFC 8032); that every file is the one the manifest names, and
there is none beside; that events follow from one another (SHA-256 over canonical JSON, each over the one before); that
statements, texts, evidence, questions and decisions are those whose digests the events hold; that the platform's list
of all cases has these chains, as long as they were then, under the root that the checkpoint in the file signs
(Merkle tree, RFC 6962). Every decision letter names a checkpoint; KEPT is one that you or somebody else kept from
https://<platform>/.well-known/appeals-checkpoint.json, or many, one to a line: then the file's checkpoint must
be the one of that number that was kept, so that nothing older than it was rewritten since. Where a service outside
stamped its time (RFC 3161), the stamp is about this checkpoint and is written to OUT; who signed it, and when, is for
`openssl ts -verify` with the service's certificates, which you get from the service.

Of a receipt (a JSON file, or those in a case file): that the platform signed it; that its hash is of the act in it;
that the checkpoint in it, signed too, has this hash among the acts of parties; with KEPT, that it is the one kept.

Not shown by it: that the platform keeps no second record of the case, or told the truth; that what somebody submitted
was true before it was submitted; what hidden events say; when something was before its platform's clock said so; what
came after the checkpoint, or is dated so: with KEPT, an event that is dated before it and not in its list is a flaw.
"""

import argparse
import base64
import functools
import hashlib
import io
import itertools
import json
import stat
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

FORMAT = "appeals-case-file/2"
MANIFEST, SIGNATURE, EVENTS = "manifest.json", "signature.json", "events.json"
CASE, LETTERS, PROOF, RECEIPTS = "case.json", "letter.json", "checkpoint.json", "receipts.json"
PURPOSE = b"appeals-case-file\0"
COMPLETE_AFTER = timedelta(minutes=10)
"""What is older than a checkpoint by this much is in its list: no transaction of the platform takes so long."""
CHECKPOINT, CHECKPOINT_PURPOSE = "appeals-checkpoint/1", b"appeals-checkpoint\0"
RECEIPT, RECEIPT_PURPOSE = "appeals-receipt/1", b"appeals-receipt\0"
MAX_JSON = 50 * 1024 * 1024
MAX_ENTRIES = 2000


# — Ed25519, verification only (RFC 8032, 5.1) —

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_SQRT_M1 = pow(2, (_P - 1) // 4, _P)
type Point = tuple[int, int, int, int]


def _decoded(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    x = x * _SQRT_M1 % _P if (x * x - square) % _P else x
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _sum(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


@functools.lru_cache(maxsize=16)  # many signatures are of the same few keys
def _doublings(p: Point) -> tuple[Point, ...]:
    return tuple(itertools.accumulate(range(255), lambda found, _again: _sum(found, found), initial=p))


def _times(factor: int, p: Point) -> Point:
    return functools.reduce(_sum, (q for at, q in enumerate(_doublings(p)) if factor >> at & 1), (0, 1, 1, 0))


_B = _decoded((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=1024)  # the receipts of a case name the same few checkpoints
def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of this Ed25519 key signed the message."""
    a, r, s = _decoded(public_key), _decoded(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(public_key) != 32 or len(signature) != 64 or a is None or r is None or s >= _L or _B is None:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % _L
    left, right = _times(s, _B), _sum(r, _times(k, a))
    same_x = (left[0] * right[2] - right[0] * left[2]) % _P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % _P == 0


def read_keys(raw: bytes) -> dict[str, bytes]:
    """The public keys of a JWK set (RFC 7517, 8037), by key id, which is of the key itself."""
    keys = {}
    for each in json.loads(raw)["keys"]:
        if each.get("kty") == "OKP" and each.get("crv") == "Ed25519":
            key = base64.urlsafe_b64decode(each["x"] + "=" * (-len(each["x"]) % 4))
            keys[key_id(key)] = key
    return keys


def key_id(public_key: bytes) -> str:
    return hashlib.sha256(public_key).hexdigest()[:16]


SANDBOX = "A SANDBOX MADE THIS: nothing in it is real.\n"


# — digests, as the platform's ledger makes them —


def digest(value: Any) -> str | None:
    """SHA-256 (hex) of text as it is, or of a value's canonical JSON; None where it has none."""
    if isinstance(value, str):
        return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
    if _holds_float(value):
        return None
    raw = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()


def _holds_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_float(each) for each in value.values())
    return isinstance(value, float) or (isinstance(value, list) and any(_holds_float(each) for each in value))


def is_signed_checkpoint(note: Any, keys: Mapping[str, bytes]) -> bool:
    """Whether the platform signed this checkpoint: `{"checkpoint": {…}, "key_id", "signature"}`."""
    return _is_signed_as(note, "checkpoint", CHECKPOINT, CHECKPOINT_PURPOSE, keys)


def _is_signed_as(note: Any, name: str, form: str, purpose: bytes, keys: Mapping[str, bytes]) -> bool:
    try:
        said, key, signature = note[name], keys[note["key_id"]], bytes.fromhex(note["signature"])
        raw = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        return said["format"] == form and is_signed(key, purpose + raw, signature)
    except (KeyError, TypeError, ValueError):
        return False


def short_code(checkpoint: Any) -> str:
    """The first sixteen digits of a checkpoint's digest, in fours, as letters print them."""
    said = str(digest(checkpoint)).upper()
    return "-".join(said[at : at + 4] for at in range(0, 16, 4))


def root_from(leaf: bytes, place: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root of the list of `size` leaves that has this one at this place (RFC 9162, 2.1.3.2), or None."""
    if not 0 <= place < size:
        return None
    last, found = size - 1, hashlib.sha256(b"\0" + leaf).digest()
    for node in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = hashlib.sha256(b"\1" + node + found).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + node).digest()
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


# — the archive —


@dataclass(frozen=True)
class Flaw:
    """One thing about an archive that does not hold: which entry (or case and event), and in what way."""

    where: str
    what: str


@dataclass(frozen=True)
class Verified:
    """What an archive says it is, how much was checked, and what does not hold; without flaws it is whole."""

    number: str
    heads: Mapping[str, str]
    files: int
    events: int
    flaws: Sequence[Flaw]
    hidden: int = 0
    key: str = ""
    made_at: str = ""
    checkpoint: Mapping[str, Any] | None = None
    covered: Mapping[str, int] = field(default_factory=dict)  # by case, up to which event the checkpoint covers it
    time_stamp: bytes = b""
    is_sandbox: bool = False


def verify(source: Path | IO[bytes], keys: Mapping[str, bytes], kept: Mapping[int, Any] | None = None) -> Verified:
    """Checks the archive with the platform's public keys, and against checkpoints that were kept, by their number.

    Raises `ValueError` for what is no case file at all.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            return _verify(archive, keys, kept)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError, OSError) as error:
        raise ValueError(f"not a readable archive: {error}") from None


def _verify(archive: zipfile.ZipFile, keys: Mapping[str, bytes], kept: Mapping[int, Any] | None) -> Verified:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if MANIFEST not in names or len(entries) > MAX_ENTRIES:
        raise ValueError("no manifest, or too many entries")
    raw = _read(archive, MANIFEST)
    manifest = _mapping(_json(raw, MANIFEST))
    if manifest.get("format") != FORMAT:
        raise ValueError(f"not of the format {FORMAT}")
    listed = _mapping(manifest.get("files"))
    flaws = [*_flaws_in_zip(archive)]
    key = _signer(archive, names, raw, keys, flaws)
    flaws += [Flaw(name, "not in the manifest") for name in sorted(set(names) - set(listed) - {MANIFEST, SIGNATURE})]
    for name, said in listed.items():
        if name not in names:
            flaws.append(Flaw(name, "missing"))
        elif _mapping(said).get("sha256") != _sha256(archive, name):
            flaws.append(Flaw(name, "altered"))
    chains = [_mapping(chain) for chain in _list(_json(_read(archive, EVENTS), EVENTS))] if EVENTS in names else []
    for chain in chains:
        flaws += _flaws_in_chain(chain)
    claimed = [_mapping(each) for each in _list(manifest.get("chains"))]
    if [_summary(chain) for chain in chains] != [dict(each) for each in claimed]:
        flaws.append(Flaw(EVENTS, "not the chains that the manifest names"))
    heads = {str(chain.get("case")): str(chain.get("head")) for chain in chains}
    if manifest.get("case") not in heads:
        flaws.append(Flaw(EVENTS, "without the chain of the case"))
    for name, flaws_in in ((CASE, _flaws_in_case), (LETTERS, _flaws_in_letters)):
        if name in names:
            flaws += flaws_in(_json(_read(archive, name), name), chains, listed)
    proof = _mapping(_json(_read(archive, PROOF), PROOF)) if PROOF in names else {}
    if proof or kept is not None:
        flaws += _flaws_in_proof(proof, chains, keys, kept)
    for receipt in _list(_json(_read(archive, RECEIPTS), RECEIPTS)) if RECEIPTS in names else []:
        flaws += flaws_in_receipt(receipt, keys)
    count = sum(len(_list(chain.get("events"))) for chain in chains)
    hidden = sum(len(_summary(chain)["hidden"]) for chain in chains)
    made_at = str(manifest.get("made_at"))
    number, checkpoint = str(manifest.get("number")), proof.get("checkpoint")
    covered, stamp, marked = _covered(proof), _time_stamp(proof) or b"", bool(manifest.get("sandbox"))
    return Verified(number, heads, len(listed), count, flaws, hidden, key, made_at, checkpoint, covered, stamp, marked)


def _flaws_in_zip(archive: zipfile.ZipFile) -> Iterator[Flaw]:
    """What hides in an archive: links, folders, names that lead elsewhere or are not shown, bytes beside entries."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield Flaw(name, "stands twice")
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        steps = entry.filename.split("/")
        if kind not in (0, stat.S_IFREG) or entry.is_dir():
            yield Flaw(entry.filename, "a link or a folder")
        if "\\" in entry.filename or any(step == "" or step.startswith(".") for step in steps):
            yield Flaw(entry.filename, "hidden, or a name that leads elsewhere")
    if archive.comment or min(entry.header_offset for entry in entries) != 0:
        yield Flaw("archive", "holds bytes beside its entries")


def _signer(
    archive: zipfile.ZipFile, names: Sequence[str], manifest: bytes, keys: Mapping[str, bytes], flaws: list[Flaw]
) -> str:
    """The id of the key that signed the manifest; a flaw where none did that is known."""
    if SIGNATURE not in names:
        flaws.append(Flaw(SIGNATURE, "missing: nobody answers for the manifest"))
        return ""
    said = _mapping(_json(_read(archive, SIGNATURE), SIGNATURE))
    name = str(said.get("key_id"))
    try:
        signature = bytes.fromhex(str(said.get("signature")))
    except ValueError:
        signature = b""
    if name not in keys:
        flaws.append(Flaw(SIGNATURE, f"by key {name}, which is not among the platform's keys"))
    elif not is_signed(keys[name], PURPOSE + manifest, signature):
        flaws.append(Flaw(MANIFEST, "not what was signed"))
    return name


# — the chains —

_LINK = frozenset({"case", "sequence", "previous", "hash", "hidden"})


def _is_link(event: Any) -> bool:
    return isinstance(event, Mapping) and event.get("hidden") is True and set(event) == _LINK


def _summary(chain: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest says of a chain; which events are hidden is a part of it."""
    hidden = [event["sequence"] for event in _list(chain.get("events")) if _is_link(event)]
    return {**{name: chain.get(name) for name in ("case", "version", "head")}, "hidden": hidden}


def _flaws_in_chain(chain: Mapping[str, Any]) -> Iterator[Flaw]:
    previous, expected, ref = "", 1, str(chain.get("case"))
    for event in _list(chain.get("events")):
        where = f"{ref} event {expected}"
        content = {name: value for name, value in _mapping(event).items() if name != "hash"}
        if content.get("case") != ref:
            yield Flaw(where, "of another case")
        if content.get("sequence") != expected:
            yield Flaw(where, "missing")
            expected = content["sequence"] if isinstance(content.get("sequence"), int) else expected
        if content.get("previous") != previous:
            yield Flaw(where, "broken link")
        if not _is_link(event) and digest(content) != event.get("hash"):
            yield Flaw(where, "altered")
        previous, expected = str(event.get("hash")), expected + 1
    if chain.get("version") != expected - 1:
        yield Flaw(f"{ref} event {expected}", "missing")
    elif chain.get("head") != previous:
        yield Flaw(ref, "head differs")


# — the list of all cases —


def _flaws_in_proof(
    proof: Mapping[str, Any],
    chains: Sequence[Mapping[str, Any]],
    keys: Mapping[str, bytes],
    kept: Mapping[int, Any] | None,
) -> Iterator[Flaw]:
    """Where the list that the checkpoint signs does not have a chain of the file, or is not the list that was kept."""
    if not is_signed_checkpoint(proof, keys):
        yield Flaw(PROOF, "without a checkpoint that the platform signed")
        return
    checkpoint = proof["checkpoint"]
    for said in map(_mapping, _list(proof.get("places"))):
        events = next((_list(c.get("events")) for c in chains if c.get("case") == said.get("case")), [])
        then = [e for e in events if _mapping(e).get("sequence") == said.get("version")]
        if [_mapping(e).get("hash") for e in then] != [said.get("head")]:
            yield Flaw(f"{PROOF} {said.get('case')}", "not of the chain in this file")
        elif not _is_in_list(said, checkpoint):
            yield Flaw(f"{PROOF} {said.get('case')}", "not in the list that the checkpoint signs")
    stamp = _time_stamp(proof)
    if stamp is None or (stamp and bytes.fromhex(str(digest(checkpoint))) not in stamp):
        yield Flaw(PROOF, "its time stamp is of something else")
    if kept is not None and (differing := [*_differs_from_kept(PROOF, checkpoint, kept)]):
        yield from differing
    elif kept is not None:
        yield from _flaws_in_cover(_covered(proof), chains, _moment(checkpoint["at"]) - COMPLETE_AFTER)


def _differs_from_kept(where: str, checkpoint: Mapping[str, Any], kept: Mapping[int, Any]) -> Iterator[Flaw]:
    if checkpoint["no"] not in kept:
        yield Flaw(where, f"checkpoint {checkpoint['no']} is not among those that were kept")
    elif kept[checkpoint["no"]] != checkpoint:
        yield Flaw(where, f"checkpoint {checkpoint['no']} is not the one that was kept")


def _time_stamp(proof: Mapping[str, Any]) -> bytes | None:
    """The answer of the time-stamp service; empty without one, None for what is none."""
    try:
        return base64.b64decode(proof.get("time_stamp", ""), validate=True)
    except (TypeError, ValueError):
        return None


def _covered(proof: Mapping[str, Any]) -> dict[str, int]:
    """Of each case up to which event the list has it."""
    places = map(_mapping, _list(proof.get("places")))
    return {str(said.get("case")): said["version"] for said in places if isinstance(said.get("version"), int)}


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without its zone")
    return found


def _flaws_in_cover(covered: Mapping[str, int], chains: Sequence[Mapping[str, Any]], since: datetime) -> Iterator[Flaw]:
    """Every chain with an event that is older than `since` and that the list does not have."""
    for chain in chains:
        ref = str(chain.get("case"))
        for event in map(_mapping, _list(chain.get("events"))):
            place, at = event.get("sequence"), event.get("at")
            if not isinstance(place, int) or not isinstance(at, str) or place <= covered.get(ref, 0):
                continue  # a hidden event says no time
            if _moment(at) < since:
                yield Flaw(f"{ref} event {place}", "older than the checkpoint, and not in its list")
                break


def _is_in_list(said: Mapping[str, Any], checkpoint: Mapping[str, Any]) -> bool:
    """Whether the path leads from this place to the root; of the leaf's own fields nothing else is covered."""
    leaf = {"case": said.get("case"), "version": said.get("version"), "head": said.get("head")}
    raw = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return _leads_to_root(raw, said, checkpoint)


def _leads_to_root(leaf: bytes, said: Mapping[str, Any], signed: Mapping[str, Any]) -> bool:
    try:
        path = [bytes.fromhex(node) for node in said["path"]]
        found = root_from(leaf, said["place"], signed["size"], path)
        return found is not None and found.hex() == signed["root"]
    except (KeyError, TypeError, ValueError):
        return False


# — receipts —


def flaws_in_receipt(found: Any, keys: Mapping[str, bytes], kept: Mapping[int, Any] | None = None) -> Iterator[Flaw]:
    """What does not hold of a receipt. Raises `ValueError` for what is none.

    One that no checkpoint had yet has no proof, which is a flaw only where checkpoints were kept to compare.
    """
    said, proof = _mapping(_mapping(found).get("receipt")), found.get("proof")
    act = _mapping(said.get("act"))
    where = f"receipt of {act.get('case')} {act.get('sequence')}"
    if not _is_signed_as(found, "receipt", RECEIPT, RECEIPT_PURPOSE, keys):
        yield Flaw(where, "not signed by this platform")
    if digest(act) != said.get("hash"):
        yield Flaw(where, "its hash is of another act")
    if proof is not None and not is_signed_checkpoint(proof, keys):
        yield Flaw(where, "without a checkpoint that the platform signed")
    elif proof is not None:
        roots = _mapping(proof["checkpoint"].get("acts", {}))
        if not _leads_to_root(bytes.fromhex(str(digest(act))), proof, _mapping(roots.get(str(proof.get("acts")), {}))):
            yield Flaw(where, "not among the acts that the checkpoint signs")
        if kept is not None:
            yield from _differs_from_kept(where, proof["checkpoint"], kept)
    elif kept is not None:
        yield Flaw(where, "no checkpoint has it yet")


def _report_on_receipt(
    found: Any, keys: Mapping[str, bytes], write: Callable[[str], object], kept: Mapping[int, Any] | None
) -> int:
    flaws = [*flaws_in_receipt(found, keys, kept)]
    said, proof = found["receipt"], found.get("proof")
    act, number = said["act"], said.get("number")
    if flaws:
        write("".join(f"{flaw.where}: {flaw.what}\n" for flaw in flaws) + f"{number}: {len(flaws)} flaws\n")
        return len(flaws)
    write(SANDBOX if said.get("sandbox") else "")
    write(f"{number}: receipt of {act.get('type')} ({act.get('sequence')}) at {act.get('at')} verified, no flaw\n")
    write(f"  signed with key {found['key_id']} for {said.get('platform')}\n")
    write("".join(f"  {name}: {value}\n" for name, value in _mapping(act.get("facts")).items()))
    if proof is None:
        write("  no checkpoint has it yet: get the receipt again two hours after the act\n")
    else:
        checkpoint, was = proof["checkpoint"], "" if kept is None else ", the one that was kept"
        write(f"  checkpoint {checkpoint['no']} of {checkpoint['at']}, {short_code(checkpoint)}{was}\n")
    return 0


def read_checkpoints(text: str, keys: Mapping[str, bytes]) -> dict[int, Any]:
    """The checkpoints of a file, one to a line, by number. Raises `ValueError` for one that is not signed."""
    found = {}
    for line in text.splitlines():
        note = json.loads(line)
        if not is_signed_checkpoint(note, keys):
            raise ValueError("a kept checkpoint is not signed by a key of the platform")
        found[note["checkpoint"]["no"]] = note["checkpoint"]
    return found


# — what the events hold digests of —

type Facts = Sequence[tuple[str, Mapping[str, Any]]]


def _facts(chains: Sequence[Mapping[str, Any]], ref: Any) -> Facts:
    """Type and facts of every event of the case that is shown."""
    events = next((_list(chain.get("events")) for chain in chains if chain.get("case") == ref), [])
    return [(str(e.get("type")), _mapping(e.get("facts") or {})) for e in events if not _is_link(e)]


def _flaws_in_case(case: Any, chains: Sequence[Mapping[str, Any]], files: Mapping[str, Any]) -> Iterator[Flaw]:
    """Every place of `case.json` that is not what an event says. What an older event does not say is not compared."""
    for where, claimed, found in _comparisons(_mapping(case), chains, files):
        if claimed is not None and claimed != found:
            yield Flaw(f"{CASE} {where}", "not what the event says")


def _comparisons(
    case: Mapping[str, Any], chains: Sequence[Mapping[str, Any]], files: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(case.get("appeal"), Mapping):
        yield from _of_appeal(case["appeal"], case.get("decision"), _facts(chains, case["appeal"].get("ref")), files)
        yield from _of_notice(_mapping(case.get("notice")), _facts(chains, case["notice"].get("ref")), files)
    if isinstance(case.get("dispute"), Mapping):
        yield from _of_dispute(case, _facts(chains, case["dispute"].get("ref")), files)


def _of_appeal(appeal: Mapping[str, Any], decision: Any, facts: Facts, files: Mapping[str, Any]) -> Iterator[Any]:
    evidence = [_mapping(each) for each in _list(appeal.get("evidence"))]
    requests = {_mapping(each).get("no"): each for each in _list(appeal.get("requests"))}
    for kind, said in facts:
        if kind == "appeal.filed":
            yield "appeal.statement", said.get("statement"), digest(str(appeal.get("statement")))
            yield "appeal.ground", said.get("ground"), appeal.get("ground")
        elif kind == "appeal.evidence_submitted":
            items = [e for e in evidence if e.get("version") == said.get("version")]
            manifest = [{"no": e["no"], "caption": digest(e["caption"]), "sha256": e["sha256"]} for e in items]
            yield f"appeal.evidence version {said.get('version')}", said.get("manifest"), digest(manifest)
        elif kind == "appeal.information_requested":
            asked = _mapping(requests.get(said.get("request"), {}))
            yield "appeal.requests item", said.get("item"), digest(str(asked.get("item")))
            yield "appeal.requests fact", said.get("fact"), digest(str(asked.get("fact")))
        elif kind == "appeal.information_given":
            asked = _mapping(requests.get(said.get("request"), {}))
            yield "appeal.requests answer", said.get("answer"), digest(str(asked.get("answer")))
        elif kind == "appeal.decided":
            yield "decision", said.get("content"), _without_officer(decision)
            yield "decision.outcome", said.get("outcome"), _mapping(decision or {}).get("outcome")
    yield from _files_of(evidence, files)


def _of_notice(notice: Mapping[str, Any], facts: Facts, files: Mapping[str, Any]) -> Iterator[Any]:
    texts = [said.get("text") for kind, said in facts if kind in ("notice.issued", "notice.amended")]
    yield (
        "notice facts and reasons",
        texts[-1] if texts else None,
        digest({"facts": notice.get("facts"), "reasons": notice.get("reasons")}),
    )
    evidence = [_mapping(each) for each in _list(notice.get("evidence"))]
    basis = [_mapping(each) for each in _list(notice.get("basis"))]
    for kind, said in facts:
        if kind == "notice.issued":
            words = [digest({"zh": b.get("text_zh"), "en": b.get("text_en")}) for b in basis]
            yield "notice.basis", said.get("basis"), words
            yield "notice.evidence", said.get("evidence"), [e.get("sha256") for e in evidence]
            yield "notice.measures", said.get("measures"), [_mapping(m)["type"] for m in _list(notice.get("measures"))]
    yield from _files_of(evidence, files)


def _of_dispute(case: Mapping[str, Any], facts: Facts, files: Mapping[str, Any]) -> Iterator[Any]:
    dispute, evidence = case["dispute"], [_mapping(each) for each in _list(case.get("evidence"))]
    rounds = {_mapping(each).get("round"): each for each in _list(case.get("determinations"))}
    for kind, said in facts:
        if kind == "dispute.opened":
            yield "dispute.statement", said.get("statement"), digest(str(dispute.get("statement")))
        elif kind == "dispute.answered":
            yield "dispute.answer", said.get("answer"), digest(str(dispute.get("answer")))
        elif kind == "dispute.evidence_submitted":
            items = [e for e in evidence if e.get("no") in _list(said.get("items"))]
            if not any(e.get("is_hidden") for e in items):
                names = {"no": "no", "caption": "caption", "sha256": "sha256", "withheld": "is_withheld"}
                manifest = [
                    {short: digest(e[name]) if name == "caption" else e[name] for short, name in names.items()}
                    for e in items
                ]
                yield f"evidence {said.get('items')}", said.get("manifest"), digest(manifest)
        elif kind == "dispute.determined":
            yield "determinations", said.get("content"), _without_officer(rounds.get(said.get("round")))
    yield from _files_of([e for e in evidence if not e.get("is_hidden")], files)


def _without_officer(decided: Any) -> str | None:
    return digest({k: v for k, v in decided.items() if k != "officer"}) if isinstance(decided, Mapping) else "gone"


def _files_of(evidence: Sequence[Mapping[str, Any]], files: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for each in evidence:
        listed = _mapping(files.get(each["file"], {})) if each.get("file") else {}
        if listed.get("as_received", True) and each.get("file"):
            yield str(each["file"]), each.get("sha256"), listed.get("sha256")


def _flaws_in_letters(letters: Any, _chains: Any, _files: Any) -> Iterator[Flaw]:
    for letter in map(_mapping, _list(letters)):
        parts = [[p.get("no"), p.get("title"), p.get("lines")] for p in map(_mapping, _list(letter.get("parts")))]
        if digest(parts) != letter.get("hash"):
            yield Flaw(f"{LETTERS} {letter.get('language')}", "not the words of its hash")


# — reading —


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as file:
            raw = file.read(MAX_JSON + 1)
    except Exception as error:  # noqa: BLE001  damaged bytes, however zlib puts it
        raise ValueError(f"{name} cannot be read: {error}") from None
    if len(raw) > MAX_JSON:
        raise ValueError(f"{name} is too large")
    return raw


def _json(raw: bytes, name: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is not JSON: {error}") from None


def _sha256(archive: zipfile.ZipFile, name: str) -> str | None:
    try:
        with archive.open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # IO lacks readinto
    except Exception:  # noqa: BLE001  what zlib raises for damaged bytes is no class of its own
        return None


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("not the shape of a case file")
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def report(
    file: Path,
    keys: Mapping[str, bytes],
    write: Callable[[str], object],
    kept: Mapping[int, Any] | None = None,
    stamp_to: Path | None = None,
) -> int:
    """Writes what was found, and the time stamp to its file; returns how many flaws there are."""
    raw = file.read_bytes()
    if raw.lstrip().startswith(b"{"):
        return _report_on_receipt(_json(raw, file.name), keys, write, kept)
    found = verify(io.BytesIO(raw), keys, kept)
    for flaw in found.flaws:
        write(f"{flaw.where}: {flaw.what}\n")
    if found.flaws:
        write(f"{found.number}: {len(found.flaws)} flaws\n")
        return len(found.flaws)
    write(SANDBOX if found.is_sandbox else "")
    write(f"{found.number}: {found.files} files and {found.events} events verified, no flaw\n")
    if found.hidden:
        write(f"  of them not shown to the reader, in their place in the chain: {found.hidden}\n")
    write(f"  made {found.made_at}, signed with key {found.key}\n")
    for case, head in found.heads.items():
        write(f"  {case} ends with {head}\n")
    if found.checkpoint is not None:
        no, at, code = found.checkpoint["no"], found.checkpoint["at"], short_code(found.checkpoint)
        was = ", the one that was kept" if kept is not None else ""
        write(f"  checkpoint {no} of {at}, {code}{was}\n")
    if found.time_stamp and stamp_to is not None:
        stamp_to.write_bytes(found.time_stamp)
        order = f"openssl ts -verify -digest {digest(found.checkpoint)} -in {stamp_to} -CAfile CERTIFICATES"
        write(f"  its time stamp: {order}\n")
    elif found.time_stamp:
        write("  it has a time stamp; with --time-stamp it is written out\n")
    for case, last in found.covered.items():
        write(f"  it has {case} up to event {last}\n")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a case file or a receipt without the platform.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--keys", type=Path, required=True, help="the platform's public keys (appeals-keys.json)")
    parser.add_argument("--checkpoints", type=Path, metavar="KEPT", help="checkpoints that somebody kept")
    parser.add_argument("--time-stamp", type=Path, metavar="OUT", help="where to write the checkpoint's time stamp")
    asked = parser.parse_args()
    try:
        keys = read_keys(asked.keys.read_bytes())
        kept = read_checkpoints(asked.checkpoints.read_text(), keys) if asked.checkpoints else None
        return 1 if report(asked.file, keys, sys.stdout.write, kept, asked.time_stamp) else 0
    except (ValueError, KeyError, OSError) as error:
        sys.stdout.write(f"{asked.file}: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
