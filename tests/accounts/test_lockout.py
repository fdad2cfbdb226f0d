"""After five failures a name is closed at an address for a while; the answer never tells whether the name exists."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings as conf
from django.test import Client

from accounts.models import ApiToken
from casework import clock
from operations.limits import network_of
from tests.accounts.conftest import PASSWORD, Caller, enrol, wrong_code

pytestmark = pytest.mark.once

LOGIN = "/account/login/"


def fail(client: Client, username: str, times: int = conf.AXES_FAILURE_LIMIT):
    for _i in range(times):
        answer = client.post(LOGIN, {"login": username, "password": "wrong-pass-phrase"})
    return answer


def test_the_page_closes_and_even_the_right_password_waits(owner):
    client = Client(headers={"accept-language": "en"})

    locked = fail(client, owner.username)
    right = client.post(LOGIN, {"login": owner.username, "password": PASSWORD})

    assert [locked.status_code, right.status_code] == [429, 429]
    assert locked.headers["Retry-After"] == "900"
    assert "Too many attempts" in right.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("language", "words"), [("zh-hans", 'lang="zh-Hans"'), ("en", 'lang="en"')])
def test_the_page_is_in_the_reader_s_language(owner, language, words):
    locked = fail(Client(headers={"accept-language": language}), owner.username)

    assert words in locked.content.decode()


def test_an_unknown_name_closes_just_the_same(owner):
    known = fail(Client(headers={"accept-language": "en"}), owner.username)
    unknown = fail(Client(headers={"accept-language": "en"}), "nobody-here")

    assert known.status_code == unknown.status_code == 429
    assert known.headers["Retry-After"] == unknown.headers["Retry-After"]


def test_writing_the_name_in_another_case_starts_no_new_count(owner, caller):
    for name in (owner.username, owner.username.upper(), owner.username.title(), owner.username.swapcase()):
        caller.post("auth/token", {"username": name, "password": "wrong-pass-phrase"})

    fifth = caller.post("auth/token", {"username": owner.username.upper(), "password": "wrong-pass-phrase"})

    assert fifth.status_code == 429


def test_the_token_endpoint_closes_as_a_problem(caller, owner):
    answers = [caller.sign_in(owner, "wrong-pass-phrase") for _i in range(conf.AXES_FAILURE_LIMIT)]
    right = caller.sign_in(owner)

    assert [a.status_code for a in answers] == [401, 401, 401, 401, 429]
    assert right.status_code == 429
    assert right.json()["type"] == "/problems/too-many-requests"
    assert right.headers["Content-Type"] == "application/problem+json"
    assert right.headers["Retry-After"] == "900"
    assert not ApiToken.objects.exists()


def test_page_and_token_endpoint_share_the_count(caller, owner):
    fail(Client(), owner.username, times=conf.AXES_FAILURE_LIMIT - 1)

    assert caller.sign_in(owner, "wrong-pass-phrase").status_code == 429


def test_the_app_s_sign_in_shares_it_too(owner):
    fail(Client(), owner.username)

    answer = Client().post(
        "/_allauth/app/v1/auth/login",
        {"username": owner.username, "password": PASSWORD},
        content_type="application/json",
    )

    assert answer.status_code == 429
    assert answer.json()["type"] == "/problems/too-many-requests"


def test_wrong_codes_count_as_failures(caller, owner):
    enrol(owner)

    answers = [caller.sign_in(owner, otp=wrong_code()) for _i in range(conf.AXES_FAILURE_LIMIT)]

    assert [a.status_code for a in answers] == [400, 400, 400, 400, 429]
    assert caller.sign_in(owner).status_code == 429
    assert not ApiToken.objects.exists()


def test_wrong_codes_on_the_page_are_limited(owner):
    enrol(owner)
    client = Client(headers={"accept-language": "en"})
    client.post(LOGIN, {"login": owner.username, "password": PASSWORD})

    texts = [client.post("/account/2fa/authenticate/", {"code": wrong_code()}).content.decode() for _i in range(11)]

    assert "Incorrect code" in texts[0]
    assert "Incorrect code" not in texts[10]
    assert "_auth_user_id" not in client.session


def test_success_starts_the_count_anew(caller, owner):
    for _i in range(conf.AXES_FAILURE_LIMIT - 1):
        caller.sign_in(owner, "wrong-pass-phrase")
    assert caller.sign_in(owner).status_code == 201

    assert caller.sign_in(owner, "wrong-pass-phrase").status_code == 401


def test_another_name_is_not_closed(owner, reviewer):
    fail(Client(), reviewer.username)

    assert Caller().sign_in(owner).status_code == 201


def test_an_address_that_tries_many_names_closes(owner, caller, settings):
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 12
    sprayed = [caller.post("auth/token", {"username": f"name-{n}", "password": "Spring2026!"}) for n in range(11)]
    assert {answer.status_code for answer in sprayed} == {401}
    assert caller.sign_in(owner).status_code == 201

    twelfth = caller.post("auth/token", {"username": "name-12", "password": "Spring2026!"})
    right = caller.sign_in(owner)
    page = Client(headers={"accept-language": "en"}).post(LOGIN, {"login": owner.username, "password": PASSWORD})

    assert [twelfth.status_code, right.status_code, page.status_code] == [429, 429, 429]
    assert right.headers["Retry-After"] == "900"


def test_another_address_is_not_closed_and_an_ipv6_network_is_one(owner, settings):
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 6
    for n in range(6):
        Client(REMOTE_ADDR=f"2001:db8:1:2::{n + 1}").post(LOGIN, {"login": f"name-{n}", "password": "Spring2026!"})

    same = Client(REMOTE_ADDR="2001:db8:1:2:ffff::9").post(LOGIN, {"login": owner.username, "password": PASSWORD})
    other = Client(REMOTE_ADDR="2001:db8:1:3::1").post(LOGIN, {"login": owner.username, "password": PASSWORD})

    assert [same.status_code, other.status_code] == [429, 302]


def test_an_address_opens_again_after_a_while(owner, caller, settings):
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 6
    for n in range(6):
        caller.post("auth/token", {"username": f"name-{n}", "password": "Spring2026!"})
    assert caller.sign_in(owner).status_code == 429
    AccessAttempt.objects.update(attempt_time=clock.now() - timedelta(minutes=16))

    assert caller.sign_in(owner).status_code == 201


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("no address", ""),
    ],
)
def test_what_limits_count_as_one_address(address, network):
    assert network_of(address) == network
