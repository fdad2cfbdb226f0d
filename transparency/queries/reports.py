"""Yearly reports as pages and files show them: everything was frozen when they were drafted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from casework.formats import officer
from rules.models import CatalogueChange, Subject
from transparency.models import Report
from transparency.yearly import OF_CHECKUP, SLOTS, years_closed

PEOPLE = ("change__entered_by", "change__signed_by")


@dataclass(frozen=True, slots=True)
class Shown:
    """A report in one language, drafted or published. A row of a section is of pairs of label and cell; a slot has
    `title`, `is_struck`, `text` and `facts`, an erratum `published_at`, `text`, `reason` and `signed`.
    """

    year: str
    sections: Sequence[Mapping[str, Any]]
    slots: Sequence[Mapping[str, Any]]
    proof: Mapping[str, Any]
    signed: Sequence[str] = ()
    published_at: datetime | None = None
    errata: Sequence[Mapping[str, Any]] = ()


def published_reports() -> list[Report]:
    """All of them, the newest year first: there are as many as years."""
    return list(Report.objects.all())


def report_of(year: str) -> Report | None:
    return Report.objects.filter(year=year).select_related(*PEOPLE).first()


def shown(report: Report, language: str) -> Shown:
    """The published report in this language, with its errata."""
    tongue = _tongue(language)
    errata = [
        {
            "published_at": row.published_at,
            "text": row.change.said[f"right_{tongue}"],
            "reason": row.change.said[f"reason_{tongue}"],
            "signed": _signed(row.change),
        }
        for row in report.errata.select_related(*PEOPLE)
    ]
    more = {"signed": _signed(report.change), "published_at": report.published_at, "errata": errata}
    return drafted(report.change.said, language, **more)


def drafted(said: Mapping[str, Any], language: str, **more: Any) -> Shown:
    """What a draft says, in this language."""
    sections = [
        each | {"rows": [list(zip(each["head"], row, strict=True)) for row in each["rows"]]}
        for each in said["sections"][language]
    ]
    return Shown(said["year"], sections, _slots(said.get("slots", {}), language), said["proof"], **more)


def _slots(written: Mapping[str, Any], language: str) -> list[Mapping[str, Any]]:
    facts = [(str(label), written[name]) for name, label in OF_CHECKUP.items() if written.get(name)]
    return [
        {
            "title": str(title),
            "is_struck": written[f"{slot}_struck"],
            "text": written[f"{slot}_{_tongue(language)}"],
            "facts": facts if slot == "checkup" else [],
        }
        for slot, title in SLOTS.items()
        if written
    ]


def _tongue(language: str) -> str:
    return "en" if language.startswith("en") else "zh"


def _signed(change: CatalogueChange) -> list[str]:
    """Who drafted and who signed, by their outward codes."""
    drafter, signer = (officer(getattr(who, "officer_code", "")) for who in (change.entered_by, change.signed_by))
    return [_("Drafted by %(who)s") % {"who": drafter}, _("Signed by %(who)s") % {"who": signer}]


def years() -> list[dict[str, Any]]:
    """The closed years, the newest first: `report` that is published, and the changes `waiting` for a signature."""
    reports = {report.year: report for report in published_reports()}
    subjects = (Subject.REPORT, Subject.ERRATUM)
    waiting = list(CatalogueChange.objects.filter(subject__in=subjects, state__in=CatalogueChange.OPENS_IN))
    return [
        {"year": year, "report": reports.get(year), "waiting": [each for each in waiting if each.key == year]}
        for year in years_closed()
    ]


def last_written(year: str) -> dict[str, Any]:
    """What people wrote in the last draft of this year, for the next one to begin with."""
    last = CatalogueChange.objects.filter(subject=Subject.REPORT, key=year).order_by("-pk").first()
    written = last.said["slots"] if last is not None else {}
    return (
        {**written, "checkup_on": date.fromisoformat(written["checkup_on"])} if written.get("checkup_on") else written
    )
