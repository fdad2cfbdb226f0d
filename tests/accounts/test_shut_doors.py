"""What strangers do costs nobody else: not who is signed in, not who writes from another network or a known device."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings as conf
from django.test import Client

from accounts import commands as accounts
from accounts.commands import access
from accounts.models import AccessRequest, Party
from casework.errors import TooManyRequests
from helpline import commands as helpline
from operations.limits import HARD, address_of_device, device_for, number_of
from tests.accounts.conftest import PASSWORD, Caller
from tests.pages import living

pytestmark = [pytest.mark.once, pytest.mark.django_db]

LOGIN = "/account/login/"
SPELLINGS = (
    *("13800000000", "138 0000 0000", "138-0000-0000", "+86 138 0000 0000", "+8613800000000", "0086 138 0000 0000"),
    *("86 138 0000 0000", "138 (0000) 0000", "１３８００００００００", "+86-138-0000-0000"),
)


now = living()


def test_one_number_is_one_however_it_is_written():
    assert {number_of(each) for each in SPELLINGS} == {"13800000000"}
    assert number_of("+86 571 8888 0000") == number_of("0571-88880000") == number_of("0086571 88880000")
    assert number_of("+1 202 555 0100") != number_of("+86 202 555 0100")


def call(now, phone, source, actor=None):
    return helpline.ask_call_back(actor=actor, phone=phone, now=now, source=source, about=f"{phone} {source}")


def test_a_number_written_ten_ways_passes_three_times(now):
    taken = 0
    for n, phone in enumerate(SPELLINGS):
        try:
            call(now, phone, f"192.0.2.{n}")
        except TooManyRequests:
            continue
        taken += 1
    assert taken == helpline.OPEN_AT_ONCE


def test_strangers_who_name_the_number_of_a_merchant_do_not_keep_it_from_being_called(world, now):
    for n in range(helpline.OPEN_AT_ONCE):
        call(now, SPELLINGS[0], f"192.0.2.{n}")
    assert call(now, SPELLINGS[0], "", actor=world.alice).asked_by_id == world.alice.user_id


@pytest.mark.parametrize(
    ("ask", "where"),
    [
        (lambda now, n, source: call(now, f"1380000{n:04}", source), helpline),
        (lambda now, n, source: accounts.ask_access_link(address=f"a{n}@example.com", source=source, now=now), access),
    ],
    ids=["call back", "access link"],
)
def test_many_requests_from_some_networks_do_not_shut_the_door_for_others(now, monkeypatch, ask, where):
    monkeypatch.setattr(where, "IN_AN_HOUR", 6)
    for n in range(6):
        ask(now, n, f"192.0.2.{n % 3}")
    with pytest.raises(TooManyRequests):
        ask(now, 7, "192.0.2.1")
    ask(now, 8, "198.51.100.1")
    ask(now + timedelta(hours=2), 9, "192.0.2.1")


def test_strangers_from_many_networks_do_not_shut_the_door_for_a_device_that_entered_before(now, monkeypatch):
    monkeypatch.setattr(access, "IN_AN_HOUR", 1)
    monkeypatch.setattr(access, "TO_ONE_ADDRESS", 1)

    def ask(n, cookie=""):
        accounts.ask_access_link(address="Shop@example.com", source=f"192.0.2.{n}", device=cookie, now=now)

    for n in range(HARD):
        ask(n)
    for cookie in ("", device_for("other@example.com", "dev_1")):
        with pytest.raises(TooManyRequests):
            ask(HARD, cookie)

    ask(HARD, device_for("shop@example.com", "dev_1"))

    assert AccessRequest.objects.latest("pk").address == "Shop@example.com", "and something is sent upon it"


def test_a_subscriber_with_a_network_of_addresses_is_one(now):
    for n in range(access.FROM_ONE_SOURCE):
        accounts.ask_access_link(address=f"a{n}@example.com", source=f"2001:db8:1:2::{n}", now=now)
    with pytest.raises(TooManyRequests):
        accounts.ask_access_link(address="b@example.com", source="2001:db8:1:2:ffff::9", now=now)
    accounts.ask_access_link(address="b@example.com", source="2001:db8:1:3::9", now=now)


def test_failures_of_others_at_a_network_do_not_lock_a_device_that_signed_in_before(owner):
    known, stranger = Client(), Client()
    assert known.post(LOGIN, {"login": owner.username, "password": PASSWORD}).status_code == 302
    known.post("/account/logout/")
    for n in range(conf.SIGN_IN_FAILURES_PER_ADDRESS + 1):
        stranger.post(LOGIN, {"login": f"nobody-{n}", "password": "wrong-pass-phrase"})
    for _n in range(conf.AXES_FAILURE_LIMIT):
        stranger.post(LOGIN, {"login": owner.username, "password": "wrong-pass-phrase"})
    assert stranger.post(LOGIN, {"login": owner.username, "password": PASSWORD}).status_code == 429

    assert known.post(LOGIN, {"login": owner.username, "password": PASSWORD}).status_code == 302


def test_a_known_device_is_locked_by_its_own_failures_and_for_its_own_name_alone(owner):
    known = Client()
    known.post(LOGIN, {"login": owner.username, "password": PASSWORD})
    known.post("/account/logout/")
    for _n in range(conf.AXES_FAILURE_LIMIT):
        answer = known.post(LOGIN, {"login": owner.username, "password": "wrong-pass-phrase"})
    assert answer.status_code == 429
    cookie = device_for("alice", "dev_1")
    assert address_of_device(cookie, "alice")
    assert address_of_device(cookie, "bob") is None
    assert address_of_device("dev_2." + cookie.partition(".")[2], "alice") is None


@pytest.mark.parametrize("address", ["139 0000 0217", "shop@example.com"])
def test_an_innocent_person_gets_in_while_300_requests_from_60_networks_name_their_address(
    world, now, monkeypatch, address
):
    """From a device and a network that nobody knows, at any time of the attack; past 30 messages one comes in ten
    minutes, and its code opens the cases on the page of whoever has it, as does the link of a mail.
    """
    number = "+8613900000217"
    rows = Party.objects.filter(pk=world.merchant.pk)
    rows.update(phone=number, phone_from=now - timedelta(days=4), email="shop@example.com")
    sent = []
    monkeypatch.setattr(access.texts, "gateway", lambda: SimpleNamespace(send=lambda to, text, ref: sent.append(text)))
    monkeypatch.setattr(access, "send_text", lambda to, *, subject, body: sent.append(body))
    at, asked = now, []
    for n in range(300):
        at += timedelta(seconds=11)
        asked.append(accounts.ask_access_link(address=address, source=f"192.0.2.{n % 60}", now=at))
        access.send_access_links(now=at + timedelta(seconds=1))
    assert len(sent) <= HARD * access.TO_ONE_ADDRESS + 6, sent

    at += timedelta(seconds=30)
    mine = accounts.ask_access_link(address=address, source="198.51.100.7", now=at)
    access.send_access_links(now=at + timedelta(seconds=1))
    at += timedelta(seconds=2)
    code = re.search(r"\d{4} \d{4} \d{4}", sent[-1])[0]
    for stranger in asked[:30]:
        for guess in range(5):
            assert accounts.enter_by_code(asked=stranger, code=f"00000{guess}", now=at) is None
    assert accounts.enter_by_code(asked=mine, code=code[-6:], now=at) is None
    link = accounts.enter_by_code(asked=mine, code=code, now=at)
    assert link.party_id == world.merchant.pk
    assert accounts.enter_by_code(asked=mine, code=code, now=at) is None, "once"
    if "@" in address:  # and by the link, from any message of the day
        opens = re.search(r"/access/(\S+)/", sent[0])[1]
        assert accounts.enter_by_link(signed=opens, now=at).party_id == world.merchant.pk


def test_an_app_that_keeps_its_device_is_not_locked_out_by_others_either(owner):
    app, stranger = Caller(), Caller()
    kept = app.sign_in(owner).json()["known_device"]
    for _n in range(conf.AXES_FAILURE_LIMIT):
        stranger.sign_in(owner, password="wrong-pass-phrase")
    assert stranger.sign_in(owner).status_code == 429
    assert app.sign_in(owner, known_device=kept).status_code == 201
    for _n in range(conf.AXES_FAILURE_LIMIT):
        app.sign_in(owner, password="wrong-pass-phrase", known_device=kept)
    assert app.sign_in(owner, known_device=kept).status_code == 429, "its own failures count"
