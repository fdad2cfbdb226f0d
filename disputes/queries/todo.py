"""What waits for a person in disputes, most urgent first."""

from collections.abc import Sequence
from datetime import datetime

from casework.actor import Actor, ActorKind
from casework.todo import Todo, by_due
from disputes.choices import Side
from disputes.machine import BEFORE_MEDIATOR, FINAL, DisputeState
from disputes.models import Dispute, ObligationState, Offer, OfferState
from disputes.policies import side_of
from disputes.queries.cases import FactView, disputes_for, facts_of, offers_shown_to
from disputes.queries.lists import disputes_listed_for
from disputes.queries.room import with_unread
from disputes.windows import answer_closes
from operations import outages

type Waiting = tuple[str, datetime | None, list[str]]
"""Kind, due time and facts of a card."""


MOST = 50
"""Disputes that are looked at, the newest; a party with more finds the others in its list."""


VERBS = {
    "answer": "answer",
    "prove": "prove",
    "reply": "reply",
    "offer": "answer-offer",
    "determined": "read",
    "owed": "report",
}
"""The verb of each kind of card."""


def todo_for(actor: Actor, *, now: datetime) -> list[Todo]:
    """What this person's parties must or may do in disputes now, by due time."""
    if actor.kind is not ActorKind.PARTY:
        return []
    cards: list[Todo] = []
    spans = outages.ledger()
    rows = with_unread(disputes_listed_for(actor).exclude(state__in=[*FINAL, DisputeState.SETTLED]), actor)
    found = list(rows.prefetch_related("offers__answers")[:MOST])
    # What each side has to show needs every part.
    argued = [each.pk for each in found if each.state == DisputeState.EVIDENCE]
    whole = {each.pk: each for each in disputes_for(actor).filter(pk__in=argued)} if argued else {}
    for each in found:
        cards += _cards(actor, whole.get(each.pk, each), spans, now, unread=each.unread)
    return by_due(cards)


def _cards(actor: Actor, dispute: Dispute, spans: outages.Ledger, now: datetime, *, unread: int) -> list[Todo]:
    side = side_of(actor, dispute)
    found: list[Waiting] = []
    if dispute.state in BEFORE_MEDIATOR and dispute.answered_at is None and side is Side.RESPONDENT:
        closes = answer_closes(dispute, spans)
        if dispute.state == DisputeState.NEGOTIATING or now <= closes:
            found.append(("answer", closes, []))
    if dispute.state == DisputeState.EVIDENCE:
        found += _proof(facts_of(actor, dispute, spans), side, now)
    found += [("offer", offer.expires_at, []) for offer in _open_offers(actor, dispute, side, now)]
    if dispute.state == DisputeState.DETERMINED:
        found.append(("determined", dispute.review_closes_at, []))
    if dispute.state == DisputeState.CARRYING_OUT:
        owed = [o.due_at for o in dispute.obligations.all() if o.state == ObligationState.OWED and o.debtor == side]
        found += [("owed", at, []) for at in sorted(at for at in owed if at is not None)[:1]]
    return [
        Todo("dispute", kind, dispute.ref, dispute.number, VERBS[kind], at, dispute.order_title, facts, unread=unread)
        for kind, at, facts in found
    ]


def _proof(views: Sequence[FactView], side: Side | None, now: datetime) -> list[Waiting]:
    """Facts that this side has to show something about; otherwise what it can still answer."""
    mine = [(v.closes_at, v.statement) for v in views if v.yours and v.closes_at is not None]
    if mine:
        return [("prove", min(at for at, _fact in mine), [fact for _at, fact in mine])]
    others = [s for v in views for s in v.submissions if s.side != side and s.answered_at is None]
    open_until = [s.answerable_until for s in others if s.answerable_until >= now]
    return [("reply", min(open_until), [])] if open_until else []


def _open_offers(actor: Actor, dispute: Dispute, side: Side | None, now: datetime) -> list[Offer]:
    """Open offers of the other side that this side has not answered."""
    return [
        offer
        for offer in offers_shown_to(actor, dispute)
        if offer.state == OfferState.OPEN and offer.side != side and offer.expires_at > now
        if all(answer.side != side for answer in offer.answers.all())
    ]
