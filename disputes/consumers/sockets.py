"""One listener in a room, and one lane with its listeners in this process."""

import asyncio

from accounts.consumers.sockets import Socket as AnySocket
from accounts.consumers.sockets import SocketOwner
from accounts.queries import Credential
from casework.actor import Actor
from disputes.participants import Participant


class Socket(AnySocket):
    """One listener in one room. `cursor` is the last entry it was handed; while `is_live`, nothing is missing."""

    __slots__ = (
        "catching_up",
        "cursor",
        "is_held",
        "is_live",
        "is_side",
        "participant",
        "read_to",
        "room",
        "typed_at",
        "user_id",
    )  # fmt: skip

    def __init__(
        self,
        room: "Room",
        credential: Credential,
        actor: Actor,
        participant: Participant,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(room.hub, credential, actor, loop)
        self.room, self.participant = room, participant
        self.user_id = actor.person
        self.is_side = participant.role != "mediator"
        self.cursor = room.head
        self.is_live, self.is_held = False, True
        self.read_to: int | None = None
        self.catching_up: asyncio.Task[None] | None = None
        self.typed_at = 0.0


class Room:
    """One lane with sockets in this process. `head` is how far all live sockets are, `wanted` how far the table is."""

    __slots__ = ("dispute_id", "head", "hub", "id", "lane", "others", "pushed", "sockets", "wanted")

    def __init__(self, hub: SocketOwner, room_id: int, dispute_id: int, lane: str, head: int) -> None:
        self.hub, self.id, self.dispute_id, self.lane = hub, room_id, dispute_id, lane
        self.head = self.wanted = head
        self.sockets: set[Socket] = set()
        self.others: dict[str, tuple[frozenset[str], float]] = {}  # process: (roles there, until when that is true)
        self.pushed: frozenset[str] = frozenset()

    def local_roles(self) -> frozenset[str]:
        return frozenset(socket.participant.role for socket in self.sockets)

    def roles(self, at: float) -> frozenset[str]:
        """Who is present, in whichever process."""
        elsewhere = [roles for roles, until in self.others.values() if until > at]
        return self.local_roles().union(*elsewhere)
