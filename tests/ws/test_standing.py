"""Who may listen is asked again while a socket is open: whoever may not any more is shown out and hears nothing more.

No test measures seconds: each closes a socket by what it takes away, and writes a message behind it.
"""

import asyncio
import itertools

import pytest

from accounts import commands as accounts
from accounts.consumers import hubs
from accounts.models import ApiToken, Membership, User
from casework import clock
from disputes import commands
from disputes.consumers import hub as rooms
from tests import factories as make
from tests.ws.serving import does, listen, open_socket, post, session_of

pytestmark = pytest.mark.once_on_postgresql


def person(actor) -> User:
    return User.objects.get(pk=actor.person)


def end_membership(court) -> None:
    membership = Membership.objects.get(user_id=court.bob.person)
    accounts.end_membership(actor=make.CONSOLE, membership=membership, now=clock.now())


def revoke_tokens(court) -> None:
    accounts.revoke_tokens(actor=make.CONSOLE, user=person(court.bob), now=clock.now())


def deactivate(court) -> None:
    User.objects.filter(pk=court.bob.person).update(is_active=False)


def change_password(court) -> None:
    user = person(court.bob)
    user.set_password("another-long-password-7")
    user.save(update_fields=["password"])


def expire_tokens(court) -> None:
    ApiToken.objects.filter(user_id=court.bob.person).update(expires_at=clock.now())


@pytest.mark.parametrize("change", [end_membership, revoke_tokens, deactivate, change_password, expire_tokens])
async def test_who_loses_their_standing_is_shown_out(court, site, change):
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob)
    alice = await listen(site, dispute.ref, court.alice)
    await bob.say("我在", "here")

    await does(change, court)
    code = await bob.until_closed()
    await alice.say("现在只有我", "alone")

    assert code in ({4401, 4403} if change is end_membership else {4401})
    assert [e["text"] for e in bob.of_type("message")] == ["我在"]
    assert "alone" in str(alice.frames)


@pytest.mark.parametrize("in_one_case", [False, True])
async def test_an_agent_whose_mandate_is_ended_is_shown_out(court, site, in_one_case):
    dispute = await does(court.open)
    cases = [dispute.matter] if in_one_case else []
    agent = await does(lambda: make.agent(court.bob, court.buyer, now=clock.now(), cases=cases))
    there = await listen(site, dispute.ref, agent)
    bob = await listen(site, dispute.ref, court.bob)
    said = await there.say("我代买家说", "here")

    await does(lambda: accounts.remove_member(actor=court.bob, party=court.buyer, user_ref=agent.ref, now=clock.now()))
    code = await there.until_closed()
    await bob.say("现在只有我", "alone")

    assert code in {4401, 4403}
    assert [e["text"] for e in there.of_type("message")] == ["我代买家说"], said
    assert next(e["sender"] for e in bob.of_type("message")) == "王女士（代理人）"
    assert "alone" in str(bob.frames)


async def test_who_signs_out_is_shown_out(court, site):
    dispute = await does(court.open)
    session = await does(session_of, court.bob)
    headers = {"Cookie": f"sessionid={session.session_key}"}
    bob = await open_socket(site.url(dispute.ref), origin=site.origin, additional_headers=headers)
    await bob.say("我在", "here")

    await does(session.delete)

    assert await bob.until_closed() == 4401


async def test_a_mediator_who_hands_over_is_shown_out_and_the_next_comes_in(court, site):
    dispute = await does(court.joined)
    mia = await listen(site, dispute.ref, court.mia)
    private = await listen(site, dispute.ref, court.mia, lane="claimant")
    bob = await listen(site, dispute.ref, court.bob)
    await mia.say("我来主持", "m")

    await does(commands.hand_over, actor=court.mia, ref=dispute.ref, to_code=court.max.code, now=court.now)
    codes = [await mia.until_closed(), await private.until_closed()]
    await bob.say("换人了吗", "b")
    new = await listen(site, dispute.ref, court.max, after=0)

    assert codes == [4403, 4403]
    assert "换人了吗" not in str(mia.frames)
    assert await new.until(lambda one: [e for e in one.entries if e.get("text") == "换人了吗"])


async def test_who_lost_a_seat_writes_nothing_either(court, site, monkeypatch):
    monkeypatch.setattr(hubs, "REAUTHORISE_EVERY", 600.0)
    monkeypatch.setattr(hubs, "STALE", 600.0)
    monkeypatch.setattr(rooms.ROOMS, "request_reauthorisation", lambda: None)
    dispute = await does(court.joined)
    mia = await listen(site, dispute.ref, court.mia, lane="claimant")
    await mia.say("在", "1")
    await does(commands.hand_over, actor=court.mia, ref=dispute.ref, to_code=court.max.code, now=court.now)

    answer = await mia.say("还在写", "2")

    assert (answer["type"], answer["code"]) == ("error", "not-allowed")


