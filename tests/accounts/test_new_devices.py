"""A sign-in from a device that was not used before is told to its person, once, and can be answered with one link."""

import pytest
from django.core import mail
from django.test import Client

from accounts import commands as accounts
from accounts.devices import browser_of
from accounts.models import Device, Notification, User
from casework import row_digests
from tests.accounts.conftest import PASSWORD, Caller
from tests.accounts.conftest import person as member_of
from tests.pages import page_of

pytestmark = [pytest.mark.once, pytest.mark.django_db]

LOGIN = "/account/login/"
ON_A_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50 Safari/604.1"


def sign_in(user, client=None, **environ):
    client = client or Client(headers={"user-agent": ON_A_PHONE}, REMOTE_ADDR="203.0.113.7", **environ)
    assert client.post(LOGIN, {"login": user.username.upper(), "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def colleague(shop, today):
    return member_of(shop, today, role="manager")


@pytest.fixture
def person(owner):
    User.objects.filter(pk=owner.pk).update(email="owner@example.com", language="en")
    owner.refresh_from_db()
    return owner


def told(user):
    return list(Notification.objects.filter(user=user, event=None).order_by("pk"))


def test_a_new_device_is_told_and_a_known_one_is_not(person, today):
    browser = sign_in(person)
    browser.post("/account/logout/")
    sign_in(person, browser)

    (row,), (device,) = told(person), Device.objects.filter(user=person)
    assert row.path == f"/account/devices/{device.ref}/"
    assert (device.network, device.browser) == ("203.0.113.7", "微信 WeChat, iPhone")
    assert {each.user_id for each in Notification.objects.filter(event=None)} == {person.pk}
    assert accounts.mail_new_devices(now=today) == 1
    assert accounts.mail_new_devices(now=today) == 0
    (letter,) = mail.outbox
    assert letter.to == ["owner@example.com"]
    assert all(each in letter.body for each in ("203.0.113.7", "微信 WeChat, iPhone", row.path))
    assert device.digest not in letter.body
    sign_in(person)
    assert len(told(person)) == 2


def test_a_device_that_several_people_use_knows_each_of_them(person, colleague):
    browser = sign_in(person)
    for each in (colleague, person, colleague):
        browser.post("/account/logout/")
        sign_in(each, browser)
    assert (len(told(person)), len(told(colleague))) == (1, 1)


def test_an_app_that_shows_what_it_was_given_is_known(person):
    first = Caller().sign_in(person).json()
    again = Caller().sign_in(person, known_device=first["known_device"]).json()
    assert again["known_device"] == first["known_device"]
    assert len(told(person)) == 1
    other = first["known_device"].partition(".")[0] + ".made-up"
    assert Caller().sign_in(person, known_device=other).json()["known_device"] != first["known_device"]
    assert len(told(person)) == 2


@pytest.mark.parametrize("by_app", [False, True], ids=["website", "app"])
def test_a_device_that_is_disowned_is_signed_out_and_new_when_it_comes_again(person, by_app):
    kept, thief = "", Client()
    if by_app:
        answer = Caller().sign_in(person).json()
        kept = answer["known_device"]
    else:
        sign_in(person, thief)
        assert thief.get("/account/").status_code == 200
    device = Device.objects.get(user=person)
    own = sign_in(person)
    page = own.get(told(person)[0].path)
    assert "It was not me" in page_of(page)

    assert own.post(f"/account/devices/{device.ref}/")["Location"] == "/account/password/change/"
    if by_app:
        assert Caller(answer["token"]).get("me").status_code == 401
        Caller().sign_in(person, known_device=kept)
    else:
        assert thief.get("/account/").status_code == 302
        sign_in(person, thief)
    assert len(told(person)) == 3
    assert own.get("/account/").status_code == 200
    mine = Device.objects.filter(user=person).order_by("pk")[1]
    assert own.post(f"/account/devices/{mine.ref}/").status_code == 409


def test_nobody_else_sees_or_disowns_a_device(person, colleague):
    sign_in(person)
    device = Device.objects.get(user=person)
    for other in (sign_in(colleague), Client()):
        answers = [getattr(other, way)(f"/account/devices/{device.ref}/") for way in ("get", "post")]
        assert {each.status_code for each in answers} <= {302, 404}
    device.refresh_from_db()
    assert device.disowned_at is None


def test_the_ledger_has_the_device_and_mail_is_sent_five_times_a_day(person, today):
    row_digests.begin()
    for _n in range(7):
        Caller().sign_in(person)
    assert (len(told(person)), accounts.mail_new_devices(now=today)) == (7, 5)
    first = Device.objects.order_by("pk")[0]
    assert list(row_digests.faults()) == []
    Device.objects.filter(pk=first.pk).update(network="198.51.100.1")
    assert list(row_digests.faults()) != []


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox, Linux"),
        ("python-httpx/0.27", ""),
    ],
)
def test_a_browser_is_named_in_words(agent, words):
    assert browser_of(agent) == words


def test_staff_are_told_as_well_and_find_it_on_their_own_page(reviewer):
    browser = sign_in(reviewer)
    (row,) = told(reviewer)
    assert row.path in page_of(browser.get("/account/"))
    assert browser.get(row.path).status_code == 200


def test_an_app_lists_where_one_signed_in_and_signs_one_out(caller, owner):
    lost = caller.sign_in(owner).json()["token"]
    mine = Caller(caller.sign_in(owner).json()["token"])

    here, there = mine.get("me/sign-ins").json()["items"]

    assert (here["is_this"], there["is_this"]) == (True, False)
    assert mine.delete(f"me/sign-ins/{here['ref']}").status_code == 409
    assert mine.delete(f"me/sign-ins/{there['ref']}").status_code == 204
    assert Caller(lost).get("me").status_code == 401
    assert mine.get("me/sign-ins").json()["items"][1]["disowned_at"]


def test_an_app_sees_and_signs_out_nobody_else(caller, owner, shop, today):
    theirs = Caller(caller.sign_in(member_of(shop, today, role="staff")).json()["token"])
    [other] = theirs.get("me/sign-ins").json()["items"]
    mine = Caller(caller.sign_in(owner).json()["token"])

    assert other["ref"] not in mine.get("me/sign-ins").content.decode()
    assert mine.delete(f"me/sign-ins/{other['ref']}").status_code == 404
    assert theirs.get("me").status_code == 200
