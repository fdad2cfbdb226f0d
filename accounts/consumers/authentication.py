"""Authenticates a socket: by the session of a page of ours, or by a fresh one-time ticket."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from accounts.commands import use_socket_ticket
from accounts.consumers.sockets import BAD_TICKET, NOT_ALLOWED, NOT_FOUND, NOT_SIGNED_IN, TOO_MANY
from accounts.consumers.threads import DatabaseThreads
from accounts.queries import Credential, actors_of_credentials
from casework import clock
from casework.actor import Actor, Via
from casework.errors import CaseError, NotAllowed
from operations.limits import network_of


class SocketsPerAddress:
    """ASGI middleware: one address has only so many sockets in this process, whoever opens them."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.open: Counter[str] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        address = network_of((scope.get("client") or [""])[0])
        if address and self.open[address] >= settings.SOCKETS_PER_ADDRESS:
            await _close(receive, send, TOO_MANY)
            return
        self.open[address] += 1
        try:
            await self.application(scope, receive, send)
        finally:
            self.open[address] -= 1
            if not self.open[address]:
                del self.open[address]


async def not_found(scope: Any, receive: Any, send: Any) -> None:
    """An address without a socket: the same answer as for something that is not there."""
    await _close(receive, send, NOT_FOUND)


def query_of(scope: Any) -> dict[str, str]:
    """The query string as a dictionary; of a name that comes twice, the last value."""
    fields = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


async def authenticate[T](
    scope: Any, receive: Any, send: Any, database: DatabaseThreads, admit: Callable[[Actor], T]
) -> tuple[Credential, Actor, T] | None:
    """Answers the handshake: returns the credential, its actor and what `admit` returned, or closes and returns None.

    `admit` runs in a thread and raises `NotAllowed`, or any other `CaseError` for what is not there.
    """
    ticket = query_of(scope).get("ticket")
    is_of_a_page = ticket is None or any(name == b"origin" for name, _value in scope["headers"])  # apps name no origin
    if is_of_a_page and not is_from_our_pages(scope):
        await receive()
        await send({"type": "websocket.close", "code": NOT_ALLOWED})  # before it is accepted: 403
        return None
    key = "" if ticket is not None else str(scope["cookies"].get(settings.SESSION_COOKIE_NAME, ""))
    admitted = await database.run(lambda: _authenticated(ticket, key, admit))
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


def current_actors(credentials: set[Credential]) -> dict[Credential, Actor]:
    """The actor of each credential at this moment; a credential that is not valid any more is missing."""
    wanted, now = list(credentials), clock.now()
    actors: dict[Credential, Actor] = {}
    for start in range(0, len(wanted), 500):
        actors |= actors_of_credentials(wanted[start : start + 500], via=Via.SOCKET, now=now)
    return actors


def _authenticated[T](
    ticket: str | None, session_key: str, admit: Callable[[Actor], T]
) -> tuple[Credential, Actor, T] | int:
    """As `authenticate` returns it, or the code to close with."""
    now = clock.now()
    if ticket is not None:
        row = use_socket_ticket(plain=ticket, now=now)
        if row is None:
            return BAD_TICKET
        credential: Credential | None = Credential(row.session_key, row.token_id)
    else:
        credential = Credential(session_key) if session_key else None
    actor = None if credential is None else actors_of_credentials([credential], via=Via.SOCKET, now=now).get(credential)
    if credential is None or actor is None:
        return NOT_SIGNED_IN
    try:
        return credential, actor, admit(actor)
    except NotAllowed:
        return NOT_ALLOWED
    except CaseError:
        return NOT_FOUND


async def _close(receive: Any, send: Any, code: int) -> None:
    """Accepts the handshake, so that a browser can read the close code, and closes the socket."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code})
