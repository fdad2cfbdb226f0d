"""What is kept about a person, as they take it home (个人信息保护法 45): which rows, and the archive."""

import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.db.models import Field, Model, Q, QuerySet
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.roles import OWNER
from archive.case_file import as_json
from casework.actor import Actor
from casework.counts import capped_count
from casework.formats import beijing_time
from casework.languages import LANGUAGES
from casework.toml import built, read
from files.attachments import FileCopy
from files.models import Attachment

PAGE = Path(__file__).with_name("personal.html").read_text()
COUNTED = 1000
"""Rows of a table are counted up to here."""
PLAIN = (str, int, bool, datetime, list, dict, type(None))
SIDES = {"CLAIMANT": "claimant", "RESPONDENT": "respondent"}


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """One table; see `personal.toml`."""

    model: str
    columns: Sequence[str]
    code: str = ""
    person: str = ""
    person_ref: str = ""
    party: str = ""
    side: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""

    @property
    def of(self) -> type[Model]:
        return apps.get_model(self.model)

    @property
    def name(self) -> str:
        return str(self.of._meta.verbose_name)

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """The rows that are about this person, or about a party that they own, the oldest first."""
        owned = [pk for pk, role in actor.parties.items() if role == OWNER]
        if self.person or self.person_ref:
            mine = Q(**({self.person: actor.person} if self.person else {self.person_ref: actor.ref}))
        elif self.party:
            mine = Q(**{f"{self.party}__in": owned})
        else:
            mine = Q(pk=None)
            for side, party in SIDES.items():
                mine |= Q(**{"side": side, f"{self.side}__{party}__in": owned})
        return self.of._base_manager.filter(mine, **self.where).order_by("pk")

    def fields(self) -> Iterator[tuple[str, Field[Any, Any]]]:
        """Each column with the field that it names."""
        for path in self.columns:
            model: Any = self.of
            *relations, last = path.split("__")
            for name in relations:
                model = model._meta.get_field(name).related_model
            yield path, model._meta.get_field(last)


_SAID = read(Path(__file__).with_name("personal.toml"))
TABLES = tuple(
    built(Mapping[str, PersonalTable], {code: {"code": code, **row} for code, row in _SAID["tables"].items()}).values()
)
LEFT_OUT: Mapping[str, Sequence[str]] = _SAID["left_out"]


def kept_about(actor: Actor) -> list[tuple[str, int, bool]]:
    """The name of each table in which something is about the person, how many rows, and whether there are more."""
    found: dict[str, int] = {}
    for table in TABLES:
        if n := capped_count(table.rows(actor), COUNTED):
            found[table.name] = found.get(table.name, 0) + n
    return [(name, min(n, COUNTED), n > COUNTED) for name, n in found.items()]


def write_records(out: IO[bytes], *, actor: Actor, now: datetime) -> None:
    """Writes the archive: records.html to read, records.json as data, and files/ as they were received.

    Rows are read and written one after the other: whoever has many takes no more memory.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("records.json", "w", force_zip64=True) as data:
            data.write(b"{")
            for n, table in enumerate(TABLES):
                data.write((b",\n" if n else b"\n") + as_json(table.code) + b": [")
                for m, row in enumerate(_values(table, actor)):
                    data.write((b",\n" if m else b"\n") + as_json(row))
                data.write(b"]")
            data.write(b"\n}\n")
        with archive.open("records.html", "w", force_zip64=True) as page:
            for part in _page(actor, now):
                page.write(part.encode())
        for table in TABLES:
            if table.file:
                named = table.rows(actor).exclude(**{table.file: None}).values_list(table.file, flat=True)
                for pk in named.iterator():
                    _add(archive, Attachment.objects.get(pk=pk))


def _values(table: PersonalTable, actor: Actor) -> Iterator[dict[str, Any]]:
    columns = (*table.columns, *((f"{table.file}__sha256",) if table.file else ()))
    for row in table.rows(actor).values(*columns).iterator():
        yield {name: value if isinstance(value, PLAIN) else str(value) for name, value in row.items()}


def _add(archive: zipfile.ZipFile, file: Attachment) -> None:
    name = f"files/{file.sha256[:16]}-{file.name}"
    if name not in archive.NameToInfo:
        with FileCopy(file).open() as source, archive.open(name, "w", force_zip64=True) as out:
            shutil.copyfileobj(source, out)


def _page(actor: Actor, now: datetime) -> Iterator[str]:
    start, end = PAGE.split("{rows}")
    yield start
    yield format_html("<h1>{}</h1><p>{}</p>", _both(gettext_noop("Records about you")), beijing_time(now))
    for table in TABLES:
        labels = {path: (_both(each.verbose_name), dict(each.flatchoices)) for path, each in table.fields()}
        for n, row in enumerate(_values(table, actor)):
            if n == 0:
                yield format_html("<h2>{}</h2>", _both(table.of._meta.verbose_name))
            yield "<dl>"
            for path, (label, choices) in labels.items():
                if row[path] not in ("", None):
                    yield format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, _said(row[path], choices))
            yield "</dl>"
    yield end


def _both(words: Any) -> str:
    """The words in both languages, once where they are the same."""
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(_(words) if isinstance(words, str) else str(words))
    return " · ".join(dict.fromkeys(said))


def _said(value: Any, choices: Mapping[Any, Any]) -> str:
    if isinstance(value, datetime):
        return beijing_time(value)
    return _both(choices[value]) if value in choices else str(value)
