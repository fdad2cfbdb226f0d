"""Receipts for the sides of a dispute: of their own acts in it, and of their own messages in its room."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.mandates import people_ever_of
from archive import receipts
from archive.acts import Acts
from casework.actor import Actor, ActorKind
from casework.canonical import digest, moment
from casework.errors import NotFound, or_not_found
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


MESSAGES = Acts(
    rows=Message.objects.all,
    by_parties={"side__in": [Side.CLAIMANT, Side.RESPONDENT]},
    columns=_COLUMNS,
    hash_of=lambda *columns: digest(_content_of_message(*columns)),
)


def acts_of(actor: Actor, dispute: Dispute, numbers: Iterable[int] | None = None) -> list[Event]:
    """What the side of this actor did in the dispute, in order; of these events only, where they are named.

    Of somebody who ever belonged to both sides nobody else gets a receipt.
    """
    side = side_of(actor, dispute)
    if actor.kind is not ActorKind.PARTY or side is None:
        return []
    sides = {dispute.claimant_id, dispute.respondent_id}
    own = dispute.party_id_of(side)
    people, others = (people_ever_of(each).values("ref") for each in ([own], sides - {own}))
    theirs = Q(actor_ref__in=people) & ~Q(actor_ref__in=others) | Q(actor_ref=actor.ref)
    rows = events_of(dispute).filter(theirs, actor_kind=ActorKind.PARTY)
    return list(rows if numbers is None else rows.filter(sequence__in=list(numbers)))


def receipt_for(actor: Actor, ref: str, no: int, *, now: datetime) -> dict[str, Any]:
    """The receipt of the event with this number, for the side that did it. Raises `NotFound` for all else."""
    dispute = dispute_for(actor, ref)
    for event in acts_of(actor, dispute, [no]):
        return receipts.receipt_of(receipts.act_of(event, dispute.number), now=now)
    raise NotFound()


def receipt_of_message_for(actor: Actor, ref: str, lane: str, sequence: int, *, now: datetime) -> dict[str, Any]:
    """The receipt of a message of one's own side. Raises `NotFound` for all else."""
    dispute = dispute_for(actor, ref)
    rows = lane_for(actor, ref, lane).filter(sequence=sequence, side=side_of(actor, dispute), **MESSAGES.by_parties)
    return receipts.receipt_of(_act(or_not_found(rows.first()), dispute), now=now)


def receipts_file(actor: Actor, dispute: Dispute, *, now: datetime) -> dict[str, Any]:
    """All receipts of the actor's side, for their case file."""
    events = [receipts.act_of(event, dispute.number) for event in acts_of(actor, dispute)]
    rows = Message.objects.filter(room__dispute=dispute, side=side_of(actor, dispute), **MESSAGES.by_parties)
    messages = [_act(row, dispute) for row in rows.select_related("room").order_by("pk")]
    return receipts.file_of([*events, *messages], now=now)


def _act(row: Message, dispute: Dispute) -> receipts.Act:
    content = _content_of_message(
        dispute.ref, row.room.lane, row.sequence, row.kind, row.sender_ref, row.side, row.sent_at, row.sha256
    )
    return receipts.Act(MESSAGE, row.pk, dispute.number, row.sent_at, content)
