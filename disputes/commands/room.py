"""Writes, recalls, marks and reports messages of a room. `stream` numbers them; the case never moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import (
    CaseError,
    ClientIdMismatch,
    DeadlinePassed,
    FieldError,
    Invalid,
    NotAllowed,
    NotFound,
    NotYourTurn,
    or_not_found,
)
from casework.errors import TooManyRequests as TooMany
from casework.firing import command
from casework.text import TextRefused, check_text, is_visually_blank
from disputes.commands import throttle
from disputes.commands.locking import lock_dispute
from disputes.commands.masking import masked
from disputes.commands.stream import Written, append, append_texts, publish_head
from disputes.models import AbuseReport, Dispute, EntryKind, EvidenceItem, Message, ReadMark, Room
from disputes.participants import AGENT_MARK, MEDIATOR, Entry, Participant, ParticipantColumns, lane_of, participant_for
from disputes.policies import visible_to
from operations import replica

MAX_TEXT = 4096  # characters, whatever the bytes that each takes
MAX_CLIENT_ID = 64
RECALL_WINDOW = timedelta(minutes=settings.RECALL_MINUTES)
_ROOM = (
    "pk",
    "lane",
    "head",
    "is_sealed",
    "dispute__claimant__name",
    "dispute__respondent__name",
    "dispute_id",
    "dispute__claimant_id",
    "dispute__respondent_id",
    "dispute__mediator_id",
    "dispute__client_id",
)


LABEL = 60
"""Characters of a sender's name that a message keeps."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message to write. Who sends it, from which participant and when is the server's to say."""

    actor: Actor
    room_id: int
    client_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a post: the entry that there is now, or was already for the same `client_id`."""

    entry: Entry
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Place:
    lane: str
    head: int
    is_sealed: bool
    claimant: str
    respondent: str
    participants: ParticipantColumns

    def label(self, actor: Actor, participant: Participant) -> str:
        """Returns the name under which everybody reads it: a side's own, an officer's code; never a person's.

        Of an agent it is the side's with a mark.
        """
        if participant.role == MEDIATOR:
            return actor.code
        name = self.claimant if participant.role == "claimant" else self.respondent
        name = name.replace(AGENT_MARK, "") or name  # no side's own name says that an agent speaks
        is_agent = actor.mandate_for(
            (self.participants.claimant_id, self.participants.respondent_id), self.participants.matter
        )
        return name[: LABEL - len(AGENT_MARK)] + AGENT_MARK if is_agent else name[:LABEL]


@command
def post_message(*, actor: Actor, ref: str, lane: str, client_id: str, text: str, now: datetime) -> Message:
    """Posts a message with the next number; for a `client_id` that was used before, returns that message.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn` when the room is closed, `ClientIdMismatch` where that message has
    other text, `Invalid`, `TooManyRequests`.
    """
    _dispute, room, _participant = _place_of(actor, ref, lane)
    if not throttle.may_write(actor.person, room.pk):
        raise TooMany(retry_after=1)
    (result,) = post_batch(posts=[Post(actor, room.pk, client_id, text)], now=now)
    if isinstance(result, CaseError):
        raise result
    head = result.entry.sequence
    if result.is_new:
        transaction.on_commit(lambda: publish_head(room.pk, head))
    return Message.objects.get(room=room, sequence=head)


@command
def post_batch(*, posts: Sequence[Post], now: datetime, is_first_try: bool = False) -> list[Posted | CaseError]:
    """Posts every message that may be written, in one transaction; each gets its entry or its refusal, in order.

    Permission is asked of the dispute as it is now. Publishing is left to the caller, who knows who reads along. On a
    first try nobody looks whether a post was sent before; if one was, a law of the database refuses the whole batch.
    """
    replica.wrote(*{post.actor.ref: post.actor for post in posts}.values())
    places = _lock_rooms({post.room_id for post in posts})
    drafts = [_draft(post, places.get(post.room_id), now) for post in posts]
    texts = [draft for draft in drafts if isinstance(draft, Written)]
    earlier = {} if is_first_try else _sent_before(texts)
    fresh: dict[int, list[Written]] = {}
    mine: dict[tuple[int, int, str], Written] = {}
    for text in texts:
        key = (text.room_id, text.sender_id, text.client_id)
        if key not in earlier and key not in mine:
            fresh.setdefault(text.room_id, []).append(text)
            mine[key] = text
    append_texts(fresh, {pk: place.head for pk, place in places.items()})
    results: list[Posted | CaseError] = []
    for draft in drafts:
        if isinstance(draft, CaseError):
            results.append(draft)
            continue
        key = (draft.room_id, draft.sender_id, draft.client_id)
        known = earlier.get(key) or mine[key]
        if known.sha256 != draft.sha256:
            results.append(ClientIdMismatch(errors=[FieldError("/text", "differs", ClientIdMismatch.title)]))
        else:
            results.append(Posted(_entry(known, places[draft.room_id].lane), is_new=known is draft))
    return results


@command
def recall_message(*, actor: Actor, ref: str, lane: str, sequence: int, now: datetime) -> Message:
    """Recalls the actor's own message: it shows no words any more, a mark says so, and its row stays on file.

    Raises `NotFound`, `NotAllowed` for somebody else's, `DeadlinePassed` after ten minutes, and `NotYourTurn` when it
    was taken back before or is evidence.
    """
    dispute = lock_dispute(actor, ref)  # the lock that evidence is staged under
    room, participant = _room_in(actor, dispute, lane)
    message = or_not_found(Message.objects.filter(room=room, sequence=sequence, kind=EntryKind.TEXT).first())
    if message.sender_id != actor.user_id:
        raise NotAllowed()
    if now > message.sent_at + RECALL_WINDOW:
        raise DeadlinePassed(_("A message can be taken back for ten minutes."))
    if Message.objects.filter(recalls=message).exists():
        raise NotYourTurn(_("This message was taken back already."))
    if EvidenceItem.objects.filter(message=message).exists():
        raise NotYourTurn(_("This message is evidence and stays."))
    mark = Message(
        kind=EntryKind.RECALL,
        side=participant.side,
        sender_id=actor.person,
        sender_ref=actor.ref,
        sender_label=message.sender_label,
        recalls=message,
        sha256=message.sha256,
        sent_at=now,
    )
    return append(room.pk, [mark])[0]


