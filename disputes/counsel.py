"""Which grounds counsel signed, and which paragraphs they rest on; what `rules` is told of grounds (`apps`)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casework import clock
from casework.errors import Invalid, Text
from casework.toml import read_sentences
from disputes.choices import Record, Remedy, Stake
from disputes.models import BurdenTable, FactRow, GroundRow, StepRow
from rules.counsel import SignedText, is_signed, signatures_under, stood
from rules.laws import places_cited
from rules.models import CounselSignature, RestsOn, Signed
from rules.resting import Resting, in_both


def in_use() -> QuerySet[GroundRow]:
    """The grounds of tables that are in force or were published to come, the newest table first."""
    tables = BurdenTable.objects.filter(published_at__isnull=False, version__published_at__isnull=False)
    current = tables.filter(Q(version__effective_to=None) | Q(version__effective_to__gt=clock.now()))
    rows = GroundRow.objects.filter(table__in=current).order_by("-table__version__effective_from", "position")
    return rows.select_related("table").prefetch_related("facts__steps")


def text_of_ground(code: str) -> SignedText | None:
    """The ground with this code as the newest table has it, for counsel to read and sign."""
    row = in_use().filter(code=code).first()
    if row is None:
        return None
    address = reverse("disputes:burden") + f"?q={code}"
    return SignedText(Signed.GROUND, code, f"{code} {row.title}", row.text_sha256, list(_parts(row)), address)


def texts_in_use() -> list[SignedText]:
    """Every ground as the newest table has it, without its parts."""
    newest: dict[str, GroundRow] = {}
    for row in in_use():
        newest.setdefault(row.code, row)
    return [SignedText(Signed.GROUND, code, f"{code} {row.title}", row.text_sha256) for code, row in newest.items()]


LABELS: Mapping[str, Text] = read_sentences(Path(__file__).with_name("counsel.toml"))["labels"]
"""What each column of a ground, a fact and a step is called for whoever signs it."""
LANGUAGES = {"_zh": _("Chinese"), "_en": _("English")}


OF_LISTS = {"remedies": Remedy, "part": Remedy, "stakes": Stake, "holds": Record}
"""What the codes of a column mean that holds several."""


def _label(name: str) -> str:
    stem, language = name.removesuffix(name[-3:]), LANGUAGES.get(name[-3:])
    return str(LABELS[name]) if language is None else f"{LABELS[stem]} ({language})"


def _words(model: type[Model], name: str, value: object) -> str:
    """What a code means, in both languages, whichever the reader's is; empty where the value is no code."""
    column = model._meta.get_field(name).flatchoices  # type: ignore[union-attr]
    choices = [(True, _("yes"))] if value is True else OF_LISTS[name].choices if name in OF_LISTS else column
    codes = value if isinstance(value, list) else [value]
    labels = [in_both(label) for code, label in choices if code in codes]
    return f"{'、'.join(zh for zh, _en in labels)} · {', '.join(en for _zh, en in labels)}" if labels else ""


def _named(model: type[Model], at: str, said: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, value in said.items():
        if value not in ("", [], None, False):
            shown = ", ".join(value) if isinstance(value, list) else str(value)
            yield f"{at}{_label(name)}", shown, _words(model, name, value)


def _parts(row: GroundRow) -> Iterator[tuple[str, str, str]]:
    said = row.content()
    facts = said.pop("facts")
    yield from _named(GroundRow, "", said)
    for fact in facts:
        no, steps = fact.pop("no"), fact.pop("steps")
        yield from _named(FactRow, f"{no} ", fact)
        for step in steps:
            yield from _named(StepRow, f"{no}.{step.pop('no')} ", step)


def grounds_resting() -> Iterable[Resting]:
    """Every ground in use with the paragraphs that its steps cite."""
    for row in in_use():
        cites = {place for f in row.facts.all() for s in f.steps.all() for place in places_cited(s.basis_zh)}
        yield Resting(RestsOn.GROUND, row.code, row.title_zh, row.title_en, tuple(cites))


def signatures_of(grounds: Iterable[GroundRow]) -> Mapping[str, list[CounselSignature]]:
    """Every signature under any text of these grounds, by code: their public history."""
    return signatures_under(Signed.GROUND, {each.code for each in grounds})


def is_table_signed(table: BurdenTable) -> bool:
    """Whether counsel signed every ground of the table."""
    hashes = hashes_of(table.pk, table.digest)
    signed = signatures_under(Signed.GROUND, hashes)
    return bool(hashes) and all(is_signed(signed.get(code, ()), sha256) for code, sha256 in hashes.items())


@cache
def hashes_of(table_id: int, table_digest: str) -> Mapping[str, str]:
    """The hash of each ground of a published table, which never changes."""
    del table_digest  # tells tables of other databases apart
    rows = GroundRow.objects.filter(table_id=table_id).prefetch_related("facts__steps")
    return {row.code: row.text_sha256 for row in rows}


def was_signed(ground: GroundRow, at: datetime) -> bool:
    """Whether a signature stood under the ground at that moment."""
    return bool(stood(ground.signatures, ground.text_sha256, at))


def require_signed(ground: GroundRow) -> None:
    """Raises `Invalid` where the platform uses only grounds that counsel signed, and nobody signed this one."""
    if not settings.UNSIGNED_GROUNDS_ALLOWED and not ground.is_signed_by_counsel:
        text = _("This ground is a draft that counsel has not signed: no dispute can rest on it here yet.")
        raise Invalid.field("/ground", "not-signed", text)
