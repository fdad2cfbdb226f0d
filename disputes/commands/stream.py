"""The one primitive that numbers entries of a room: the room's row is the lock, so numbers run 1…n without a gap.

What does not belong here: who may speak (policies), and pushing to sockets.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from casework.ledger import digest
from casework.models import Event
from disputes.models import Dispute, EntryKind, Message, Room
from disputes.words import Lane, Side

LISTENERS: list[Callable[[int, int], None]] = []
"""Called after commit with (room, head): a hint for sockets, which read the table anyway."""


def open_rooms(dispute: Dispute) -> None:
    """The three lanes of a new dispute exist, empty."""
    lanes = [Lane.BOTH, Lane.CLAIMANT] + ([Lane.RESPONDENT] if dispute.respondent_id is not None else [])
    Room.objects.bulk_create(Room(dispute=dispute, lane=lane) for lane in lanes)


def append(room_id: int, entries: Sequence[Message]) -> list[Message]:
    """The entries are in the room in this order, numbered on from its head; sockets hear of it after commit."""
    head = append_many({room_id: entries})[room_id]
    transaction.on_commit(lambda: hint(room_id, head))
    return list(entries)


def append_many(rooms: Mapping[int, Sequence[Message]]) -> dict[int, int]:
    """As `append` for many rooms at once, whose rows the caller holds; returns their heads and hints at nothing."""
    by_count: dict[int, list[int]] = {}
    for room_id, entries in rooms.items():
        by_count.setdefault(len(entries), []).append(room_id)
    for count, room_ids in sorted(by_count.items()):  # takes the rows' locks, where they are not held, until the commit
        Room.objects.filter(pk__in=room_ids).update(head=F("head") + count)
    heads = dict(Room.objects.filter(pk__in=list(rooms)).values_list("pk", "head"))
    for room_id, entries in rooms.items():
        for sequence, entry in enumerate(entries, start=heads[room_id] - len(entries) + 1):
            entry.room_id, entry.sequence = room_id, sequence
    Message.objects.bulk_create(entry for entries in rooms.values() for entry in entries)
    return heads


def hint(room_id: int, head: int) -> None:
    """Whoever listens in this process knows that the room has entries up to `head`."""
    for listener in LISTENERS:
        listener(room_id, head)


def append_event(dispute: Dispute, event: Event, now: datetime) -> None:
    """The case's event is an entry that everybody in the room sees; codes only, put into words when it is read."""
    room_id = Room.objects.values_list("pk", flat=True).get(dispute=dispute, lane=Lane.BOTH)
    entry = Message(
        kind=EntryKind.EVENT,
        side=Side.PLATFORM,
        sender_ref=event.actor_ref,
        event_type=event.type,
        facts={**event.facts, "event": event.sequence},
        sha256=digest({"event": event.hash}),
        sent_at=now,
    )
    append(room_id, [entry])


def seal(dispute: Dispute) -> None:
    """No new message can be written; what was written stays, and events still arrive."""
    Room.objects.filter(dispute=dispute).update(is_sealed=True)
