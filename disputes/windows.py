"""Computes when each time limit of a dispute really passes: as its row says, or later by the outages in it.

A list reads the ledger of outages once and gives it along as `spans`. What does not belong here: what follows when a
time limit passes (commands), and setting a longer one in the row (commands).
"""

from datetime import datetime

from disputes.models import Dispute, FactAtIssue, Obligation
from operations import outages


def window_closes(fact: FactAtIssue, spans: outages.Ledger | None = None) -> datetime | None:
    """Until when the bearer can show what is asked of them; None where no window is open."""
    if fact.window_opened_at is None or fact.base_due_at is None or fact.due_at is None:
        return None
    return max(fact.due_at, outages.extended(fact.window_opened_at, fact.base_due_at, spans=spans))


def adding_closes(fact: FactAtIssue, side: str | None, spans: outages.Ledger | None = None) -> datetime | None:
    """Until when this side can add to what it submitted about the fact; None where it cannot, or has nothing more.

    What was open to a side when it submitted stays open to it for as long: submitting takes no time away.
    """
    if fact.is_settled:
        return None
    rows = [s for s in fact.submissions.all() if s.side == side]
    open_until = [(s.submitted_at, s.more_until) for s in rows if s.more_until is not None]
    if open_until and spans is None:
        spans = outages.ledger()
    return max((outages.extended(begin, until, spans=spans) for begin, until in open_until), default=None)


def open_until(fact: FactAtIssue, side: str, at: datetime, spans: outages.Ledger | None = None) -> datetime | None:
    """Until when this side may hand something in about the fact, as it stands at that moment; None where it may not."""
    until = [s.answerable_until for s in fact.submissions.all() if s.side != side and s.answered_at is None]
    if not fact.is_settled:
        own = (window_closes(fact, spans), adding_closes(fact, side, spans))
        until += [closes for closes in own if closes is not None]
    return max((closes for closes in until if closes >= at), default=None)


def answer_closes(dispute: Dispute, spans: outages.Ledger | None = None) -> datetime:
    """Until when the respondent can give its first answer."""
    extended = outages.extended(dispute.created_at, dispute.answer_base_due_at, spans=spans)
    return max(dispute.answer_due_at, extended)


def review_closes(dispute: Dispute) -> datetime:
    """Until when a review can be asked for; only of a dispute determined for the first time."""
    assert dispute.review_base_closes_at is not None
    assert dispute.review_closes_at is not None
    decided_at = dispute.determinations.values_list("decided_at", flat=True).get(round=1)
    return max(dispute.review_closes_at, outages.extended(decided_at, dispute.review_base_closes_at))


def confirming_closes(row: Obligation) -> datetime | None:
    """Until when whoever it was owed to can say that it was not done; None where nothing was reported."""
    if row.reported_at is None or row.confirm_due_at is None or row.confirm_base_due_at is None:
        return None
    return max(row.confirm_due_at, outages.extended(row.reported_at, row.confirm_base_due_at))
