"""Who comes in: a page of ours with a living session, or whoever shows a fresh ticket; to a room that is theirs."""

import asyncio
from datetime import timedelta

import pytest
import websockets

from accounts import commands as accounts
from accounts.models import User
from casework import clock
from tests import factories as make
from tests.ws.serving import does, listen, open_socket, session_of, ticket_of

pytestmark = pytest.mark.once


def cookie(key: str) -> dict:
    return {"additional_headers": {"Cookie": f"sessionid={key}"}}


async def test_a_page_of_ours_with_a_session_comes_in(court, site):
    dispute = await does(court.open)
    session = await does(session_of, court.bob)

    bob = await open_socket(site.url(dispute.ref), origin=site.origin, **cookie(session.session_key))

    assert (await bob.say("进来了", "s"))["role"] == "claimant"


ELSEWHERE = (
    None,
    "null",
    "https://evil.example",
    "{ours}:1",
    "{ours}.evil.example",
    "http://127.0.0.1.evil.example:{port}",
    "https://127.0.0.1:{port}",
    "http://１27.0.0.1:{port}",
    "http://127。0.0.1:{port}",
    "{ours}/",
    "{ours} https://evil.example",
    "ws://127.0.0.1:{port}",
    "",
)


@pytest.mark.parametrize("shows", ["session", "ticket"])
async def test_another_page_does_not_even_with_a_session_or_a_ticket(court, site, shows):
    dispute = await does(court.open)
    session, ticket = await does(session_of, court.bob), await does(ticket_of, court.bob)
    own = [("Cookie", f"sessionid={session.session_key}")] if shows == "session" else []
    url = site.url(dispute.ref) if shows == "session" else site.url(dispute.ref, ticket=ticket)
    answers = {}

    elsewhere = [origin for origin in ELSEWHERE if origin is not None or shows == "session"]  # an app names no origin
    for origin in elsewhere:
        headers = list(own)
        if origin is not None:
            named = origin.format(ours=site.origin, port=site.port)
            headers.append(("Origin", named.encode().decode("latin-1")))
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(url, additional_headers=headers)
        answers[origin] = refused.value.response.status_code

    assert answers == dict.fromkeys(elsewhere, 403)
    app = await open_socket(site.url(dispute.ref, ticket=ticket))
    assert await app.until(lambda one: one.of_type("heartbeat")), "what was refused has not used the ticket up"


async def test_a_trusted_page_elsewhere_comes_in(court, site, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example"]
    dispute = await does(court.open)
    session = await does(session_of, court.bob)

    bob = await open_socket(site.url(dispute.ref), origin="https://app.example", **cookie(session.session_key))

    assert await bob.until(lambda one: one.of_type("heartbeat"))


def expired(session) -> None:
    session.set_expiry(-1)
    session.save()


def signed_out(session) -> None:
    session.delete()


def of_another_password(session) -> None:
    user = User.objects.get(pk=session["_auth_user_id"])
    user.set_password("another-long-password-7")
    user.save(update_fields=["password"])


def of_nobody_active(session) -> None:
    User.objects.filter(pk=session["_auth_user_id"]).update(is_active=False)


async def test_without_a_living_session_nobody_comes_in(court, site):
    dispute = await does(court.open)
    shown = {"no cookie": {}, "no such session": cookie("a" * 32)}
    for spoil in (expired, signed_out, of_another_password, of_nobody_active):
        session = await does(session_of, court.bob)
        shown[spoil.__name__] = cookie(session.session_key)
        await does(spoil, session)
        for name, options in shown.items():
            bob = await open_socket(site.url(dispute.ref), origin=site.origin, **options)
            assert await bob.until_closed() == 4401, name
            assert bob.frames == [], name
        shown.clear()


async def test_a_ticket_opens_one_socket(court, site):
    dispute = await does(court.open)
    ticket = await does(ticket_of, court.bob)
    first = await open_socket(site.url(dispute.ref, ticket=ticket))
    assert await first.until(lambda one: one.of_type("heartbeat"))

    again = await open_socket(site.url(dispute.ref, ticket=ticket))

    assert await again.until_closed() == 4410
    assert again.frames == []


async def test_of_many_that_show_a_ticket_at_once_one_comes_in(court, site):
    dispute = await does(court.open)
    ticket = await does(ticket_of, court.bob)

    sockets = await asyncio.gather(*(open_socket(site.url(dispute.ref, ticket=ticket)) for _ in range(8)))
    await asyncio.gather(*(one.until(lambda one: one.frames or one.closed_with) for one in sockets))

    assert sorted(one.closed_with or 0 for one in sockets) == [0] + [4410] * 7


async def test_a_ticket_is_good_for_a_minute(court, today):
    def tickets():
        token = accounts.issue_token(actor=make.CONSOLE, user=User.objects.get(pk=court.bob.person), now=today)[1]
        issue = accounts.issue_socket_ticket
        return [issue(actor=court.bob, now=today, token_id=token.pk)[0] for _ in range(2)]

    early, late = await does(tickets)

    in_time = await does(accounts.use_socket_ticket, plain=early, now=today + timedelta(seconds=59.999))
    too_late = await does(accounts.use_socket_ticket, plain=late, now=today + timedelta(seconds=60))
    assert (in_time is not None, too_late) == (True, None)


async def test_what_is_no_ticket_opens_nothing_even_from_a_page_of_ours(court, site):
    dispute = await does(court.open)
    session = await does(session_of, court.bob)
    no_tickets = ("", "wst_", "wst_" + "a" * 43, "wst_" + "a" * 5000, "%00", "%E4%B8%AD")

    sockets = {
        ticket: await open_socket(
            site.url(dispute.ref, ticket=ticket), origin=site.origin, **cookie(session.session_key)
        )
        for ticket in no_tickets
    }

    assert {ticket: await bob.until_closed() for ticket, bob in sockets.items()} == dict.fromkeys(no_tickets, 4410)
    assert [bob.frames for bob in sockets.values()] == [[]] * len(no_tickets)


async def test_a_ticket_falls_with_its_token(court, site):
    dispute = await does(court.open)
    ticket = await does(ticket_of, court.bob)
    await does(lambda: accounts.revoke_tokens(actor=make.CONSOLE, user=person(court.bob), now=clock.now()))

    bob = await open_socket(site.url(dispute.ref, ticket=ticket))

    assert await bob.until_closed() == 4401


def person(actor) -> User:
    return User.objects.get(pk=actor.person)


async def test_who_has_no_seat_hears_nothing(court, site):
    dispute = await does(court.joined)
    bob = await listen(site, dispute.ref, court.bob)

    others = [await listen(site, dispute.ref, who, after=0) for who in (court.eve, court.max, court.carl)]
    await bob.say("不给外人看", "x")

    assert [await other.until_closed() for other in others] == [4404, 4404, 4403]
    assert [other.frames for other in others] == [[], [], []]
    assert all(set(f["sides"]) <= {"claimant"} for f in bob.of_type("presence"))


async def test_no_other_name_of_a_room_means_anything(court, site):
    await does(court.open)
    names = ("dsp_nothing", "rooms", "*", "../../x")

    sockets = {ref: await listen(site, ref, court.bob) for ref in names}

    assert {ref: await bob.until_closed() for ref, bob in sockets.items()} == dict.fromkeys(names, 4404)
    assert [bob.frames for bob in sockets.values()] == [[]] * len(names)
