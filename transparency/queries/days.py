"""Rows of closed days, added up: totals, courses, by one cut, why a share changed. Nothing here counts a case."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from operations import first_answers
from operations.models import FirstAnswers
from transparency.arithmetic import FEWEST, Effect, Parts, Period, added, decomposed
from transparency.catalogue import METRICS, Metric, Unit
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


# — how soon people answer: kept by operations, in days of its own —


def answers(period: Period) -> list[first_answers.Figures]:
    """Of the cases of each kind that began in the period, how many a person answered within 24 hours."""
    rows: dict[str, list[FirstAnswers]] = {}
    for row in FirstAnswers.objects.filter(day__gte=period.since, day__lte=period.until).order_by("kind", "day"):
        rows.setdefault(row.kind, []).append(row)
    return [first_answers.added(kind, days) for kind, days in rows.items()]


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
