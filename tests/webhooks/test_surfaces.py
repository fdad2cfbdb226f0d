"""What REST answers about webhooks, the workbench's pages, and the sample platform that listens."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from accounts import commands as accounts
from casework import clock
from casework.models import IdempotencyKey
from sample.content.people import PLATFORM_CLIENT
from sample.web import listener
from tests import factories as make
from tests.conftest import build_world
from tests.pages import Visitor, living
from tests.surfaces.people import Http
from tests.webhooks.receiving import endpoint, secret_of, told
from webhooks import commands, signing
from webhooks.commands.sending import Outcome
from webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookSecret

pytestmark = pytest.mark.once

URL = {"url": "https://hooks.example.com/appeals"}


now = living()


@pytest.fixture(autouse=True)
def _as_often_as_they_like(settings):
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 100_000)
    cache.clear()


@pytest.fixture
def http(world):
    plain, _row = accounts.issue_token(actor=make.CONSOLE, client=world.client, now=world.now)
    return Http(plain)


def everything_stored():
    """Every text and number in the database, as one text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [
                bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)
                for row in cursor.fetchall()
                for cell in row
            ]
    return "\n".join(found)


def test_the_secret_is_told_once_and_stored_nowhere(http):
    first = http("POST", "/api/v1/webhook-endpoints", URL, key="k-1")
    again = http("POST", "/api/v1/webhook-endpoints", URL, key="k-1")
    told_of = first.json()

    assert first.status_code == 201
    assert told_of["secret"] == secret_of(WebhookEndpoint.objects.get())
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert told_of["secret"].removeprefix("whsec_") not in everything_stored()
    assert "whsec_" not in bytes(IdempotencyKey.objects.get().body).decode()
    for path in ("", f"/{told_of['ref']}"):
        assert "whsec_" not in http("GET", f"/api/v1/webhook-endpoints{path}").content.decode()


def test_a_secret_that_no_longer_signs_is_told_to_nobody(http):
    first = http("POST", "/api/v1/webhook-endpoints", URL, key="k-1").json()
    rotated = http("POST", f"/api/v1/webhook-endpoints/{first['ref']}/rotate-secret").json()
    assert rotated["secret"] not in (None, first["secret"])
    assert [each["ends_at"] is None for each in rotated["secrets"]] == [True, False]
    assert http("POST", "/api/v1/webhook-endpoints", URL, key="k-1").json()["secret"] == first["secret"]

    WebhookSecret.objects.filter(ref=first["secret_ref"]).update(ends_at=clock.now())
    assert http("POST", "/api/v1/webhook-endpoints", URL, key="k-1").json()["secret"] is None


def test_deliveries_are_listed_by_endpoint_and_state_a_page_at_a_time(world, http):
    made, other = endpoint(world, URL["url"]), endpoint(world, "https://other.example.com/")
    for _notice in range(3):
        world.notice()
    told(world.now)
    made.deliveries.filter(pk=made.deliveries.last().pk).update(state="GIVEN_UP")

    first = http("GET", f"/api/v1/webhook-deliveries?endpoint={made.ref}&limit=2").json()
    rest = http("GET", f"/api/v1/webhook-deliveries?endpoint={made.ref}&limit=2&cursor={first['next_cursor']}").json()
    lost = http("GET", "/api/v1/webhook-deliveries?state=GIVEN_UP").json()

    assert len(first["items"]) == 2
    assert len(rest["items"]) == 1
    assert rest["next_cursor"] is None
    assert [item["endpoint"] for item in lost["items"]] == [made.ref]
    assert lost["items"][0]["actions"][0]["name"] == "replay"
    assert {item["endpoint"] for item in http("GET", "/api/v1/webhook-deliveries").json()["items"]} == {
        made.ref,
        other.ref,
    }
    assert http("GET", "/api/v1/webhook-deliveries?state=LOST").status_code == 400
    assert http("GET", "/api/v1/webhook-deliveries?endpoint=whe_nobody").json()["items"] == []


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/", "http://hooks.example.com/", "https://hooks.example.com:22/", "x"]
)
def test_an_address_that_is_not_called_is_refused_at_its_place(http, url):
    answer = http("POST", "/api/v1/webhook-endpoints", {"url": url})

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/url"]


