"""Receipts for the sides of a dispute: of their own acts in it, and of their own messages in its room."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.mandates import people_ever_of
from archive.acts import Acts
from archive.receipts import Act, acts_in, file_of, the_receipt_of
from casework.actor import Actor, ActorKind
from casework.canonical import digest, moment
from casework.models import Event
from disputes.choices import Side
from disputes.models import Dispute, EntryKind, Message
from disputes.policies import side_of
from disputes.queries.cases import dispute_for, events_of
from disputes.queries.room import lane_for

MESSAGE = "message"
_COLUMNS = ("room__dispute__ref", "room__lane", "sequence", "kind", "sender_ref", "side", "sent_at", "sha256")


def _content_of_message(
    ref: str, lane: str, sequence: int, kind: str, sender: str, side: str, sent_at: datetime, sha256: str
) -> dict[str, Any]:
    """What a receipt says of a message, in the shape of an event; of its text the digest, which stays."""
    return {
        "case": ref,
        "kind": MESSAGE,
        "sequence": sequence,
        "type": "message.recalled" if kind == EntryKind.RECALL else "message.sent",
        "actor": {"kind": str(ActorKind.PARTY), "ref": sender},
        "at": moment(sent_at),
        "facts": {"lane": lane, "side": side, "text": sha256},
    }


OF_SIDES = Q(side__in=(Side.CLAIMANT, Side.RESPONDENT))
MESSAGES = Acts(
    rows=lambda: Message.objects.filter(OF_SIDES),
    columns=_COLUMNS,
    hash_of=lambda *columns: digest(_content_of_message(*columns)),
)


def acts_of(actor: Actor, dispute: Dispute) -> QuerySet[Event]:
    """What the side of this actor did in the dispute, in order.

    Of somebody who ever belonged to both sides nobody else gets a receipt.
    """
    side, rows = side_of(actor, dispute), events_of(dispute).filter(actor_kind=ActorKind.PARTY)
    if actor.kind is not ActorKind.PARTY or side is None:
        return rows.none()
    own = dispute.party_id_of(side)
    others = {dispute.claimant_id, dispute.respondent_id} - {own}
    people, strangers = (people_ever_of(each).values("ref") for each in ([own], others))
    return rows.filter(Q(actor_ref__in=people) & ~Q(actor_ref__in=strangers) | Q(actor_ref=actor.ref))


def receipt_for(actor: Actor, ref: str, no: int, *, now: datetime) -> dict[str, Any]:
    """The receipt of the event with this number, for the side that did it. Raises `NotFound` for all else."""
    dispute = dispute_for(actor, ref)
    return the_receipt_of(acts_in(acts_of(actor, dispute).filter(sequence=no), dispute.number), now=now)


def receipt_of_message_for(actor: Actor, ref: str, lane: str, sequence: int, *, now: datetime) -> dict[str, Any]:
    """The receipt of a message of one's own side. Raises `NotFound` for all else."""
    dispute = dispute_for(actor, ref)
    return the_receipt_of(_messages(lane_for(actor, ref, lane).filter(sequence=sequence), actor, dispute), now=now)


def receipts_file(actor: Actor, dispute: Dispute, *, now: datetime) -> dict[str, Any]:
    """All receipts of the actor's side, for their case file."""
    messages = _messages(Message.objects.filter(room__dispute=dispute).order_by("pk"), actor, dispute)
    return file_of([*acts_in(acts_of(actor, dispute), dispute.number), *messages], now=now)


def _messages(rows: QuerySet[Message], actor: Actor, dispute: Dispute) -> list[Act]:
    """Those of these messages that are of the actor's side."""
    own = rows.filter(OF_SIDES, side=side_of(actor, dispute))
    return [
        Act(MESSAGE, pk, dispute.number, columns[_COLUMNS.index("sent_at")], _content_of_message(*columns))
        for pk, *columns in own.values_list("pk", *_COLUMNS)
    ]
