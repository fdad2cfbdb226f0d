"""The socket of one lane, from handshake to close: who may come in, what a frame asks for, what is sent out.

What does not belong here: pushing (hub), and any rule: each frame is one command or none.
"""

import asyncio
import contextlib
import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channels.layers import get_channel_layer
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from accounts.commands import use_socket_ticket
from accounts.queries import Door, actors_behind
from casework import clock
from casework.actor import Actor, Via
from casework.errors import CaseError, NotAllowed
from disputes.commands.pace import may_write
from disputes.commands.room import Post, mark_read, recall_message
from disputes.consumers import frames
from disputes.consumers.frames import BadFrame
from disputes.consumers.hub import HUBS, Hub
from disputes.consumers.sockets import ABUSE, NO_ROOM, NOT_ALLOWED, SILENT, Socket
from disputes.queries.room import Admission, admission_to
from disputes.words import Lane

logger = logging.getLogger(__name__)

FRAMES_PER_MESSAGE = 6  # typing, read and resume beside each message, at the very most
READ_PAUSE = 1.0  # seconds between two read marks of one socket that are kept
_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub_here() -> Hub:
    """The hub of the running loop, which is the process's one."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for ended in [one for one in _hubs if one.is_closed()]:
            gone = _hubs.pop(ended)
            HUBS.discard(gone)
            gone.writer.stop()
            gone.readers.stop()
        _hubs[loop] = Hub(get_channel_layer())
    return _hubs[loop]


async def nothing_here(scope: Any, receive: Any, send: Any) -> None:
    """Any other address: the same answer as for a room that is not there."""
    await _close(receive, send, NO_ROOM)


async def room_socket(scope: Any, receive: Any, send: Any) -> None:
    """One socket from its handshake to its end."""
    await serve(scope, receive, send, hub_here())


async def serve(scope: Any, receive: Any, send: Any, hub: Hub) -> None:
    """As `room_socket`, on this hub."""
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    ticket = query["ticket"][-1] if "ticket" in query else None
    if ticket is None and not is_from_our_pages(scope):
        await receive()
        await send({"type": "websocket.close", "code": NOT_ALLOWED})  # before it is accepted: 403
        return
    ref, lane = scope["url_route"]["kwargs"]["ref"], query.get("lane", [str(Lane.BOTH)])[-1]
    key = "" if ticket is not None else str(scope["cookies"].get(settings.SESSION_COOKIE_NAME, ""))
    admitted = await hub.readers.run(lambda: admit(ticket, key, ref, lane))
    if isinstance(admitted, int):
        await _close(receive, send, admitted)
        return
    door, actor, admission = admitted
    if (await receive())["type"] != "websocket.connect":
        return
    await send({"type": "websocket.accept"})
    socket = hub.join(
        admission.room_id, admission.dispute_id, admission.lane, admission.head, door, actor, admission.seat
    )
    after = query.get("after", [""])[-1]
    if after.isascii() and after.isdecimal() and len(after) < 10:
        hub.go_on(socket, int(after))
    writing = asyncio.create_task(_write(socket, send))
    try:
        await _listen(hub, socket, ref, receive)
    finally:
        hub.leave(socket)
        if not socket.close_code:
            writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


def is_from_our_pages(scope: Any) -> bool:
    """Whether a page of this very site opens the socket: a browser says so, and a cookie alone proves nothing."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"origin", b"host")}
    origin = headers.get(b"origin", "")
    if origin == settings.PUBLIC_URL or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = headers.get(b"host", "")
    domain, _port = split_domain_port(host)
    is_ours = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
    scheme = "https" if settings.IS_DEPLOYED else "http"
    return is_ours and origin == f"{scheme}://{host}" and urlsplit(origin).hostname is not None


def admit(ticket: str | None, session_key: str, ref: str, lane: str) -> tuple[Door, Actor, Admission] | int:
    """Who comes in and where they sit; or the code to close with."""
    now = clock.now()
    if ticket is not None:
        row = use_socket_ticket(plain=ticket, now=now)
        door = None if row is None else Door(row.session_key, row.token_id)
    else:
        door = Door(session_key) if session_key else None
    actor = None if door is None else actors_behind([door], via=Via.SOCKET, now=now).get(door)
    if door is None or actor is None:
        return SILENT
    try:
        return door, actor, admission_to(actor, ref, lane)
    except NotAllowed:
        return NOT_ALLOWED
    except CaseError:
        return NO_ROOM


