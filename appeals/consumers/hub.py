"""One hub per process: whoever watches the queue is told what changed of what they may see, and how it stands.

A hint names a case that something happened to. The cases named meanwhile are read together, once for all who watch,
and with them anew who stands behind each door: each frame goes to somebody whose permission, and whose independence in
that very case, was just asked. With each heartbeat the queue is read without a hint, so that none is missed for long.
What does not belong here: who sees which case (queries), what frames look like (frames).
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from accounts.consumers import hubs
from accounts.consumers.doors import standing_behind
from accounts.consumers.frames import heartbeat
from accounts.consumers.relay import Relay
from accounts.consumers.sockets import NOT_ALLOWED, SILENT
from accounts.queries import Door
from appeals.consumers import frames
from appeals.consumers.sockets import Socket
from appeals.policies import may_see_queue
from appeals.queries import QueueChange, QueueStanding, changes_for, lapsed_between, queues_of
from casework import clock
from casework.actor import Actor

CHANGES = "changes"
PAUSE = 0.25  # seconds between two looks, however many hints come


class Hub(hubs.Hub[Socket]):
    """See the module."""

    def __init__(self, group: str, layer: Any) -> None:
        self.sockets: set[Socket] = set()
        self._stood: dict[int, str] = {}  # cases to read: where each stood when the first hint of it came
        self._wake = asyncio.Event()
        self._beaten_at = 0.0
        self._leases_seen_to: datetime | None = None
        super().__init__(group, layer, steps=(self._push_news,), threads=2)

    def listeners(self) -> list[Socket]:
        return list(self.sockets)

    def join(self, door: Door, actor: Actor, told: QueueStanding) -> Socket:
        """A reviewer watches, and is told how their queue stands."""
        socket = Socket(self, door, actor, told, self.loop)
        self.sockets.add(socket)
        socket.push(frames.queue(told))
        self._wake.set()  # whatever came between that look and now
        return socket

    def leave(self, socket: Socket) -> None:
        """Nothing is pushed to the socket any more."""
        self.sockets.discard(socket)

    def heard(self, what: str, key: int, value: Any, sender: str) -> None:
        """Something happened to a case, which stood there before."""
        if what == CHANGES and self.sockets:
            self._stood.setdefault(key, str(value))
            self._wake.set()

    async def look_at(self, sockets: Sequence[Socket]) -> None:
        doors = {socket.door for socket in sockets}
        actors = await self.readers.run(lambda: standing_behind(doors))
        for socket in sockets:
            self._is_let_stay(socket, actors)

    def _is_let_stay(self, socket: Socket, actors: Mapping[Door, Actor]) -> bool:
        actor = actors.get(socket.door)
        if actor is None:
            socket.kick(SILENT)
        elif may_see_queue(actor) is not None:
            socket.kick(NOT_ALLOWED)
        else:
            socket.actor = actor
        return not socket.close_code

    async def _push_news(self) -> None:
        """Everybody has been told what changed since the last look, and with each heartbeat how their queue stands."""
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
        started, doors = self.loop.time(), {socket.door for socket in sockets}
        try:
            news = await self.readers.run(lambda: _news(doors, stood, self._leases_seen_to))
            if self.loop.time() - started >= hubs.STALE:
                raise TimeoutError("the look at the queue took too long to push what it found")
        except Exception:
            self._stood |= stood  # where they stood before all that
            self._wake.set()
            raise
        self._leases_seen_to = news.at
        for socket in sockets:
            if self._is_let_stay(socket, news.actors):
                self._tell_reviewer(socket, news, is_beat=is_beat)
        if is_beat:
            self._beaten_at = started
        await asyncio.sleep(PAUSE)

    def _tell_reviewer(self, socket: Socket, news: "News", *, is_beat: bool) -> None:
        person = socket.actor.person
        for change in news.changes.get(person, ()):
            socket.push(frames.change(change))
        standing = news.queues[person]
        if standing != socket.told:
            socket.told = standing
            socket.push(frames.queue(standing))
        if is_beat:
            socket.push(heartbeat(standing.head))


QUEUE: Relay[Hub] = Relay("review-queue", Hub)


class News(NamedTuple):
    """One look: who is there, what changed for each, how each one's queue stands."""

    at: datetime
    actors: dict[Door, Actor]
    changes: dict[int, list[QueueChange]]
    queues: dict[int, QueueStanding]


def _news(doors: set[Door], stood: Mapping[int, str], leases_seen_to: datetime | None) -> News:
    now = clock.now()
    actors = standing_behind(doors)
    reviewers = [actor for actor in actors.values() if may_see_queue(actor) is None]
    lapsed = lapsed_between(leases_seen_to, now) if leases_seen_to is not None else []
    cases = dict.fromkeys(lapsed, "mine") | dict(stood)
    return News(now, actors, changes_for(reviewers, cases, now=now), queues_of(reviewers, now=now))
