"""A request enters its thread once, finds it there, and files are served before it does."""

import asyncio
import threading
from contextlib import suppress
from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from django.core.signals import request_started

from config import handler as handling
from config import settings as configured
from config.handler import Handler


@pytest.fixture
def handler(settings: Any) -> Handler:
    settings.MIDDLEWARE = configured.MIDDLEWARE  # with what serves files, as a server has it
    return Handler()


async def answer(handler: Handler, path: str, **asked: str) -> tuple[int, dict[str, str]]:
    """Status and headers of what came back for a GET with these headers."""
    sent: list[dict[str, Any]] = []
    received = asyncio.Queue[dict[str, Any]]()
    received.put_nowait({"type": "http.request", "body": b"", "more_body": False})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in asked.items()]
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": path, "query_string": b""}
    addresses = {"server": ("127.0.0.1", 80), "client": ("127.0.0.1", 9)}
    await handler({**scope, **addresses, "headers": headers}, received.get, send)
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


async def test_a_request_enters_its_thread_once(handler: Handler, settings: Any, monkeypatch: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    entered: list[str] = []
    plain = SyncToAsync.__call__

    async def counted(self: Any, *args: Any, **more: Any) -> Any:
        entered.append(getattr(self.func, "__qualname__", repr(self.func)))
        return await plain(self, *args, **more)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)
    status, headers = await answer(handler, "/api/v1/nothing")

    assert status == 404
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert len(entered) <= 4, f"receivers of the start, all of the request, its log, receivers of the end: {entered}"


async def test_a_file_is_served_as_what_it_says_it_is(handler: Handler, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]

    status, headers = await answer(handler, f"{settings.STATIC_URL}css/site.css")

    assert status == 200
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Request-ID"]
    assert "Content-Encoding" not in headers
    status, headers = await answer(handler, f"{settings.STATIC_URL}css/site.css", Accept_Encoding="gzip")
    assert (status, headers["Content-Encoding"], headers["Vary"]) == (200, "gzip", "Accept-Encoding")


async def kept(handler: Handler) -> None:
    """A thread is free again."""
    while not handler._idle:  # noqa: ASYNC110  the thread says it of itself, and of nothing else
        await asyncio.sleep(0.001)


async def test_the_next_request_finds_the_thread_of_the_last(handler: Handler, settings: Any, monkeypatch: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(handling, "IDLE", 1)
    threads: list[int] = []

    def note(**_signal: Any) -> None:
        threads.append(threading.get_ident())

    request_started.connect(note)
    try:
        for _request in range(2):
            await answer(handler, "/api/v1/nothing")
            await kept(handler)
        await asyncio.gather(*(answer(handler, "/api/v1/nothing") for _request in range(2)))
        await kept(handler)
    finally:
        request_started.disconnect(note)

    first, second, *at_once = threads
    assert first == second
    assert len(set(at_once)) == 2
    assert first in at_once
    assert len(handler._idle) == 1


async def test_nobody_waits_for_a_thread_whose_caller_hung_up(
    handler: Handler, settings: Any, monkeypatch: Any
) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    goes_on, begun = threading.Event(), threading.Event()
    left_behind: list[int] = []
    closed: list[int] = []
    monkeypatch.setattr(handling, "close_old_connections", lambda: closed.append(threading.get_ident()))

    def wait(**_signal: Any) -> None:
        request_started.disconnect(wait)
        left_behind.append(threading.get_ident())
        begun.set()
        goes_on.wait(30)

    request_started.connect(wait)
    left = asyncio.create_task(answer(handler, "/api/v1/nothing"))
    await asyncio.to_thread(begun.wait, 20)
    left.cancel()
    await asyncio.wait([left], timeout=1)

    async with asyncio.timeout(20):
        status, _headers = await answer(handler, "/api/v1/nothing")
    assert status == 404
    assert not set(left_behind) & set(closed)

    goes_on.set()
    with suppress(asyncio.CancelledError):
        await left
    async with asyncio.timeout(20):
        while len(handler._idle) < 2:  # noqa: ASYNC110  as above
            await asyncio.sleep(0.001)
    assert set(left_behind) <= set(closed), "its connection is free, although Django's end of a request never came"
