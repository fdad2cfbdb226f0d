"""Which measures cost points at a moment, for commands and for queries."""

from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from notices.machine import NoticeState
from notices.models import Measure, MeasureState


def points_now(party_id: int, now: datetime) -> int:
    """The sum of a party's points: what ended, fell, has not begun or is paused by an appeal costs none."""
    return counting(now).filter(notice__party_id=party_id).aggregate(n=Sum("points__amount"))["n"] or 0


def with_points(now: datetime) -> QuerySet[Measure]:
    """What cost points that have not ended, whether or not it stood."""
    return Measure.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), points__isnull=False)


def counting(now: datetime) -> QuerySet[Measure]:
    """What costs points now."""
    paused = Q(notice__state=NoticeState.UNDER_APPEAL, notice__continues_during_appeal=False)
    paused &= Q(notice__is_pause_refused=False)
    running = (MeasureState.IN_FORCE, MeasureState.REDUCED)
    return with_points(now).filter(state__in=running, starts_at__lte=now).exclude(paused)
