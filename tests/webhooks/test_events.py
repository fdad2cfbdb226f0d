"""`GET events`: everything that a client may see, once and in order, whatever its webhooks missed."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts import commands as accounts
from casework.models import Event
from tests import factories as make
from tests.surfaces.people import Http
from tests.webhooks.receiving import endpoint, told

MINUTE = timedelta(minutes=1)


def http_of(client, world):
    return Http(accounts.issue_token(actor=make.CONSOLE, client=client, now=world.now)[0])


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of the API."""

    def set_to(moment):
        monkeypatch.setattr("casework.clock.now", lambda: moment)

    return set_to


def walk(http, address="/api/v1/events?limit=2"):
    heard, after = [], None
    while True:
        answer = http("GET", address + (f"&after={after}" if after else ""))
        assert answer.status_code == 200, answer.content
        page = answer.json()
        heard += page["items"]
        after = page["after"]
        if not page["has_more"]:
            return heard, after


def test_one_loop_brings_what_every_webhook_said_once_and_in_order(world, at):
    made = endpoint(world, "https://hooks.example.com/")
    for _n in range(5):
        world.notice()
    told(world.now)
    at(world.now + 2 * MINUTE)
    http = http_of(world.client, world)

    heard, after = walk(http)

    sent = [json.loads(each.body) for each in made.deliveries.order_by("event__at", "event_id")]
    assert len(sent) == 5
    assert [each for each in heard if each["type"] == "notice.issued"] == sent
    assert http("GET", f"/api/v1/events?after={after}").json()["items"] == []
    later = world.notice()
    went_on = http("GET", f"/api/v1/events?after={after}").json()["items"]
    assert [each["data"]["ref"] for each in went_on] == [later.ref]


def test_what_may_still_be_committed_waits_a_minute(world, at):
    world.notice()
    http = http_of(world.client, world)

    at(world.now + MINUTE - timedelta(seconds=1))
    assert walk(http)[0] == []
    at(world.now + MINUTE)
    assert len(walk(http)[0]) == 1


def test_another_client_hears_nothing_of_it(world, at):
    world.notice()
    other, _actor = make.make_client(world.now, "other")
    at(world.now + 2 * MINUTE)

    heard, after = walk(http_of(other, world))

    assert (heard, after is not None) == ([], True)


def test_a_place_of_somebody_else_is_none(world, at):
    world.notice()
    other, _actor = make.make_client(world.now, "other")
    at(world.now + 2 * MINUTE)
    _heard, after = walk(http_of(world.client, world))

    answer = http_of(other, world)("GET", f"/api/v1/events?after={after}")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid-cursor")


def test_it_begins_thirty_days_ago_or_where_one_says(world, at):
    world.notice()
    http = http_of(world.client, world)
    at(world.now + timedelta(days=31))

    assert walk(http)[0] == []
    since = (world.now - MINUTE).isoformat().replace("+", "%2B")
    assert len(walk(http, f"/api/v1/events?since={since}")[0]) == 1


def test_a_month_without_a_receiver_is_made_up_by_one_loop(world, at):
    """Nobody took a webhook for 29 days; the database says what the loop has to bring, each once and in order."""
    http = http_of(world.client, world)
    for day in range(0, 29, 2):
        then = replace(world, now=world.now + timedelta(days=day))
        notice = then.notice()
        if day % 4 == 0:
            make.file(world.alice, notice, now=then.now + MINUTE)
    at(world.now + timedelta(days=29))

    heard, after = walk(http, f"/api/v1/events?since={world.now.isoformat().replace('+', '%2B')}&limit=7")

    types = ("notice.issued", "appeal.filed")
    wanted = Event.objects.filter(type__in=types, at__gte=world.now)
    said = [(each["type"], each["data"]["ref"]) for each in heard if each["type"] in types]
    assert said == list(wanted.order_by("at", "pk").values_list("type", "case_ref"))
    assert Counter(kind for kind, _ref in said) == {"notice.issued": 15, "appeal.filed": 8}
    assert http("GET", f"/api/v1/events?after={after}").json()["items"] == []
