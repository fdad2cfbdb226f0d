"""One archive of one case that a party can keep and prove without us: writing it. `archive.offline` verifies it.

    manifest.json     what the archive holds: {"format", "case", "number", "made_at", "chains", "files": {name: …}}
    signature.json    the platform's signature over the bytes of manifest.json: {"algorithm", "key_id", "signature"}
    events.json       the hash chains: [{"case", "head", "version", "events": […]}]
    case.json         the case as data: codes and texts as they were sent, times in UTC
    letter.json       the letters of its decisions, in both languages
    checkpoint.json   the newest signed root over all cases, and the path to it from each chain (archive.checkpoints)
    receipts.json     the receipts of what the reader's side did (archive.receipts)
    case.html         the same to read, in both languages, without any other file
    …                 whatever else the app puts in: attachments, conversations

The manifest names every other file by its SHA-256, and of each chain which events are hidden; each chain is recomputed
from its events as `casework.ledger` says. An event that the reader may not see stands in its chain as a link alone,
`{"case", "sequence", "previous", "hash", "hidden": true}`: what it says stays unsaid, and nothing can be put in its
place. A file that the reader does not get as it was received is marked `"as_received": false` in the manifest.
"""

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any, BinaryIO

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from archive import signing
from archive.letters import Letter
from archive.offline import EVENTS, FORMAT, MANIFEST, PURPOSE, SIGNATURE
from archive.translations import lines_of
from casework.canonical import moment
from casework.formats import beijing_time
from casework.languages import LANGUAGES, TAGS
from casework.ledger import content_of
from casework.models import Case, Event
from casework.named import named
from files.attachments import FileCopy

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
            "chains": [_summary(chain) for chain in chains],
            "files": {
                name: _add(archive, name, source) | ({"as_received": False} if _is_copy(files.get(name)) else {})
                for name, source in sources.items()
            },
            **signing.mark_of_sandbox(),
        }
        raw = as_json(manifest)
        _add(archive, MANIFEST, raw)
        _add(archive, SIGNATURE, as_json(signing.sign(PURPOSE, raw, now=now)))


def _is_copy(file: FileCopy | bytes | None) -> bool:
    return isinstance(file, FileCopy) and not file.as_received


def _summary(chain: Mapping[str, Any]) -> dict[str, Any]:
    hidden = [event["sequence"] for event in chain["events"] if "hidden" in event]
    return {**{name: chain[name] for name in ("case", "version", "head")}, "hidden": hidden}


def chain_of(
    case: Case, events: Iterable[Event], *, is_hidden: Callable[[Event], bool] = lambda _event: False
) -> dict[str, Any]:
    """One case's chain as the archive holds it: every event with what its hash covers, a hidden one as a link alone."""
    return {
        **named(case, lambda c: (c.number, c.version, c.head)),
        "case": case.ref,
        "events": [_link(event) if is_hidden(event) else {**content_of(event), "hash": event.hash} for event in events],
    }


def _link(event: Event) -> dict[str, Any]:
    return {**named(event, lambda e: (e.sequence, e.previous, e.hash)), "case": event.case_ref, "hidden": True}


def _page(number: str, letters: Sequence[Letter], sections: Callable[[Sequence[Letter]], Iterable[Section]]) -> bytes:
    """One readable page without any other file, first in Chinese, then in English; no section without lines."""
    parts = []
    for language in LANGUAGES:
        with translation.override(language):
            shown = [(title, list(lines)) for title, lines in sections([x for x in letters if x.language == language])]
            parts.append(
                {
                    "language": TAGS[language],
                    "code": language,
                    "title": _("Case file %(number)s") % {"number": number},
                    "sections": [(title, lines) for title, lines in shown if lines],
                }
            )
    return render_to_string(
        "components/case_file.html", {"parts": parts, "number": number, **signing.mark_of_sandbox()}
    ).encode()


def letter_sections(letters: Iterable[Letter]) -> Iterator[Section]:
    for letter in letters:
        yield from ((f"{part.no}. {part.title}", part.lines) for part in letter.parts)
        yield from ((translated.label, lines_of(translated)) for translated in letter.translations)


def proof_section(course: str, *, now: datetime) -> Section:
    """What the file proves and how; `course` says what is in `events.json`."""
    made = _("Made on %(when)s. Everything in it is listed with its SHA-256 in manifest.json.")
    check = _(
        "The manifest is signed. Check it without us: get appeals-keys.json and verify_case_file.py from /.well-known/ "
        "of this platform, then run python3 verify_case_file.py FILE --keys appeals-keys.json."
    )
    return _("What this file proves"), (made % {"when": beijing_time(now)}, course, check)


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
