"""One listener with its bounded queue, and one lane with its listeners in this process.

What does not belong here: when something is pushed, and to whom (hub).
"""

import asyncio
from collections import deque
from typing import Protocol

from accounts.queries import Door
from casework.actor import Actor
from disputes.lanes import Seat

QUEUE_MOST = 256  # frames; a socket that lets more pile up is closed, and can resume
SILENT, NOT_ALLOWED, NO_ROOM, TOO_SLOW, ABUSE = 4401, 4403, 4404, 4408, 1008


class Leavable(Protocol):
    """What a socket that is shown out is taken from."""

    def leave(self, socket: "Socket") -> None: ...


class Socket:
    """One listener in one room. `cursor` is the last entry it was handed; while `is_live`, nothing is missing."""

    __slots__ = (
        "actor", "catching_up", "close_code", "cursor", "door", "frames_left", "frames_since", "is_held", "is_live",
        "is_side", "loop", "queue", "read_to", "room", "seat", "typed_at", "user_id", "waiter",
    )  # fmt: skip

    def __init__(self, room: "Room", door: Door, actor: Actor, seat: Seat, loop: asyncio.AbstractEventLoop) -> None:
        self.room, self.door, self.actor, self.seat, self.loop = room, door, actor, seat, loop
        self.user_id = actor.person
        self.is_side = seat.role != "mediator"
        self.queue: deque[str] = deque()
        self.waiter: asyncio.Future[None] | None = None
        self.cursor = room.head
        self.is_live, self.is_held = False, True
        self.read_to: int | None = None
        self.catching_up: asyncio.Task[None] | None = None
        self.close_code = 0
        self.typed_at = 0.0
        self.frames_left, self.frames_since = 0.0, 0.0

    def push(self, text: str) -> None:
        """The frame is queued; a socket that is full is closed instead, and told so."""
        if self.close_code:
            return
        if len(self.queue) >= QUEUE_MOST:
            self.kick(TOO_SLOW)
            return
        self.queue.append(text)
        waiter = self.waiter
        if waiter is not None:
            self.waiter = None
            if not waiter.done():
                waiter.set_result(None)

    def push_if_room(self, text: str) -> None:
        """As `push`, for what may be missed: presence, typing, how far somebody has read."""
        if len(self.queue) < QUEUE_MOST // 2:
            self.push(text)

    def kick(self, code: int) -> None:
        """Nothing more is pushed, and the socket is closed with this code."""
        if self.close_code:
            return
        self.close_code = code
        self.queue.clear()
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)
        self.waiter = None
        self.room.hub.leave(self)


class Room:
    """One lane with sockets in this process. `head` is how far all live sockets are, `wanted` how far the table is."""

    __slots__ = ("dispute_id", "head", "hub", "id", "lane", "others", "sockets", "told", "wanted")

    def __init__(self, hub: Leavable, room_id: int, dispute_id: int, lane: str, head: int) -> None:
        self.hub, self.id, self.dispute_id, self.lane = hub, room_id, dispute_id, lane
        self.head = self.wanted = head
        self.sockets: set[Socket] = set()
        self.others: dict[str, tuple[frozenset[str], float]] = {}  # process: (roles there, until when that is true)
        self.told: frozenset[str] = frozenset()

    def local_roles(self) -> frozenset[str]:
        return frozenset(socket.seat.role for socket in self.sockets)

    def roles(self, at: float) -> frozenset[str]:
        """Who is present, in whichever process."""
        elsewhere = [roles for roles, until in self.others.values() if until > at]
        return self.local_roles().union(*elsewhere)
