"""Staff work only after a second factor; whoever has one set up needs it; the sample database alone is exempt."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as conf
from django.db import IntegrityError
from django.test import Client

from accounts import commands, queries
from accounts.models import ApiToken, Installation
from casework.actor import ActorKind, Via
from casework.errors import CaseError, NotAllowed
from tests import factories as make
from tests.accounts.conftest import (
    PASSWORD,
    Caller,
    actor_of_token,
    browser,
    code,
    enrol,
    member_of_staff,
    token_of,
    wrong_code,
)

LOGIN = "/account/login/"
STAFF_PAGES = ["/admin/", "/workbench/queue/", "/admin/login/", "/admin/accounts/user/"]


def sign_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    return client


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_a_stranger_signs_in_first_and_never_on_the_console_s_own_form(db, page):
    answer = Client().get(page)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(LOGIN)


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_staff_without_a_second_factor_are_sent_to_set_one_up(reviewer, page):
    answer = sign_in(reviewer).get(page)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/2fa/totp/activate/")


def test_the_console_s_own_form_cannot_be_posted_to(reviewer):
    client = Client()

    answer = client.post("/admin/login/", {"username": reviewer.username, "password": PASSWORD})

    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_session_without_a_second_factor_has_no_roles_anywhere(reviewer):
    enrol(reviewer)
    client = browser(reviewer)

    actor = queries.actor_of_session(reviewer, client.session, via=Via.WEB)

    assert actor.kind is ActorKind.STAFF
    assert actor.roles == frozenset()
    assert client.get("/workbench/queue/").headers["Location"].startswith("/account/2fa/reauthenticate/")


def test_somebody_else_s_second_factor_does_not_count(reviewer):
    client = browser(reviewer, shown=True)
    session = client.session
    session["account_authentication_methods_user"] = str(reviewer.pk + 1)
    session.save()

    assert queries.actor_of_session(reviewer, client.session, via=Via.WEB).roles == frozenset()


def test_staff_enrol_give_a_code_and_work(reviewer):
    client = sign_in(reviewer)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    form = client.get("/account/2fa/totp/activate/")
    secret = re.search(r'data-testid="totp-secret">([A-Z2-7]+)<', form.content.decode()).group(1)
    enrolled = client.post("/account/2fa/totp/activate/", {"code": code(secret=secret)})
    assert enrolled.status_code == 302
    assert Authenticator.objects.filter(user=reviewer, type="totp").count() == 1

    asked = client.get("/workbench/queue/")
    assert asked.headers["Location"] == "/account/2fa/reauthenticate/?next=%2Fworkbench%2Fqueue%2F"
    given = client.post("/account/2fa/reauthenticate/", {"code": code(secret=secret), "next": "/workbench/queue/"})

    assert given.headers["Location"] == "/workbench/queue/"
    assert queries.actor_of_session(reviewer, client.session, via=Via.WEB).roles == {"reviewer"}
    assert client.get("/admin/").status_code == 200


def test_the_next_sign_in_asks_for_the_code_and_then_opens_the_console(reviewer):
    enrol(reviewer)
    client = Client(headers={"accept-language": "en"})

    first = client.post(LOGIN, {"login": reviewer.username, "password": PASSWORD})
    assert first.headers["Location"].startswith("/account/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    assert client.get("/account/2fa/authenticate/").status_code == 200
    client.post("/account/2fa/authenticate/", {"code": wrong_code()})
    assert "_auth_user_id" not in client.session
    client.post("/account/2fa/authenticate/", {"code": code()})

    assert client.get("/admin/").status_code == 200


def test_a_merchant_needs_none_but_their_own_is_asked_for(owner):
    assert sign_in(owner).get("/account/").status_code == 200

    enrol(owner)

    assert sign_in(owner).get("/account/").status_code == 302


def test_a_token_needs_the_code_once_one_is_set_up(caller, owner):
    enrol(owner)

    missing = caller.sign_in(owner)
    wrong = caller.sign_in(owner, otp=wrong_code())
    right = caller.sign_in(owner, otp=code())
    again = caller.sign_in(owner, otp=code())

    assert [missing.status_code, wrong.status_code, right.status_code, again.status_code] == [400, 400, 201, 400]
    assert [e["code"] for e in missing.json()["errors"] + wrong.json()["errors"]] == ["required", "incorrect"]
    assert right.json()["second_factor"] is True
    assert ApiToken.objects.count() == 1


def test_staff_get_no_token_before_they_have_a_second_factor(caller, reviewer):
    refused = caller.sign_in(reviewer)
    enrol(reviewer)
    given = caller.sign_in(reviewer, otp=code())

    assert refused.status_code == 403
    assert given.status_code == 201
    assert [r["code"] for r in Caller(given.json()["token"]).get("me").json()["roles"]] == ["reviewer"]


def test_a_token_had_without_a_code_ends_when_its_person_becomes_staff(today):
    user = make.make_user("new", now=today)
    plain = token_of(user, today)

    commands.grant_staff_role(actor=make.CONSOLE, user=user, role="reviewer", now=today)

    assert actor_of_token(plain, now=today) is None
    assert actor_of_token(token_of(user, today, second_factor=True), now=today).roles == {"reviewer"}


def test_a_sample_database_asks_staff_for_nothing_more(today):
    commands.mark_sample(actor=make.CONSOLE, now=today)
    reviewer = member_of_staff(today)

    client = sign_in(reviewer)

    assert client.get("/admin/").status_code == 200
    assert Caller().sign_in(reviewer).status_code == 201


def test_a_database_in_which_somebody_is_never_becomes_a_sample(owner, today):
    with pytest.raises(NotAllowed):
        commands.mark_sample(actor=make.CONSOLE, now=today)
    with pytest.raises(IntegrityError, match="sample_is_marked_before_anybody_joins"):
        Installation.objects.create(is_sample=True, created_at=today)


def test_a_real_database_is_not_turned_into_a_sample(today):
    Installation.objects.create(is_sample=False, created_at=today)

    with pytest.raises(IntegrityError, match="installation_is_marked_once"):
        Installation.objects.update(is_sample=True)


def test_nobody_marks_a_sample_over_the_surfaces(owner, today):
    actor = queries.actor_of_user(owner, via=Via.WEB, session="s")

    with pytest.raises(CaseError):
        commands.mark_sample(actor=actor, now=today)
    assert not Installation.objects.exists()


def test_no_environment_variable_switches_it_off(monkeypatch):
    import importlib

    from config import settings as source

    monkeypatch.setenv("STAFF_SECOND_FACTOR_REQUIRED", "false")
    monkeypatch.setenv("IS_SAMPLE", "true")

    assert importlib.reload(source).STAFF_SECOND_FACTOR_REQUIRED is True
    assert conf.STAFF_SECOND_FACTOR_REQUIRED is True
