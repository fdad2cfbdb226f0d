"""The base of the hubs: one a process for each kind of socket. It authorises its sockets anew, and takes invalidations.

Everybody's permission is asked at once, every two seconds and whenever somebody loses something; on an older answer
nothing is pushed. Between processes go invalidations alone.
"""

import asyncio
import contextlib
import logging
import secrets
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from channels.layers import InMemoryChannelLayer

from accounts.consumers.sockets import Socket
from accounts.consumers.threads import DatabaseThreads

logger = logging.getLogger(__name__)

HEARTBEAT = 10  # seconds between two heartbeats of a socket
REAUTHORISE_EVERY = 2.0  # seconds between two authorisations of all sockets
STALE = 4.0  # seconds after the last one at which nothing more is pushed


class Hub[S: Socket](ABC):
    """The base of the hubs. All methods run in its loop but `publish` and `request_reauthorisation`."""

    def __init__(self, group: str, layer: Any, *, steps: Iterable[Callable[[], Any]], threads: int) -> None:
        self.loop = asyncio.get_running_loop()
        self.group, self.name = group, secrets.token_hex(8)
        self.database = DatabaseThreads(group, threads)
        self.authorised_at = self.loop.time()
        self.layer = None if layer is None or isinstance(layer, InMemoryChannelLayer) else layer
        self._outgoing: defaultdict[str, dict[Any, Any]] = defaultdict(dict)
        self._has_outgoing, self._reauthorisation_due = asyncio.Event(), asyncio.Event()
        self._tasks = {
            self.loop.create_task(self._forever(work))
            for work in (*steps, self._reauthorise_everybody, self._send_outgoing, self._subscribe)
        }

    async def close(self) -> None:
        """Closes every socket with 1012 (service restart) and ends the threads."""
        for socket in self.listeners():
            socket.kick(1012)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.stop()

    def stop(self) -> None:
        """Ends the threads once they have done what was queued."""
        self.database.stop()

    def join_threads(self) -> None:
        """Waits, after `stop`, until the threads and their connections have ended."""
        self.database.join()

    # — what each kind of hub says for itself —

    @abstractmethod
    def listeners(self) -> list[S]:
        """Every open socket."""

    @abstractmethod
    async def reauthorise(self, sockets: Sequence[S]) -> None:
        """Resolves the actor of every socket anew, and closes a socket whose actor may listen no more."""

    @abstractmethod
    def on_message(self, what: str, key: int, value: Any, sender: str) -> None:
        """Handles an invalidation from this process (no `sender`) or another. Whatever it says, the table is read."""

    def reauthorised(self, sockets: Sequence[S]) -> None:  # noqa: B027  nothing, where nothing was held back
        """Called once these sockets are authorised anew: pushes what was held back until then."""

    # — from other threads —

    def publish(self, what: str, values: Mapping[int, Any]) -> None:
        """Takes an invalidation from a command of this process and sends it to the other processes too."""
        self._from_outside(self._publish_everywhere, what, values)

    def request_reauthorisation(self) -> None:
        """Asks for every socket to be authorised anew, since somebody may do less than before."""
        self._from_outside(self._reauthorise_everywhere)

    def _from_outside(self, call: Callable[..., None], *arguments: Any) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(call, *arguments)

    def _publish_everywhere(self, what: str, values: Mapping[int, Any]) -> None:
        for key, value in values.items():
            self.publish_soon(what, key, value)
            self.on_message(what, key, value, "")

    def _reauthorise_everywhere(self) -> None:
        self.publish_soon("reauthorise", 0, 0)
        self.reauthorise_soon()

    # — who may listen —

    def is_fresh(self) -> bool:
        """Whether the last authorisation of all sockets is young enough to push on."""
        return self.loop.time() - self.authorised_at < STALE

    def reauthorise_soon(self) -> None:
        self._reauthorisation_due.set()

    async def _reauthorise_everybody(self) -> None:
        """Authorises every socket anew, every two seconds at least, and closes those whose actor lost the right."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._reauthorisation_due.wait(), REAUTHORISE_EVERY)
        self._reauthorisation_due.clear()
        sockets = self.listeners()
        started = self.loop.time()
        if sockets:
            await self.reauthorise(sockets)
        self.authorised_at = started
        self.reauthorised(sockets)
        await asyncio.sleep(0.2)  # however many requests come

    # — between processes: one group, invalidations only —

    def publish_soon(self, what: str, key: int, value: Any) -> None:
        """Sends an invalidation to the other processes' hubs; of several for one key, the last."""
        if self.layer is not None:
            self._outgoing[what][key] = value
            self._has_outgoing.set()

    async def _send_outgoing(self) -> None:
        await self._has_outgoing.wait()
        self._has_outgoing.clear()
        outgoing = {what: list(values.items()) for what, values in self._outgoing.items() if values}
        self._outgoing.clear()
        if self.layer is not None and outgoing:
            await self.layer.group_send(self.group, message_of(self.name, outgoing))
            await asyncio.sleep(0.002)  # what comes together goes together

    async def _subscribe(self) -> None:
        if self.layer is None:
            await asyncio.Event().wait()
            return
        channel = await self.layer.new_channel()
        await self.layer.group_add(self.group, channel)
        try:
            while True:
                self.receive(await self.layer.receive(channel))
        finally:
            await self.layer.group_discard(self.group, channel)

    def receive(self, message: Mapping[str, Any]) -> None:
        """Handles invalidations from other processes."""
        sender = str(message.get("from"))
        if sender == self.name:
            return
        for what, pairs in message.get("changes", {}).items():
            if what == "reauthorise":
                self.reauthorise_soon()
                continue
            for key, value in pairs:
                self.on_message(what, int(key), value, sender)

    async def _forever(self, work: Callable[[], Any]) -> None:
        """Repeats the step; one that fails is logged and tried again after a moment."""
        while True:
            try:
                await work()
            except asyncio.CancelledError:
                raise
            except Exception:
                logger.exception("a step of the hub %s failed", self.group)
                await asyncio.sleep(0.5)


def message_of(name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Returns invalidations as they go through the channel layer."""
    return {"type": "hub.message", "from": name, "changes": dict(changes)}