@command
def mark_read(*, actor: Actor, ref: str, lane: str, sequence: int, now: datetime) -> None:
    """Marks the lane as read up to here, unless it was further. Raises `NotFound`, `NotAllowed`, `Invalid`."""
    _dispute, room, participant = _place_of(actor, ref, lane)
    if not 0 < sequence <= room.head:
        raise Invalid.field("/sequence", "out-of-range", _("There is no entry with this number."))
    marks = ReadMark.objects.filter(room=room, user_id=actor.person)
    if marks.filter(sequence__lt=sequence).update(sequence=sequence, read_at=now, side=participant.side):
        return
    ReadMark.objects.get_or_create(
        room=room, user_id=actor.person, defaults={"side": participant.side, "sequence": sequence, "read_at": now}
    )


@command
def report_message(*, actor: Actor, ref: str, lane: str, sequence: int, now: datetime) -> AbuseReport:
    """Reports a message as abusive to staff; a second report of the same person changes nothing.

    Raises `NotFound`, `NotAllowed`, also for a message of one's own side.
    """
    _dispute, room, participant = _place_of(actor, ref, lane)
    message = or_not_found(Message.objects.filter(room=room, sequence=sequence, kind=EntryKind.TEXT).first())
    if message.side == participant.side:
        raise NotAllowed()
    report, _is_new = AbuseReport.objects.get_or_create(
        message=message, reported_by_id=actor.person, defaults={"reported_at": now}
    )
    return report


def refusal_of_text(client_id: object, text: object) -> CaseError | None:
    """Returns why this cannot be a message; None when it can."""
    errors = []
    for pointer, value, most in (("/client_id", client_id, MAX_CLIENT_ID), ("/text", text, MAX_TEXT)):
        try:
            words = check_text(value, max_length=most, one_line=pointer == "/client_id")
        except TextRefused as refused:
            errors.append(FieldError(pointer, refused.code, refused.message))
            continue
        if is_visually_blank(words):
            errors.append(FieldError(pointer, "required", _("This may not be empty.")))
    return Invalid(errors=errors) if errors else None


def _place_of(actor: Actor, ref: str, lane: str) -> tuple[Dispute, Room, Participant]:
    """Returns the dispute, the lane's room and the actor's participant. Raises `NotFound`, `NotAllowed`."""
    dispute = or_not_found(Dispute.objects.filter(visible_to(actor), ref=ref).first())
    room, participant = _room_in(actor, dispute, lane)
    return dispute, room, participant


def _room_in(actor: Actor, dispute: Dispute, asked: str) -> tuple[Room, Participant]:
    participant = participant_for(actor, dispute)
    if participant is None:
        raise NotAllowed()
    lane = lane_of(participant, asked)
    room = or_not_found(None if lane is None else Room.objects.filter(dispute=dispute, lane=lane).first())
    return room, participant


def _lock_rooms(room_ids: set[int]) -> dict[int, _Place]:
    """Locks the rooms in one order until the transaction ends, so that no two batches wait for each other.

    Held first and read after: a statement that waits for a room's lock would still read who mediates as it was before
    it waited, and somebody who lost the dispute meanwhile could speak in it once more.
    """
    rooms = Room.objects.filter(pk__in=room_ids)
    if connection.features.has_select_for_update:
        list(rooms.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    return {pk: _Place(lane, head, sealed, claimant, respondent or "", ParticipantColumns(*participants))
            for pk, lane, head, sealed, claimant, respondent, *participants in rooms.values_list(*_ROOM)}  # fmt: skip


def _sent_before(texts: Sequence[Written]) -> dict[tuple[int, int, str], Message]:
    """Returns what is in the rooms already under the same name of the same sender."""
    if not texts:
        return {}
    rows = Message.objects.filter(
        room_id__in={text.room_id for text in texts},
        sender_id__in={text.sender_id for text in texts},
        client_id__in={text.client_id for text in texts},
    ).exclude(client_id="")  # as the index has it
    return {(row.room_id, row.sender_id, row.client_id): row for row in rows if row.sender_id}


def _draft(post: Post, place: _Place | None, now: datetime) -> Written | CaseError:
    if place is None:
        return NotFound()
    participant = participant_for(post.actor, place.participants)
    if participant is None or lane_of(participant, place.lane) is None:
        return NotAllowed()
    if refusal := refusal_of_text(post.client_id, post.text):
        return refusal
    if place.is_sealed:
        return NotYourTurn(_("This conversation is closed."))
    return Written(
        room_id=post.room_id,
        client_id=post.client_id,
        side=participant.side,
        sender_id=post.actor.person,
        sender_ref=post.actor.ref,
        sender_label=place.label(post.actor, participant),
        text=post.text,
        shown=masked(post.text),
        sha256=digest(post.text),
        sent_at=now,
    )


def _entry(text: Written | Message, lane: str) -> Entry:
    return Entry(
        text.room_id,
        lane,
        text.sequence,
        "text",
        text.side,
        text.sender_id,
        text.client_id,
        text.sender_label,
        text.shown,
        "",
        {},
        text.sent_at,
    )
