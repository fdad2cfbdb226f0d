"""Whether another appeal is possible: after the promised reviews, and among several that are filed at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.machine import NOTHING_DECIDED, AppealState
from appeals.models import Appeal, DecidedBy, Level, Outcome
from casework.text import is_visually_blank


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


def pauses(rounds: Sequence[Appeal], new_facts: str = "") -> bool:
    """Whether an appeal after these can pause the measures: the first, one after a decision, and after one that was
    taken back, refused as late or answered with the earlier reasons one that names something new.
    """
    if not rounds or rounds[-1].state not in NOTHING_DECIDED:
        return True
    said = {" ".join(each.new_facts.split()) for each in rounds}
    return not is_visually_blank(new_facts) and " ".join(new_facts.split()) not in said


def can_appeal_anew(rounds: Sequence[Appeal], notice: Any) -> bool:
    """Whether something is left to appeal that was answered before: with new facts, or for the earlier reasons."""
    if not rounds or rounds[-1].is_open or not notice.is_in_effect:
        return False
    if rounds[-1].state == AppealState.CORRECTED or any(each.outcome == Outcome.OVERTURNED for each in rounds):
        return False
    return any(each.decided_by_kind == DecidedBy.HUMAN or each.state == AppealState.LATE_REFUSED for each in rounds)


def why_not_together(notice: Any, rounds: Sequence[Appeal], *, now: datetime) -> str:
    """Why this notice cannot be among several that are appealed in one filing, as a key of `NOT_TOGETHER`; else "".

    Only a first appeal in time can: a later round, a second review and a late request each need words of their own.
    """
    if not notice.is_in_effect:
        return "revoked"
    if any(each.is_open for each in rounds):
        return "open"
    if any(each.state != AppealState.WITHDRAWN for each in rounds):
        return "had"
    return "" if notice.window_is_open(now) else "over"


NOT_TOGETHER: Mapping[str, tuple[str, str | Promise]] = {
    "revoked": ("not-appealable", _("This notice was revoked, so there is nothing left to appeal.")),
    "open": ("already-appealed", _("An appeal against this notice is already open.")),
    "had": ("not-appealable", _("It was appealed before. Open the notice to see what is still possible.")),
    "over": ("deadline-passed", _("The time to appeal has passed. Open the notice to ask for late acceptance.")),
}
"""By reason: the code of the problem, and what is said of it."""