async def test_nothing_is_pushed_on_a_permission_that_was_not_asked_again(court, site, monkeypatch):
    """The look at who may listen does not come: after `STALE` the socket gets not one entry more, until it does."""
    monkeypatch.setattr(hubs, "STALE", 0.0)
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob)
    await does(post, court, dispute, court.alice, "没有人看过你是否还可以听")
    await asyncio.sleep(2 * rooms.SETTLE)

    held_back = list(bob.entries)
    monkeypatch.setattr(hubs, "STALE", 60.0)
    seen = await bob.until(lambda one: one.of_type("message"))

    assert held_back == []
    assert [e["text"] for e in seen] == ["没有人看过你是否还可以听"]


async def test_typing_and_read_marks_wait_for_that_look_too(court, site, monkeypatch):
    monkeypatch.setattr(hubs, "STALE", 0.0)
    dispute = await does(court.open)
    bob, alice = await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.alice)

    await alice.send(type="typing")
    await alice.send(type="read", sequence=1)
    await alice.send(type="read", sequence=0)  # refused, so that the two before were read
    await alice.until(lambda one: one.of_type("error"))

    await bob.send(type="read", sequence=0)
    await bob.until(lambda one: one.of_type("error"))
    assert bob.of_type("typing") == bob.of_type("read") == []


async def two_beats(monkeypatch):
    """Each beat of the room ends by saying to the other processes who is present in this one."""
    here, beaten, beats = asyncio.get_running_loop(), asyncio.Event(), itertools.count(1)
    publish = rooms.Hub.publish_soon

    def counted(hub, kind, *more):
        publish(hub, kind, *more)
        if kind == "roles" and next(beats) == 2:
            here.call_soon_threadsafe(beaten.set)

    monkeypatch.setattr(rooms.Hub, "publish_soon", counted)
    await asyncio.wait_for(beaten.wait(), 10)


async def test_heartbeats_and_who_is_present_wait_for_that_look_too(court, site, monkeypatch):
    """How far a room has come, and who comes, is told to nobody whose participant was not looked at."""
    monkeypatch.setattr(hubs, "HEARTBEAT", 1)
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob)
    await bob.until(lambda one: one.of_type("heartbeat"))
    monkeypatch.setattr(hubs, "STALE", 0.0)
    await asyncio.sleep(2 * rooms.SETTLE)
    before = len(bob.of_type("heartbeat")), len(bob.of_type("presence"))

    await listen(site, dispute.ref, court.alice)
    await two_beats(monkeypatch)
    after = len(bob.of_type("heartbeat")), len(bob.of_type("presence"))
    monkeypatch.setattr(hubs, "STALE", 60.0)
    come = await bob.until(lambda one: [f for f in one.of_type("presence") if "respondent" in f["sides"]])

    assert after == before
    assert come


async def test_a_private_lane_tells_the_other_side_nothing_at_all(court, site, monkeypatch):
    """Neither words nor numbers, presence, typing, nor how far somebody has read."""
    monkeypatch.setattr(hubs, "HEARTBEAT", 1)
    dispute = await does(court.joined)
    alice, theirs = (
        await listen(site, dispute.ref, court.alice),
        await listen(site, dispute.ref, court.alice, lane="private"),
    )
    await alice.until(lambda one: one.of_type("heartbeat"))
    head = alice.of_type("heartbeat")[-1]["head"]
    bob = await listen(site, dispute.ref, court.bob, lane="private")
    mia = await listen(site, dispute.ref, court.mia, lane="claimant")
    number = (await bob.say("私下说", "p"))["sequence"]
    await mia.send(type="typing")
    await bob.until(lambda one: one.of_type("typing"))
    await mia.send(type="read", sequence=number)
    await bob.until(lambda one: one.of_type("read"))

    for one in (alice, theirs):
        count = len(one.of_type("heartbeat"))
        await one.until(lambda one, count=count: len(one.of_type("heartbeat")) > count + 1)

    assert {beat["head"] for beat in alice.of_type("heartbeat")} == {head}
    assert {beat["head"] for beat in theirs.of_type("heartbeat")} == {0}
    for one in (alice, theirs):
        assert {f["type"] for f in one.frames} <= {"heartbeat", "presence", "event"}
        assert all(f["sides"] == ["respondent"] for f in one.of_type("presence"))
        assert "私下说" not in str(one.frames)
