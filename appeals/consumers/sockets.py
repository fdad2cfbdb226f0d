"""One reviewer who watches the queue."""

import asyncio

from accounts.consumers.sockets import Socket as AnySocket
from accounts.consumers.sockets import SocketOwner
from accounts.queries import Credential
from appeals.queries import QueueSummary
from casework.actor import Actor


class Socket(AnySocket):
    """One listener. `pushed` is the summary of their queue that was last pushed."""

    __slots__ = ("pushed",)

    def __init__(
        self,
        hub: SocketOwner,
        credential: Credential,
        actor: Actor,
        pushed: QueueSummary,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(hub, credential, actor, loop)
        self.pushed = pushed
