"""Phones drop out of the room while everybody writes: what they saw in the end is what the table has, once, in order.

A person here does what the page and an app do: after a drop it comes back with `after=` the last number it saw, and
sends again, under the same `client_id`, whatever was not acknowledged.
"""

import asyncio
import contextlib
import itertools
import json
import random
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import websockets

from accounts.consumers import hubs, sockets
from accounts.consumers.sockets import TOO_SLOW
from disputes import commands
from disputes.commands import stream
from disputes.consumers.hub import ROOMS, Hub
from disputes.consumers.sockets import Socket
from disputes.models import Message, Room
from tests.ws.serving import does, listen, post, ticket_of, two_processes, until_it_answers

PATIENCE = 120
TALKS = [(8, 240, 16), pytest.param(8, 5_000, 200, marks=pytest.mark.nightly)]  # long ones have the same drops, oftener
pytestmark = [
    pytest.mark.once_on_postgresql,
    pytest.mark.exhaustive,
    pytest.mark.usefixtures("_everybody_may_write_much"),
]


@pytest.fixture
def _everybody_may_write_much(settings: Any) -> None:
    settings.ROOM_MESSAGES_A_SECOND = settings.ROOM_MESSAGES_AT_ONCE = 1_000_000


class Phone:
    """One person who writes `texts`, is cut off now and then, and keeps what they saw: numbers and texts, in order."""

    def __init__(self, address: Callable[[str, int], str], actor: Any, name: str, texts: int) -> None:
        self.address, self.actor, self.name = address, actor, name
        self.to_say = {f"{name}-{number}": f"{name} 第{number}句" for number in range(texts)}
        self.unheard = dict(self.to_say)
        self.seen: list[tuple[int, str]] = []
        self.wrong: list[str] = []
        self.connection: Any = None
        self.drops = 0
        self.may_leave = False

    @property
    def last(self) -> int:
        return self.seen[-1][0] if self.seen else 0

    def drop(self) -> bool:
        """The line is cut without a word; False when there is none."""
        if self.connection is None:
            return False
        self.connection.transport.abort()
        self.connection, self.drops = None, self.drops + 1
        return True

    def has_all(self, head: int) -> bool:
        return not self.unheard and self.last >= head

    async def run(self, head: int) -> None:
        """They have said everything, heard so, seen every number up to `head`, and stayed until they may leave."""
        while not (self.may_leave and self.has_all(head)):
            ticket = await does(ticket_of, self.actor)
            async with contextlib.AsyncExitStack() as stack:
                stack.enter_context(contextlib.suppress(websockets.ConnectionClosed, OSError))
                address = self.address(ticket, self.last)
                line = await websockets.connect(address, compression=None, max_queue=None, close_timeout=0.1)
                stack.push_async_callback(line.close)
                self.connection = line
                speaking = asyncio.create_task(self._speak(line))
                stack.callback(speaking.cancel)
                if self.may_leave and self.has_all(head):
                    break
                async for text in line:
                    self._hear(json.loads(text))
                    if self.may_leave and self.has_all(head):
                        break
            # A line that a busy machine reads too slowly is shown out, as promised, and comes back like any other.
            assert line.close_code in (None, 1000, 1006, TOO_SLOW), f"shown out with {line.close_code}"
        self.connection = None

    async def _speak(self, line: Any) -> None:
        for client_id, text in list(self.unheard.items()):
            with contextlib.suppress(websockets.ConnectionClosed):
                await line.send(json.dumps({"type": "message", "client_id": client_id, "text": text}))
            await asyncio.sleep(0.001)

    def _hear(self, frame: dict) -> None:
        if frame["type"] == "error":
            self.wrong.append(str(frame))
        if frame["type"] not in ("message", "event"):
            return
        number, text = frame["sequence"], frame.get("text", frame.get("event"))
        if number == self.last + 1:
            self.seen.append((number, text))
        elif number > self.last or not frame.get("client_id") or self.seen[number - 1] != (number, text):
            self.wrong.append(f"{number} after {self.last}")  # a number seen before only answers what was sent again
        self.unheard.pop(frame.get("client_id"), None)


