"""Who comes in: a page of ours with a living session, or whoever shows a fresh ticket.

What does not belong here: what they may listen to, which the app that opens the socket asks.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from accounts.commands import use_socket_ticket
from accounts.consumers.sockets import NO_ROOM, NOT_ALLOWED, SILENT
from accounts.consumers.threads import Readers
from accounts.queries import Door, actors_behind
from casework import clock
from casework.actor import Actor, Via
from casework.errors import CaseError, NotAllowed


async def nothing_here(scope: Any, receive: Any, send: Any) -> None:
    """An address without a socket: the same answer as for something that is not there."""
    await _close(receive, send, NO_ROOM)


def query_of(scope: Any) -> dict[str, str]:
    """What stands behind the question mark, of each name the last."""
    asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return {name: values[-1] for name, values in asked.items()}


async def come_in[T](
    scope: Any, receive: Any, send: Any, readers: Readers, admit: Callable[[Actor], T]
) -> tuple[Door, Actor, T] | None:
    """The handshake is answered: with who came in and what `admit` said of them; or None, and the socket is closed.

    `admit` runs in a thread and raises `NotAllowed`, or any other `CaseError` for what is not there.
    """
    ticket = query_of(scope).get("ticket")
    if ticket is None and not is_from_our_pages(scope):
        await receive()
        await send({"type": "websocket.close", "code": NOT_ALLOWED})  # before it is accepted: 403
        return None
    key = "" if ticket is not None else str(scope["cookies"].get(settings.SESSION_COOKIE_NAME, ""))
    admitted = await readers.run(lambda: _admitted(ticket, key, admit))
    if isinstance(admitted, int):
        await _close(receive, send, admitted)
        return None
    if (await receive())["type"] != "websocket.connect":
        return None
    await send({"type": "websocket.accept"})
    return admitted


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


def standing_behind(doors: set[Door]) -> dict[Door, Actor]:
    """Who stands behind each door at this moment; a door that is shut is missing."""
    asked, now = list(doors), clock.now()
    actors: dict[Door, Actor] = {}
    for start in range(0, len(asked), 500):
        actors |= actors_behind(asked[start : start + 500], via=Via.SOCKET, now=now)
    return actors


def _admitted[T](ticket: str | None, session_key: str, admit: Callable[[Actor], T]) -> tuple[Door, Actor, T] | int:
    """Who comes in, or the code to close with."""
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
        return door, actor, admit(actor)
    except NotAllowed:
        return NOT_ALLOWED
    except CaseError:
        return NO_ROOM


async def _close(receive: Any, send: Any, code: int) -> None:
    """The handshake is answered, so that a browser can read the code, and the socket closed."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code})
