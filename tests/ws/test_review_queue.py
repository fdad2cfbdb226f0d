"""The review queue, live: each change reaches whoever may see the case, nobody else, and nothing beyond what they see.

No test measures seconds. That nothing came is shown by what was made to come behind it.
"""

import asyncio
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import websockets
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import commands as accounts
from accounts.consumers import hubs, sockets
from accounts.models import StaffRole, User
from appeals import commands, queries
from appeals.consumers import hub as live
from appeals.models import Appeal
from casework import clock
from tests import factories as make
from tests.conftest import World, build_world
from tests.ws.serving import Listener, Site, does, open_socket, session_of, ticket_of, two_processes, until_it_answers

pytestmark = [pytest.mark.once_on_postgresql, pytest.mark.exhaustive]

PATIENCE = 60


@pytest.fixture
def court(today: Any) -> World:
    """Instead of a dispute's people, those of an appeal."""
    return build_world(today)


@pytest.fixture
def world(court: World) -> World:
    return court


def address(site: Site, **query: Any) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"ws://127.0.0.1:{site.port}/ws/v1/review-queue/" + (f"?{asked}" if asked else "")


async def watch(site: Site, actor: Any) -> Listener:
    return await open_socket(address(site, ticket=await does(ticket_of, actor)))


async def until_change(watcher: Listener, appeal: Appeal, change: str) -> dict[str, Any]:
    """The frame that says so of this case."""
    found = await watcher.until(
        lambda one: [f for f in one.of_type("change") if (f["ref"], f["change"]) == (appeal.ref, change)], PATIENCE
    )
    return found[-1]


async def until_counts(watcher: Listener, **counts: int) -> dict[str, Any]:
    """How the queue stands, once it stands so."""
    shown = await watcher.until(
        lambda one: (
            one.of_type("queue") and counts.items() <= one.of_type("queue")[-1].items() and one.of_type("queue")
        ),
        PATIENCE,
    )
    return shown[-1]


async def filed(world: World, **changes: Any) -> Appeal:
    return await does(lambda: make.file(world.alice, world.notice(**changes), now=clock.now()))


async def claims(actor: Any, appeal: Appeal) -> None:
    await does(lambda: commands.claim_appeal(actor=actor, ref=appeal.ref, now=clock.now()))


async def gives_back(actor: Any, appeal: Appeal) -> None:
    await does(lambda: commands.release_appeal(actor=actor, ref=appeal.ref, now=clock.now()))


def listed(actor: Any, tab: str = "claimable") -> list[str]:
    return [row.ref for row in queries.queue_for(actor, now=clock.now(), tab=tab)]


# — what is told —


async def test_a_case_arrives_is_claimed_given_back_and_decided(world, site):
    rosa, rita = await watch(site, world.rosa), await watch(site, world.rita)
    start = await until_counts(rosa, claimable=0, mine=0, waiting=0, late=0)
    await until_counts(rita, claimable=0)

    appeal = await filed(world)
    arrived = await until_change(rosa, appeal, "arrived")
    stands = await until_counts(rosa, claimable=1)
    await claims(world.rita, appeal)
    taken, theirs = await until_change(rosa, appeal, "claimed"), await until_change(rita, appeal, "claimed")
    await until_counts(rosa, claimable=0, mine=0)
    await until_counts(rita, claimable=0, mine=1)
    await gives_back(world.rita, appeal)
    back = await until_change(rosa, appeal, "released")
    await does(lambda: make.ready_to_decide(world.rosa, appeal, now=clock.now()))
    await until_counts(rosa, mine=1)
    await does(lambda: make.decide(world.rosa, Appeal.objects.get(pk=appeal.pk), now=clock.now()))
    left = await until_change(rosa, appeal, "left")
    await until_counts(rosa, mine=0)

    assert start["head"] == 0 < stands["head"]
    assert arrived == {
        "type": "change",
        "ref": appeal.ref,
        "change": "arrived",
        "tab": "claimable",
        "due_at": back["due_at"],
    }
    assert (taken["tab"], taken["due_at"]) == (None, None)
    assert theirs["tab"] == "mine"
    assert back["tab"] == "claimable"
    assert left["tab"] is None
    assert "left" not in [f["change"] for f in rita.of_type("change")]  # it was with somebody else: nothing she saw


async def test_a_case_that_becomes_more_urgent_is_told_and_so_is_one_that_is_withdrawn(world, site):
    appeal = await filed(world)
    rosa = await watch(site, world.rosa)
    await until_counts(rosa, claimable=1)

    await does(lambda: commands.mark_overdue(appeal_id=appeal.pk, effective_at=clock.now(), now=clock.now()))
    await until_change(rosa, appeal, "changed")
    await does(lambda: commands.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=clock.now()))

    assert (await until_change(rosa, appeal, "left"))["tab"] is None
    await until_counts(rosa, claimable=0)


