"""What every hub does: one a process for each kind of socket, which looks again at who may listen, and hints.

Permission is asked for everybody at once, every two seconds and whenever somebody loses something; on an older look
nothing is pushed. Between processes go hints alone. What does not belong here: what is pushed (each app's own hub),
and hints of threads and processes without sockets (relay).
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
from accounts.consumers.threads import Readers

logger = logging.getLogger(__name__)

HEARTBEAT = 10  # seconds between two heartbeats of a socket
RECHECK = 2.0  # seconds between two looks at who may still listen
STALE = 4.0  # seconds after the last such look at which nothing more is pushed


class Hub[S: Socket](ABC):
    """See the module. All methods run in its loop but `tell`, `recheck` and `published`."""

    def __init__(self, group: str, layer: Any, *, steps: Iterable[Callable[[], Any]], threads: int) -> None:
        self.loop = asyncio.get_running_loop()
        self.group, self.name = group, secrets.token_hex(8)
        self.readers = Readers(group, threads)
        self.checked_at = self.loop.time()
        self.layer = None if layer is None or isinstance(layer, InMemoryChannelLayer) else layer
        self._to_tell: defaultdict[str, dict[Any, Any]] = defaultdict(dict)
        self._tell, self._recheck = asyncio.Event(), asyncio.Event()
        self._tasks = {
            self.loop.create_task(self._forever(work))
            for work in (*steps, self._check_everybody, self._publish, self._subscribe)
        }

    async def close(self) -> None:
        """Every socket is told to come back, and the threads end."""
        for socket in self.listeners():
            socket.kick(1012)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.stop()

    def stop(self) -> None:
        """The threads end once they have done what was queued."""
        self.readers.stop()

    def join_threads(self) -> None:
        """After `stop`: they have ended, and their connections with them."""
        self.readers.join()

    # — what each kind of hub says for itself —

    @abstractmethod
    def listeners(self) -> list[S]:
        """Every open socket."""

    @abstractmethod
    async def look_at(self, sockets: Sequence[S]) -> None:
        """Who may listen no more has been shown out, and each other socket has its actor as of now."""

    @abstractmethod
    def heard(self, what: str, key: int, value: Any, sender: str) -> None:
        """A hint from this process (no `sender`) or from another. Whatever it says, the table is read."""

    def looked_at(self, sockets: Sequence[S]) -> None:  # noqa: B027  nothing, where nothing was held back
        """What was held back for that look may go on."""

    # — from other threads —

    def tell(self, what: str, hints: Mapping[int, Any]) -> None:
        """Hints, as some command of this process gives them; other processes hear of them too."""
        self._from_outside(self._tell_everywhere, what, hints)

    def recheck(self) -> None:
        """Somebody may do less than before."""
        self._from_outside(self._recheck_everywhere)

    def _from_outside(self, call: Callable[..., None], *arguments: Any) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(call, *arguments)

    def _tell_everywhere(self, what: str, hints: Mapping[int, Any]) -> None:
        for key, value in hints.items():
            self.publish_soon(what, key, value)
            self.heard(what, key, value, "")

    def _recheck_everywhere(self) -> None:
        self.publish_soon("recheck", 0, 0)
        self.recheck_soon()

    # — who may listen —

    def is_fresh(self) -> bool:
        """Whether the last look at who may listen is young enough to push on."""
        return self.loop.time() - self.checked_at < STALE

    def recheck_soon(self) -> None:
        self._recheck.set()

    async def _check_everybody(self) -> None:
        """Every socket's standing is looked at anew, every two seconds at least; who lost theirs is shown out."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._recheck.wait(), RECHECK)
        self._recheck.clear()
        sockets = self.listeners()
        started = self.loop.time()
        if sockets:
            await self.look_at(sockets)
        self.checked_at = started
        self.looked_at(sockets)
        await asyncio.sleep(0.2)  # however many hints come

    # — between processes: one group, hints only —

    def publish_soon(self, what: str, key: int, value: Any) -> None:
        """The other processes' hubs hear of it; of several for one key, of the last."""
        if self.layer is not None:
            self._to_tell[what][key] = value
            self._tell.set()

    async def _publish(self) -> None:
        await self._tell.wait()
        self._tell.clear()
        told = {what: list(values.items()) for what, values in self._to_tell.items() if values}
        self._to_tell.clear()
        if self.layer is not None and told:
            await self.layer.group_send(self.group, message_of(self.name, told))
            await asyncio.sleep(0.002)  # what comes together goes together

    async def _subscribe(self) -> None:
        if self.layer is None:
            await asyncio.Event().wait()
            return
        channel = await self.layer.new_channel()
        await self.layer.group_add(self.group, channel)
        try:
            while True:
                self.published(await self.layer.receive(channel))
        finally:
            await self.layer.group_discard(self.group, channel)

    def published(self, message: Mapping[str, Any]) -> None:
        """Another process's hints have been heard."""
        sender = str(message.get("from"))
        if sender == self.name:
            return
        for what, pairs in message.get("told", {}).items():
            if what == "recheck":
                self.recheck_soon()
                continue
            for key, value in pairs:
                self.heard(what, int(key), value, sender)

    async def _forever(self, work: Callable[[], Any]) -> None:
        """The step again and again; one that fails is told and tried again after a moment."""
        while True:
            try:
                await work()
            except asyncio.CancelledError:
                raise
            except Exception:
                logger.exception("a step of the hub %s failed", self.group)
                await asyncio.sleep(0.5)


def message_of(name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Hints as they go through the channel layer."""
    return {"type": "hub.hint", "from": name, "told": dict(told)}
