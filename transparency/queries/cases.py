"""The cases behind figures, the words of their cuts' values, and how much is open at this moment."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Model, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

import appeals.policies
import disputes.policies
import notices.policies
from appeals.models import Appeal, Ground
from casework.actor import Actor
from casework.counts import WATCHED
from casework.models import Case
from disputes.models import Determination, Dispute, GroundRow
from executors.queries import names_of
from notices.models import Notice, Remedy, RemedyState
from notices.queries import measure_types
from rules.models import PlatformRule
from transparency import suppressing
from transparency.catalogue import Metric
from transparency.queries.days import Scope

GROUNDS = Ground.choices
"""The grounds of appeals, with their words."""
OF_CASE: Mapping[type[Model], str] = {Remedy: "notice", Determination: "dispute"}
"""By which column a row that is no case leads to its case."""
VISIBLE: Mapping[type[Model], Callable[[Actor], Q]] = {
    Appeal: appeals.policies.visible_to,
    Notice: notices.policies.visible_to,
    Dispute: disputes.policies.visible_to,
}


def case_of(row: Any) -> Case:
    """The case to which a counted row belongs."""
    case: Case = getattr(row, OF_CASE[type(row)]) if type(row) in OF_CASE else row
    return case


def cases_seen(actor: Actor, rows: Iterable[Any]) -> dict[int, tuple[str, str]]:
    """Kind and ref, by key, of the cases of these rows of one cohort that the actor may open."""
    cases = {case.pk: case for case in map(case_of, rows)}
    if not cases:
        return {}
    model = type(next(iter(cases.values())))
    seen = model._default_manager.filter(VISIBLE[model](actor), pk__in=cases)
    return {pk: (model.KIND, cases[pk].ref) for pk in seen.values_list("pk", flat=True)}


def cases_of(metric: Metric, scope: Scope, *, only_part: bool = False) -> QuerySet[Any]:
    """The rows that a figure counted, each with the values of its cuts and `happened_at`, by which it was counted."""
    rows: QuerySet[Any] = metric.cases(scope.period.start, scope.period.end)
    column = OF_CASE.get(metric.cohort.model)
    rows = (rows.select_related(column) if column is not None else rows).annotate(happened_at=F(metric.cohort.anchor))
    rows = rows.annotate(**{f"cut_{name}": expression for name, expression in metric.cohort.cuts.items()})
    if scope.cut:
        rows = rows.filter(**{f"cut_{scope.cut}": scope.value})
    return rows.filter(metric.part) if only_part and metric.part is not None else rows


# — words of values —


def labels(metric: Metric, cut: str, values: Iterable[str]) -> dict[str, str]:
    """What is said of each value of a cut."""
    wanted = set(values)
    words: dict[str, str] = {}
    if cut == "ground" and metric.cohort.model is Appeal:
        words = {code: capfirst(str(label)) for code, label in Ground.choices}
    elif cut == "ground":
        words = {row.slug: row.title for row in GroundRow.objects.filter(slug__in=wanted).order_by("pk")}
    elif cut == "kind":
        words = {kind.code: kind.label for kind in measure_types().filter(code__in=wanted)}
    elif cut == "executor":
        words = names_of(wanted)
    elif cut == "clause":
        words = _clauses_named(wanted)
    nothing = {
        "tool": _("no tool"),
        "executor": _("the platform itself"),
        "officer": _("nobody, or without a code"),
    }.get(cut, _("not stated"))
    others = {suppressing.OTHERS: _("Others together")}
    return {value: words.get(value, value) if value else nothing for value in wanted} | others


def _clauses_named(values: Iterable[str]) -> dict[str, str]:
    """What is said of a rule's code, a version and a clause of it (`of_notice`)."""
    parts = {value: value.rsplit(" ", 2) for value in values if value.count(" ") >= 2}
    rules = {
        rule.code: rule.name for rule in PlatformRule.objects.filter(code__in={each[0] for each in parts.values()})
    }
    said = _("%(rule)s, clause %(clause)s (version %(version)s)")
    return {
        value: said % {"rule": rules.get(code, code), "version": version, "clause": clause}
        for value, (code, version, clause) in parts.items()
    }


# — what is open now —

AGES = (1, 3, 7)
"""Days at which the ages of open appeals, and the times left, are parted."""


@dataclass(frozen=True, slots=True)
class OpenNow:
    """Open appeals at this moment, at most `WATCHED`, the first due first: by time left, and by age."""

    n: int
    late: int
    left: Sequence[int]
    ages: Sequence[int]
    oldest: datetime | None
    remedies_late: int


def open_now(now: datetime) -> OpenNow:
    """How much is open, how old it is and how long there is left. Two statements, of no more rows than `WATCHED`."""
    from_now = [now, *(now + timedelta(days=days) for days in AGES)]
    ago = [now - timedelta(days=days) for days in AGES]
    first = Appeal.objects.filter(is_ended=False).order_by("decide_due_at", "id")[:WATCHED]
    spans = {"late": Q(decide_due_at__lt=now)}
    for i, (start, end) in enumerate(zip(from_now, [*from_now[1:], None], strict=True)):
        spans[f"left_{i}"] = Q(decide_due_at__gte=start) & (Q(decide_due_at__lt=end) if end is not None else Q())
    for i, (after, until) in enumerate(zip([*ago, None], [None, *ago], strict=True)):
        younger = Q(created_at__gt=after) if after is not None else Q()
        spans[f"age_{i}"] = younger & (Q(created_at__lte=until) if until is not None else Q())
    counts = {name: Count("pk", filter=span) for name, span in spans.items()}
    found = Appeal.objects.filter(pk__in=first.values("pk")).aggregate(
        n=Count("pk"), oldest=Min("created_at"), **counts
    )
    owed = Remedy.objects.filter(state=RemedyState.PENDING, due_at__lt=now)
    return OpenNow(
        n=found["n"],
        late=found["late"],
        left=[found[f"left_{i}"] for i in range(len(AGES) + 1)],
        ages=[found[f"age_{i}"] for i in range(len(AGES) + 1)],
        oldest=found["oldest"],
        remedies_late=owed.values("pk")[:WATCHED].count(),
    )
