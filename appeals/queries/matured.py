"""When the end of a matter counts as known at a moment, so that an earlier moment can be asked for again later.

What does not belong here: who decided, and what a label is used for.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from appeals.models import Appeal

ENDED_WITHOUT_DECISION = ("CORRECTED", "WITHDRAWN", "LATE_REFUSED")


def ended_by(now: datetime) -> Q:
    """Appeals that had ended by then; one without a decision ended with its last change, for nothing moves it after."""
    return Q(state="DECIDED", decided_at__lte=now) | Q(state__in=ENDED_WITHOUT_DECISION, updated_at__lte=now)


def final_round(first: Appeal, *, now: datetime) -> Appeal | None:
    """Of a first round decided by then, the round whose decision was final; None while another was open or could come.

    What was filed or ended after that moment is not known to it.
    """
    last = each = first
    while following := Appeal.objects.filter(previous=each, filed_at__lte=now).first():
        if not Appeal.objects.filter(ended_by(now), pk=following.pk).exists():
            return None
        if following.state == "DECIDED":
            last = following
        each = following
    assert last.decided_at is not None
    is_final = last.round > 1 or last.decided_at + timedelta(days=settings.SECOND_ROUND_DAYS) <= now
    return last if is_final else None