async def test_a_question_to_the_appellant_moves_the_case_to_the_other_tab_of_its_holder_alone(world, site):
    appeal = await filed(world)
    await does(lambda: make.ready_to_decide(world.rita, appeal, now=clock.now()))
    rita, rosa = await watch(site, world.rita), await watch(site, world.rosa)
    await until_counts(rita, mine=1)

    await does(
        lambda: commands.request_information(
            actor=world.rita, ref=appeal.ref, item="授权书", fact="有授权", due_at=None, now=clock.now()
        )
    )
    asked = await until_change(rita, appeal, "changed")
    await until_counts(rita, mine=0, waiting=1)
    other = await filed(world)
    await until_change(rosa, other, "arrived")

    assert asked["tab"] == "waiting"
    assert appeal.ref not in str(rosa.frames)


async def test_a_lease_that_runs_out_is_told_although_nothing_happened(world, site, monkeypatch):
    monkeypatch.setattr(hubs, "HEARTBEAT", 1)
    appeal = await filed(world)
    await claims(world.rita, appeal)
    rosa = await watch(site, world.rosa)
    await rosa.until(lambda one: one.of_type("heartbeat"), PATIENCE)

    def shorten() -> None:
        Appeal.objects.filter(pk=appeal.pk).update(lease_expires_at=clock.now() + timedelta(seconds=3))

    await does(shorten)

    assert (await until_change(rosa, appeal, "released"))["tab"] == "claimable"
    await until_counts(rosa, claimable=1)


async def test_what_no_hint_told_is_found_by_the_heartbeat(world, site, monkeypatch):
    monkeypatch.setattr(hubs, "HEARTBEAT", 1)
    monkeypatch.setattr("casework.firing.LISTENERS", [])
    rosa = await watch(site, world.rosa)
    before = await until_counts(rosa, claimable=0)

    await filed(world)
    after = await until_counts(rosa, claimable=1)
    beat = await rosa.until(lambda one: [f for f in one.of_type("heartbeat") if f["head"] == after["head"]], PATIENCE)

    assert before["head"] < after["head"] == beat[-1]["head"]


async def test_who_comes_back_is_told_how_the_queue_stands_now(world, site):
    rosa = await watch(site, world.rosa)
    before = await until_counts(rosa, claimable=0)
    await rosa.close()

    await filed(world)
    again = await watch(site, world.rosa)
    first = (await again.until(lambda one: one.frames, PATIENCE))[0]

    assert (first["type"], first["claimable"]) == ("queue", 1)
    assert first["head"] > before["head"]


# — and to whom —


async def test_nobody_hears_of_a_case_against_their_own_or_their_teams_measure(world, site, monkeypatch):
    """Neither a frame nor a number moves: not when it comes, is claimed, given back or closed."""
    monkeypatch.setattr(hubs, "HEARTBEAT", 1)
    otto, odile, rosa = [await watch(site, who) for who in (world.otto, world.odile, world.rosa)]
    for one in (otto, odile, rosa):
        await until_counts(one, claimable=0)

    appeal = await filed(world)
    await until_change(rosa, appeal, "arrived")
    await claims(world.rita, appeal)
    await until_change(rosa, appeal, "claimed")
    await gives_back(world.rita, appeal)
    await until_change(rosa, appeal, "released")
    await does(lambda: commands.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=clock.now()))
    await until_change(rosa, appeal, "left")
    for one in (otto, odile):
        beats = len(one.of_type("heartbeat"))
        await one.until(lambda one, beats=beats: len(one.of_type("heartbeat")) > beats + 1, PATIENCE)

    for one in (otto, odile):
        assert one.of_type("change") == []
        assert [f["head"] for f in one.frames] == [0] * len(one.frames)
        assert [f["claimable"] for f in one.of_type("queue")] == [0]


async def test_a_second_review_is_told_to_seniors_alone(world, site):
    first = await filed(world)
    await does(
        lambda: make.decide(
            world.rita, make.ready_to_decide(world.rita, first, now=clock.now()), now=clock.now(), outcome="UPHELD"
        )
    )
    sara, rosa = await watch(site, world.sara), await watch(site, world.rosa)
    await until_counts(rosa, claimable=0)

    second = await does(lambda: make.file(world.alice, first.notice, now=clock.now()))
    await until_change(sara, second, "arrived")
    third = await filed(world)
    await until_change(rosa, third, "arrived")

    assert second.ref not in str(rosa.frames)


