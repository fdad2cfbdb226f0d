"""Drafts the report of a year and its errata for a second signature, and publishes them once they have it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import NotFound, NotYourTurn, Stale, require, require_text
from casework.firing import command
from rules.commands.changes import CATALOGUES, Catalogue, propose
from rules.models import CatalogueChange, Subject
from transparency.models import Erratum, Report
from transparency.policies import may_draft_report
from transparency.yearly import check_slots, figures_of, frozen

SLOTS = "slots"
"""Under which key a drafted report has what people wrote."""


@command
def propose_report(
    *, actor: Actor, year: str, now: datetime, checkup_on: date | None = None, **slots: Any
) -> CatalogueChange:
    """The report with its figures frozen, for another person to sign; `slots` is what people wrote.

    Raises `NotAllowed`, `NotYourTurn` where the year is not closed, its report is published or another draft waits,
    and `Invalid` for what is neither written nor struck.
    """
    require(may_draft_report(actor))
    written = {**slots, "checkup_on": checkup_on.isoformat() if checkup_on else ""}
    check_slots(written)
    said = {**frozen(year), SLOTS: written}
    return propose(actor=actor, subject=Subject.REPORT, key=year, said=said, reason="", now=now)


def _check_report(said: Mapping[str, Any]) -> None:
    """Raises `NotYourTurn` where the report is published already, and `Stale` where the records say something else."""
    if Report.objects.filter(year=said["year"]).exists():
        raise NotYourTurn(_("The report of this year is published. An erratum can follow it."))
    check_slots(said[SLOTS])
    if {**frozen(said["year"]), SLOTS: said[SLOTS]} != said:
        raise Stale(_("The closed days and the records say something else than this draft. Refuse it and draft anew."))


def _store_report(change: CatalogueChange, now: datetime) -> None:
    Report.objects.create(year=change.key, change=change, published_at=now)


@command
def propose_erratum(*, actor: Actor, year: str, now: datetime, **said: str) -> CatalogueChange:
    """What the published report of the year says wrongly, for another person to sign. Raises `NotAllowed`, `NotFound`
    without such a report, `NotYourTurn` while another erratum waits, `Invalid` for what is not said.
    """
    require(may_draft_report(actor))
    return propose(actor=actor, subject=Subject.ERRATUM, key=year, said={**said, "year": year}, reason="", now=now)


def _check_erratum(said: Mapping[str, Any]) -> None:
    if not Report.objects.filter(year=said["year"]).exists():
        raise NotFound()
    for name in ("right_zh", "right_en", "reason_zh", "reason_en"):
        require_text(f"/{name}", said[name], _("Please fill this in."))


def _store_erratum(change: CatalogueChange, now: datetime) -> None:
    Erratum.objects.create(report=Report.objects.get(year=change.key), change=change, published_at=now)


for _subject, _check, _store in (
    (Subject.REPORT, _check_report, _store_report),
    (Subject.ERRATUM, _check_erratum, _store_erratum),
):
    CATALOGUES[_subject] = Catalogue(check=_check, now_says=lambda said: None, store=_store, is_common=True)


def report_faults() -> Iterator[str]:
    """Where a published report has other figures than the closed days that it rests on."""
    for report in Report.objects.select_related("change").order_by("year"):
        try:
            if any(report.change.said[name] != now for name, now in figures_of(report.year).items()):
                yield f"{report}: not the figures of its closed days"
        except NotYourTurn as refused:
            yield f"{report}: {refused.detail}"
