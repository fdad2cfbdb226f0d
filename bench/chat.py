"""How many messages a room's server delivers for a second of its own CPU, each saved: ours, and two references.

Run as `.venv/bin/python bench/chat.py [--rooms N] [--people N] [--seconds N] [--rounds N] [--quick]`; `DATABASE_URL`
names the database server. The limit is a bare `websockets` broadcast that saves nothing; the obvious build is a
Channels consumer with a group per room that saves each message through the ORM. Each server is a process of its own;
all are measured in turn, with the same people: everybody who writes sends the next message when the last one has come
back. What the database server spends itself is not counted; the people are simulated here, on the same cores.
"""

import argparse
import asyncio
import base64
import json
import logging
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from scratch import ROOT, database

TEXT = "您好，耳机右耳完全没有声音，充电盒指示灯也不亮，订单里的照片已经上传，请看一下。" * 2
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=500, help="rooms of two")
    parser.add_argument("--people", type=int, default=200, help="people in the one large room")
    parser.add_argument("--writers", type=int, default=20, help="of them, how many write")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one short round with 50 rooms: whether it works at all")
    parser.add_argument("--serve", choices=SERVERS, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        SERVERS[asked.serve](asked.port)
        return
    if asked.quick:
        asked.rooms, asked.people, asked.seconds, asked.rounds = 50, 60, 1, 1
    with database() as vendor:
        compare(vendor, asked)


# — the servers —


def serve_limit(port: int) -> None:
    """A dict of rooms and `broadcast`: what a server must do at the very least."""
    import websockets

    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # people hang up without a word when all is measured
    rooms: dict[str, set[websockets.ServerConnection]] = defaultdict(set)

    async def handle(connection: websockets.ServerConnection) -> None:
        here = rooms[connection.request.path]
        here.add(connection)
        try:
            async for message in connection:
                websockets.broadcast(here, message)
        finally:
            here.discard(connection)

    async def serve() -> None:
        async with websockets.serve(handle, "127.0.0.1", port, compression=None) as server:
            await server.serve_forever()

    _run(serve())


def serve_obvious(port: int) -> None:
    """A consumer as tutorials write it: group per room, one row per message."""
    _set_up()
    from channels.db import database_sync_to_async
    from channels.generic.websocket import AsyncWebsocketConsumer
    from channels.routing import URLRouter
    from django.db import transaction
    from django.urls import re_path

    from accounts.models import User
    from disputes.models import Message, Room

    class Consumer(AsyncWebsocketConsumer):
        async def connect(self) -> None:
            self.room = self.scope["url_route"]["kwargs"]["room"]
            self.sender = await database_sync_to_async(User.objects.values_list("pk", flat=True).first)()
            await self.channel_layer.group_add(f"room_{self.room}", self.channel_name)
            await self.accept()

        async def receive(self, text_data: str = "", bytes_data: bytes | None = None) -> None:
            sent = json.loads(text_data)
            await self.save(sent["client_id"], sent["text"])
            await self.channel_layer.group_send(f"room_{self.room}", {"type": "chat.message", "text": text_data})

        async def chat_message(self, event: dict[str, str]) -> None:
            await self.send(text_data=event["text"])

        @database_sync_to_async
        def save(self, client_id: str, text: str) -> None:
            with transaction.atomic():
                room = Room.objects.select_for_update().get(pk=int(self.room))
                room.head += 1
                room.save(update_fields=["head"])
                Message.objects.create(
                    room=room, sequence=room.head, client_id=client_id, side="CLAIMANT", text=text, shown=text,
                    sender_id=self.sender, sender_ref="bench", sha256="", sent_at=datetime.now(UTC),
                )  # fmt: skip

    _serve_asgi(URLRouter([re_path(r"^(?P<room>\d+)$", Consumer.as_asgi())]), port)


def serve_ours(port: int) -> None:
    _set_up()
    from config.asgi import application

    _serve_asgi(application, port)


def _set_up() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def _serve_asgi(application: object, port: int) -> None:
    """As `manage.py serve` does."""
    import uvicorn

    uvicorn.run(
        application, host="127.0.0.1", port=port, log_level="error", lifespan="off",
        ws_max_size=64 * 1024, ws_per_message_deflate=False, ws_ping_timeout=90,
    )  # fmt: skip


def _run(work: object) -> object:
    """On uvloop where it is installed, as uvicorn does."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)


SERVERS = {"the limit": serve_limit, "the obvious build": serve_obvious, "ours": serve_ours}


# — the people —


class Person(asyncio.Protocol):
    """A socket that counts the messages it is sent and, if it writes, sends the next when the last came back."""

    def __init__(self, name: str, path: str, tally: "Tally", *, writes: bool) -> None:
        self.tally, self.path, self.writes = tally, path, writes
        self.name, self.mark = name, f'"client_id":"{name}-'.encode()
        self.number, self.sent_at = 0, 0.0
        self.rest = b""
        self.is_open = False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        self.tally.lost += 1
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(self.path))

    def data_received(self, data: bytes) -> None:
        data = self.rest + data if self.rest else data
        start = 0
        if not self.is_open:
            start = data.find(b"\r\n\r\n") + 4
            if start < 4:
                self.rest = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                self.transport.close()
                return
            self.is_open = True
            self.ready.set_result(None)
        size = len(data)
        while size - start >= 2:
            length, head = data[start + 1], 2
            if length == 126:
                length, head = int.from_bytes(data[start + 2 : start + 4]), 4
            elif length == 127:
                length, head = int.from_bytes(data[start + 2 : start + 10]), 10
            end = start + head + length
            if size - start < head or end > size:
                break
            self.frame(data[start] & 15, data[start + head : end])
            start = end
        self.rest = data[start:]

    def frame(self, kind: int, payload: bytes) -> None:
        if kind == 9:
            self.transport.write(bytes([0x8A, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
        if kind == 8:
            self.tally.codes.append(int.from_bytes(payload[:2]))
        if kind != 1 or not payload.startswith(b'{"type":"message"'):
            if payload.startswith(b'{"type":"error"'):
                self.tally.refused = self.tally.refused or payload.decode()
            return
        self.tally.delivered += 1
        if self.writes and self.mark in payload:
            self.tally.waits.append(time.perf_counter() - self.sent_at)
            self.say()

    def say(self) -> None:
        if self.tally.is_over:
            return
        self.number += 1
        frame = {"type": "message", "client_id": f"{self.name}-{self.number}", "text": TEXT}
        body = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
        self.sent_at = time.perf_counter()
        self.transport.write(b"\x81" + bytes([0x80 | 126]) + len(body).to_bytes(2) + b"\0\0\0\0" + body)


@dataclass
class Tally:
    delivered: int = 0
    lost: int = 0
    refused: str = ""
    codes: list[int] = field(default_factory=list)
    is_over: bool = False
    waits: list[float] = field(default_factory=list)


@dataclass
class Result:
    per_second: float
    per_cpu: float
    p50: float
    p99: float


# — the comparison —


def compare(vendor: str, asked: argparse.Namespace) -> None:
    world = furnish(asked)
    shapes = {
        f"{asked.rooms} rooms of 2": [(room, name, True) for room in world["small"] for name in (0, 1)],
        f"one room of {asked.people}": [(world["large"], n, n < asked.writers) for n in range(asked.people)],
    }
    found: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for _round in range(asked.rounds):
        for shape, participants in shapes.items():
            for server in SERVERS:
                try:
                    found[(shape, server)].append(measure(server, participants, asked.seconds))
                except AssertionError as error:
                    raise SystemExit(f"{server}, {shape}: {error}") from error
    print(f"{vendor}, {asked.seconds:g} s a measurement, {asked.rounds} rounds, medians; {loop_name()}")
    for shape in shapes:
        print(f"  {shape}: delivered/s, of them per CPU-second of the server, ratio to the limit; p50 / p99 ms")
        limit = statistics.median(r.per_cpu for r in found[(shape, "the limit")])
        for server in SERVERS:
            rows = found[(shape, server)]
            middle = [
                statistics.median(getattr(r, name) for r in rows) for name in ("per_second", "per_cpu", "p50", "p99")
            ]
            span = f"{min(r.per_cpu for r in rows) / limit:.2f}…{max(r.per_cpu for r in rows) / limit:.2f}"
            print(
                f"    {server:<18}{middle[0]:>10,.0f}{middle[1]:>10,.0f}   {middle[1] / limit:.2f} ({span})"
                f"   {middle[2]:.0f} / {middle[3]:.0f}"
            )


def furnish(asked: argparse.Namespace) -> dict[str, object]:
    """Disputes with two people each, and one with very many, by the product's own commands."""
    from django.conf import settings

    from accounts import commands as accounts
    from accounts.models import User
    from casework import clock
    from disputes.models import Room
    from tests import factories as make
    from tests.disputes.building import build_court

    settings.CASEWORK_QUEUE_DELIVERIES = False
    now = clock.now()
    court = build_court(now)
    sides = []
    for party in (court.buyer, court.seller):
        people = []
        for _ in range(max(asked.rooms, asked.people // 2)):
            actor = make.member(party, now=now)
            user = User.objects.get(pk=actor.person)
            _plain, token = accounts.issue_token(actor=make.CONSOLE, user=user, now=now)
            people.append((actor, token.pk))
        sides.append(people)
    small = []
    for number in range(asked.rooms):
        dispute = court.open()
        small.append(_Place(dispute.ref, Room.objects.get(dispute=dispute, lane="both").pk, sides, number))
    dispute = court.open()
    return {
        "small": small,
        "large": _Place(dispute.ref, Room.objects.get(dispute=dispute, lane="both").pk, sides, None),
    }


@dataclass
class _Place:
    ref: str
    room_id: int
    sides: list[list[tuple[object, int]]]
    number: int | None

    def path(self, server: str, participant: int) -> str:
        if server != "ours":
            return f"/{self.room_id}"
        from accounts import commands as accounts
        from casework import clock

        actor, token_id = self.sides[participant % 2][self.number if self.number is not None else participant // 2]
        ticket, _row = accounts.issue_socket_ticket(actor=actor, now=clock.now(), token_id=token_id)
        return f"/ws/v1/disputes/{self.ref}/?ticket={ticket}"


def measure(server: str, participants: list[tuple["_Place", int, bool]], seconds: float) -> Result:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    from django.db import connection

    name = connection.settings_dict
    url = f"sqlite:///{name['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{name['USER']}:{name['PASSWORD']}@{name['HOST']}:{name['PORT'] or 5432}/{name['NAME']}"
    env = os.environ | {"DATABASE_URL": url, "ROOM_MESSAGES_A_SECOND": "1000000", "ROOM_MESSAGES_AT_ONCE": "1000000"}
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve", server, "--port", str(port)], env=env, cwd=ROOT, start_new_session=True
    )
    try:
        turn = os.urandom(4).hex()  # nobody's `client_id` comes twice, whichever round it is
        paths = [
            (f"{turn}p{n}", place.path(server, participant), writes)
            for n, (place, participant, writes) in enumerate(participants)
        ]
        return _run(load(process.pid, port, paths, seconds))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


async def load(pid: int, port: int, paths: list[tuple[str, str, bool]], seconds: float) -> Result:
    loop, tally = asyncio.get_running_loop(), Tally()
    people = []
    for name, path, writes in paths:
        person = Person(name, path, tally, writes=writes)
        for _try in range(200):
            try:
                await loop.create_connection(lambda person=person: person, "127.0.0.1", port)
                break
            except OSError:
                await asyncio.sleep(0.1)
        await asyncio.wait_for(person.ready, 30)
        people.append(person)
    await asyncio.sleep(1)
    for person in people:
        if person.writes:
            person.say()
    await asyncio.sleep(1.5)
    tally.waits.clear()
    before, cpu, started = tally.delivered, cpu_of(pid), time.perf_counter()
    await asyncio.sleep(seconds)
    taken, spent, delivered = time.perf_counter() - started, cpu_of(pid) - cpu, tally.delivered - before
    waits = sorted(tally.waits) or [0.0]
    assert not tally.lost, f"{tally.lost} sockets were lost, closed with {set(tally.codes)}"
    assert not tally.refused, tally.refused
    tally.is_over = True
    for person in people:
        person.transport.abort()
    return Result(
        delivered / taken,
        delivered / max(spent, 0.001),
        waits[len(waits) // 2] * 1000,
        waits[int(len(waits) * 0.99)] * 1000,
    )


def cpu_of(pid: int) -> float:
    """Seconds that the process and its threads have computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def loop_name() -> str:
    try:
        import uvloop
    except ImportError:
        return "asyncio's own loop"
    return f"uvloop {uvloop.__version__}"


if __name__ == "__main__":
    sys.exit(main())
