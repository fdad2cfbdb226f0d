"""One open socket: its bounded queue of frames, what it may send, and its life from handshake to close."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, Self

from django.conf import settings

from accounts.consumers import frames
from accounts.consumers.frames import BadFrame
from accounts.queries import Credential
from casework.actor import Actor
from casework.errors import CaseError

logger = logging.getLogger(__name__)

MAX_QUEUE = 256  # frames; a socket that lets more pile up is closed, and can come back
FRAMES_PER_MESSAGE = 6  # typing, read and resume beside each message, at the very most
NOT_SIGNED_IN, NOT_ALLOWED, NOT_FOUND, TOO_SLOW, BAD_TICKET, TOO_MANY, ABUSE = 4401, 4403, 4404, 4408, 4410, 4429, 1008

OPEN: dict[int, list["Socket"]] = {}
"""The sockets of each person in this process, the oldest first."""


type Frame = dict[str, Any]


class SocketOwner(Protocol):
    """The hub as a socket knows it: what a closed socket is removed from. `group` names its kind."""

    group: str

    def leave(self, socket: Any) -> None: ...


class Socket:
    """One open socket, with its credential and the actor of that credential as last resolved."""

    __slots__ = ("actor", "close_code", "credential", "frames_left", "frames_since", "hub", "loop", "queue", "waiter")

    def __init__(self, hub: SocketOwner, credential: Credential, actor: Actor, loop: asyncio.AbstractEventLoop) -> None:
        self.hub, self.credential, self.actor, self.loop = hub, credential, actor, loop
        self.queue: deque[str] = deque()
        self.waiter: asyncio.Future[None] | None = None
        self.close_code = 0
        self.frames_left, self.frames_since = 0.0, 0.0

    def push(self, text: str) -> None:
        """Queues the frame; a socket whose queue is full is closed with 4408 instead."""
        if self.close_code:
            return
        if len(self.queue) >= MAX_QUEUE:
            self.kick(TOO_SLOW)
            return
        self.queue.append(text)
        waiter = self.waiter
        if waiter is not None:
            self.waiter = None
            if not waiter.done():
                waiter.set_result(None)

    def push_if_room(self, text: str) -> None:
        """As `push`, for what may be missed."""
        if len(self.queue) < MAX_QUEUE // 2:
            self.push(text)

    def kick(self, code: int) -> None:
        """Pushes nothing more and closes the socket with this code."""
        if self.close_code:
            return
        self.close_code = code
        self.queue.clear()
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)
        self.waiter = None
        self.hub.leave(self)

    def may_send(self) -> bool:
        """Whether one frame more is not too many."""
        at = self.loop.time()
        burst = float(settings.ROOM_MESSAGES_AT_ONCE * FRAMES_PER_MESSAGE)
        rate = settings.ROOM_MESSAGES_A_SECOND * FRAMES_PER_MESSAGE
        left = burst if not self.frames_since else self.frames_left + (at - self.frames_since) * rate
        self.frames_left, self.frames_since = min(burst, left) - 1, at
        return self.frames_left >= 0

    async def run(self, receive: Any, send: Any, understood: Callable[[Self, Frame], Awaitable[None]]) -> None:
        """Sends and receives frames until one end closes; then leaves the hub.

        Where the person has too many open, the oldest gives way: on a flapping network it is one that nobody reads.
        """
        person = self.actor.person
        mine = OPEN.setdefault(person, [])
        mine.append(self)
        if len(mine) > settings.SOCKETS_PER_PERSON:
            mine.pop(0).kick(TOO_MANY)
        writing = asyncio.create_task(self._write(send))
        try:
            await self._listen(receive, understood)
        finally:
            self.hub.leave(self)
            if not self.close_code:
                writing.cancel()
            if self in mine:
                mine.remove(self)
            if not mine:
                OPEN.pop(person, None)
            await asyncio.gather(writing, return_exceptions=True)

    async def _write(self, send: Any) -> None:
        """Sends what is queued, in order, as fast as the other end takes it; a close code goes out last."""
        queue = self.queue
        try:
            while True:
                while queue and not self.close_code:
                    await send({"type": "websocket.send", "text": queue.popleft()})
                if self.close_code:
                    await send({"type": "websocket.close", "code": self.close_code})
                    return
                self.waiter = self.loop.create_future()
                await self.waiter
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001  mostly the other end is gone; servers raise different things
            self.kick(1011)
            with contextlib.suppress(Exception):  # if it is still there, it hears no more and must know
                await send({"type": "websocket.close", "code": 1011})

    async def _listen(self, receive: Any, understood: Callable[[Self, Frame], Awaitable[None]]) -> None:
        while True:
            event = await receive()
            if event["type"] != "websocket.receive" or self.close_code:
                if event["type"] == "websocket.disconnect":
                    return
                continue
            if not self.may_send():
                self.push(frames.error("too-many-requests", retry_after=1))
                await asyncio.sleep(0)
                self.kick(ABUSE)
                continue
            try:
                await understood(self, frames.parsed(event.get("text")))
            except BadFrame as bad:
                self.push(frames.error(bad.code, reason=bad.reason))
            except CaseError as refusal:
                self.push(frames.refusal(refusal))
            except Exception:
                logger.exception("a frame could not be carried out")
                self.push(frames.error("unavailable", retry_after=1))
