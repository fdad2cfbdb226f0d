"""A call to another system over HTTP: one deadline over everything, however slowly its answer drips in.

A caller that does not choose its counterpart itself says which addresses it admits. The name is then looked up once,
every address found must be admitted, and the connection goes to one of these very addresses, so that a second look-up
cannot lead elsewhere. Redirects are never followed and no proxy is taken from the environment.
"""

import io
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address
from time import monotonic
from typing import Any

IpAddress = IPv4Address | IPv6Address
Admits = Callable[[IpAddress], bool]
MAX_PROXY_HEAD = 8 * 1024


class CallFailed(Exception):  # noqa: N818  named as in casework.errors
    """Raised when there was no answer, or it ended early. `reason` is a stable word:

    `timeout`, `refused` (no connection), `address` (one that is not admitted), `proxy`, `tls`, `broken` (the connection
    ended early) or `malformed` (no HTTP).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Host:
    """Where to call; `proxy` is the host and port of a proxy that is asked to connect there."""

    scheme: str
    name: str
    port: int
    proxy: tuple[str, int] | None = None

    @property
    def netloc(self) -> str:
        """The value of the `Host` header."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == {"http": 80, "https": 443}[self.scheme] else f"{name}:{self.port}"


class Deadline:
    """When the whole call has to be over."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def remaining(self) -> float:
        """Returns the seconds until the end. Raises `TimeoutError` once there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def within(self, seconds: float) -> None:
        """Shortens the deadline to at most so many seconds from now."""
        self._end = min(self._end, monotonic() + seconds)


@dataclass(frozen=True, slots=True)
class Message:
    """The request that is sent. Its headers and path are visible ASCII, which the caller makes sure of."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def to(self, host: Host) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host.netloc}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += ["Accept-Encoding: identity", "User-Agent: appeals", "Connection: close"]
        if self.body or self.method != "GET":
            lines.append(f"Content-Length: {len(self.body)}")
        return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii") + self.body


@contextmanager
def answer_to(message: Message, host: Host, deadline: Deadline, *, admits: Admits | None = None) -> Iterator[Any]:
    """Sends the request and returns status and headers, the body still to be read, as an `HTTPResponse`. Raises
    `CallFailed`.

    What reading it raises becomes `CallFailed` too. Without `admits` every address is.
    """
    try:
        with _connected(host, deadline, admits) as plain, _secured(plain, host, deadline) as connection:
            connection.settimeout(deadline.remaining())
            connection.sendall(message.to(host))
            # It asks a socket for `makefile` only.
            response = HTTPResponse(_Timed(connection, deadline), method=message.method)  # type: ignore[arg-type]
            with closing(response):
                response.begin()
                yield response
    except TimeoutError:
        raise CallFailed("timeout") from None
    except ssl.SSLError:
        raise CallFailed("tls") from None
    except OSError:
        raise CallFailed("broken") from None
    except HTTPException:
        raise CallFailed("malformed") from None


@cache
def tls() -> ssl.SSLContext:
    """The host's own certificate authorities (SSL_CERT_FILE adds others); names and chains are verified."""
    return ssl.create_default_context()


class _Timed(io.RawIOBase):
    """A connection read under one deadline: an answer that drips in byte by byte is not given more time."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection, self._deadline = connection, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.remaining())
        return self._connection.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)


def _secured(plain: socket.socket, host: Host, deadline: Deadline) -> socket.socket:
    if host.scheme == "http":
        return plain
    plain.settimeout(deadline.remaining())
    return tls().wrap_socket(plain, server_hostname=host.name)


def _connected(host: Host, deadline: Deadline, admits: Admits | None) -> socket.socket:
    """A connection to the first address that accepts one. Raises `CallFailed`, `TimeoutError`."""
    if host.proxy is not None:
        return _through_proxy(host, host.proxy, deadline, admits)
    return _to_one_of(_admitted(_addresses(host.name, host.port, deadline), admits), deadline)


def _admitted(addresses: list[Any], admits: Admits | None) -> list[Any]:
    """The addresses, all of which are admitted: of a name that also leads elsewhere, none is called."""
    if admits is not None and not all(_is_admitted(str(address[0]), admits) for *_kind, address in addresses):
        raise CallFailed("address")
    return addresses


def _is_admitted(text: str, admits: Admits) -> bool:
    try:
        return admits(ip_address(text))
    except ValueError:
        return False


def _to_one_of(addresses: list[Any], deadline: Deadline) -> socket.socket:
    was_slow = False
    for number, (family, kind, protocol, _name, address) in enumerate(addresses):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(deadline.remaining() / (len(addresses) - number))
            connection.connect(address)
        except OSError as error:
            connection.close()
            was_slow = was_slow or isinstance(error, TimeoutError)
        else:
            return connection
    if was_slow:
        raise TimeoutError
    raise CallFailed("refused")


def _through_proxy(host: Host, proxy: tuple[str, int], deadline: Deadline, admits: Admits | None) -> socket.socket:
    """A connection that the operator's proxy made. It looks names up, so of the address only a literal is checked."""
    if admits is not None and _is_literal(host.name) and not _is_admitted(host.name, admits):
        raise CallFailed("address")
    connection = _to_one_of(_addresses(*proxy, deadline), deadline)
    try:
        there = f"[{host.name}]:{host.port}" if ":" in host.name else f"{host.name}:{host.port}"
        connection.settimeout(deadline.remaining())
        connection.sendall(f"CONNECT {there} HTTP/1.1\r\nHost: {there}\r\n\r\n".encode("ascii"))
        head = b""
        while not head.endswith(b"\r\n\r\n") and len(head) < MAX_PROXY_HEAD:
            connection.settimeout(deadline.remaining())
            byte = connection.recv(1)  # what follows the head is already the other side's
            if not byte:
                break
            head += byte
        if not (head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")) and head.endswith(b"\r\n\r\n")):
            raise CallFailed("proxy")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_literal(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _addresses(name: str, port: int, deadline: Deadline) -> list[Any]:
    """Where the host is. The system's look-up knows no time limit, so it is waited for from outside."""
    found: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            found.put([])

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        return found.get(timeout=deadline.remaining())
    except queue.Empty:
        raise TimeoutError from None