async def test_every_frame_says_what_the_list_says_to_the_same_person(world, site):
    """Whatever happens, to each reviewer: a case on a tab of theirs is named with that tab, and no other is named."""
    people = {name: getattr(world, name) for name in ("rita", "rosa", "sara", "otto")}
    watchers = {name: await watch(site, actor) for name, actor in people.items()}
    for one in watchers.values():
        await until_counts(one, claimable=0)
    cases = [await filed(world), await filed(world, officer=world.rita.code), await filed(world, officer="")]

    for name, actor in people.items():
        for tab in ("claimable", "late"):
            for ref in await does(listed, actor, tab):
                await watchers[name].until(
                    lambda one, ref=ref, tab=tab: [
                        f for f in one.of_type("change") if (f["ref"], f["tab"]) == (ref, tab)
                    ],
                    PATIENCE,
                )
        named = {f["ref"] for f in watchers[name].of_type("change")}
        assert named == set(await does(listed, actor))
    assert len({case.ref for case in cases}) == 3


# — who comes in, and who may stay —


async def test_who_reviews_nothing_hears_nothing(world, site):
    user = await does(make.make_user, "nobody", now=world.now)
    nobody = SimpleNamespace(person=user.pk, user_id=user.pk)
    for actor in (world.alice, world.bob, world.eve, world.carl, nobody):
        other = await watch(site, actor)
        assert await other.until_closed(PATIENCE) == 4403, actor
        assert other.frames == []


async def test_nobody_comes_in_without_a_session_or_ticket(world, site):
    for url, options, code in (
        (address(site), {"origin": site.origin}, 4401),
        (address(site, ticket="wst_" + "a" * 43), {}, 4410),
    ):
        one = await open_socket(url, **options)
        assert await one.until_closed(PATIENCE) == code
        assert one.frames == []


async def test_a_page_of_ours_comes_in_and_another_page_does_not(world, site):
    session = await does(session_of, world.rosa)
    headers = {"Cookie": f"sessionid={session.session_key}"}

    rosa = await open_socket(address(site), origin=site.origin, additional_headers=headers)
    await until_counts(rosa, claimable=0)
    with pytest.raises(websockets.InvalidStatus) as refused:
        await open_socket(address(site), origin="https://evil.example", additional_headers=headers)
    await does(session.delete)

    assert refused.value.response.status_code == 403
    assert await rosa.until_closed(PATIENCE) == 4401


def demote(actor: Any) -> None:
    user = User.objects.get(pk=actor.person)
    accounts.revoke_staff_role(actor=make.CONSOLE, user=user, role="reviewer", now=clock.now())


def demote_without_a_word(actor: Any) -> None:
    StaffRole.objects.filter(user_id=actor.person).update(ended_at=clock.now())


def deactivate(actor: Any) -> None:
    User.objects.filter(pk=actor.person).update(is_active=False)


@pytest.mark.parametrize(
    ("change", "codes"), [(demote, {4401, 4403}), (demote_without_a_word, {4403}), (deactivate, {4401})]
)
async def test_who_loses_their_standing_is_shown_out_and_hears_nothing_more(world, site, change, codes):
    rosa, rita = await watch(site, world.rosa), await watch(site, world.rita)
    await until_counts(rosa, claimable=0)

    await does(change, world.rosa)
    code = await rosa.until_closed(PATIENCE)
    appeal = await filed(world)
    await until_change(rita, appeal, "arrived")

    assert code in codes
    assert appeal.ref not in str(rosa.frames)


async def test_a_case_is_told_to_nobody_who_lost_their_standing_meanwhile(world, site, monkeypatch):
    """The regular look does not come: the look for the frame asks by itself."""
    monkeypatch.setattr(hubs, "REAUTHORISE_EVERY", 600.0)
    monkeypatch.setattr(live.QUEUE, "request_reauthorisation", lambda: None)
    rosa, rita = await watch(site, world.rosa), await watch(site, world.rita)
    first = await filed(world)
    for one in (rosa, rita):
        await until_change(one, first, "arrived")
    await does(demote_without_a_word, world.rosa)

    appeal = await filed(world)
    await until_change(rita, appeal, "arrived")

    assert await rosa.until_closed(PATIENCE) == 4403
    assert appeal.ref not in str(rosa.frames)


