"""What the API shows of the ledger and of one piece of evidence, and which disputes somebody may ask to mediate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.actor import Actor
from casework.errors import NotFound
from disputes.models import Dispute
from disputes.policies import WAITING, visible_to
from disputes.queries.cases import EvidenceView, dispute_for, events_of, evidence_shown_to
from disputes.queries.timeline import SENTENCES, by_agent, hides, sentence_of

BETWEEN_THE_SIDES = "dispute.between_the_sides"


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """One event of the ledger, or of one that is not this reader's only that it was there: its hash and its times."""

    sequence: int
    type: str
    actor_kind: str
    at: datetime
    effective_at: datetime
    facts: Mapping[str, Any]
    previous: str
    hash: str


def events_shown_to(actor: Actor, dispute: Dispute) -> list[ShownEvent]:
    """The whole chain, oldest first; who decides or looks on reads nothing of offers in it."""
    is_hidden = hides(actor, dispute)
    shown = []
    for event in events_of(dispute):
        hidden = is_hidden(event)
        shown.append(
            ShownEvent(
                sequence=event.sequence,
                type=BETWEEN_THE_SIDES if hidden else event.type,
                actor_kind="" if hidden else event.actor_kind,
                at=event.at,
                effective_at=event.effective_at,
                facts={} if hidden else event.facts,
                previous=event.previous,
                hash=event.hash,
            )
        )
    return shown


def with_sentences(ref: str, pictures: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds to each entry of the room that is an event of the case its sentence."""
    entries = list(pictures)
    told = [entry for entry in entries if entry.get("event") in SENTENCES]
    if told:
        dispute = Dispute.objects.select_related("ground").get(ref=ref)
        for entry in told:
            entry["text"] = by_agent(sentence_of(dispute, entry["event"], entry["facts"]), entry["facts"])
    return entries


def evidence_about(actor: Actor, ref: str, *, fact_no: int, no: int) -> EvidenceView:
    """One piece of evidence about one fact, as the actor sees it. Raises `NotFound`."""
    for view in evidence_shown_to(actor, dispute_for(actor, ref)):
        if view.item.no == no and view.item.fact.no == fact_no:
            return view
    raise NotFound()


def require_joinable(actor: Actor, ref: str) -> None:
    """Raises `NotFound` unless the dispute waits for a mediator, or is one that this mediator may see."""
    if not Dispute.objects.filter(WAITING | visible_to(actor), ref=ref).exists():
        raise NotFound()
