"""Closes days: counts the figures of each day that is over, once, and compares them with the ledger and each other."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Case, Count, Q, Value, When

from archive.models import Checkpoint
from archive.offline import COMPLETE_AFTER
from casework.clock import BEIJING
from casework.models import Event
from casework.row_digests import recording
from transparency.arithmetic import DAY, Parts, Period, full_hours
from transparency.catalogue import BY_CODE, METRICS, Unit
from transparency.cohorts import COHORTS, Cohort
from transparency.models import ClosedDay, Figure, digest_of

logger = logging.getLogger(__name__)

WAIT = timedelta(hours=1)
"""How long after its end a day can be closed: by then every transaction of it is committed."""
AGAIN = timedelta(minutes=10)
"""After how long a day that contradicted itself is counted again."""
_again_at: dict[date, datetime] = {}
AT_ONCE = 20
"""Days that one round of the worker closes at most."""

type Key = tuple[str, str, str]
"""Metric, cut and value."""


class Contradiction(ValueError):  # noqa: N818  it says what is wrong
    """What was counted cannot be true: rows and ledger differ, or figures do. Such a day is not closed."""


def close_days(*, now: datetime, most: int = AT_ONCE) -> int:
    """Closes the days that are over and not closed, the oldest first. Returns how many.

    A day waits for a checkpoint that has every event of it. One that contradicts itself is not closed, nor is any after
    it, until what is wrong was put right: the log and `manage.py check_figures` say what it is.
    """
    for done in range(most):
        day = next_day()
        if day is None or not _close(day, now=now):
            return done
    return most


def next_day() -> date | None:
    """The first day that is not closed; that of the first case where none is. None as long as there is no case."""
    last = ClosedDay.objects.order_by("-day").values_list("day", flat=True).first()
    if last is not None:
        return last + DAY
    events = Event.objects.filter(case_kind__in=("notice", "appeal", "dispute"))
    first = events.order_by("at", "id").values_list("at", flat=True).first()
    return first.astimezone(BEIJING).date() if first is not None else None


def _close(day: date, *, now: datetime) -> bool:
    end = Period(day, day).end
    if now < end + WAIT or now < _again_at.get(day, now):
        return False
    checkpoint = Checkpoint.objects.filter(at__gte=end + COMPLETE_AFTER).order_by("no").first()
    if checkpoint is None:
        return False
    try:
        counted = counted_on(day, open_before=level_before(day))
    except Contradiction as wrong:
        _again_at[day] = now + AGAIN
        logger.error("the figures of %s are not published: %s", day, wrong)
        return False
    versions = {metric.code: metric.version for metric in METRICS}
    figures = [
        Figure(
            day_id=day,
            metric=metric,
            version=versions[metric],
            cut=cut,
            value=value,
            n=parts.n,
            k=parts.k,
            hours={str(hour): n for hour, n in sorted(parts.hours.items())},
        )
        for (metric, cut, value), parts in sorted(counted.items())
    ]
    try:
        with transaction.atomic(), recording():
            Figure.objects.bulk_create(figures, batch_size=500)  # before its day, which has a digest of their keys, too
            said = {"closed_at": now, "checkpoint": checkpoint, "versions": versions, "digest": digest_of(figures)}
            ClosedDay.objects.create(day=day, **said)
    except IntegrityError:  # another worker was first
        return False
    return True


def level_before(day: date) -> Mapping[str, int]:
    """The levels at the end of the day before, by metric."""
    levels = [metric.code for metric in METRICS if metric.unit is Unit.LEVEL]
    rows = Figure.objects.filter(day__day=day - DAY, metric__in=levels, cut="")
    return dict(rows.values_list("metric", "n"))


def counted_on(day: date, *, open_before: Mapping[str, int]) -> dict[Key, Parts]:
    """The figures of a day, counted one case after the other. Raises `Contradiction`."""
    period = Period(day, day)
    at = Event.objects.filter(at__gte=period.start, at__lt=period.end)
    ledger = at.aggregate(**{c.code: Count("pk", filter=c.ledger) for c in COHORTS if c.ledger is not None})
    found: dict[Key, Parts] = {}
    for cohort in COHORTS:
        found |= _counted(cohort, period, expected=ledger.get(cohort.code))
    for metric in METRICS:
        if metric.level is not None:
            more, less = (found.get((code, "", ""), Parts()).n for code in metric.level)
            n = open_before.get(metric.code, 0) + more - less
            if n < 0:
                raise Contradiction(f"{metric.code}: more ended than began")
            found[metric.code, "", ""] = Parts(n)
    _agree(found)
    return {key: parts for key, parts in found.items() if parts.n}


def _counted(cohort: Cohort, period: Period, *, expected: int | None) -> Iterator[tuple[Key, Parts]] | dict[Key, Parts]:
    metrics = [metric for metric in METRICS if metric.cohort is cohort and metric.unit is not Unit.LEVEL]
    columns: dict[str, Any] = {f"cut_{name}": expression for name, expression in cohort.cuts.items()}
    for i, metric in enumerate(metrics):
        columns[f"in_{i}"] = _is(metric.where)
        columns[f"part_{i}"] = _is(metric.part if metric.part is not None else Q(pk__isnull=True))
    spans = {name for metric in metrics if metric.hours is not None for name in metric.hours}
    rows = cohort.rows(period.start, period.end).order_by()
    n, k, hours = Counter[Key](), Counter[Key](), defaultdict[Key, Counter[int]](Counter)
    seen = set[int]()
    every = 0
    for row in rows.values("pk", *spans, **columns).iterator(chunk_size=2000):
        every += 1
        seen.add(row["pk"])
        cuts = [("", ""), *((name, row[f"cut_{name}"]) for name in cohort.cuts)]
        for i, metric in enumerate(metrics):
            if not row[f"in_{i}"]:
                continue
            took = None if metric.hours is None else full_hours(*(row[name] for name in metric.hours))
            for cut, value in cuts:
                key = metric.code, cut, value
                n[key] += 1
                k[key] += bool(row[f"part_{i}"])
                if took is not None:
                    hours[key][took] += 1
    if len(seen) != every:
        raise Contradiction(f"{cohort.code}: a case was counted twice")
    if expected is not None and expected != every:
        raise Contradiction(f"{cohort.code}: {every} rows, and {expected} events of the ledger")
    return {key: Parts(n[key], k[key], dict(hours.get(key, {}))) for key in n}


def _is(condition: Q) -> Any:
    if not condition:
        return Value(True, output_field=BooleanField())
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _agree(found: Mapping[Key, Parts]) -> None:
    """Raises `Contradiction` where the values of a cut are not the whole, or metrics of the same cases differ."""
    by_cut: dict[tuple[str, str], Parts] = {}
    for (metric, cut, _value), parts in found.items():
        if cut:
            by_cut[metric, cut] = by_cut.get((metric, cut), Parts()) + parts
    for (metric, cut), parts in by_cut.items():
        if parts != found[metric, "", ""]:
            raise Contradiction(f"{metric}: the values of {cut} are not the whole")
    for code, one in BY_CODE.items():
        parts = found.get((code, "", ""), Parts())
        if one.unit is Unit.HOURS and sum(parts.hours.values()) != parts.n:
            raise Contradiction(f"{code}: times of {sum(parts.hours.values())} cases of {parts.n}")
    changed, overturned, varied = (
        found.get((f"appeals-{name}", "", ""), Parts()).k for name in ("changed", "overturned", "varied")
    )
    if changed != overturned + varied:
        raise Contradiction("appeals-changed: not those revoked and those reduced")


# — comparing —


def faults() -> Iterator[str]:
    """Where the figures of a closed day are not those that were closed, or not what its cases say now, counted anew
    from the first day on; and days that are missing.
    """
    before: Mapping[str, int] = {}
    expected = None
    for closed in ClosedDay.objects.order_by("day"):
        if expected is not None and closed.day != expected:
            yield f"{expected}: missing between closed days"
        figures = list(Figure.objects.filter(day=closed))
        if digest_of(figures) != closed.digest:
            yield f"{closed.day}: not the figures that were closed"
        kept = {(f.metric, f.cut, f.value): f.parts for f in figures}
        yield from (f"{closed.day}: {fault}" for fault in _against_cases(closed, kept, before))
        before = {code: kept[code, "", ""].n for code, one in BY_CODE.items() if one.level and (code, "", "") in kept}
        expected = closed.day + DAY


def why_not_closed(*, now: datetime) -> Iterator[str]:
    """What contradicts itself in the first day that is over and not closed."""
    day = next_day()
    if day is not None and now >= Period(day, day).end + WAIT:
        try:
            counted_on(day, open_before=level_before(day))
        except Contradiction as wrong:
            yield f"{day} is not closed: {wrong}"


def _against_cases(closed: ClosedDay, kept: Mapping[Key, Parts], before: Mapping[str, int]) -> Iterator[str]:
    """Of metrics whose definition changed since, nothing is said: the digest alone holds their figures."""
    same = {code for code, version in closed.versions.items() if code in BY_CODE and BY_CODE[code].version == version}
    try:
        counted = counted_on(closed.day, open_before=before)
    except Contradiction as wrong:
        yield str(wrong)
        return
    for key in sorted({*kept, *counted}):
        if key[0] in same and kept.get(key, Parts()) != counted.get(key, Parts()):
            yield f"{' '.join(filter(None, key))}: kept {_said(kept.get(key))}, counted {_said(counted.get(key))}"


def _said(parts: Parts | None) -> str:
    return "0" if parts is None else f"{parts.k} of {parts.n}"
