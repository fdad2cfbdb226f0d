"""From commands of any thread and process to the hubs: through this process's loop, or the channel layer.

What does not belong here: what a hub does with a hint. Nothing raises: the hint may be lost, and the command has
committed.
"""

import asyncio
import logging
import threading
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from disputes.consumers.hub import GROUP, HUBS, message_of

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def hint(room_id: int, head: int) -> None:
    """Whoever has sockets in the room hears that its head has moved."""
    if HUBS:
        for hub in tuple(HUBS):
            hub.hint(room_id, head)  # which tells the other processes
    else:
        _publish({"heads": [[room_id, head]]})


def recheck() -> None:
    """Every hub looks at who may still listen."""
    if HUBS:
        for hub in tuple(HUBS):
            hub.recheck()
    else:
        _publish({"recheck": [[0, 0]]})


def _publish(told: dict[str, Any]) -> None:
    """From a process without sockets, such as a worker, to those that have some."""
    try:
        layer = get_channel_layer()
        if layer is None or isinstance(layer, InMemoryChannelLayer):
            return
        sending = asyncio.run_coroutine_threadsafe(layer.group_send(GROUP, message_of("", told)), _running_loop())
        sending.add_done_callback(lambda done: done.exception())  # so that nobody complains that nobody looked
    except Exception:
        logger.exception("a hint was lost")


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="room-hints", daemon=True).start()
        return _loop
