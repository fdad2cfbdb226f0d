"""The socket of one lane, from handshake to close: authentication, what a frame asks for, what is sent out."""

import logging
from typing import Any

from accounts.consumers.authentication import authenticate, query_of
from accounts.consumers.frames import BadFrame, error, number_in
from casework import clock
from casework.errors import CaseError
from disputes.choices import Lane
from disputes.commands.room import Post, mark_read, recall_message
from disputes.commands.throttle import may_write
from disputes.consumers.hub import ROOMS, Hub
from disputes.consumers.sockets import Socket
from disputes.queries.room import admission_to

logger = logging.getLogger(__name__)

READ_PAUSE = 1.0  # seconds between two read marks of one socket that are kept


async def room_socket(scope: Any, receive: Any, send: Any) -> None:
    """One socket from its handshake to its end."""
    hub, query = ROOMS.hub(), query_of(scope)
    ref, lane = scope["url_route"]["kwargs"]["ref"], query.get("lane", str(Lane.BOTH)).lower()
    admitted = await authenticate(scope, receive, send, hub.database, lambda actor: admission_to(actor, ref, lane))
    if admitted is None:
        return
    credential, actor, room = admitted
    socket = hub.join(room.room_id, room.dispute_id, room.lane, room.head, credential, actor, room.participant)
    after = query.get("after", "")
    if after.isascii() and after.isdecimal() and len(after) < 10:
        hub.resume(socket, int(after))
    await socket.run(receive, send, lambda one, frame: _understood(hub, one, ref, frame))


async def _understood(hub: Hub, socket: Socket, ref: str, frame: dict[str, Any]) -> None:
    kind = frame["type"]
    if kind == "message":
        _message(hub, socket, frame)
    elif kind == "resume":
        hub.resume(socket, number_in(frame, "after"))
    elif kind == "typing":
        hub.on_typing(socket)
    elif kind == "read":
        _read(hub, socket, ref, number_in(frame, "sequence"))
    elif kind == "recall":
        sequence, actor, lane = number_in(frame, "sequence"), socket.actor, socket.room.lane
        await hub.database.run(
            lambda: recall_message(actor=actor, ref=ref, lane=lane, sequence=sequence, now=clock.now())
        )
    else:
        raise BadFrame("validation", "unknown-type")


def _message(hub: Hub, socket: Socket, frame: dict[str, Any]) -> None:
    """Queues the message for the writer; its echo comes after the commit."""
    client_id, text = frame.get("client_id"), frame.get("text")
    if frame.keys() - {"type", "client_id", "text"}:
        raise BadFrame("validation", "unknown-field")
    if socket.is_held:
        hub.resume(socket)
    if not (isinstance(client_id, str) and isinstance(text, str)):
        raise BadFrame("validation", "not-text")
    if not may_write(socket.user_id, socket.room.id):
        socket.push(error("too-many-requests", client_id=client_id, retry_after=1))
    else:
        hub.writer.write((socket, client_id), Post(socket.actor, socket.room.id, client_id, text))


def _read(hub: Hub, socket: Socket, ref: str, sequence: int) -> None:
    """Records the reading soon, the furthest of several; the others see it at once."""
    if not 0 < sequence <= socket.room.head:
        raise BadFrame("validation", "sequence-out-of-range")
    hub.on_read(socket, sequence)
    is_waiting = socket.read_to is not None
    socket.read_to = max(sequence, socket.read_to or 0)
    if not is_waiting:
        socket.loop.call_later(READ_PAUSE, lambda: _hold(hub, _keep_mark(hub, socket, ref)))


async def _keep_mark(hub: Hub, socket: Socket, ref: str) -> None:
    sequence, actor, lane = socket.read_to, socket.actor, socket.room.lane
    socket.read_to = None
    if sequence is None or actor is None:
        return
    try:
        await hub.database.run(lambda: mark_read(actor=actor, ref=ref, lane=lane, sequence=sequence, now=clock.now()))
    except CaseError:
        pass
    except Exception:
        logger.exception("a read mark could not be kept")


def _hold(hub: Hub, work: Any) -> None:
    """Keeps a reference to the task, so that it runs to its end although nobody waits for it."""
    task = hub.loop.create_task(work)
    hub.marks.add(task)
    task.add_done_callback(hub.marks.discard)