async def talk(phones: list[Phone], messages: int, drops: int) -> None:
    """Everybody has said and seen everything, and `drops` lines were cut: spread over the talk, or behind its end where
    a busy machine was quicker to talk than to cut.
    """
    head = 1 + messages  # the opening is the first entry
    talking = asyncio.gather(*(phone.run(head) for phone in phones))
    chance, cut = random.Random(7), 0
    try:
        async with asyncio.timeout(PATIENCE):
            while cut < drops:
                if talking.done():
                    break  # nobody leaves by themselves before: somebody failed, and says so below
                heard = max(phone.last for phone in phones)
                if heard >= cut * messages // (drops + 1):
                    cut += chance.choice(phones).drop()
                await asyncio.sleep(chance.random() * 0.01)
            for phone in phones:
                phone.may_leave = True
                if phone.has_all(head) and phone.connection is not None:
                    await phone.connection.close()  # who has everything waits for nothing more
            await talking
    finally:
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)


def table_of(dispute: Any) -> list[tuple[int, str]]:
    rows = Message.objects.filter(room__dispute=dispute, room__lane="both").order_by("sequence")
    return [(number, text or event) for number, text, event in rows.values_list("sequence", "text", "event_type")]


async def check(phones: list[Phone], dispute: Any, messages: int, drops: int) -> None:
    table = await does(table_of, dispute)

    assert [number for number, _text in table] == list(range(1, messages + 2))
    assert sorted(text for _number, text in table[1:]) == sorted(t for phone in phones for t in phone.to_say.values())
    assert sum(phone.drops for phone in phones) == drops
    for phone in phones:
        assert phone.wrong == []
        assert phone.seen == table


@pytest.mark.parametrize(
    ("writers", "messages", "drops"), [*TALKS, pytest.param(32, 1_280, 64, marks=pytest.mark.nightly)]
)
async def test_who_drops_out_misses_nothing_and_sees_nothing_twice(court, site, writers, messages, drops):
    dispute = await does(court.open)
    people = itertools.cycle([court.bob, court.alice, court.staff, court.finance])
    phones = [
        Phone(
            lambda ticket, after: site.url(dispute.ref, ticket=ticket, after=after), who, f"p{n}", messages // writers
        )
        for n, who in zip(range(writers), people, strict=False)
    ]

    await talk(phones, messages, drops)

    await check(phones, dispute, messages, drops)


# — several processes —


@pytest.fixture
def servers(court: Any) -> Iterator[list[str]]:
    with two_processes(ROOM_MESSAGES_A_SECOND="1000000", ROOM_MESSAGES_AT_ONCE="1000000") as where:
        yield where


@pytest.mark.parametrize(("writers", "messages", "drops"), TALKS)
async def test_nor_between_two_processes(court, servers, writers, messages, drops):
    """Each time a person comes back, it is to either process."""
    dispute = await does(court.open)
    await asyncio.gather(*(until_it_answers(address) for address in servers))
    chance = random.Random(11)

    def address(ticket: str, after: int) -> str:
        return f"{chance.choice(servers)}/ws/v1/disputes/{dispute.ref}/?ticket={ticket}&after={after}"

    people = itertools.cycle([court.bob, court.alice, court.staff, court.finance])
    phones = [Phone(address, who, f"p{n}", messages // writers) for n, who in zip(range(writers), people, strict=False)]

    await talk(phones, messages, drops)

    await check(phones, dispute, messages, drops)


# — hints are only hints —


async def test_hints_that_are_lost_reordered_doubled_or_wrong_change_nothing(court, site, monkeypatch):
    monkeypatch.setattr(hubs, "HEARTBEAT", 1)
    chance = random.Random(3)
    listeners, later = list(stream.LISTENERS), []

    def unreliable(room_id: int, head: int) -> None:
        later.extend([(room_id, head)] * chance.choice([0, 1, 1, 2]) + [(room_id + 1, head)] + [(room_id, head + 50)])
        chance.shuffle(later)
        while len(later) > 2:
            for listener in listeners:
                listener(*later.pop()) if later else None

    monkeypatch.setattr("disputes.commands.stream.LISTENERS", [unreliable])
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob, after=0)

    def write() -> None:
        for number in range(60):
            post(court, dispute, (court.bob, court.alice)[number % 2], f"第{number}句")

    await does(write)
    await bob.until(lambda one: len(one.entries) >= 61)

    assert [(e["sequence"], e.get("text", e.get("event"))) for e in bob.entries] == await does(table_of, dispute)


def open_sockets() -> list[Socket]:
    return [one for hub in ROOMS.hubs for room in tuple(hub.rooms.values()) for one in tuple(room.sockets)]


async def test_who_comes_from_a_process_that_knew_more_is_told_nothing_twice(court, site, monkeypatch):
    """This process has not heard yet of what the person saw elsewhere; a number that nobody gave holds nobody back."""
    dispute = await does(court.open)
    await listen(site, dispute.ref, court.alice)
    look = Hub._want
    monkeypatch.setattr(Hub, "_want", lambda hub, room, head: None)

    for _number in range(3):
        await does(post, court, dispute, court.alice, "在别处写的")
    back = await listen(site, dispute.ref, court.bob)
    await back.send(type="resume", after=3)
    made_up = await listen(site, dispute.ref, court.bob)
    await made_up.send(type="resume", after=99)
    for _ in range(1_000):
        if all(one.is_live for one in open_sockets()):
            break
        await asyncio.sleep(0.01)
    assert back.numbers == made_up.numbers == []
    monkeypatch.setattr(Hub, "_want", look)
    said = (await made_up.say("我回来了", "back"))["sequence"]
    await back.until(lambda one: said in one.numbers)

    assert said == 5
    assert back.numbers == [4, 5]
    assert made_up.numbers == [5]


async def test_what_nobody_hinted_at_comes_before_what_follows_it(court, site, monkeypatch):
    monkeypatch.setattr("disputes.commands.stream.LISTENERS", [])
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob, after=0)
    await bob.until(lambda one: one.numbers)

    await does(post, court, dispute, court.alice, "悄悄写的")
    await bob.say("接着说", "after")

    assert bob.numbers == [1, 2, 3]
    assert [e["text"] for e in bob.of_type("message")] == ["悄悄写的", "接着说"]


