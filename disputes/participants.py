"""Who takes part in a room and as what, which of its lanes they read, and how one entry reads to each of them.

What does not belong here: reading and writing entries, and sockets.
"""

import functools
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol, cast

from casework.actor import Actor
from casework.clock import with_offset
from disputes.choices import Lane, Side
from disputes.models import Dispute, EntryKind
from disputes.policies import OVERSEES, answers_for_platform, is_between_the_sides, is_mediator, side_of

PRIVATE = "private"
"""What a party calls its own lane with the mediator, whichever side it is."""
MEDIATOR = "mediator"
AGENT_MARK = "（代理人）"
"""Stands behind the name of a side where an agent speaks for it; kept with the message, in the language of the law."""
_SIDES = (Side.CLAIMANT, Side.RESPONDENT)


class HasParticipants(Protocol):
    """The columns that say who takes part: a dispute, or the same columns without the rest of it."""

    @property
    def claimant_id(self) -> int: ...
    @property
    def respondent_id(self) -> int | None: ...
    @property
    def mediator_id(self) -> int | None: ...
    @property
    def client_id(self) -> int | None: ...
    @property
    def matter(self) -> tuple[str, int]: ...


class ParticipantColumns(NamedTuple):
    """The columns of a dispute that say who talks in it."""

    pk: int
    claimant_id: int
    respondent_id: int | None
    mediator_id: int | None
    client_id: int | None

    @property
    def matter(self) -> tuple[str, int]:
        return Dispute.KIND, self.pk


class Participant(NamedTuple):
    """As what somebody takes part: `role` is shown to everybody, `side` is what the entry carries."""

    role: str
    side: Side


def participant_for(actor: Actor, dispute: HasParticipants) -> Participant | None:
    """As what this actor may talk here: for one of the sides, or as the mediator who holds the dispute; else None."""
    row = cast(Dispute, dispute)  # the policies ask no more of it than `HasParticipants` has
    if is_mediator(actor, row):
        return Participant(MEDIATOR, Side.PLATFORM)
    side = side_of(actor, row)
    return Participant(side.value.lower(), side) if side in _SIDES else None


def lane_of(participant: Participant, asked: str) -> Lane | None:
    """Returns the lane that this participant means by the name; None for one that they must not know of."""
    if asked == Lane.BOTH:
        return Lane.BOTH
    if participant.role == MEDIATOR:
        return Lane(asked) if asked in Lane.values else None
    own = Lane(participant.role)
    return own if asked in (PRIVATE, own) else None


def lane_read_by(actor: Actor, dispute: Dispute, asked: str) -> Lane | None:
    """As `lane_of`, and for who sees the dispute but takes no part: overseers and former mediators read every lane.

    Not who answers for the platform as the other side: the claimant's lane is no more theirs than any respondent's.
    """
    participant = participant_for(actor, dispute)
    if participant is not None:
        return lane_of(participant, asked)
    if asked == Lane.BOTH:
        return Lane.BOTH
    if answers_for_platform(actor, dispute):
        return None
    return Lane(asked) if asked in Lane.values and actor.has_role(MEDIATOR, *OVERSEES) else None


class Entry(NamedTuple):
    """One entry of a lane as it is read, whoever reads it."""

    room_id: int
    lane: str
    sequence: int
    kind: str
    side: str
    sender_id: int | None
    client_id: str
    label: str
    shown: str
    event_type: str
    facts: Mapping[str, Any]
    sent_at: datetime
    recalls: int | None = None
    recalled: int | None = None


def role_of(side: str) -> str:
    """Returns who speaks, as everybody reads it."""
    return MEDIATOR if side == Side.PLATFORM else side.lower()


@functools.lru_cache(maxsize=256)
def written_moment(at: datetime) -> str:
    """As REST writes a time; messages of one commit share theirs."""
    return with_offset(at)


def picture_of(entry: Entry, *, mine: bool, is_side: bool) -> dict[str, Any]:
    """Returns the entry as an object of the API and of the socket, for its author or for somebody else.

    `client_id` comes back to its author alone: nobody else's choice of it can be taken for an echo. Offers are between
    the sides: whoever decides sees that the room counts on, and nothing of the wish to settle.
    """
    if entry.kind == EntryKind.EVENT:
        is_hidden = not is_side and is_between_the_sides(entry.event_type, entry.facts)
        return {
            "type": "event",
            "sequence": entry.sequence,
            "lane": entry.lane,
            "kind": entry.kind,
            "event": "dispute.between_the_sides" if is_hidden else entry.event_type,
            "facts": {} if is_hidden else entry.facts,
            "at": written_moment(entry.sent_at),
        }
    picture = {
        "type": "message",
        "sequence": entry.sequence,
        "client_id": entry.client_id if mine else "",
        "sender": entry.label,
        "role": role_of(entry.side),
        "side": entry.side,
        "text": "" if entry.recalled is not None else entry.shown,
        "sent_at": written_moment(entry.sent_at),
        "at": written_moment(entry.sent_at),
        "lane": entry.lane,
        "kind": entry.kind,
        "mine": mine,
    }
    if entry.recalls is not None:
        picture["recalls"] = entry.recalls
    if entry.recalled is not None:
        picture["recalled"] = entry.recalled
    return picture
