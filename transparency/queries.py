"""Reads figures of closed days: totals, courses, by one cut, why a share changed, and what the public reads.

Everything here adds up rows of days; nothing counts cases, but for what is open now.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Model, Q, QuerySet, Sum
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
from operations import first_answers
from operations.models import FirstAnswers
from transparency import suppressing
from transparency.arithmetic import DAY, FEWEST, Effect, Parts, Period, added, decomposed, quarter_named, quarter_of
from transparency.catalogue import METRICS, PUBLIC_CUTS, Metric, Unit
from transparency.models import ClosedDay, Figure

LONGEST = 1100
"""Days of a period at most: a page of three years, however far the address goes."""
LATELY = 30
"""Days that are shown where the address names none."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which days, and of which value of which cut where not of all."""

    period: Period
    cut: str = ""
    value: str = ""


def newest_day() -> ClosedDay | None:
    """The last day that is closed."""
    return ClosedDay.objects.select_related("checkpoint").order_by("-day").first()


def first_day_after(day: date) -> date | None:
    """The first closed day of all, where that comes after `day`: what is compared with earlier days is not whole."""
    first = ClosedDay.objects.order_by("day").values_list("day", flat=True).first()
    return first if first is not None and first > day else None


def lately(until: date, *, days: int = LATELY) -> Period:
    return Period(until - timedelta(days=days - 1), until)


def period_of(since: date | None, until: date | None, *, newest: date) -> Period:
    """The days asked for, as far as they can be shown: none after the newest, and no more than `LONGEST`."""
    until = min(until or newest, newest)
    since = until - timedelta(days=LATELY - 1) if since is None or since > until else since
    return Period(max(since, until - timedelta(days=LONGEST - 1)), until)


# — adding days up —


def _rows(period: Period, cut: str = "", value: str = "") -> QuerySet[Figure]:
    return Figure.objects.filter(day__gte=period.since, day__lte=period.until, cut=cut, value=value)


def totals(scope: Scope) -> dict[str, tuple[Parts, Parts]]:
    """Of each metric that has the cut: what it was in the period, and in as many days before."""
    now, before = scope.period, scope.period.before
    both = Period(before.since, now.until)
    metrics = [metric for metric in METRICS if not scope.cut or scope.cut in metric.cuts]
    found = {metric.code: (Parts(), Parts()) for metric in metrics}
    rows = _rows(both, scope.cut, scope.value).order_by()
    later = Q(day__gte=now.since)
    sums = rows.filter(metric__in=found).values("metric")
    for row in sums.annotate(n1=Sum("n", filter=later), k1=Sum("k", filter=later), n=Sum("n"), k=Sum("k")):
        n, k = row["n1"] or 0, row["k1"] or 0
        found[row["metric"]] = Parts(n, k), Parts(row["n"] - n, row["k"] - k)
    timed = [metric.code for metric in metrics if metric.unit is Unit.HOURS]
    found |= _in_two(rows.filter(metric__in=timed), "metric", now)
    if not scope.cut:
        ends: Any = {now.until: 0, before.until: 1}
        levels: dict[str, list[int]] = {m.code: [0, 0] for m in metrics if m.unit is Unit.LEVEL}
        for code, day, n in rows.filter(metric__in=levels, day__in=ends).values_list("metric", "day_id", "n"):
            levels[code][ends[day]] = n
        found |= {code: (Parts(at), Parts(was)) for code, (at, was) in levels.items()}
    return found


def _in_two(rows: QuerySet[Figure], by: str, now: Period) -> dict[str, tuple[Parts, Parts]]:
    """Rows with hours, added up by this column, in the period and before. Plain values: there can be many."""
    ns, hours = Counter[tuple[str, bool]](), defaultdict[tuple[str, bool], Counter[str]](Counter)
    for name, day, n, its in rows.values_list(by, "day_id", "n", "hours").iterator(chunk_size=5000):
        key = name, day >= now.since
        ns[key] += n
        sums = hours[key]
        for hour, some in its.items():
            sums[hour] += some

    def parts(name: str, *, is_later: bool) -> Parts:
        sums = {int(hour): some for hour, some in hours[name, is_later].items()}
        return Parts(ns[name, is_later], 0, sums)

    return {name: (parts(name, is_later=True), parts(name, is_later=False)) for name, _later in list(ns)}


