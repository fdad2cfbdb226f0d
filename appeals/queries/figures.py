"""Public figures about appeals: how many were decided in the last year, how they ended, how often in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, F, Q

from appeals.machine import AppealState
from appeals.models import Appeal, DecidedBy, Outcome
from executors.measurement import wilson

PERIOD = timedelta(days=365)
FEWEST = 30
"""Decided appeals below which no share is published: it would say nothing."""
KEPT = 3600
"""Seconds for which the figures are kept; a page that everybody opens counts no table."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share in percent with its 95 % interval."""

    percent: float
    low: float
    high: float

    @classmethod
    def of(cls, found: int, every: int) -> "Share":
        low, high = wilson(found, every)
        return cls(100 * found / every, 100 * low, 100 * high)


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """Of the appeals decided in the last 365 days; the shares are None where there are too few."""

    as_of: datetime
    decided: int
    changed: Share | None
    by_person: Share | None
    in_time: Share | None


def public_figures(now: datetime) -> PublicFigures:
    """As they were at most an hour ago."""
    found: PublicFigures | None = cache.get("appeals-public-figures")
    if found is None:
        found = _counted(now)
        cache.set("appeals-public-figures", found, KEPT)
    return found


def _counted(now: datetime) -> PublicFigures:
    decided = Appeal.objects.filter(state=AppealState.DECIDED, decided_at__gt=now - PERIOD, decided_at__lte=now)
    counts = decided.aggregate(
        every=Count("pk"),
        changed=Count("pk", filter=Q(outcome__in=(Outcome.OVERTURNED, Outcome.VARIED))),
        by_person=Count("pk", filter=Q(decided_by_kind=DecidedBy.HUMAN)),
        in_time=Count("pk", filter=Q(decided_at__lte=F("decide_due_at"))),
    )
    every = counts.pop("every")
    shares = {name: Share.of(found, every) if every >= FEWEST else None for name, found in counts.items()}
    return PublicFigures(as_of=now, decided=every, **shares)
