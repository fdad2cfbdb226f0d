"""What waits for a person in disputes, most urgent first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from casework import outages
from casework.actor import Actor, ActorKind
from disputes.choices import Side
from disputes.machine import FINAL, DisputeState
from disputes.models import Dispute, ObligationState, OfferState
from disputes.policies import side_of
from disputes.queries.cases import disputes_for, facts_of, offers_shown_to
from disputes.windows import answer_closes


@dataclass(frozen=True, slots=True)
class Todo:
    """One card: what kind, which dispute, and by when."""

    kind: str  # "answer", "prove", "reply", "offer", "determined", "owed"
    ref: str
    number: str
    subject: str
    due_at: datetime | None = None
    facts: list[str] = field(default_factory=list)


def todo_for(actor: Actor, *, now: datetime) -> list[Todo]:
    """What this person's parties must or may do in disputes now, by due time."""
    if actor.kind is not ActorKind.PARTY:
        return []
    cards: list[Todo] = []
    spans = outages.ledger()
    for dispute in disputes_for(actor).exclude(state__in=[*FINAL, DisputeState.SETTLED])[:100]:
        cards += _cards(actor, dispute, spans, now)
    return sorted(cards, key=lambda card: (card.due_at is None, card.due_at or now))


def _cards(actor: Actor, dispute: Dispute, spans: outages.Ledger, now: datetime) -> Iterator[Todo]:
    side = side_of(actor, dispute)
    subject = dispute.order_title
    if dispute.state == "NEGOTIATING" and dispute.answered_at is None and side is Side.RESPONDENT:
        yield Todo("answer", dispute.ref, dispute.number, subject, answer_closes(dispute, spans))
    views = facts_of(actor, dispute, spans)
    if dispute.state == "EVIDENCE":
        mine = [v for v in views if v.yours and v.closes_at is not None]
        if mine:
            due = min(v.closes_at for v in mine if v.closes_at is not None)
            yield Todo("prove", dispute.ref, dispute.number, subject, due, [v.statement for v in mine])
        waiting = [
            s.answerable_until
            for v in views
            for s in v.submissions
            if s.side != side and s.answered_at is None and s.answerable_until >= now
        ]
        if waiting and not mine:
            yield Todo("reply", dispute.ref, dispute.number, subject, min(waiting))
    for offer in offers_shown_to(actor, dispute):
        unanswered = all(a.side != side for a in offer.answers.all())
        if offer.state == OfferState.OPEN and offer.side != side and unanswered and offer.expires_at > now:
            yield Todo("offer", dispute.ref, dispute.number, subject, offer.expires_at)
    if dispute.state == "DETERMINED":
        yield Todo("determined", dispute.ref, dispute.number, subject, dispute.review_closes_at)
    if dispute.state == "CARRYING_OUT":
        owed = [o.due_at for o in dispute.obligations.all() if o.state == ObligationState.OWED and o.debtor == side]
        dues = [at for at in owed if at is not None]
        if dues:
            yield Todo("owed", dispute.ref, dispute.number, subject, min(dues))
