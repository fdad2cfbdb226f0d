"""The program's own ASGI application on a port of this machine, and people who open sockets there."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import websockets
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from jsonschema import Draft202012Validator

from accounts import commands as accounts
from accounts.models import User
from casework import clock
from casework.actor import Actor
from config.api.sockets import SOCKETS
from disputes import commands
from tests import factories as make

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 10
OPEN: "list[Listener]" = []  # closed at the end of each test


class Site:
    """uvicorn as `manage.py serve` sets it up, in a thread; commands of other threads reach its sockets by hints."""

    def __init__(self, application: Any = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.application = application
        self.loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        if self.application is None:
            from config.asgi import application

            self.application = application
        config = uvicorn.Config(
            self.application,
            host="127.0.0.1",
            port=self.port,
            log_level="error",
            lifespan="off",
            ws_max_size=64 * 1024,
            ws_per_message_deflate=False,
            ws_ping_timeout=90,
            timeout_graceful_shutdown=1,
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        until = time.monotonic() + 6 * PATIENCE
        while not self.server.started:
            assert time.monotonic() < until, "the server did not come up"
            time.sleep(0.02)

    def _run(self) -> None:
        async def serve() -> None:
            self.loop = asyncio.get_running_loop()
            await self.server.serve()
            await close_hubs()

        asyncio.run(serve())

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(6 * PATIENCE)  # its threads may still write what was queued
        assert not self.thread.is_alive(), "the server did not stop"

    def url(self, ref: str, **query: Any) -> str:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return f"ws://127.0.0.1:{self.port}/ws/v1/disputes/{ref}/" + (f"?{asked}" if asked else "")


@contextlib.contextmanager
def two_processes(**env: str) -> Iterator[list[str]]:
    """Two processes on the database of the tests, with hints through Redis: where each is. Skips without either.

    Not through `manage.py serve`, which refuses a database that keeps no promises, as one made for tests may be.
    """
    if connection.vendor != "postgresql" or not settings.REDIS_URL:
        pytest.skip("two processes need PostgreSQL and Redis (DATABASE_URL, REDIS_URL)")
    name = connection.settings_dict
    url = f"postgres://{name['USER']}:{name['PASSWORD']}@{name['HOST']}:{name['PORT'] or 5432}/{name['NAME']}"
    told = {"DATABASE_URL": url, "SECRET_KEY": settings.SECRET_KEY, "LOG_LEVEL": "ERROR"}  # tickets are told by the key
    running, ports = [], []
    try:
        for _ in range(2):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                ports.append(free.getsockname()[1])
            command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(ports[-1])]
            command += ["--lifespan", "off", "--log-level", "error"]
            running.append(subprocess.Popen(command, cwd=ROOT, env=os.environ | told | env, start_new_session=True))
        yield [f"ws://127.0.0.1:{port}" for port in ports]
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


async def until_it_answers(process: str) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError):
            async with websockets.connect(f"{process}/ws/v1/disputes/x/?ticket=x"):
                return
        await asyncio.sleep(0.1)
    raise AssertionError("the server did not come up")


async def close_hubs() -> None:
    """The hubs of this loop have ended, with their threads."""
    from appeals.consumers.hub import QUEUE
    from disputes.consumers.hub import ROOMS

    await ROOMS.close_hub()
    await QUEUE.close_hub()


def ticket_of(actor: Actor, *, token_id: int | None = None) -> str:
    """A ticket resting on a token of its own."""
    now = clock.now()
    if token_id is None:
        user = User.objects.get(pk=actor.person)
        token_id = accounts.issue_token(actor=make.CONSOLE, user=user, now=now, second_factor=True)[1].pk
    return accounts.issue_socket_ticket(actor=actor, now=now, token_id=token_id)[0]


def session_of(actor: Actor) -> SessionStore:
    """A browser session of the person, as signing in with a second factor leaves one."""
    user = User.objects.get(pk=actor.person)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session.save()
    return session


def misfits(path: str, direction: str, frame: Any) -> list[str]:
    """What the frame has or lacks against the document of its socket; nothing for another address."""
    for socket_document in SOCKETS.values():
        if re.match(socket_document.address.replace("{ref}", "[^/]*"), path):
            schema = getattr(socket_document, direction).get(frame.get("type"))
            if schema is None:
                return [f"{path}: {direction} {frame.get('type')} is in no document"]
            return [f"{path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(frame)]
    return []


class Listener:
    """One open socket: what it was sent, by kind; `entries` are the numbered ones in the order in which they came."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.frames: list[dict[str, Any]] = []
        self.closed_with: int | None = None
        self.misfits: list[str] = []  # what a frame has that the document of the sockets does not
        self.changed = asyncio.Event()
        self.reading = asyncio.create_task(self._read())
        OPEN.append(self)

    async def _read(self) -> None:
        try:
            async for text in self.connection:
                frame = json.loads(text)
                self.frames.append(frame)
                self.misfits += misfits(self.connection.request.path, "pushed", frame)
                self.changed.set()
        except websockets.ConnectionClosed:
            pass
        self.closed_with = self.connection.close_code
        self.changed.set()

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if "sequence" in frame and frame["type"] in ("message", "event")]

    @property
    def numbers(self) -> list[int]:
        return [entry["sequence"] for entry in self.entries]

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == kind]

    async def until(self, condition: Any, patience: float = PATIENCE) -> Any:
        """What the condition says, once it says something."""
        ends = time.monotonic() + patience
        while not (found := condition(self)):
            left = ends - time.monotonic()
            if left <= 0 or (self.closed_with is not None and not condition(self)):
                raise AssertionError(f"it did not come; closed {self.closed_with}; {self.frames[-5:]}")
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), left)
            except TimeoutError:
                continue
        return found

    async def until_closed(self, patience: float = PATIENCE) -> int | None:
        await asyncio.wait_for(asyncio.shield(self.reading), patience)
        return self.closed_with

    async def send(self, **frame: Any) -> None:
        await self.connection.send(json.dumps(frame, ensure_ascii=False))

    async def say(self, text: str, client_id: str) -> dict[str, Any]:
        """The echo, that is the entry as it is in the table."""
        await self.send(type="message", client_id=client_id, text=text)
        return await self.echo(client_id)

    async def echo(self, client_id: str) -> dict[str, Any]:
        found = await self.until(
            lambda one: [e for e in one.frames if e.get("client_id") == client_id and e["type"] in ("message", "error")]
        )
        return found[-1]

    async def close(self) -> None:
        await self.connection.close()
        await asyncio.gather(self.reading, return_exceptions=True)


async def listen(site: Site, ref: str, actor: Actor, **query: Any) -> Listener:
    """The person's socket, opened with a ticket."""
    ticket = await asyncio.to_thread(in_thread, ticket_of, actor)
    return await open_socket(site.url(ref, ticket=ticket, **query))


async def open_socket(url: str, **options: Any) -> Listener:
    return Listener(await websockets.connect(url, compression=None, max_queue=None, **options))


def in_thread(work: Any, *arguments: Any, **named: Any) -> Any:
    """What `work` returns; the thread lets go of its connection."""
    from django.db import connections

    try:
        return work(*arguments, **named)
    finally:
        connections.close_all()


def post(court: Any, dispute: Any, actor: Actor, text: str, *, lane: str = "both", client_id: str = "") -> Any:
    """A message that is written without a socket, at the court's time."""
    said = {"client_id": client_id or str(make.number()), "text": text, "now": court.now}
    return commands.post_message(actor=actor, ref=dispute.ref, lane=lane, **said)


async def does(work: Any, *arguments: Any, **named: Any) -> Any:
    """A command, made in another thread while the sockets are open."""
    return await asyncio.to_thread(in_thread, work, *arguments, **named)
