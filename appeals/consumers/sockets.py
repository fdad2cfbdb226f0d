"""One reviewer who watches the queue. What does not belong here: when something is pushed (hub)."""

import asyncio

from accounts.consumers.sockets import Leavable
from accounts.consumers.sockets import Socket as AnySocket
from accounts.queries import Door
from appeals.queries import QueueStanding
from casework.actor import Actor


class Socket(AnySocket):
    """One listener. `told` is how their queue stands as far as they were told."""

    __slots__ = ("told",)

    def __init__(
        self, hub: Leavable, door: Door, actor: Actor, told: QueueStanding, loop: asyncio.AbstractEventLoop
    ) -> None:
        super().__init__(hub, door, actor, loop)
        self.told = told
