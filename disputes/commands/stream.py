"""Appends entries to a room and numbers them: the room's row is the lock, so numbers run 1…n without a gap.

What does not belong here: who may speak (policies), and pushing to sockets.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from casework.canonical import digest
from casework.models import Event
from casework.row_digests import note_values
from disputes.choices import Lane, Side
from disputes.models import Dispute, EntryKind, Message, Room

LISTENERS: list[Callable[[int, int], None]] = []
"""Called after commit with (room, head): an invalidation for sockets, which read the table anyway."""


def open_rooms(dispute: Dispute) -> None:
    """Creates the three empty lanes of a new dispute."""
    lanes = [Lane.BOTH, Lane.CLAIMANT] + ([Lane.RESPONDENT] if dispute.respondent_id is not None else [])
    Room.objects.bulk_create(Room(dispute=dispute, lane=lane) for lane in lanes)


def append(room_id: int, entries: Sequence[Message]) -> list[Message]:
    """Appends the entries in this order, numbered on from the room's head; sockets are told after commit."""
    count = len(entries)
    Room.objects.filter(pk=room_id).update(head=F("head") + count)  # takes the row's lock until the commit
    head = Room.objects.values_list("head", flat=True).get(pk=room_id)
    for sequence, entry in enumerate(entries, start=head - count + 1):
        entry.room_id, entry.sequence = room_id, sequence
    rows = Message.objects.bulk_create(entries)
    transaction.on_commit(lambda: publish_head(room_id, head))
    return rows


@dataclass(slots=True)
class Written:
    """One text to append, with every column that a text has; `sequence` is given when it is appended."""

    room_id: int
    client_id: str
    side: str
    sender_id: int
    sender_ref: str
    sender_label: str
    text: str
    shown: str
    sha256: str
    sent_at: datetime
    sequence: int = 0


_COLUMNS = {
    "room_id": "bigint", "sequence": "integer", "client_id": "text", "side": "text", "sender_id": "bigint",
    "sender_ref": "text", "sender_label": "text", "text": "text", "shown": "text", "sha256": "text",
    "sent_at": "timestamptz",
}  # fmt: skip
_INTO = f"INSERT INTO disputes_message ({', '.join(_COLUMNS)}, kind, event_type, facts)"
_SAME_OF_EACH: dict[str, Any] = {"kind": "text", "event_type": "", "facts": {}}
_RETURNING = "RETURNING id, room_id, sequence"
_EACH = f"({', '.join(['%s'] * len(_COLUMNS))}, 'text', '', '{{}}')"
_TOGETHER = f"""{_INTO} SELECT row.*, 'text', '', '{{}}'
    FROM json_to_recordset(%s) AS row ({", ".join(f"{name} {type_}" for name, type_ in _COLUMNS.items())})
    {_RETURNING}"""  # noqa: S608  our own names
_row = attrgetter(*_COLUMNS)


def _insert(texts: Sequence[Written]) -> None:
    """Inserts the rows in this order: one statement where one is cheaper than many."""
    if not texts:
        return
    rows = [dict(zip(_COLUMNS, _row(text), strict=True)) for text in texts]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_TOGETHER, [json.dumps(rows, default=str, ensure_ascii=False)])
        else:
            values = [value for row in rows for value in row.values()]
            cursor.execute(f"{_INTO} VALUES {', '.join([_EACH] * len(rows))} {_RETURNING}", values)
        keys = {(room_id, sequence): key for key, room_id, sequence in cursor.fetchall()}
    note_values(
        "disputes_message",
        ({**row, **_SAME_OF_EACH, "id": keys[row["room_id"], row["sequence"]]} for row in rows),
    )


def append_texts(rooms: Mapping[int, Sequence[Written]], heads: Mapping[int, int]) -> None:
    """Appends as `append` for the texts of many rooms, whose rows the caller has locked and read; publishes nothing.

    In plain SQL: this is the one place where the cost of building a statement from models is what limits the room.
    """
    by_count: dict[int, list[int]] = {}
    for room_id, texts in rooms.items():
        by_count.setdefault(len(texts), []).append(room_id)
        for sequence, text in enumerate(texts, start=heads[room_id] + 1):
            text.sequence = sequence
    for count, room_ids in by_count.items():
        Room.objects.filter(pk__in=room_ids).update(head=F("head") + count)
    _insert([text for texts in rooms.values() for text in texts])


def publish_head(room_id: int, head: int) -> None:
    """Publishes the room's new head to the listeners of this process."""
    for listener in LISTENERS:
        listener(room_id, head)


def append_event(dispute: Dispute, event: Event, now: datetime, lane: Lane = Lane.BOTH) -> None:
    """Appends the case's event as an entry of this lane; codes only, put into words when it is read."""
    room_id = Room.objects.values_list("pk", flat=True).get(dispute=dispute, lane=lane)
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
    """Closes the room for new messages; what was written stays, and events still arrive."""
    Room.objects.filter(dispute=dispute).update(is_sealed=True)
