"""The cases that belong to a day, and by what each can be cut: what metrics count of (`transparency.catalogue`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appeals.machine import FINAL as APPEAL_FINAL
from appeals.machine import AppealState
from appeals.models import Appeal, AppealItem, TriageSuggestion
from casework.models import Event
from disputes.machine import FINAL as DISPUTE_FINAL
from disputes.models import Determination, Dispute
from notices.models import Basis, DetectionSource, Measure, Notice, Remedy, RemedyState

type Text = str | Promise

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


def _text(expression: Any) -> Any:
    return Coalesce(expression, Value(""), output_field=CharField())


def of_notice(path: str = "") -> dict[str, Any]:
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
    return {"ground": F("ground"), "kind": _text(Subquery(first)), **of_notice("notice")}


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
    cuts={"kind": _text(Subquery(_FIRST_MEASURE)), **of_notice(), "officer": _text(_OFFICER)},
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
    cuts={"kind": F("measure__type_id"), **of_notice("notice")},
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
