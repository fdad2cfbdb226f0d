"""What the public reads: quarters whose every day is closed, without numbers below five."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Sum

from transparency import suppressing
from transparency.arithmetic import DAY, FEWEST, Parts, Period, added, quarter_named, quarter_of
from transparency.catalogue import METRICS, Metric, Unit
from transparency.cohorts import PUBLIC_CUTS
from transparency.models import ClosedDay, Figure
from transparency.queries.cases import labels


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
