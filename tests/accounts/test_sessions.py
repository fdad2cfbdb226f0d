"""A browser session on pages and on the API: CSRF, the switches for language and size of text, one's own account."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts import queries
from accounts.models import User
from casework.actor import Via
from tests.accounts.conftest import PASSWORD, Caller, browser, code, enrol, token_of

pytestmark = pytest.mark.once


def csrf_of(client: Client) -> str:
    page = client.get("/account/").content.decode()
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)


def as_owner(owner) -> Caller:
    caller = Caller(enforce_csrf_checks=True)
    caller.client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return caller


def test_a_session_reads_the_api(owner):
    assert as_owner(owner).get("me").json()["ref"] == owner.ref


def test_a_session_writes_only_with_its_csrf_token(owner):
    caller = as_owner(owner)

    refused = caller.post("me/set-language", {"language": "en"})
    allowed = caller.post("me/set-language", {"language": "en"}, **{"X-CSRFToken": csrf_of(caller.client)})

    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-allowed")
    assert allowed.status_code == 200


def test_a_token_needs_no_csrf_token(owner, today):
    caller = Caller(token_of(owner, today), enforce_csrf_checks=True)

    assert caller.post("me/set-language", {"language": "en"}).status_code == 200


@pytest.mark.parametrize("path", ["/account/language/", "/account/large-text/", "/account/login/"])
def test_the_forms_need_a_csrf_token(owner, path):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(path, {"language": "en", "large_text": "1", "login": owner.username, "password": PASSWORD})

    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session


def test_the_session_in_the_actor_cannot_be_used_to_take_it_over(owner):
    client = browser(owner)

    actor = queries.actor_of_session(owner, client.session, via=Via.WEB)

    assert actor.session.startswith("ses:")
    assert client.session.session_key not in actor.session


def test_a_stranger_switches_language_on_this_device(db):
    client = Client()

    answer = client.post("/account/language/", {"language": "en", "next": "/account/login/"})

    assert answer.headers["Location"] == "/account/login/"
    assert 'lang="en"' in client.get("/account/login/").content.decode()


def test_a_language_chosen_before_signing_in_is_the_reader_s_afterwards(owner):
    client = Client()
    client.post("/account/language/", {"language": "en", "next": "/account/login/"})

    client.post("/account/login/", {"login": owner.username, "password": PASSWORD})

    assert 'lang="en"' in client.get("/account/").content.decode()
    assert User.objects.get(pk=owner.pk).language == "en"
    assert 'lang="en"' in browser(owner).get("/account/").content.decode(), "on every device"


def test_the_account_s_language_wins_over_the_browser_s(owner):
    client = browser(owner)
    assert 'lang="zh-Hans"' in client.get("/account/").content.decode()

    client.post("/account/language/", {"language": "en", "next": "/account/"})

    assert 'lang="en"' in client.get("/account/").content.decode()
    assert User.objects.get(pk=owner.pk).language == "en"


def test_large_text_is_kept_on_the_device_and_with_the_account(owner):
    stranger, client = Client(), browser(owner)

    stranger.post("/account/large-text/", {"large_text": "1"})
    client.post("/account/large-text/", {"large_text": "1"})

    assert 'class="large-text"' in stranger.get("/account/login/").content.decode()
    assert 'class="large-text"' in client.get("/account/").content.decode()
    assert User.objects.get(pk=owner.pk).large_text is True
    client.post("/account/large-text/", {"large_text": "0"})
    assert 'class="large-text"' not in client.get("/account/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_a_switch_leads_to_no_foreign_page(db, target):
    answer = Client().post("/account/language/", {"language": "en", "next": target})

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/account/language/", "/account/large-text/"])
def test_a_switch_is_never_a_link(owner, path):
    client = browser(owner)

    assert client.get(path).status_code == 405
    assert client.post(path, {"language": "tlh", "large_text": "huge"}).status_code == 400


def test_the_account_page_says_for_whom_i_act(owner, shop):
    text = browser(owner).get("/account/").content.decode()

    assert shop.name in text
    assert owner.username in text


def test_nobody_can_sign_up(db):
    client = Client(headers={"accept-language": "en"})

    client.post("/account/signup/", {"username": "intruder", "password1": PASSWORD})

    assert not User.objects.filter(username="intruder").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/account/login/",
        "/account/password/reset/",
        "/account/password/change/",
        "/account/2fa/",
        "/account/reauthenticate/",
        "/account/logout/",
    ],
)
def test_every_page_stands_in_our_frame_without_inline_script(owner, path):
    client = browser(owner) if path not in {"/account/login/", "/account/password/reset/"} else Client()

    text = client.get(path).content.decode()

    assert 'id="main"' in text
    assert not re.search(r"<script(?![^>]*\b(?:src|type=\"application/json\"))", text)
    assert " style=" not in text


def test_a_session_planted_before_signing_in_is_not_the_signed_in_one(owner):
    victim = Client()
    victim.get("/account/login/")
    planted = SessionStore()
    planted["planted"] = "1"
    planted.save()
    victim.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key

    victim.post("/account/login/", {"login": owner.username, "password": PASSWORD})
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key

    assert "_auth_user_id" in victim.session
    assert victim.session.session_key != planted.session_key
    assert attacker.get("/api/v1/me").status_code == 401


def test_a_made_up_session_key_is_not_adopted(owner):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32

    client.post("/account/login/", {"login": owner.username, "password": PASSWORD})

    assert client.session.session_key != "a" * 32


def test_the_second_factor_gives_the_session_another_key(reviewer):
    enrol(reviewer)
    client = Client()
    client.post("/account/login/", {"login": reviewer.username, "password": PASSWORD})
    before = client.session.session_key

    client.post("/account/2fa/authenticate/", {"code": code()})

    assert "_auth_user_id" in client.session
    assert client.session.session_key != before
    assert Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={before}"}).get("/api/v1/me").status_code == 401


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(owner):
    client = Client()
    client.post("/account/login/", {"login": owner.username, "password": PASSWORD})
    copy = client.session.session_key

    client.post("/account/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = copy

    assert thief.get("/api/v1/me").status_code == 401
