"""Open consultations over REST: everybody reads them; a person who is signed in comments and reads the answer."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Notification, User
from casework import outbox
from tests import factories as make
from tests.rules.building import Making
from tests.surfaces.people import Http

pytestmark = pytest.mark.once

AT = "/api/v1/rule-consultations"
WORDS = {"clause": "1", "text": "四十八小时对偏远地区太短。"}


@pytest.fixture
def making(world, monkeypatch):
    """A draft in consultation; `clock` of pages and API stands where its own does."""
    made = Making(world)
    monkeypatch.setattr("casework.clock.now", lambda: made.now)
    made.consult()
    return made


def signed_in(actor, making):
    user = User.objects.get(pk=actor.person)
    return Http(make.accounts.issue_token(actor=make.CONSOLE, user=user, now=making.now, second_factor=True)[0])


def test_from_an_opinion_to_its_answer(world, making):
    anybody, alice, bob = Http(), signed_in(world.alice, making), signed_in(world.bob, making)
    mine = f"{AT}/{making.ref}/opinions"
    assert [row["ref"] for row in anybody("GET", AT).json()["items"]] == [making.ref]
    read = anybody("GET", f"{AT}/{making.ref}").json()
    assert (read["is_open"], [clause["number"] for clause in read["clauses"]], read["opinions"]) == (True, ["1"], [])

    sent = [alice("POST", mine, WORDS, key="once") for _time in range(2)]
    assert [(answer.status_code, answer.json()["no"]) for answer in sent] == [(201, 1), (201, 1)]
    assert making.row.opinions.count() == 1
    assert anybody("POST", mine, WORDS).status_code == 401
    wrong = alice("POST", mine, WORDS | {"clause": "9"})
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["/clause"]
    assert bob("GET", mine).json()["items"] == []  # what others wrote is theirs

    making.close()
    assert alice("POST", mine, WORDS).status_code == 409
    making.answer(1)
    opinion = alice("GET", mine).json()["items"][0]
    assert (opinion["text"], opinion["disposition"]["code"]) == (WORDS["text"], "REJECTED")
    assert opinion["reason"] == making.row.opinions.get().reason
    read = anybody("GET", f"{AT}/{making.ref}").json()
    assert (read["is_open"], read["opinions"][0]["disposition"]["code"], read["opinions"][0]["count"]) == (
        False,
        "REJECTED",
        1,
    )
    assert anybody("GET", AT).json()["items"] == []


def test_everybody_whose_opinion_was_answered_is_told(world, making, mailoutbox):
    alice = signed_in(world.alice, making)
    alice("POST", f"{AT}/{making.ref}/opinions", WORDS)
    for contact in ("stranger@example.org", "not@@an address", "138 0013 8000"):
        making.say("四十八小时太长。", actor=None, source=contact, contact=contact, has_consented=True)
    making.close()
    making.answer(1, 2, 3, 4)
    assert mailoutbox == []

    making.adopt()
    while outbox.sweep(now=making.now):
        pass

    (told,) = Notification.objects.filter(user_id=world.alice.person)
    assert told.path == f"/consultations/{making.ref}/"
    (mail,) = [each for each in mailoutbox if each.to == ["stranger@example.org"]]
    assert "偏远地区需要时间。" in mail.body
    assert not [each for each in mailoutbox if "not" in each.to[0]]
    reader = Client()
    reader.force_login(User.objects.get(pk=world.alice.person))
    page = reader.get(told.path).content.decode()
    assert WORDS["text"] in page
    assert "偏远地区需要时间。" in page
    assert 'data-testid="own-opinions"' not in Client().get(told.path).content.decode()


def test_a_program_has_no_opinion_and_a_flood_is_held_off(world, making, settings):
    settings.OPINIONS_AN_HOUR = 1
    plain, _row = make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=making.now)
    mine = f"{AT}/{making.ref}/opinions"
    assert Http(plain)("POST", mine, WORDS).status_code == 403
    alice = signed_in(world.alice, making)
    assert alice("POST", mine, WORDS).status_code == 201

    making.now += timedelta(minutes=10)
    flood = alice("POST", mine, WORDS)

    assert (flood.status_code, flood.json()["type"], flood["Retry-After"]) == (
        429,
        "/problems/too-many-requests",
        "3001",
    )


def test_what_is_not_in_consultation_is_not_found(world, making):
    drafted = Making(world)

    assert Http()("GET", f"{AT}/{drafted.ref}").status_code == 404
    assert signed_in(world.alice, making)("POST", f"{AT}/{drafted.ref}/opinions", WORDS).status_code == 404
