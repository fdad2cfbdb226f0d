"""Finds what was final at a given moment, so that an earlier moment can be asked for again later."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from appeals.machine import ENDED_WITHOUT_DECISION, AppealState
from appeals.models import Appeal
from rules.terms import longest


def ended_by(now: datetime) -> Q:
    """Appeals that had ended by then; one without a decision ended with its last change, for nothing moves it after."""
    return Q(state=AppealState.DECIDED, decided_at__lte=now) | Q(state__in=ENDED_WITHOUT_DECISION, updated_at__lte=now)


def final_rounds(firsts: Sequence[Appeal], *, now: datetime) -> dict[int, Appeal]:
    """Of each first round decided by then, the round whose decision was final, by the key of the first round.

    Those are missing of which another round was open or could still come. What was filed or ended after that moment is
    not known to it.
    """
    after: dict[int, list[Appeal]] = {}
    notices = [first.notice_id for first in firsts]
    for start in range(0, len(notices), 500):
        later = Appeal.objects.filter(notice__in=notices[start : start + 500], round__gt=1, filed_at__lte=now)
        for appeal in later.order_by("round", "pk"):
            after.setdefault(appeal.previous_id or 0, []).append(appeal)
    found = {}
    window = longest("second_review_window")
    for first in firsts:
        last: Appeal | None = first
        each = first
        while last is not None and (following := after.get(each.pk)):
            each = following[-1]
            if not _has_ended(each, now):
                last = None
            elif each.state == AppealState.DECIDED:
                last = each
        if last is None:
            continue
        assert last.decided_at is not None
        if last.round > 1 or last.decided_at + window <= now:
            found[first.pk] = last
    return found


def _has_ended(appeal: Appeal, now: datetime) -> bool:
    """`ended_by` of a row that is at hand."""
    if appeal.state == AppealState.DECIDED:
        return appeal.decided_at is not None and appeal.decided_at <= now
    return appeal.state in ENDED_WITHOUT_DECISION and appeal.updated_at <= now
