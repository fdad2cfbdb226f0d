"""One hub per process: pushes to each reviewer who watches the queue what changed of what they may see, and a summary.

An invalidation names a case that something happened to. The cases named meanwhile are read together, once for all who
watch, and with them anew the actor of each credential: each frame goes to somebody whose permission, and whose
independence in that very case, was just asked. With each heartbeat the queue is read without one, so that none is
missed for long.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from accounts.consumers import hubs
from accounts.consumers.authentication import current_actors
from accounts.consumers.frames import heartbeat
from accounts.consumers.publisher import Publisher
from accounts.consumers.sockets import NOT_ALLOWED, NOT_SIGNED_IN
from accounts.queries import Credential
from appeals.consumers import frames
from appeals.consumers.sockets import Socket
from appeals.policies import may_see_queue
from appeals.queries import QueueChange, QueueSummary, changes_for, lapsed_between, queues_of
from casework import clock
from casework.actor import Actor

CHANGES = "changes"
PAUSE = 0.25  # seconds between two readings, however many invalidations come


class Hub(hubs.Hub[Socket]):
    """The hub of the review queue's sockets."""

    def __init__(self, group: str, layer: Any) -> None:
        self.sockets: set[Socket] = set()
        self._stood: dict[int, str] = {}  # cases to read: where each stood when it was first invalidated
        self._wake = asyncio.Event()
        self._beaten_at = 0.0
        self._leases_seen_to: datetime | None = None
        super().__init__(group, layer, steps=(self._push_news,), threads=2)

    def listeners(self) -> list[Socket]:
        return list(self.sockets)

    def join(self, credential: Credential, actor: Actor, summary: QueueSummary) -> Socket:
        """Adds a reviewer who watches, and pushes the summary of their queue."""
        socket = Socket(self, credential, actor, summary, self.loop)
        self.sockets.add(socket)
        socket.push(frames.queue(summary))
        self._wake.set()  # whatever came between reading the summary and now
        return socket

    def leave(self, socket: Socket) -> None:
        """Removes the socket; nothing is pushed to it any more."""
        self.sockets.discard(socket)

    def on_message(self, what: str, key: int, value: Any, sender: str) -> None:
        """Handles an invalidation: something happened to a case, which was on that tab before."""
        if what == CHANGES and self.sockets:
            self._stood.setdefault(key, str(value))
            self._wake.set()

    async def reauthorise(self, sockets: Sequence[Socket]) -> None:
        credentials = {socket.credential for socket in sockets}
        actors = await self.database.run(lambda: current_actors(credentials))
        for socket in sockets:
            self._is_authorised(socket, actors)

    def _is_authorised(self, socket: Socket, actors: Mapping[Credential, Actor]) -> bool:
        actor = actors.get(socket.credential)
        if actor is None:
            socket.kick(NOT_SIGNED_IN)
        elif may_see_queue(actor) is not None:
            socket.kick(NOT_ALLOWED)
        else:
            socket.actor = actor
        return not socket.close_code

    async def _push_news(self) -> None:
        """Pushes to everybody what changed since the last reading, and with each heartbeat the summary."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), 1.0)
        is_beat = self.loop.time() - self._beaten_at >= hubs.HEARTBEAT
        sockets = self.listeners()
        if not sockets:
            self._stood, self._leases_seen_to = {}, None
            self._wake.clear()
            return
        if not (is_beat or self._wake.is_set()):
            return
        self._wake.clear()
        stood, self._stood = self._stood, {}
        started, credentials = self.loop.time(), {socket.credential for socket in sockets}
        try:
            news = await self.database.run(lambda: _news(credentials, stood, self._leases_seen_to))
            if self.loop.time() - started >= hubs.STALE:
                raise TimeoutError("reading the queue took too long to push what it found")
        except Exception:
            self._stood |= stood  # where they stood before all that
            self._wake.set()
            raise
        self._leases_seen_to = news.at
        for socket in sockets:
            if self._is_authorised(socket, news.actors):
                self._push_to_reviewer(socket, news, is_beat=is_beat)
        if is_beat:
            self._beaten_at = started
        await asyncio.sleep(PAUSE)

    def _push_to_reviewer(self, socket: Socket, news: "QueueReading", *, is_beat: bool) -> None:
        person = socket.actor.person
        for change in news.changes.get(person, ()):
            socket.push(frames.change(change))
        summary = news.queues[person]
        if summary != socket.pushed:
            socket.pushed = summary
            socket.push(frames.queue(summary))
        if is_beat:
            socket.push(heartbeat(summary.head))


QUEUE: Publisher[Hub] = Publisher("review-queue", Hub)


class QueueReading(NamedTuple):
    """The result of one reading: who is there, what changed for each, and the counts of each one's queue."""

    at: datetime
    actors: dict[Credential, Actor]
    changes: dict[int, list[QueueChange]]
    queues: dict[int, QueueSummary]


def _news(credentials: set[Credential], stood: Mapping[int, str], leases_seen_to: datetime | None) -> QueueReading:
    now = clock.now()
    actors = current_actors(credentials)
    reviewers = [actor for actor in actors.values() if may_see_queue(actor) is None]
    lapsed = lapsed_between(leases_seen_to, now) if leases_seen_to is not None else {}
    cases = lapsed | dict(stood)
    return QueueReading(now, actors, changes_for(reviewers, cases, now=now), queues_of(reviewers, now=now))