def test_its_actions_are_what_can_be_done(world, http):
    ref = http("POST", "/api/v1/webhook-endpoints", URL).json()["ref"]
    on = http("GET", f"/api/v1/webhook-endpoints/{ref}").json()
    off = http("POST", f"/api/v1/webhook-endpoints/{ref}/disable").json()

    assert [each["name"] for each in on["actions"]] == ["disable", "test", "rotate-secret"]
    assert [each["name"] for each in off["actions"]] == ["enable", "rotate-secret"]
    assert off["disabled_reason"]["code"] == "OWNER"
    assert http("POST", f"/api/v1/webhook-endpoints/{ref}/test").status_code == 409
    assert http("POST", f"/api/v1/webhook-endpoints/{ref}/enable").json()["state"]["code"] == "ACTIVE"


# — the workbench —

AT = "/workbench/webhooks/"


@pytest.fixture
def failing(world):
    """An endpoint that gave up one delivery and is failing."""
    made = endpoint(world, URL["url"], event_types=["notice.issued"])
    world.notice()
    told(world.now)
    [attempt] = commands.begin_attempts(made.pk, now=world.now)
    commands.record_outcome(attempt, Outcome(status=503), now=world.now)
    made.deliveries.update(state="GIVEN_UP")
    return made


def test_compliance_sees_what_did_not_arrive_and_sends_it_again(world, failing):
    carl = Visitor(world.carl)
    assert 'data-state="FAILING"' in carl.sees(AT)
    page = carl.sees(f"{AT}{failing.ref}/")
    assert "notice.issued" in page
    assert "503" in page

    carl.sends(f"{AT}deliveries/{failing.deliveries.get().ref}/replay/")
    assert failing.deliveries.get().state == "PENDING"
    assert "notice.issued" in carl.sees(f"{AT}{failing.ref}/?tab=waiting")
    assert "Behind since" in carl.sees(f"{AT}{failing.ref}/")
    assert failing.ref in carl.sees(AT)
    carl.sends(f"{AT}{failing.ref}/disable/")
    assert "once it is switched on" in carl.sees(f"{AT}{failing.ref}/?tab=waiting")
    carl.sends(f"{AT}{failing.ref}/enable/")
    carl.sends(f"{AT}{failing.ref}/test/")
    assert failing.deliveries.filter(type="webhook.test").exists()


def test_everything_given_up_goes_out_at_once(world, failing):
    Visitor(world.carl).sends(f"{AT}{failing.ref}/replay-all/")

    assert failing.deliveries.get().state == "PENDING"


def test_nobody_else_opens_them(world, failing):
    for who in (world.rita, world.alice, world.sara):
        for path in (AT, f"{AT}{failing.ref}/"):
            Visitor(who).sees(path, status=403)
    Visitor(world.carl).sees(f"{AT}whe_nobody/", status=404)


# — the sample —


@pytest.fixture
def sample(db, settings):
    now = clock.now()
    accounts.mark_sample(actor=make.CONSOLE, now=now)
    scopes = (*make.SCOPES, "webhooks:write")
    return accounts.create_client(actor=make.CONSOLE, name=PLATFORM_CLIENT, scopes=scopes, now=now)


def test_the_sample_platform_listens_and_checks_every_signature(sample, client):
    listener.listen(host="0.0.0.0", port=8123)
    made = WebhookEndpoint.objects.get()
    assert made.url == "http://127.0.0.1:8123/sample/platform/webhooks"
    body, now = '{"type":"webhook.test"}', clock.now()
    headers = {
        "webhook-id": "whd_x",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signing.signature([secret_of(made)], ref="whd_x", at=now, body=body),
    }
    post = {"path": "/sample/platform/webhooks", "content_type": "application/json"}

    assert client.post(**post, data=body, headers=headers).status_code == 204
    assert client.post(**post, data=body + " ", headers=headers).status_code == 401
    assert client.post(**post, data=body).status_code == 401
    assert client.get("/sample/platform/webhooks").status_code == 405


def test_at_another_port_it_listens_there_alone(sample):
    for port in (8123, 8123, 8124):
        listener.listen(host="127.0.0.1", port=port)

    assert list(WebhookEndpoint.objects.order_by("pk").values_list("state", flat=True)) == ["DISABLED", "ACTIVE"]


def test_it_is_told_of_the_last_day_at_once(sample, monkeypatch):
    world = build_world(clock.now() - timedelta(hours=1))
    monkeypatch.setattr(listener, "PLATFORM_CLIENT", world.client.name)
    world.notice()
    listener.listen(host="127.0.0.1", port=8123)

    assert [json.loads(d.body)["type"] for d in WebhookDelivery.objects.all()] == ["notice.issued"]


def test_a_real_database_has_no_listener(db, client):
    listener.listen(host="127.0.0.1", port=8123)

    assert not WebhookEndpoint.objects.exists()
    assert client.post("/sample/platform/webhooks", data="{}", content_type="application/json").status_code == 404