@dataclass(frozen=True, slots=True)
class Step:
    """What a metric was in a part of a period, and by which version of its definition it was counted at its end."""

    period: Period
    parts: Parts
    version: int


def course(metric: Metric, scope: Scope) -> list[Step]:
    """The metric day by day, week by week or month by month. Of a level what it was at the end of each."""
    steps = scope.period.steps()
    apart: list[list[Parts]] = [[] for _step in steps]
    versions = [0] * len(steps)
    at = 0
    for row in (
        _rows(scope.period, scope.cut, scope.value).filter(metric=metric.code).order_by("day_id")
    ):  # not by `ClosedDay.Meta.ordering`
        while row.day_id > steps[at].until:
            at += 1
        apart[at].append(row.parts)
        versions[at] = row.version
    if metric.unit is Unit.LEVEL:
        apart = [each[-1:] for each in apart]
    return [Step(step, added(parts), v) for step, parts, v in zip(steps, apart, versions, strict=True)]


def by_value(metric: Metric, cut: str, period: Period) -> dict[str, tuple[Parts, Parts]]:
    """Of each value of the cut what the metric was in the period, and in as many days before."""
    both = Period(period.before.since, period.until)
    rows = Figure.objects.filter(day__gte=both.since, day__lte=both.until, metric=metric.code, cut=cut).order_by()
    if metric.unit is Unit.HOURS:
        return _in_two(rows, "value", period)
    later = Q(day__gte=period.since)
    found = {}
    for sums in rows.values("value").annotate(
        n1=Sum("n", filter=later), k1=Sum("k", filter=later), n=Sum("n"), k=Sum("k")
    ):
        n, k = sums["n1"] or 0, sums["k1"] or 0
        found[sums["value"]] = Parts(n, k), Parts(sums["n"] - n, sums["k"] - k)
    return found


def why(values: Mapping[str, tuple[Parts, Parts]]) -> list[Effect]:
    """What each value gave to the change of the share since the period before."""
    return decomposed(
        {value: before for value, (_now, before) in values.items()},
        {value: now for value, (now, _before) in values.items()},
    )


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
    nothing = {
        "tool": _("no tool"),
        "executor": _("the platform itself"),
        "officer": _("nobody, or without a code"),
    }.get(cut, _("not stated"))
    others = {suppressing.OTHERS: _("Others together")}
    return {value: words.get(value, value) if value else nothing for value in wanted} | others


# — how soon people answer: kept by operations, in days of its own —


def answers(period: Period) -> list[first_answers.Figures]:
    """Of the cases of each kind that began in the period, how many a person answered within 24 hours."""
    rows: dict[str, list[FirstAnswers]] = {}
    for row in FirstAnswers.objects.filter(day__gte=period.since, day__lte=period.until).order_by("kind", "day"):
        rows.setdefault(row.kind, []).append(row)
    return [first_answers.added(kind, days) for kind, days in rows.items()]


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


# — what the public reads —


@dataclass(frozen=True, slots=True)
class Published:
    """One row of the public table: what is None is withheld, or would say nothing."""

    metric: Metric
    cut: str
    value: str
    label: str
    n: int | None
    k: int | None
    median: int | None = None
    p90: int | None = None

    @property
    def parts(self) -> Parts | None:
        """Of how many how many, where a share is said."""
        if self.n is None or self.k is None or self.n < FEWEST or self.metric.unit is not Unit.RATE:
            return None
        return Parts(self.n, self.k)


