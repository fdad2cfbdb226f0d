"""How each attempt ended, with a stranger's answer as text alone; and a period that is sent once more."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import commands as accounts
from casework.clock import BEIJING
from casework.errors import Invalid, NotFound, NotYourTurn
from tests import factories as make
from tests.pages import Visitor, living
from tests.surfaces.people import Http
from tests.webhooks.receiving import deliver_batch, endpoint, permit, receiver
from tests.webhooks.test_sending import owed
from webhooks import commands
from webhooks.commands.sending import ANSWERS_FOR, SHOWN_ATTEMPTS
from webhooks.models import WebhookDelivery

pytestmark = pytest.mark.once
now = living()

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOSTILE = b"<script>alert(1)</script>\x00\x1b[31m \xff\xfe \xe2\x80\xae" + "坏".encode() + b"x" * 5000


@pytest.fixture
def http(world):
    return Http(accounts.issue_token(actor=make.CONSOLE, client=world.client, now=world.now)[0])


def test_each_attempt_says_when_how_long_and_what_was_answered(world, http):
    with receiver((500, {}, HOSTILE), 204) as there:
        made, _notice, delivery = owed(world, there.url)
        deliver_batch(made, world.now)
        deliver_batch(made, world.now + HOUR)

    told = http("GET", f"/api/v1/webhook-deliveries/{delivery.ref}").json()["tried"]
    assert [(each["no"], each["status"], each["error"]) for each in told] == [(1, 500, "http-500"), (2, 204, "")]
    assert told[0]["at"] < told[1]["at"]
    assert all(0 <= each["duration_ms"] < 15_000 for each in told)
    answer = told[0]["answer"]
    assert answer.startswith("<script>alert(1)</script>\ufffd\ufffd[31m")
    assert "坏x" in answer
    assert not {"\x00", "\x1b", "\u202e"} & {*answer}
    assert 2000 < len(answer) <= 2048


def test_what_was_answered_is_shown_in_the_console_and_never_as_markup(world):
    with receiver((500, {}, HOSTILE)) as there:
        made, _notice, _delivery = owed(world, there.url)
        deliver_batch(made, world.now)
    WebhookDelivery.objects.update(state="GIVEN_UP")

    carl, place = Visitor(world.carl), reverse("hooks:endpoint", args=[made.ref])

    page = carl.client.get(place).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page

    day = world.now.astimezone(BEIJING).date().isoformat()
    days = {"since": day, "until": day}
    carl.sends(f"{place}replay-period/", days | {"count": "1"})
    assert "1 would be sent again" in carl.sees(place)
    assert WebhookDelivery.objects.get().state == "GIVEN_UP"
    carl.sends(f"{place}replay-period/", days)
    assert WebhookDelivery.objects.get().state == "PENDING"
    assert carl.posts(f"{place}replay-period/", {"since": "x", "until": day}).status_code == 400


def test_as_many_attempts_as_are_looked_at_are_shown_and_forgotten_after_a_while(world):
    with receiver(500) as there:
        made, _notice, delivery = owed(world, there.url)
        for turn in range(SHOWN_ATTEMPTS + 2):
            WebhookDelivery.objects.update(next_attempt_at=world.now, attempts=turn % 5)
            deliver_batch(made, world.now + turn * HOUR)
    delivery.refresh_from_db()
    assert len(delivery.tried) == SHOWN_ATTEMPTS
    last = delivery.attempted_at

    assert commands.forget_answers(now=last + ANSWERS_FOR) == 0
    assert commands.forget_answers(now=last + ANSWERS_FOR + HOUR) == 1
    delivery.refresh_from_db()
    assert delivery.tried is None


def test_a_period_is_counted_then_sent_again_and_nothing_else(world, http):
    with receiver(204) as there:
        made, _notice, delivery = owed(world, there.url)
        deliver_batch(made, world.now)
        before, waits = clone(delivery, made, world.now - DAY), clone(delivery, made, world.now)
        WebhookDelivery.objects.filter(pk=before.pk).update(state="GIVEN_UP")
        period = {"since": (world.now - HOUR).isoformat(), "until": (world.now + HOUR).isoformat()}
        address = f"/api/v1/webhook-endpoints/{made.ref}/replay"

        dry = http("POST", address, period | {"dry_run": True})
        assert (dry.status_code, dry.json()["count"], dry.json()["dry_run"]) == (200, 1, True)
        delivery.refresh_from_db()
        assert delivery.state == "DELIVERED"
        assert http("POST", address, period).json()["count"] == 1

    states = dict(WebhookDelivery.objects.values_list("pk", "state"))
    replays = dict(WebhookDelivery.objects.values_list("pk", "replays"))
    assert (states[delivery.pk], replays[delivery.pk]) == ("PENDING", 1)
    assert (states[before.pk], replays[before.pk]) == ("GIVEN_UP", 0)
    assert (states[waits.pk], replays[waits.pk]) == ("PENDING", 0)


def test_what_is_no_period_or_not_ones_own_is_refused(world, http):
    made = endpoint(world, "http://localhost:9/hooks")
    do = {"ref": made.ref, "since": world.now, "until": world.now + DAY, "now": world.now}
    with pytest.raises(Invalid):
        commands.replay_period(actor=permit(world.client), **do | {"until": world.now})
    with pytest.raises(NotFound):
        commands.replay_period(actor=world.alice, **do)
    commands.disable_endpoint(actor=permit(world.client), ref=made.ref, now=world.now)
    with pytest.raises(NotYourTurn):
        commands.replay_period(actor=permit(world.client), **do)
    answer = http("POST", f"/api/v1/webhook-endpoints/{made.ref}/replay", {"since": "tomorrow"})
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/since", "/until"}


def clone(delivery, made, at):
    return WebhookDelivery.objects.create(
        ref=f"whd_{at.timestamp()}{made.deliveries.count()}",
        endpoint=made,
        type="webhook.test",
        body="{}",
        next_attempt_at=at,
        created_at=at,
    )
