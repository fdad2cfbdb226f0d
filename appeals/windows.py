"""Whether the reviews that were promised have been had: then new facts open another, and nothing else does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from appeals.machine import AppealState
from appeals.models import Appeal, DecidedBy, Level, Outcome


def reviews_are_used_up(notice: Any, rounds: Sequence[Appeal], *, now: datetime) -> bool:
    """Whether an appeal without new facts would be answered with the earlier reasons: of the rounds, first round first.

    A round opened by new facts that a person decided counts anew, and so does the time to ask for the next.
    """
    had, decided = 0, None
    for each in reversed(rounds):
        if each.decided_by_kind == DecidedBy.HUMAN:
            decided, had = decided or each, had + 1
            if each.new_facts and each.level == Level.FIRST:
                break
    if decided is None:
        return any(each.state == AppealState.LATE_REFUSED for each in rounds) and not notice.window_is_open(now)
    is_over: bool = now > notice.promised["second_review_window"].ends(decided.decided_at)
    return is_over or had >= notice.promised["appeal_rounds"].amount


def can_appeal_anew(rounds: Sequence[Appeal], notice: Any) -> bool:
    """Whether something is left to appeal that was answered before: with new facts, or for the earlier reasons."""
    if not rounds or rounds[-1].is_open or not notice.is_in_effect:
        return False
    if rounds[-1].state == AppealState.CORRECTED or any(each.outcome == Outcome.OVERTURNED for each in rounds):
        return False
    return any(each.decided_by_kind == DecidedBy.HUMAN or each.state == AppealState.LATE_REFUSED for each in rounds)
