"""One archive of one case that a party can keep and prove without us: writing it, and verifying it offline.

    manifest.json     what the archive holds: {"format", "case", "number", "made_at", "chains", "files": {name: …}}
    events.json       the hash chains: [{"case", "head", "version", "events": […]}]
    case.json         the case as data: codes and texts as they were sent, times in UTC
    letter.json       the letters of its decisions, in both languages
    case.html         the same to read, in both languages, without any other file
    …                 whatever else the app puts in: attachments, conversations

The manifest names every other file by its SHA-256; each chain is recomputed from its events as `casework.ledger` says.
An archive proves that it is whole and unchanged since it was made, and that its events follow from one another; whether
its head is ours is shown by comparing it with the head we answer. An event that the reader may not see stands in its
chain as a link alone, `{"case", "sequence", "previous", "hash", "hidden": true}`: what it says stays unsaid, and
nothing can be put in its place.
"""

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from casework import letters as texts
from casework.attachments import FileCopy
from casework.ledger import content_of, digest, moment
from casework.letters import LANGUAGES, Letter
from casework.models import Case, Event

FORMAT = "appeals-case-file/1"
MANIFEST, EVENTS = "manifest.json", "events.json"
MAX_JSON = 50 * 1024 * 1024
MAX_ENTRIES = 2000
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip knows no zone, so times stand in the manifest only

type Section = tuple[str, Iterable[str]]
"""A heading of the page and the lines under it, in the active language."""


# — writing —


def write(
    out: IO[bytes],
    *,
    case: Case,
    chains: Sequence[Mapping[str, Any]],
    files: Mapping[str, FileCopy | bytes],
    data: Mapping[str, Any],
    letters: Sequence[Letter],
    sections: Callable[[Sequence[Letter]], Iterable[Section]],
    now: datetime,
) -> None:
    """Writes the archive to `out`: `files` as the reader gets them, each of `data` as JSON, letters, page, chains.

    `sections` gives the sections of the page in the active language, for the letters in that language.
    """
    with ExitStack() as opened, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        sources: dict[str, bytes | BinaryIO] = {
            name: file if isinstance(file, bytes) else opened.enter_context(file.open()) for name, file in files.items()
        }
        sources |= {name: as_json(value) for name, value in data.items()}
        if letters:
            sources["letter.json"] = as_json([asdict(letter) for letter in letters])
        sources["case.html"] = _page(case.number, letters, sections)
        sources[EVENTS] = as_json(list(chains))
        manifest = {
            "format": FORMAT,
            "case": case.ref,
            "number": case.number,
            "made_at": moment(now),
            "chains": [{"case": chain["case"], "version": chain["version"], "head": chain["head"]} for chain in chains],
            "files": {name: _add(archive, name, source) for name, source in sources.items()},
        }
        _add(archive, MANIFEST, as_json(manifest))


def fields(row: Any, names: str = "", **paths: str) -> dict[str, Any]:
    """Attributes of a row for `case.json`: by their own names, or under another name by a path of attributes.

    `fields(ruling, "outcome ends_at", measure="measure.no")`. Where the path leads over a missing row, the value is "".
    """
    return {name: _at_path(row, path) for name, path in (*((n, n) for n in names.split()), *paths.items())}


def _at_path(value: Any, path: str) -> Any:
    for name in path.split("."):
        if value is None:
            return ""
        value = getattr(value, name)
    return value


def chain_of(
    case: Case, events: Iterable[Event], *, is_hidden: Callable[[Event], bool] = lambda _event: False
) -> dict[str, Any]:
    """One case's chain as the archive holds it: every event with what its hash covers, a hidden one as a link alone."""
    return {
        **fields(case, "number version head", case="ref"),
        "events": [_link(event) if is_hidden(event) else {**content_of(event), "hash": event.hash} for event in events],
    }


def _link(event: Event) -> dict[str, Any]:
    return {**fields(event, "sequence previous hash", case="case_ref"), "hidden": True}


def _page(number: str, letters: Sequence[Letter], sections: Callable[[Sequence[Letter]], Iterable[Section]]) -> bytes:
    """One readable page without any other file, first in Chinese, then in English; no section without lines."""
    parts = []
    for language in LANGUAGES:
        with translation.override(language):
            shown = [(title, list(lines)) for title, lines in sections([x for x in letters if x.language == language])]
            parts.append(
                {
                    "language": "zh-Hans" if language == "zh-hans" else "en",
                    "title": _("Case file %(number)s") % {"number": number},
                    "sections": [(title, lines) for title, lines in shown if lines],
                }
            )
    return render_to_string("components/case_file.html", {"parts": parts, "number": number}).encode()


def letter_sections(letters: Iterable[Letter]) -> Iterator[Section]:
    for letter in letters:
        yield from ((f"{part.no}. {part.title}", part.lines) for part in letter.parts)


def proof_section(course: str, *, now: datetime) -> Section:
    """What the file proves and how; `course` says what is in `events.json`."""
    made = _("Made on %(when)s. Everything in it is listed with its SHA-256 in manifest.json.")
    check = _("Check it without us: manage.py verify_case_file FILE.")
    return _("What this file proves"), (made % {"when": texts.moment(now)}, course, check)


