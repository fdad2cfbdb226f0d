"""The catalogue of metrics: what is counted of cases, each declared once; all pages and files read its figures.

A **cohort** is the cases that belong to a day by one moment of theirs (`anchor`), which nothing changes once it has
passed; so no case is in two days, and a day that is over stays as it was. A **metric** counts of a cohort: how many, of
them how many had what is asked (`part`), or how long it took (`hours`). A **cut** gives every case of a cohort exactly
one value, so that the values of a cut add up to the whole.

A metric whose definition changes gets the next `version`: days that were closed before keep the figures and the version
under which they were closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from appeals.models import DecidedBy, Outcome
from casework.models import Event
from classifier.agreement import LEANS_FROM
from disputes.models import ClosedAs, DisputeOutcome
from notices.models import Automation, RemedyState
from transparency.cohorts import (
    CLOSINGS,
    DECIDED,
    DETERMINATIONS,
    ENDINGS,
    FILED,
    NOTICES,
    OPENINGS,
    REMEDIES,
    Cohort,
    Text,
)


class Unit(Enum):
    COUNT = "count"
    RATE = "rate"
    HOURS = "hours"
    LEVEL = "level"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """`where` leaves cases of the cohort out, and `leaves_out` says which. `part` is what the counted ones have,
    `hours` the columns from which to which it took. `level` names what is added and taken away day by day. `more_is`
    says how a rise is read: `good`, `bad`, or neither.
    """

    code: str
    name: Text
    sentence: Text
    cohort: Cohort
    where: Q = field(default_factory=Q)
    leaves_out: Text = ""
    part: Q | None = None
    hours: tuple[str, str] | None = None
    level: tuple[str, str] | None = None
    version: int = 1
    more_is: str = ""
    is_public: bool = False

    @property
    def unit(self) -> Unit:
        """What its figures are, which follows from what it counts."""
        if self.part is not None:
            return Unit.RATE
        if self.level is not None:
            return Unit.LEVEL
        return Unit.COUNT if self.hours is None else Unit.HOURS

    @property
    def cuts(self) -> tuple[str, ...]:
        return () if self.unit is Unit.LEVEL else tuple(self.cohort.cuts)

    @property
    def has_cases(self) -> bool:
        """Whether what was counted can be listed: of what is added and taken away it is there already."""
        return self.unit is not Unit.LEVEL and self.cohort.model is not Event

    def cases(self, start: datetime, end: datetime) -> QuerySet[Any]:
        """The cases that are counted, of this time."""
        return self.cohort.rows(start, end).filter(self.where)


SAID = Q(decided_by_kind=DecidedBy.HUMAN, lean__isnull=False)
UNDONE = ~Q(outcome=Outcome.UPHELD)
_UNSAID = _("Leaves out appeals that the system decided, and those of which it had no view.")

Decided = partial(Metric, cohort=DECIDED)

METRICS = (
    Metric(
        code="notices-served",
        name=_("Notices"),
        sentence=_("How many notices of a measure were recorded."),
        cohort=NOTICES,
        is_public=True,
    ),
    Metric(
        code="notices-automated",
        name=_("Decided by a machine alone"),
        sentence=_("The share of notices that name no person who decided, or one who opened none of the evidence."),
        cohort=NOTICES,
        part=Q(automated_decision=Automation.FULL),
        is_public=True,
    ),
    Metric(
        code="appeals-filed",
        name=_("Appeals filed"),
        sentence=_("How many appeals were filed, in every round, late requests among them."),
        cohort=FILED,
        is_public=True,
    ),
    Metric(
        code="appeals-open",
        name=_("Appeals open"),
        sentence=_("How many appeals were open at the end of the day: those of the day before, and filed, less ended."),
        cohort=FILED,
        level=("appeals-filed", "appeals-ended"),
        more_is="bad",
    ),
    Metric(
        code="appeals-ended",
        name=_("Appeals ended"),
        sentence=_("How many appeals ended: decided, withdrawn, refused as late, corrected, or answered."),
        cohort=ENDINGS,
    ),
    Decided(
        code="appeals-decided",
        name=_("Appeals decided"),
        sentence=_("How many appeals were decided, by a person or by the system."),
        is_public=True,
    ),
    Decided(
        code="appeals-changed",
        name=_("Measure revoked or reduced"),
        sentence=_("The share of decided appeals after which the measure no longer stood as it was."),
        part=UNDONE,
        more_is="bad",
        is_public=True,
    ),
    Decided(
        code="appeals-overturned",
        name=_("Measure revoked"),
        sentence=_("The share of decided appeals after which the measure was revoked in full."),
        part=Q(outcome=Outcome.OVERTURNED),
        more_is="bad",
    ),
    Decided(
        code="appeals-varied",
        name=_("Measure reduced"),
        sentence=_("The share of decided appeals after which the measure was reduced."),
        part=Q(outcome=Outcome.VARIED),
        more_is="bad",
    ),
    Decided(
        code="appeals-by-person",
        name=_("Decided by a person"),
        sentence=_("The share of decided appeals that a person decided; the others the system granted."),
        part=Q(decided_by_kind=DecidedBy.HUMAN),
        is_public=True,
    ),
    Decided(
        code="appeals-demanded",
        name=_("A person demanded"),
        sentence=_("The share of decided appeals in which the appellant demanded that a person decide."),
        part=Q(human_demanded=True),
        is_public=True,
    ),
    Decided(
        code="appeals-in-time",
        name=_("Decided in time"),
        sentence=_("The share of decided appeals that were decided by the time that was promised."),
        part=Q(decided_at__lte=F("decide_due_at")),
        more_is="good",
        is_public=True,
    ),
    Decided(
        code="appeals-time",
        name=_("Time to decision of appeals"),
        sentence=_("How long it took from the filing to the decision; pauses for an answer count, too."),
        hours=("created_at", "decided_at"),
        more_is="bad",
        is_public=True,
    ),
    Decided(
        code="system-agreed",
        name=_("The system leant as people decided"),
        sentence=_(
            "The share of appeals decided by a person in which the system's view leant to the outcome: to undoing from "
            "one half on, and the measure was then revoked or reduced, or below, and it was kept."
        ),
        where=SAID,
        leaves_out=_UNSAID,
        part=Q(UNDONE, lean__gte=LEANS_FROM) | Q(outcome=Outcome.UPHELD, lean__lt=LEANS_FROM),
        more_is="good",
    ),
    Decided(
        code="system-undone",
        name=_("Revoked or reduced where the system had a view"),
        sentence=_("The share of the same appeals in which people revoked or reduced the measure: the baseline."),
        where=SAID,
        leaves_out=_UNSAID,
        part=UNDONE,
    ),
    Metric(
        code="remedies-late",
        name=_("Remedies late"),
        sentence=_("The share of effects to restore that were not confirmed as restored when they were due."),
        cohort=REMEDIES,
        part=~Q(state=RemedyState.CONFIRMED, settled_at__lte=F("due_at")),
        more_is="bad",
        is_public=True,
    ),
    Metric(
        code="disputes-opened",
        name=_("Disputes opened"),
        sentence=_("How many disputes were opened."),
        cohort=OPENINGS,
        is_public=True,
    ),
    Metric(
        code="disputes-settled",
        name=_("Disputes settled"),
        sentence=_("The share of closed disputes that the sides settled, not determined, withdrawn or refunded."),
        cohort=CLOSINGS,
        part=Q(closed_as=ClosedAs.SETTLED),
        more_is="good",
        is_public=True,
    ),
    Metric(
        code="disputes-upheld",
        name=_("Claims upheld"),
        sentence=_("The share of determinations that upheld the claim, in full or in part."),
        cohort=DETERMINATIONS,
        part=Q(outcome__in=(DisputeOutcome.SUPPORTED, DisputeOutcome.PARTLY)),
        is_public=True,
    ),
    Metric(
        code="disputes-time",
        name=_("Time to determination of disputes"),
        sentence=_("How long it took from the opening of a dispute to its first determination."),
        cohort=DETERMINATIONS,
        where=Q(round=1),
        leaves_out=_("Leaves out reviews of a determination."),
        hours=("dispute__created_at", "decided_at"),
        more_is="bad",
        is_public=True,
    ),
)
BY_CODE: Mapping[str, Metric] = {metric.code: metric for metric in METRICS}
