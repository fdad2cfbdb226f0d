"""The socket of the review queue, from handshake to close."""

from typing import Any

from accounts.consumers.authentication import authenticate
from accounts.consumers.frames import BadFrame
from accounts.consumers.sockets import Frame
from appeals.consumers.hub import QUEUE
from appeals.consumers.sockets import Socket
from appeals.policies import may_see_queue
from appeals.queries import QueueSummary, queues_of
from casework import clock
from casework.actor import Actor
from casework.errors import require


async def queue_socket(scope: Any, receive: Any, send: Any) -> None:
    """One socket from its handshake to its end."""
    hub = QUEUE.hub()
    admitted = await authenticate(scope, receive, send, hub.database, _queue_shown_to)
    if admitted is not None:
        await hub.join(*admitted).run(receive, send, _understood)


def _queue_shown_to(actor: Actor) -> QueueSummary:
    require(may_see_queue(actor))
    return queues_of([actor], now=clock.now())[actor.person]


async def _understood(socket: Socket, frame: Frame) -> None:
    """A reviewer has nothing to say here: cases are taken and given back over REST or on the page."""
    raise BadFrame("validation", "unknown-type")
