"""The server that `manage.py serve` runs cuts off a client that never finishes, and none that is merely slow."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from config import slow_clients

POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body and answers with its length; `/large` with more than any buffer holds."""
    read, more = 0, True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        read, more = read + len(event["body"]), event["more_body"]
    body = b"x" * 30_000_000 if scope["path"] == "/large" else str(read).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]}
    )
    await send({"type": "http.response.body", "body": body})


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    options: dict[str, Any] = {"http": slow_clients.SlowClientProtocol, "lifespan": "off", "log_level": "error"}
    server = uvicorn.Server(uvicorn.Config(application, port=port, timeout_keep_alive=1, **options))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  it tells nobody
        await asyncio.sleep(0.01)
    yield port
    server.should_exit = True
    await running


async def slow_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for byte in b"GET / HTTP/1.1\r\nHost: " + b"a" * 100:
        writer.write(bytes([byte]))
        await asyncio.sleep(0.05)


async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


async def slow_second_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    assert await reader.readexactly(1) == b"0"
    await slow_head(reader, writer)


async def slow_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(POST)
    while True:
        writer.write(b"x")
        await asyncio.sleep(0.05)


async def slow_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.sleep(1.5)
    writer.transport.resume_reading()  # type: ignore[attr-defined]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "HEAD_SECONDS", 0.4)
    monkeypatch.setattr(slow_clients, "STEP_SECONDS", 0.4)
    monkeypatch.setattr(slow_clients, "STEP_BYTES", 1000)


Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.mark.parametrize("client", [slow_head, nothing, slow_second_head, slow_body, slow_reading])
def test_who_never_finishes_is_cut_off(impatient: None, client: Client) -> None:
    async def run() -> None:
        async with served() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            sending = asyncio.ensure_future(client(reader, writer))
            started, read = time.monotonic(), 0
            if client is slow_second_head:
                await asyncio.sleep(0.3)
            with contextlib.suppress(ConnectionError):
                while part := await asyncio.wait_for(reader.read(65536), 4):
                    read += len(part)
            assert time.monotonic() - started < 4
            assert read < 30_000_000
            sending.cancel()
            writer.close()

    asyncio.run(run())


def test_who_is_slow_but_goes_on_is_heard(impatient: None) -> None:
    async def run() -> None:
        async with served() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(POST)
            for _part in range(20):
                writer.write(b"x" * 5000)
                await asyncio.sleep(0.06)
            answer = await reader.readuntil(b"100000")
            assert answer.startswith(b"HTTP/1.1 200")
            writer.close()

    asyncio.run(run())


def test_the_program_is_served_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.management import call_command

    asked: dict[str, Any] = {}
    monkeypatch.setattr("uvicorn.run", lambda _application, **options: asked.update(options))
    monkeypatch.setattr("casework.triggers.require", lambda _connection: None)
    monkeypatch.setattr("operations.processes.claim", lambda: True)
    monkeypatch.setattr("config.management.commands.serve.listen", lambda **_where: None)
    monkeypatch.setattr("config.management.commands.serve.stand_in", lambda **_where: None)
    monkeypatch.setattr("config.management.commands.serve.Command.check", lambda *_a, **_k: None)

    call_command("serve", "--no-worker")

    assert asked["http"] is slow_clients.SlowClientProtocol