async def _close(receive: Any, send: Any, code: int) -> None:
    """The handshake is answered, so that a browser can read the code, and the socket closed."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code})


async def _write(socket: Socket, send: Any) -> None:
    """What is queued goes out, in order, as fast as the other end takes it; a close code goes out last."""
    queue = socket.queue
    try:
        while True:
            while queue and not socket.close_code:
                await send({"type": "websocket.send", "text": queue.popleft()})
            if socket.close_code:
                await send({"type": "websocket.close", "code": socket.close_code})
                return
            socket.waiter = socket.loop.create_future()
            await socket.waiter
    except asyncio.CancelledError:
        raise
    except Exception:  # noqa: BLE001  mostly the other end is gone; servers raise different things
        socket.kick(1011)
        with contextlib.suppress(Exception):  # if it is still there, it hears no more and must know
            await send({"type": "websocket.close", "code": 1011})


async def _listen(hub: Hub, socket: Socket, ref: str, receive: Any) -> None:
    while True:
        event = await receive()
        if event["type"] != "websocket.receive" or socket.close_code:
            if event["type"] == "websocket.disconnect":
                return
            continue
        if not _has_frames_left(socket):
            socket.push(frames.error("too-many-requests", retry_after=1))
            await asyncio.sleep(0)
            socket.kick(ABUSE)
            continue
        try:
            await _understood(hub, socket, ref, frames.parsed(event.get("text")))
        except BadFrame as bad:
            socket.push(frames.error(bad.code, reason=bad.reason))
        except CaseError as refusal:
            socket.push(frames.refusal(refusal))
        except Exception:
            logger.exception("a frame could not be carried out")
            socket.push(frames.error("unavailable", retry_after=1))


async def _understood(hub: Hub, socket: Socket, ref: str, frame: dict[str, Any]) -> None:
    kind = frame["type"]
    if kind == "message":
        _message(hub, socket, frame)
    elif kind == "resume":
        hub.go_on(socket, frames.number_in(frame, "after"))
    elif kind == "typing":
        hub.typed(socket)
    elif kind == "read":
        _read(hub, socket, ref, frames.number_in(frame, "sequence"))
    elif kind == "recall":
        sequence, actor, lane = frames.number_in(frame, "sequence"), socket.actor, socket.room.lane
        await hub.readers.run(
            lambda: recall_message(actor=actor, ref=ref, lane=lane, sequence=sequence, now=clock.now())
        )
    else:
        raise BadFrame("validation", "unknown-type")


def _message(hub: Hub, socket: Socket, frame: dict[str, Any]) -> None:
    """The message is on its way to the table; its echo comes after the commit."""
    client_id, text = frame.get("client_id"), frame.get("text")
    if frame.keys() - {"type", "client_id", "text"}:
        raise BadFrame("validation", "unknown-field")
    if socket.is_held:
        hub.go_on(socket)
    if not (isinstance(client_id, str) and isinstance(text, str)):
        raise BadFrame("validation", "not-text")
    if not may_write(socket.user_id, socket.room.id):
        socket.push(frames.error("too-many-requests", client_id=client_id, retry_after=1))
    else:
        hub.writer.write((socket, client_id), Post(socket.actor, socket.room.id, client_id, text))


def _read(hub: Hub, socket: Socket, ref: str, sequence: int) -> None:
    """Kept soon, the furthest of several; the others see it at once."""
    if not 0 < sequence <= socket.room.head:
        raise BadFrame("validation", "sequence-out-of-range")
    hub.has_read(socket, sequence)
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
        await hub.readers.run(lambda: mark_read(actor=actor, ref=ref, lane=lane, sequence=sequence, now=clock.now()))
    except CaseError:
        pass
    except Exception:
        logger.exception("a read mark could not be kept")


def _hold(hub: Hub, work: Any) -> None:
    """The task runs to its end although nobody waits for it."""
    task = hub.loop.create_task(work)
    hub.marks.add(task)
    task.add_done_callback(hub.marks.discard)


def _has_frames_left(socket: Socket) -> bool:
    at = socket.loop.time()
    burst = float(settings.ROOM_MESSAGES_AT_ONCE * FRAMES_PER_MESSAGE)
    rate = settings.ROOM_MESSAGES_A_SECOND * FRAMES_PER_MESSAGE
    left = burst if not socket.frames_since else socket.frames_left + (at - socket.frames_since) * rate
    socket.frames_left, socket.frames_since = min(burst, left) - 1, at
    return socket.frames_left >= 0
