"""The catalogue of metrics: what is counted of cases, each declared once; all pages and files read its figures.

A **cohort** is the cases that belong to a day by one moment of theirs (`anchor`), which nothing changes once it has
passed; so no case is in two days, and a day that is over stays as it was. A **metric** counts of a cohort: how many, of
them how many had what is asked (`part`), or how long it took (`hours`). A **cut** gives every case of a cohort exactly
one value, so that the values of a cut add up to the whole.

A metric whose definition changes gets the next `version`: days that were closed before keep the figures and the version
under which they were closed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import Case, CharField, F, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appeals.machine import FINAL as APPEAL_FINAL
from appeals.machine import AppealState
from appeals.models import Appeal, AppealItem, DecidedBy, Outcome, TriageSuggestion
from casework.models import Event
from classifier.agreement import LEANS_FROM
from disputes.machine import FINAL as DISPUTE_FINAL
from disputes.models import ClosedAs, Determination, Dispute, DisputeOutcome
from notices.models import Automation, Basis, DetectionSource, Measure, Notice, Remedy, RemedyState

type Text = str | Promise


class Unit(Enum):
    COUNT = "count"
    RATE = "rate"
    HOURS = "hours"
    LEVEL = "level"


CUTS: Mapping[str, Text] = {
    "ground": pgettext_lazy("cut", "Ground"),
    "kind": _("Kind of measure"),
    "clause": _("Clause and rule version"),
    "tool": _("Tool and version"),
    "executor": _("Third party that acted"),
    "officer": _("Officer"),
}
"""By what a figure can be cut. Of several measures or bases of a case the first counts."""
PUBLIC_CUTS = ("ground", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """`ledger` says of the events of a day which ones begin or make a case of it: there are as many as there are cases,
    or the day is not closed. `sentence` says which cases belong to a day.
    """

    code: str
    sentence: Text
    model: type[Model]
    anchor: str
    rows: Callable[[datetime, datetime], QuerySet[Any]]
    cuts: Mapping[str, Any] = field(default_factory=dict)
    ledger: Q | None = None


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
    unit: Unit
    where: Q = field(default_factory=Q)
    leaves_out: Text = ""
    part: Q | None = None
    hours: tuple[str, str] | None = None
    level: tuple[str, str] | None = None
    version: int = 1
    more_is: str = ""
    is_public: bool = False

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


def _text(expression: Any) -> Any:
    return Coalesce(expression, Value(""), output_field=CharField())


def _of_notice(path: str = "") -> dict[str, Any]:
    """The cuts that a notice has, from a case whose column `path` leads to it."""
    p = f"{path}__" if path else ""
    basis = Basis.objects.filter(notice=OuterRef(f"{p}pk"), no=1)
    named = Coalesce(F("clause__version__rule__code"), F("name_zh"), output_field=CharField())
    clause = Concat(named, Value(" "), F("version_number"), Value(" "), F("clause_number"), output_field=CharField())
    return {
        "clause": _text(Subquery(basis.annotate(at=clause).values("at")[:1])),
        "tool": Case(
            When(**{f"{p}detection_source": DetectionSource.MACHINE}, then=F(f"{p}detection_tool")),
            default=F(f"{p}decision_tool"),
            output_field=CharField(),
        ),
        "executor": Coalesce(F(f"{p}act__executor__ref"), F(f"{p}executor_name"), output_field=CharField()),
    }


def _of_appeal() -> dict[str, Any]:
    first = AppealItem.objects.filter(appeal=OuterRef("pk")).order_by("no").values("measure__type_id")[:1]
    return {"ground": F("ground"), "kind": _text(Subquery(first)), **_of_notice("notice")}


def _between(anchor: str, start: datetime, end: datetime) -> Q:
    return Q(**{f"{anchor}__gte": start, f"{anchor}__lt": end})


def _appeals(start: datetime, end: datetime, anchor: str) -> QuerySet[Appeal]:
    views = TriageSuggestion.objects.filter(appeal=OuterRef("pk")).order_by("-appeal_version", "-pk")
    return Appeal.objects.filter(_between(anchor, start, end)).annotate(
        lean=Subquery(views.values("overturn_permille")[:1])
    )


def _by_event(case_kind: str, events: Q, start: datetime, end: datetime) -> QuerySet[Event, Any]:
    """The cases of which the ledger has such an event of this time: there is no index of the column that says so."""
    return Event.objects.filter(_between("at", start, end), events, case_kind=case_kind).values("case_id")


OPENED, DETERMINED = Q(sequence=1), Q(type="dispute.determined")
CLOSED = Q(target__in=DISPUTE_FINAL) & ~Q(source__in=DISPUTE_FINAL)
ENDED = Q(target__in=APPEAL_FINAL) & ~Q(source__in=APPEAL_FINAL)
_FIRST_MEASURE = Measure.objects.filter(notice=OuterRef("pk")).order_by("no").values("type_id")[:1]
_OFFICER = Case(
    When(act__isnull=False, then=F("act__person__code")),
    default=F("decided_by__officer_code"),
    output_field=CharField(),
)

NOTICES = Cohort(
    code="notices",
    sentence=_("Notices by the day on which they were recorded."),
    model=Notice,
    anchor="created_at",
    rows=lambda start, end: Notice.objects.filter(_between("created_at", start, end)),
    cuts={"kind": _text(Subquery(_FIRST_MEASURE)), **_of_notice(), "officer": _text(_OFFICER)},
    ledger=OPENED & Q(case_kind="notice"),
)
FILED = Cohort(
    code="filed",
    sentence=_("Appeals by the day on which they were filed."),
    model=Appeal,
    anchor="created_at",
    rows=lambda start, end: _appeals(start, end, "created_at"),
    cuts=_of_appeal(),
    ledger=OPENED & Q(case_kind="appeal"),
)
DECIDED = Cohort(
    code="decided",
    sentence=_("Appeals by the day on which they were decided; those still open are in no rate."),
    model=Appeal,
    anchor="decided_at",
    rows=lambda start, end: _appeals(start, end, "decided_at").filter(state=AppealState.DECIDED),
    cuts=_of_appeal() | {"officer": _text(F("reviewer__officer_code"))},
    ledger=Q(type="appeal.decided"),
)
ENDINGS = Cohort(
    code="endings",
    sentence=_("Appeals by the day on which they ended, by a decision or without one."),
    model=Event,
    anchor="at",
    rows=lambda start, end: Event.objects.filter(_between("at", start, end), ENDED, case_kind="appeal"),
)
REMEDIES = Cohort(
    code="remedies",
    sentence=_("Effects to restore by the day on which they were due."),
    model=Remedy,
    anchor="due_at",
    rows=lambda start, end: Remedy.objects.filter(_between("due_at", start, end), state__in=RemedyState.values),
    cuts={"kind": F("measure__type_id"), **_of_notice("notice")},
)
OPENINGS = Cohort(
    code="openings",
    sentence=_("Disputes by the day on which they were opened."),
    model=Dispute,
    anchor="created_at",
    rows=lambda start, end: Dispute.objects.filter(_between("created_at", start, end)),
    cuts={"ground": F("ground__slug")},
    ledger=OPENED & Q(case_kind="dispute"),
)
CLOSINGS = Cohort(
    code="closings",
    sentence=_("Disputes by the day on which they were closed."),
    model=Dispute,
    anchor="closed_at",
    rows=lambda start, end: Dispute.objects.filter(
        _between("closed_at", start, end), pk__in=_by_event("dispute", CLOSED, start, end)
    ),
    cuts={"ground": F("ground__slug")},
    ledger=CLOSED & Q(case_kind="dispute"),
)
DETERMINATIONS = Cohort(
    code="determinations",
    sentence=_("Determinations of disputes by the day on which they were made; of a review, both."),
    model=Determination,
    anchor="decided_at",
    rows=lambda start, end: Determination.objects.filter(
        _between("decided_at", start, end), dispute_id__in=_by_event("dispute", DETERMINED, start, end)
    ),
    cuts={"ground": F("dispute__ground__slug"), "officer": _text(F("mediator__officer_code"))},
    ledger=DETERMINED,
)
COHORTS = (NOTICES, FILED, DECIDED, ENDINGS, REMEDIES, OPENINGS, CLOSINGS, DETERMINATIONS)

SAID = Q(decided_by_kind=DecidedBy.HUMAN, lean__isnull=False)
UNDONE = ~Q(outcome=Outcome.UPHELD)
_UNSAID = _("Leaves out appeals that the system decided, and those of which it had no view.")

METRICS = (
    Metric(
        code="notices-served",
        name=_("Notices"),
        sentence=_("How many notices of a measure were recorded."),
        cohort=NOTICES,
        unit=Unit.COUNT,
        is_public=True,
    ),
    Metric(
        code="notices-automated",
        name=_("Decided by a machine alone"),
        sentence=_("The share of notices that name no person who decided, or one who opened none of the evidence."),
        cohort=NOTICES,
        unit=Unit.RATE,
        part=Q(automated_decision=Automation.FULL),
        is_public=True,
    ),
    Metric(
        code="appeals-filed",
        name=_("Appeals filed"),
        sentence=_("How many appeals were filed, in every round, late requests among them."),
        cohort=FILED,
        unit=Unit.COUNT,
        is_public=True,
    ),
    Metric(
        code="appeals-open",
        name=_("Appeals open"),
        sentence=_("How many appeals were open at the end of the day: those of the day before, and filed, less ended."),
        cohort=FILED,
        unit=Unit.LEVEL,
        level=("appeals-filed", "appeals-ended"),
        more_is="bad",
    ),
    Metric(
        code="appeals-ended",
        name=_("Appeals ended"),
        sentence=_("How many appeals ended: decided, withdrawn, refused as late, corrected, or answered."),
        cohort=ENDINGS,
        unit=Unit.COUNT,
    ),
    Metric(
        code="appeals-decided",
        name=_("Appeals decided"),
        sentence=_("How many appeals were decided, by a person or by the system."),
        cohort=DECIDED,
        unit=Unit.COUNT,
        is_public=True,
    ),
    Metric(
        code="appeals-changed",
        name=_("Measure revoked or reduced"),
        sentence=_("The share of decided appeals after which the measure no longer stood as it was."),
        cohort=DECIDED,
        unit=Unit.RATE,
        part=UNDONE,
        more_is="bad",
        is_public=True,
    ),
    Metric(
        code="appeals-overturned",
        name=_("Measure revoked"),
        sentence=_("The share of decided appeals after which the measure was revoked in full."),
        cohort=DECIDED,
        unit=Unit.RATE,
        part=Q(outcome=Outcome.OVERTURNED),
        more_is="bad",
    ),
    Metric(
        code="appeals-varied",
        name=_("Measure reduced"),
        sentence=_("The share of decided appeals after which the measure was reduced."),
        cohort=DECIDED,
        unit=Unit.RATE,
        part=Q(outcome=Outcome.VARIED),
        more_is="bad",
    ),
    Metric(
        code="appeals-by-person",
        name=_("Decided by a person"),
        sentence=_("The share of decided appeals that a person decided; the others the system granted."),
        cohort=DECIDED,
        unit=Unit.RATE,
        part=Q(decided_by_kind=DecidedBy.HUMAN),
        is_public=True,
    ),
    Metric(
        code="appeals-demanded",
        name=_("A person demanded"),
        sentence=_("The share of decided appeals in which the appellant demanded that a person decide."),
        cohort=DECIDED,
        unit=Unit.RATE,
        part=Q(human_demanded=True),
        is_public=True,
    ),
    Metric(
        code="appeals-in-time",
        name=_("Decided in time"),
        sentence=_("The share of decided appeals that were decided by the time that was promised."),
        cohort=DECIDED,
        unit=Unit.RATE,
        part=Q(decided_at__lte=F("decide_due_at")),
        more_is="good",
        is_public=True,
    ),
    Metric(
        code="appeals-time",
        name=_("Time to decision of appeals"),
        sentence=_("How long it took from the filing to the decision; pauses for an answer count, too."),
        cohort=DECIDED,
        unit=Unit.HOURS,
        hours=("created_at", "decided_at"),
        more_is="bad",
        is_public=True,
    ),
    Metric(
        code="system-agreed",
        name=_("The system leant as people decided"),
        sentence=_(
            "The share of appeals decided by a person in which the system's view leant to the outcome: to undoing from "
            "one half on, and the measure was then revoked or reduced, or below, and it was kept."
        ),
        cohort=DECIDED,
        unit=Unit.RATE,
        where=SAID,
        leaves_out=_UNSAID,
        part=Q(UNDONE, lean__gte=LEANS_FROM) | Q(outcome=Outcome.UPHELD, lean__lt=LEANS_FROM),
        more_is="good",
    ),
    Metric(
        code="system-undone",
        name=_("Revoked or reduced where the system had a view"),
        sentence=_("The share of the same appeals in which people revoked or reduced the measure: the baseline."),
        cohort=DECIDED,
        unit=Unit.RATE,
        where=SAID,
        leaves_out=_UNSAID,
        part=UNDONE,
    ),
    Metric(
        code="remedies-late",
        name=_("Remedies late"),
        sentence=_("The share of effects to restore that were not confirmed as restored when they were due."),
        cohort=REMEDIES,
        unit=Unit.RATE,
        part=~Q(state=RemedyState.CONFIRMED, settled_at__lte=F("due_at")),
        more_is="bad",
        is_public=True,
    ),
    Metric(
        code="disputes-opened",
        name=_("Disputes opened"),
        sentence=_("How many disputes were opened."),
        cohort=OPENINGS,
        unit=Unit.COUNT,
        is_public=True,
    ),
    Metric(
        code="disputes-settled",
        name=_("Disputes settled"),
        sentence=_("The share of closed disputes that the sides settled, not determined, withdrawn or refunded."),
        cohort=CLOSINGS,
        unit=Unit.RATE,
        part=Q(closed_as=ClosedAs.SETTLED),
        more_is="good",
        is_public=True,
    ),
    Metric(
        code="disputes-upheld",
        name=_("Claims upheld"),
        sentence=_("The share of determinations that upheld the claim, in full or in part."),
        cohort=DETERMINATIONS,
        unit=Unit.RATE,
        part=Q(outcome__in=(DisputeOutcome.SUPPORTED, DisputeOutcome.PARTLY)),
        is_public=True,
    ),
    Metric(
        code="disputes-time",
        name=_("Time to determination of disputes"),
        sentence=_("How long it took from the opening of a dispute to its first determination."),
        cohort=DETERMINATIONS,
        unit=Unit.HOURS,
        where=Q(round=1),
        leaves_out=_("Leaves out reviews of a determination."),
        hours=("dispute__created_at", "decided_at"),
        more_is="bad",
        is_public=True,
    ),
)
BY_CODE: Mapping[str, Metric] = {metric.code: metric for metric in METRICS}