# — a slow reader —


async def test_a_reader_that_stalls_is_told_so_and_gets_the_rest_when_it_resumes(court, site):
    dispute = await does(court.open)
    room = await does(Room.objects.get, dispute=dispute, lane="both")
    ticket = await does(ticket_of, court.bob)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", site.port))
    address = site.url(dispute.ref, ticket=ticket, after=0)
    stalled = await websockets.connect(address, sock=narrow, compression=None, max_queue=1, ping_interval=None)
    alice = await listen(site, dispute.ref, court.alice)

    def is_listening() -> bool:
        return any(one.user_id == court.bob.person for one in open_sockets())

    def write(start: int) -> None:
        posts = [commands.Post(court.alice, room.pk, f"s{start + n}", "长" * 1365) for n in range(100)]
        stream.publish_head(room.pk, commands.post_batch(posts=posts, now=court.now)[-1].entry.sequence)

    written = 0
    while await asyncio.to_thread(is_listening):
        assert written < 20_000, "the reader was never shown out"
        await does(write, written)
        written += 100
        await alice.until(lambda one, head=1 + written: one.numbers and one.numbers[-1] == head)
    assert written > sockets.MAX_QUEUE

    seen, code = [], None
    try:
        async for text in stalled:
            seen += [f["sequence"] for f in [json.loads(text)] if f["type"] in ("message", "event")]
    except websockets.ConnectionClosed:
        pass
    code = stalled.close_code
    again = await listen(site, dispute.ref, court.bob, after=seen[-1])
    await again.until(lambda one: one.numbers and one.numbers[-1] == 1 + written)

    assert code == sockets.TOO_SLOW
    assert seen + again.numbers == list(range(1, written + 2))
    assert alice.closed_with is None


# — nobody reads another's —


@pytest.mark.parametrize("count", [10, pytest.param(100, marks=pytest.mark.nightly)])
async def test_under_load_nobody_reads_a_word_of_another_room(court, site, settings, count):
    settings.SOCKETS_PER_PERSON = settings.SOCKETS_PER_ADDRESS = 4 * count
    disputes = await does(lambda: [court.open() for _ in range(count)])
    rooms = [
        (dispute, await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.alice))
        for dispute in disputes
    ]

    async def chat(dispute: Any, *people: Any) -> None:
        for number in range(10):
            for person in people:
                await person.say(f"{dispute.ref} 第{number}句", f"{id(person)}-{number}")

    await asyncio.gather(*(chat(*room) for room in rooms))

    for dispute, *people in rooms:
        for person in people:
            await person.until(lambda one: len(one.of_type("message")) == 20)
            assert {e["text"].split()[0] for e in person.of_type("message")} == {dispute.ref}
            assert person.numbers == list(range(2, 22))
