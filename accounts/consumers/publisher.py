"""Publishes invalidations from any thread or process to the hubs of one kind, through the channel layer where needed.

An invalidation says which object to read again. Publishing never raises: the command has committed, and a lost
invalidation is found by the hub's next heartbeat. What does not belong here: what a hub does with one.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from accounts.consumers.hubs import Hub, message_of

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


class Publisher[H: Hub[Any]]:
    """Publishes to the hubs of one kind. `hubs` are those that run in this process: one, except in tests."""

    def __init__(self, group: str, make: Callable[[str, Any], H]) -> None:
        self.group, self._make = group, make
        self.hubs: set[H] = set()
        self._of_loop: dict[asyncio.AbstractEventLoop, H] = {}

    def hub(self) -> H:
        """The hub of the running loop, which is the process's one."""
        loop = asyncio.get_running_loop()
        if loop not in self._of_loop:
            for ended in [one for one in self._of_loop if one.is_closed()]:
                gone = self._of_loop.pop(ended)
                self.hubs.discard(gone)
                gone.stop()
            hub = self._of_loop[loop] = self._make(self.group, get_channel_layer())
            self.hubs.add(hub)
        return self._of_loop[loop]

    async def close_hub(self) -> None:
        """Ends the hub of the running loop, if there is one, with its threads."""
        hub = self._of_loop.pop(asyncio.get_running_loop(), None)
        if hub is not None:
            self.hubs.discard(hub)
            await hub.close()
            hub.join_threads()

    def publish(self, what: str, values: Mapping[int, Any]) -> None:
        """Publishes these values to every hub of this kind, by the key of the object."""
        if not self.hubs:
            self._send({what: [[key, value] for key, value in values.items()]})
        for hub in tuple(self.hubs):
            hub.publish(what, values)  # which publishes to the other processes

    def request_reauthorisation(self) -> None:
        """Asks every hub of this kind to authorise its sockets anew."""
        if not self.hubs:
            self._send({"reauthorise": [[0, 0]]})
        for hub in tuple(self.hubs):
            hub.request_reauthorisation()

    def _send(self, changes: dict[str, Any]) -> None:
        """Sends from a process without sockets, such as a worker, to those that have some."""
        try:
            layer = get_channel_layer()
            if layer is None or isinstance(layer, InMemoryChannelLayer):
                return
            sending = asyncio.run_coroutine_threadsafe(
                layer.group_send(self.group, message_of("", changes)), _running_loop()
            )
            sending.add_done_callback(
                lambda done: done.exception()
            )  # so that asyncio does not warn of an exception that was never retrieved
        except Exception:
            logger.exception("an invalidation was lost")


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="publisher", daemon=True).start()
        return _loop