async def test_what_is_sent_here_means_nothing_and_too_much_of_it_ends_the_socket(world, site, settings):
    settings.ROOM_MESSAGES_AT_ONCE, settings.ROOM_MESSAGES_A_SECOND = 1, 0.001
    rosa = await watch(site, world.rosa)
    await rosa.send(type="message", text="x")
    errors = await rosa.until(lambda one: one.of_type("error"), PATIENCE)
    for _ in range(10):
        await rosa.send(type="claim")

    assert await rosa.until_closed(PATIENCE) == 1008
    assert (errors[0]["code"], errors[0]["reason"]) == ("validation", "unknown-type")


async def test_a_reader_that_stalls_is_shown_out_and_nobody_else(world, site, monkeypatch):
    monkeypatch.setattr(live, "PAUSE", 0.0)
    for listening in site.server.servers[0].sockets:
        listening._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    cases = [await filed(world) for _ in range(12)]
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", site.port))
    ticket = await does(ticket_of, world.rosa)
    stalled = await websockets.connect(
        address(site, ticket=ticket), sock=narrow, compression=None, max_queue=1, ping_interval=None
    )
    rita = await watch(site, world.rita)
    [hub] = live.QUEUE.hubs
    told = 0
    while any(one.actor.person == world.rosa.person for one in tuple(hub.sockets)):
        assert told < 20_000, "the reader was never shown out"
        hub.publish(live.CHANGES, {case.pk: "claimable" for case in cases})
        told += len(cases)
        await rita.until(lambda one, told=told: len(one.of_type("change")) >= told, PATIENCE)

    try:
        async for _text in stalled:
            pass
    except websockets.ConnectionClosed:
        pass

    assert told > sockets.MAX_QUEUE
    assert stalled.close_code == sockets.TOO_SLOW
    assert rita.closed_with is None


# — what it costs —


async def test_a_look_costs_the_same_for_many_cases_and_many_reviewers(world):
    """One look for twenty cases and so many reviewers with two sockets each: as many statements as for one of each."""

    def count(cases: int, people: int) -> int:
        staff = [make.staff("reviewer", now=clock.now()) for _ in range(people)]
        credentials = set()
        for actor in [*staff, *staff]:
            user = User.objects.get(pk=actor.person)
            token = accounts.issue_token(actor=make.CONSOLE, user=user, now=clock.now(), second_factor=True)[1]
            credentials.add(live.Credential(token_id=token.pk))
        stood = {make.file(world.alice, world.notice(), now=clock.now()).pk: "away" for _ in range(cases)}
        with CaptureQueriesContext(connection) as asked:
            news = live._news(credentials, stood, clock.now())
        assert {len(changes) for changes in news.changes.values()} == {cases}
        assert len(news.queues) == people
        return len(asked)

    assert await does(count, 20, 8) == await does(count, 1, 1) <= 12


async def test_what_happens_together_is_read_together(world, site, monkeypatch):
    looks: list[int] = []
    news = live._news

    def counted(credentials: Any, stood: Any, since: Any) -> Any:
        looks.append(len(stood))
        return news(credentials, stood, since)

    monkeypatch.setattr(live, "_news", counted)
    watchers = [await watch(site, world.rosa) for _ in range(5)]
    cases = [await filed(world) for _ in range(3)]
    for one in watchers:
        await until_counts(one, claimable=3)
        for case in cases:  # a case that is counted may still be about to be named, and its first naming holds
            await until_change(one, case, "arrived")
    before = len(looks)
    [hub] = live.QUEUE.hubs
    nowhere = range(1_000_000, 1_000_030)

    for _ in range(100):
        hub.publish(live.CHANGES, {case.pk: "mine" for case in cases} | dict.fromkeys(nowhere, "mine"))
    for one in watchers:
        await until_change(one, cases[-1], "released")

    assert len(looks) - before < 10  # for 3,300 hints and 5 sockets; a beat may come between


# — several processes —


@pytest.fixture
def servers(world: World) -> Iterator[list[str]]:
    with two_processes() as where:
        yield where


async def test_a_command_of_a_third_process_reaches_the_sockets_of_two(world, servers):
    await asyncio.gather(*(until_it_answers(each) for each in servers))
    watchers = [
        await open_socket(f"{each}/ws/v1/review-queue/?ticket={await does(ticket_of, world.rosa)}") for each in servers
    ]
    otto = await open_socket(f"{servers[0]}/ws/v1/review-queue/?ticket={await does(ticket_of, world.otto)}")
    for one in (*watchers, otto):
        await until_counts(one, claimable=0)

    appeal = await filed(world)  # here, where no hub runs: as a worker does
    for one in watchers:
        await until_change(one, appeal, "arrived")
    await claims(world.rita, appeal)
    for one in watchers:
        await until_change(one, appeal, "claimed")

    assert "change" not in json.dumps(otto.frames)
