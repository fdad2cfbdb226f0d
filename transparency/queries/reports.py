"""Yearly reports as pages and files show them: everything was frozen when they were drafted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from casework.formats import officer
from rules.models import CatalogueChange, Subject
from transparency.models import Erratum, Report
from transparency.yearly import OF_CHECKUP, SLOTS, years_closed


@dataclass(frozen=True, slots=True)
class Slot:
    """What people wrote on one subject, or why it was struck, in one language; `facts` are label and value."""

    title: str
    is_struck: bool
    text: str
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A report in one language, drafted or published. A row of a section is of pairs of label and cell."""

    year: str
    sections: Sequence[Mapping[str, Any]]
    slots: Sequence[Slot]
    proof: Mapping[str, Any]
    signed: Sequence[str]
    published_at: datetime | None = None
    errata: "Sequence[ShownErratum]" = ()


@dataclass(frozen=True, slots=True)
class ShownErratum:
    published_at: datetime
    text: str
    reason: str
    signed: Sequence[str]


def published_reports() -> list[Report]:
    """All of them, the newest year first: there are as many as years."""
    return list(Report.objects.select_related("change"))


def report_of(year: str) -> Report | None:
    people = ("change__entered_by", "change__signed_by")
    return Report.objects.filter(year=year).select_related(*people).first()


def shown(report: Report, language: str) -> Shown:
    """The published report in this language, with its errata."""
    tongue = _tongue(language)
    errata = Erratum.objects.filter(report=report).select_related("change__entered_by", "change__signed_by")
    found = [
        ShownErratum(
            row.published_at,
            row.change.said[f"text_{tongue}"],
            row.change.said[f"reason_{tongue}"],
            _signed(row.change),
        )
        for row in errata
    ]
    return drafted(report.change.said, language, _signed(report.change), report.published_at, found)


def drafted(
    said: Mapping[str, Any],
    language: str,
    signed: Sequence[str] = (),
    published_at: datetime | None = None,
    errata: Sequence[ShownErratum] = (),
) -> Shown:
    """What a draft says, in this language."""
    slots = slots_of(said["slots"], language) if "slots" in said else []
    sections = [
        each | {"rows": [list(zip(each["head"], row, strict=True)) for row in each["rows"]]}
        for each in said["sections"][language]
    ]
    return Shown(said["year"], sections, slots, said["proof"], signed, published_at, errata)


def slots_of(written: Mapping[str, Any], language: str) -> list[Slot]:
    return [
        Slot(
            str(title),
            written[f"{slot}_struck"],
            written[f"{slot}_{_tongue(language)}"],
            [(str(label), written[name]) for name, label in OF_CHECKUP.items() if slot == "checkup" and written[name]],
        )
        for slot, title in SLOTS.items()
    ]


def _tongue(language: str) -> str:
    return "en" if language.startswith("en") else "zh"


def _signed(change: CatalogueChange) -> list[str]:
    """Who drafted and who signed, by their outward codes."""
    return [
        _("Drafted by %(who)s") % {"who": officer(getattr(change.entered_by, "officer_code", ""))},
        _("Signed by %(who)s") % {"who": officer(getattr(change.signed_by, "officer_code", ""))},
    ]


@dataclass(frozen=True, slots=True)
class Year:
    """A closed year, or one with a report: what is published of it, and what waits for its second signature."""

    year: str
    report: Report | None
    waiting: Sequence[CatalogueChange]


def years() -> list[Year]:
    """The newest first."""
    reports = {report.year: report for report in published_reports()}
    subjects = (Subject.REPORT, Subject.ERRATUM)
    waiting = list(CatalogueChange.objects.filter(subject__in=subjects, state__in=CatalogueChange.OPENS_IN))
    names = sorted({*years_closed(), *reports}, reverse=True)
    return [Year(name, reports.get(name), [each for each in waiting if each.key == name]) for name in names]


def last_written(year: str) -> dict[str, Any]:
    """What people wrote in the draft of this year that was refused last, for the next one to begin with."""
    last = CatalogueChange.objects.filter(subject=Subject.REPORT, key=year).order_by("-pk").first()
    if last is None:
        return {}
    written = dict(last.said["slots"])
    return written | {"checkup_on": date.fromisoformat(written["checkup_on"]) if written["checkup_on"] else None}
