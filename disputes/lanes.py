"""Who sits where in a room, which of its streams they read, and how one entry looks to each of them.

What does not belong here: reading and writing entries, and sockets.
"""

import functools
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol, cast

from casework.actor import Actor
from casework.ledger import moment
from disputes.models import Dispute, EntryKind
from disputes.policies import OVERSEES, answers_for_platform, is_between_the_sides, is_mediator, side_of
from disputes.words import Lane, Side

PRIVATE = "private"
"""What a party calls its own lane with the mediator, whichever side it is."""
MEDIATOR = "mediator"
_SIDES = (Side.CLAIMANT, Side.RESPONDENT)


class Seated(Protocol):
    """What a seat is found by: a dispute, or the same columns without the rest of it."""

    @property
    def claimant_id(self) -> int: ...
    @property
    def respondent_id(self) -> int | None: ...
    @property
    def mediator_id(self) -> int | None: ...
    @property
    def client_id(self) -> int | None: ...


class Seats(NamedTuple):
    """The columns of a dispute that say who talks in it."""

    claimant_id: int
    respondent_id: int | None
    mediator_id: int | None
    client_id: int | None


class Seat(NamedTuple):
    """From where somebody speaks: `role` is shown to everybody, `side` is what the entry carries."""

    role: str
    side: Side


def seat_of(actor: Actor, dispute: Seated) -> Seat | None:
    """The seat of somebody who may talk here: one of the two sides' people, or the mediator who holds the dispute."""
    row = cast(Dispute, dispute)  # the policies ask no more of it than `Seated` has
    if is_mediator(actor, row):
        return Seat(MEDIATOR, Side.PLATFORM)
    side = side_of(actor, row)
    return Seat(side.value.lower(), side) if side in _SIDES else None


def lane_of(seat: Seat, asked: str) -> Lane | None:
    """The lane that goes by this name for somebody on this seat; None for one that is not theirs to know of."""
    if asked == Lane.BOTH:
        return Lane.BOTH
    if seat.role == MEDIATOR:
        return Lane(asked) if asked in Lane.values else None
    own = Lane(seat.role)
    return own if asked in (PRIVATE, own) else None


def lane_read_by(actor: Actor, dispute: Dispute, asked: str) -> Lane | None:
    """As `lane_of`, and for who may see the dispute without a seat: overseers and former mediators read every lane.

    Not who answers for the platform as the other side: the claimant's lane is no more theirs than any respondent's.
    """
    seat = seat_of(actor, dispute)
    if seat is not None:
        return lane_of(seat, asked)
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
    """Who speaks, as everybody reads it."""
    return MEDIATOR if side == Side.PLATFORM else side.lower()


@functools.lru_cache(maxsize=256)
def written_moment(at: datetime) -> str:
    """As `casework.ledger.moment`; messages of one commit share theirs."""
    return moment(at)


def picture_of(entry: Entry, *, mine: bool, is_side: bool) -> dict[str, Any]:
    """The entry as an object of the API and of the socket, for its author or for somebody else.

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
        "lane": entry.lane,
        "kind": entry.kind,
        "mine": mine,
    }
    if entry.recalls is not None:
        picture["recalls"] = entry.recalls
    if entry.recalled is not None:
        picture["recalled"] = entry.recalled
    return picture