def as_json(value: Any) -> bytes:
    """JSON as it stands in an archive: readable, in a stable order, a time as the ledger writes it."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_time).encode()


def _time(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} has no form in a case file")
    return moment(value)


def _add(archive: zipfile.ZipFile, name: str, source: bytes | BinaryIO) -> dict[str, Any]:
    """Adds the source under this name; returns its entry for the manifest."""
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o444 << 16
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # typing.IO lacks readinto
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    with archive.open(entry, "w", force_zip64=True) as out:
        shutil.copyfileobj(stream, out)
    return {"sha256": sha256, "size": size}


# — verifying —


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing about an archive that does not hold: which entry (or case and event), and in what way."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What an archive says it is, how much was checked, and what does not hold; without flaws it is whole."""

    number: str
    heads: Mapping[str, str]
    files: int
    events: int
    flaws: Sequence[Flaw]
    hidden: int = 0


def verify(source: Path | IO[bytes]) -> Verified:
    """Checks the archive without a database. Raises `ValueError` for what is no case file at all."""
    try:
        with zipfile.ZipFile(source) as archive:
            return _verify(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError, OSError) as error:
        raise ValueError(f"not a readable archive: {error}") from None


def _verify(archive: zipfile.ZipFile) -> Verified:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if MANIFEST not in names or len(entries) > MAX_ENTRIES:
        raise ValueError("no manifest, or too many entries")
    manifest = _mapping(_read_json(archive, MANIFEST))
    if manifest.get("format") != FORMAT:
        raise ValueError(f"not of the format {FORMAT}")
    listed = _mapping(manifest.get("files"))
    flaws = [Flaw(name, "stands twice") for name in sorted({n for n in names if names.count(n) > 1})]
    flaws += [Flaw(name, "not in the manifest") for name in sorted(set(names) - set(listed) - {MANIFEST})]
    for name, said in listed.items():
        if name not in names:
            flaws.append(Flaw(name, "missing"))
        elif _mapping(said).get("sha256") != _sha256(archive, name):
            flaws.append(Flaw(name, "altered"))
    chains = _read_json(archive, EVENTS) if EVENTS in names else []
    heads: dict[str, str] = {}
    count = hidden = 0
    for chain in chains if isinstance(chains, list) else []:
        flaws += _flaws_in(_mapping(chain))
        heads[str(chain.get("case"))] = str(chain.get("head"))
        count += len(chain.get("events") or [])
        hidden += sum(isinstance(e, Mapping) and _is_link(e) for e in chain.get("events") or [])
    said_heads = {str(_mapping(c).get("case")): str(_mapping(c).get("head")) for c in manifest.get("chains") or []}
    if heads != said_heads or manifest.get("case") not in heads:
        flaws.append(Flaw(EVENTS, "not the chains that the manifest names"))
    return Verified(str(manifest.get("number")), heads, len(listed), count, flaws, hidden)


_LINK = frozenset({"case", "sequence", "previous", "hash", "hidden"})


def _is_link(event: Mapping[str, Any]) -> bool:
    return event.get("hidden") is True and set(event) == _LINK


def _flaws_in(chain: Mapping[str, Any]) -> Iterator[Flaw]:
    """Every place where a chain of the archive does not hold, as `ledger.faults_in` would find it in the tables."""
    previous, expected, ref = "", 1, str(chain.get("case"))
    events = chain.get("events")
    for event in events if isinstance(events, list) else []:
        where = f"{ref} event {expected}"
        content = {name: value for name, value in _mapping(event).items() if name != "hash"}
        if content.get("case") != ref:
            yield Flaw(where, "of another case")
        if content.get("sequence") != expected:
            yield Flaw(where, "missing")
            expected = content["sequence"] if isinstance(content.get("sequence"), int) else expected
        if content.get("previous") != previous:
            yield Flaw(where, "broken link")
        if not _is_link(event) and _digest(content) != event.get("hash"):
            yield Flaw(where, "altered")
        previous, expected = str(event.get("hash")), expected + 1
    if chain.get("version") != expected - 1:
        yield Flaw(f"{ref} event {expected}", "missing")
    elif chain.get("head") != previous:
        yield Flaw(ref, "head differs")


def _digest(content: Mapping[str, Any]) -> str | None:
    try:
        return digest(dict(content))
    except TypeError:  # a float, which no ledger holds
        return None


def _sha256(archive: zipfile.ZipFile, name: str) -> str | None:
    try:
        with archive.open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # as above
    except Exception:  # noqa: BLE001  what zlib raises for damaged bytes is no class of its own
        return None


def _read_json(archive: zipfile.ZipFile, name: str) -> Any:
    try:
        with archive.open(name) as file:
            raw = file.read(MAX_JSON + 1)
        if len(raw) > MAX_JSON:
            raise ValueError(f"{name} is too large")
        return json.loads(raw)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{name} is not JSON: {error}") from None
    except ValueError:
        raise
    except Exception as error:  # noqa: BLE001  damaged bytes, however zlib puts it
        raise ValueError(f"{name} cannot be read: {error}") from None


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("not the shape of a case file")
    return value