def quarters() -> list[Period]:
    """The quarters whose every day is closed, the newest first."""
    ends = ClosedDay.objects.order_by("day").values_list("day", flat=True)
    first, last = ends.first(), ends.last()
    if first is None or last is None:
        return []
    found, quarter = [], quarter_of(last)
    while quarter.until >= first:
        if quarter.until <= last:
            found.append(quarter)
        quarter = quarter_of(quarter.since - DAY)
    return found


def quarter_published(name: str) -> Period | None:
    """The quarter of this name, if it is published."""
    quarter = quarter_named(name)
    return quarter if quarter is not None and quarter in quarters() else None


def published(quarter: Period) -> list[Published]:
    """The table of a quarter: of every public metric the whole, then its values by ground and kind of measure."""
    rows = Figure.objects.filter(
        day__gte=quarter.since,
        day__lte=quarter.until,
        metric__in=[metric.code for metric in METRICS if metric.is_public],
        cut__in=("", *PUBLIC_CUTS),
    ).order_by()
    found: dict[tuple[str, str], dict[str, Parts]] = defaultdict(dict)
    for row in rows.values("metric", "cut", "value").annotate(n=Sum("n"), k=Sum("k")):
        found[row["metric"], row["cut"]][row["value"]] = Parts(row["n"], row["k"])
    timed = [metric.code for metric in METRICS if metric.unit is Unit.HOURS]
    times: dict[str, list[Parts]] = defaultdict(list)
    for figure in rows.filter(cut="", metric__in=timed):
        times[figure.metric].append(figure.parts)
    lines: list[Published] = []
    for metric in METRICS:
        if metric.is_public:
            lines += _published(metric, found, added(times.get(metric.code, ())))
    return lines


def _published(
    metric: Metric, found: Mapping[tuple[str, str], Mapping[str, Parts]], times: Parts
) -> Iterable[Published]:
    is_rate = metric.unit is Unit.RATE
    cell = suppressing.whole(found.get((metric.code, ""), {}).get("", Parts()), is_rate=is_rate)
    line = Published(metric, "", "", "", cell.n, cell.k if is_rate else None)
    if metric.unit is Unit.HOURS and times.is_enough:
        line = replace(line, median=times.median, p90=times.p90)
    yield line
    for cut in PUBLIC_CUTS if metric.unit is not Unit.HOURS else ():
        cells = suppressing.table(found.get((metric.code, cut), {}), is_rate=is_rate)
        words = labels(metric, cut, cells) if cells else {}
        for value in sorted(cells, key=lambda each: (each == suppressing.OTHERS, words[each])):
            each = cells[value]
            yield Published(metric, cut, value, words[value], each.n, each.k if is_rate else None)


def published_of_last_quarter() -> tuple[Period, Mapping[str, Published]] | None:
    """The wholes of the newest published quarter, by metric; None before there is one."""
    newest = next(iter(quarters()), None)
    if newest is None:
        return None
    return newest, {line.metric.code: line for line in published(newest) if not line.cut}


# — what others say by these figures —


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How often the system's lean met the person's decision: counts, the interval in percent, and the baseline."""

    n: int
    agreed: int
    common: int
    low: int
    high: int


def track_record(measure_type: str) -> TrackRecord | None:
    """Of the appeals against this kind of measure that people decided on the last 365 days; None where too few."""
    newest = newest_day()
    if newest is None:
        return None
    period = lately(newest.day, days=365)
    rows = _rows(period, "kind", measure_type).filter(metric__in=("system-agreed", "system-undone")).order_by()
    sums = {row["metric"]: row for row in rows.values("metric").annotate(n=Sum("n"), k=Sum("k"))}
    agreed = sums.get("system-agreed")
    if agreed is None or agreed["n"] < FEWEST:
        return None
    undone = sums["system-undone"]["k"]
    low, high = Parts(agreed["n"], agreed["k"]).interval or (0.0, 1.0)
    common = max(undone, agreed["n"] - undone)
    return TrackRecord(agreed["n"], agreed["k"], common, round(100 * low), round(100 * high))
