"""Reading a room: what an actor missed in a lane, and what sockets push to those whose permission is asked there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from casework.actor import Actor
from casework.errors import NotAllowed, NotFound, or_not_found
from disputes.choices import Lane, Side
from disputes.machine import FINAL
from disputes.models import Dispute, EntryKind, Message, ReadMark, Room
from disputes.participants import (
    Entry,
    Participant,
    ParticipantColumns,
    lane_of,
    lane_read_by,
    participant_for,
    picture_of,
)
from disputes.policies import visible_to

MAX_PAGE = 200
_ENTRY = (
    "room_id", "room__lane", "sequence", "kind", "side", "sender_id", "client_id", "sender_label", "shown",
    "event_type", "facts", "sent_at", "recalls__sequence", "recall__sequence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Admission:
    """One lane to listen to, from one participant; `head` is its newest number."""

    room_id: int
    dispute_id: int
    lane: Lane
    head: int
    participant: Participant


def with_unread(rows: QuerySet[Dispute], actor: Actor) -> QuerySet[Any]:
    """Each dispute with `unread`: how many messages of others, in the lanes where this actor may talk, lie behind how
    far they have read. 0 for whoever takes no part.
    """
    if actor.user_id is None:
        return rows.annotate(unread=Value(0))
    texts = _unread_texts(actor).filter(room__dispute=OuterRef("pk"))
    counted = texts.values("room__dispute").annotate(n=Count("pk")).values("n")
    return rows.annotate(unread=Coalesce(Subquery(counted), 0))


def unread_in(dispute: Dispute, actor: Actor) -> int:
    """As `with_unread`, which may have read it already."""
    one = dispute if hasattr(dispute, "unread") else with_unread(Dispute.objects.filter(pk=dispute.pk), actor).get()
    return int(one.unread)


def unread_of(person: Actor) -> tuple[int, int]:
    """How many messages they have not read in the disputes that are not over, and the key of the newest, or 0."""
    texts = _unread_texts(person).exclude(room__dispute__state__in=FINAL)
    found = texts.aggregate(count=Count("pk"), newest=Coalesce(Max("pk"), 0))
    return found["count"], found["newest"]


def _unread_texts(actor: Actor) -> QuerySet[Message]:
    at = "room__dispute__"
    claims, answers = (Q(**{f"{at}{name}__in": [*actor.parties]}) for name in ("claimant_id", "respondent_id"))
    for kind, pk, party in actor.cases:
        if kind == "dispute":
            claims |= Q(**{f"{at}pk": pk, f"{at}claimant_id": party})
            answers |= Q(**{f"{at}pk": pk, f"{at}respondent_id": party})
    talks = Q(**{f"{at}mediator_id": actor.user_id})
    talks |= Q(room__lane__in=(Lane.BOTH, Lane.CLAIMANT)) & claims
    talks |= Q(room__lane__in=(Lane.BOTH, Lane.RESPONDENT)) & answers
    marks = ReadMark.objects.filter(room=OuterRef("room"), user_id=actor.person).values("sequence")
    texts = Message.objects.filter(talks, kind=EntryKind.TEXT).exclude(sender_id=actor.person)
    return texts.filter(sequence__gt=Coalesce(Subquery(marks), 0)).order_by()


def written() -> QuerySet[Any, tuple[int, str, int]]:
    """Key, `dispute` and the key of the dispute of the entries of all rooms, for whoever is told of all of them."""
    return Message.objects.values_list("pk", Value(Dispute.KIND), "room__dispute_id")


def admission_to(actor: Actor, ref: str, lane: str) -> Admission:
    """The lane that goes by this name for the actor. Raises `NotFound`, and `NotAllowed` for who only looks on."""
    dispute = or_not_found(Dispute.objects.filter(visible_to(actor), ref=ref).first())
    participant = participant_for(actor, dispute)
    if participant is None:
        raise NotAllowed()
    named = lane_of(participant, lane)
    room = None if named is None else Room.objects.filter(dispute=dispute, lane=named).first()
    if named is None or room is None:
        raise NotFound()
    return Admission(room.pk, dispute.pk, named, room.head, participant)


def pictures_after(actor: Actor, ref: str, lane: str, after: int, limit: int = MAX_PAGE) -> list[dict[str, Any]]:
    """The entries of the lane behind number `after`, in order, at most `limit`, as sockets and the API show them.

    Raises `NotFound`, also for a lane that is not the actor's to read.
    """
    rows = lane_for(actor, ref, lane).filter(sequence__gt=after)[: max(0, min(limit, MAX_PAGE))]
    dispute = Dispute.objects.filter(visible_to(actor), ref=ref).first()
    participant = None if dispute is None else participant_for(actor, dispute)
    is_side = participant is not None and participant.side is not Side.PLATFORM
    return [
        picture_of(entry, mine=entry.sender_id is not None and entry.sender_id == actor.user_id, is_side=is_side)
        for entry in _entries(rows)
    ]


def read_marks_of(actor: Actor, ref: str, lane: str) -> dict[str, int]:
    """How far each side has read the lane, by the side's furthest reader. Raises `NotFound`."""
    marks: dict[str, int] = {}
    rows = ReadMark.objects.filter(room=_room_for(actor, ref, lane)).values_list("side", "sequence")
    for side, sequence in rows:
        marks[side] = max(sequence, marks.get(side, 0))
    return marks


def heads_of(room_ids: Sequence[int]) -> dict[int, int]:
    """The newest number of each room. For the process's own hub, which asks permission for every socket itself."""
    return dict(Room.objects.filter(pk__in=room_ids).values_list("pk", "head"))


def participants_of(dispute_ids: Sequence[int]) -> dict[int, ParticipantColumns]:
    """Who talks in each dispute at this moment. For the hub, as `heads_of`."""
    rows = Dispute.objects.filter(pk__in=dispute_ids)
    return {
        pk: ParticipantColumns(pk, *participants)
        for pk, *participants in rows.values_list("pk", "claimant_id", "respondent_id", "mediator_id", "client_id")
    }


def entries_behind(rooms: Mapping[int, int], *, limit: int) -> list[Entry]:
    """The entries of each room behind its given number, in order, `limit` in all. For the hub, as `heads_of`."""
    wanted = Q()
    for room_id, after in rooms.items():
        wanted |= Q(room_id=room_id, sequence__gt=after)
    return _entries(Message.objects.filter(wanted).order_by("room_id", "sequence")[:limit]) if rooms else []


def _room_for(actor: Actor, ref: str, lane: str) -> Room:
    dispute = Dispute.objects.filter(visible_to(actor), ref=ref).first()
    named = None if dispute is None else lane_read_by(actor, dispute, lane)
    return or_not_found(None if named is None else Room.objects.filter(dispute=dispute, lane=named).first())


def lane_for(actor: Actor, ref: str, lane: str) -> QuerySet[Message]:
    """The entries of the lane, in order. Raises `NotFound`."""
    return Message.objects.filter(room=_room_for(actor, ref, lane)).order_by("sequence")


def _entries(rows: QuerySet[Message]) -> list[Entry]:
    return [Entry(*row) for row in rows.values_list(*_ENTRY)]
