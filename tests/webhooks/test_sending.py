"""Sending: signatures, the schedule, what an answer means, and what is left of an attempt whose end nobody saw."""

import json
import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import Notification
from casework.errors import NotYourTurn
from casework.models import Event
from operations import outgoing, worker
from tests.webhooks.receiving import deliver_batch, endpoint, permit, receiver, secret_of, told
from webhooks import commands, signing
from webhooks.commands import sending
from webhooks.models import UNRECORDED_AFTER, WebhookDelivery, WebhookEndpoint, WebhookSecret

pytestmark = pytest.mark.once  # two workers and one delivery: test_worker

SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def now():
    """The real time: the library that verifies looks at its own clock."""
    return datetime.now(UTC)


def owed(world, url, **more):
    """An endpoint with one event that it is to hear of."""
    made = endpoint(world, url, event_types=["notice.issued"], **more)
    notice = world.notice()
    told(world.now)
    return made, notice, made.deliveries.get()


def test_a_notice_is_told_thin_and_signed(world):
    with receiver() as there:
        made, notice, delivery = owed(world, there.url + "?shop=1")
        assert deliver_batch(made, world.now) == 1

    [got] = there.got
    assert got.path == "/hooks?shop=1"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == delivery.ref
    Webhook(secret_of(made)).verify(got.body, got.headers)
    assert json.loads(got.body) == {
        "type": "notice.issued",
        "timestamp": world.now.isoformat(timespec="milliseconds"),
        "data": {
            "ref": notice.ref,
            "kind": "notice",
            "number": notice.number,
            "version": 1,
            "external_ref": notice.external_ref,
        },
    }
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("DELIVERED", 1, 204)
    made.refresh_from_db()
    assert (made.failures, made.succeeded_at) == (0, world.now)


@pytest.mark.parametrize("part", ["body", "webhook-id", "webhook-timestamp", "webhook-signature"])
def test_whatever_is_changed_on_the_way_is_refused(world, part):
    with receiver() as there:
        made, _notice, _delivery = owed(world, there.url)
        deliver_batch(made, world.now)
    [got] = there.got
    changed = {**got.headers}
    body = got.body
    if part == "body":
        body = body.replace("notice.issued", "notice.ended")
    elif part == "webhook-timestamp":
        changed[part] = str(int(changed[part]) - 1)
    elif part == "webhook-id":
        changed[part] += "x"
    else:
        changed[part] = "v1," + ("B" if changed[part][3] == "A" else "A") + changed[part][4:]

    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(made)).verify(body, changed)


def test_while_a_secret_changes_both_sign_and_afterwards_the_new_one_alone(world):
    with receiver() as there:
        made, _notice, _delivery = owed(world, there.url)
        old = secret_of(made)
        commands.rotate_secret(actor=permit(world.client), ref=made.ref, now=world.now)
        new = secret_of(made)
        deliver_batch(made, world.now)
        commands.replay_delivery(actor=permit(world.client), ref=made.deliveries.get().ref, now=world.now)
        deliver_batch(made, world.now + timedelta(hours=24))

    first, second = there.got
    assert old != new
    assert len(first.headers["webhook-signature"].split()) == 2
    for secret in (old, new):
        Webhook(secret).verify(first.body, first.headers)
    assert len(second.headers["webhook-signature"].split()) == 1
    at = datetime.fromtimestamp(int(second.headers["webhook-timestamp"]), UTC)
    expected = Webhook(new).sign(second.headers["webhook-id"], at, second.body)
    assert second.headers["webhook-signature"] == expected
    assert second.headers["webhook-id"] == first.headers["webhook-id"]
    assert second.body == first.body


def test_no_secret_is_in_the_database(world):
    made = endpoint(world, "https://hooks.example.com/")
    secret = secret_of(made)
    row = WebhookSecret.objects.get()

    assert len(signing.base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret.removeprefix("whsec_") not in {row.salt, row.mark, row.ref}


def test_secrets_outlive_a_new_key_while_the_old_one_is_a_fallback(world, settings):
    with receiver() as there:
        made, _notice, delivery = owed(world, there.url)
        secret, old = secret_of(made), settings.SECRET_KEY
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [old]
        assert secret_of(made) == secret
        settings.SECRET_KEY_FALLBACKS = []
        assert deliver_batch(made, world.now) == 0

    assert there.got == []
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error, delivery.attempts) == ("GIVEN_UP", "key-gone", 0)


def test_it_is_tried_ten_times_over_three_days_and_then_given_up(world):
    with receiver(500) as there:
        made, _notice, delivery = owed(world, there.url)
        at, seen = world.now, []
        for _attempt in range(10):
            made.refresh_from_db()
            assert deliver_batch(made, at - SECOND) == 0, "too early"
            assert deliver_batch(made, at) == 1
            delivery.refresh_from_db()
            seen.append(delivery.next_attempt_at - at)
            at = delivery.next_attempt_at
            type(made).objects.update(rests_until=None, failing_since=world.now)

    assert [int(pause.total_seconds()) for pause in seen[:-1]] == [
        5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400,
    ]  # fmt: skip
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("GIVEN_UP", 10, "http-500")
    assert {got.headers["webhook-id"] for got in there.got} == {delivery.ref}
    assert len({got.headers["webhook-timestamp"] for got in there.got}) == 10


def test_an_endpoint_that_fails_for_three_days_is_switched_off_and_compliance_is_told(world):
    with receiver(503) as there:
        made, _notice, delivery = owed(world, there.url)
        deliver_batch(made, world.now)
        later = world.now + timedelta(days=3)
        assert deliver_batch(made, later) == 1

    made.refresh_from_db()
    assert (made.state, made.disabled_reason) == ("DISABLED", "FAILING")
    told(later)
    [notification] = Notification.objects.filter(event__type="webhook.disabled")
    assert notification.user_id == world.carl.user_id
    assert notification.path == f"/workbench/webhooks/{made.ref}/"
    delivery.refresh_from_db()
    assert delivery.state == "PENDING", "it waits for the endpoint"

    with receiver() as there:  # what is owed goes out once it is on again
        commands.enable_endpoint(actor=world.carl, ref=made.ref, now=later)
        type(made).objects.filter(pk=made.pk)
        assert deliver_batch(made, later + timedelta(days=1)) == 1  # the old address: refused now
    delivery.refresh_from_db()
    assert delivery.last_error == "refused"


def test_what_happens_meanwhile_waits_for_an_endpoint_that_is_off(world):
    with receiver() as there:
        made = endpoint(world, there.url, event_types=["notice.issued"])
        commands.disable_endpoint(actor=permit(world.client), ref=made.ref, now=world.now)
        world.notice()
        told(world.now)
        assert deliver_batch(made, world.now) == 0
        assert commands.due_endpoints(now=world.now) == []
        commands.enable_endpoint(actor=permit(world.client), ref=made.ref, now=world.now)
        assert deliver_batch(made, world.now) == 1

    assert len(there.got) == 1


def test_after_thirty_days_nothing_is_kept_for_it(world):
    made = endpoint(world, "https://hooks.example.com/")
    commands.disable_endpoint(actor=permit(world.client), ref=made.ref, now=world.now)
    world.notice()
    told(world.now + timedelta(days=31))

    assert made.deliveries.count() == 0


def test_410_switches_it_off_at_once(world):
    with receiver(410) as there:
        made, _notice, _delivery = owed(world, there.url)
        deliver_batch(made, world.now)

    made.refresh_from_db()
    assert (made.state, made.disabled_reason) == ("DISABLED", "GONE")
    assert Event.objects.get(type="webhook.disabled").facts == {"reason": "GONE"}


@pytest.mark.parametrize("status", [301, 302, 307, 308, 304, 400, 404, 500])
def test_only_2xx_is_success_and_no_redirect_is_followed(world, status):
    with receiver(204) as elsewhere, receiver((status, {"Location": elsewhere.url}, b"")) as there:
        made, _notice, delivery = owed(world, there.url)
        deliver_batch(made, world.now)

    assert elsewhere.got == []
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("PENDING", f"http-{status}")


@pytest.mark.parametrize(
    ("status", "asked", "waits"),
    [
        (503, "3600", 3600),
        (429, "2", 5),  # no sooner than the schedule
        (503, "9999999", 24 * 3600),  # no later than a day
        (429, "soon", 5),
        (500, "3600", 5),  # no throttle
        (503, "-5", 5),
    ],
)
def test_a_receiver_is_left_alone_as_long_as_it_asks_within_bounds(world, status, asked, waits):
    with receiver((status, {"Retry-After": asked}, b"")) as there:
        made, _notice, delivery = owed(world, there.url)
        deliver_batch(made, world.now)

    delivery.refresh_from_db()
    assert delivery.next_attempt_at - world.now == timedelta(seconds=waits)


def test_a_date_in_retry_after_is_understood(world):
    until = (world.now + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    with receiver((503, {"Retry-After": until}, b"")) as there:
        made, _notice, delivery = owed(world, there.url)
        deliver_batch(made, world.now)

    delivery.refresh_from_db()
    assert timedelta(hours=1, minutes=59) < delivery.next_attempt_at - world.now <= timedelta(hours=2)
    made.refresh_from_db()
    assert made.rests_until == world.now + timedelta(hours=1), "nothing else is sent there either, for an hour at most"


def test_after_three_failures_in_a_row_it_is_left_alone_and_a_success_ends_that(world):
    with receiver(500, 500, 500, 204) as there:
        made = endpoint(world, there.url, event_types=["notice.issued"])
        for _notice in range(5):
            world.notice()
        told(world.now)
        assert deliver_batch(made, world.now) == 3, "the third failure ends the turn"
        made.refresh_from_db()
        assert made.rests_until == world.now + timedelta(seconds=10)
        assert commands.due_endpoints(now=world.now + SECOND) == []
        assert deliver_batch(made, world.now + timedelta(seconds=10)) == 5

    made.refresh_from_db()
    assert (made.failures, made.failing_since) == (0, None)
    assert made.deliveries.filter(state="DELIVERED").count() == 5


def test_what_waits_for_its_next_attempt_is_sent_now(world):
    with receiver(500, 204) as there:
        made, _notice, delivery = owed(world, there.url)
        deliver_batch(made, world.now)
        WebhookEndpoint.objects.filter(pk=made.pk).update(rests_until=world.now + timedelta(minutes=5))

        soon = world.now + SECOND
        sent = commands.replay_delivery(actor=world.carl, ref=delivery.ref, now=soon)

        assert (sent.state, sent.attempts, sent.next_attempt_at) == ("PENDING", 0, soon)
        assert deliver_batch(made, soon) == 1
    assert made.deliveries.get().state == "DELIVERED"


def test_what_is_being_sent_at_this_moment_is_not_sent_twice(world):
    made, _notice, delivery = owed(world, "https://hooks.example.com/")
    commands.begin_attempts(made.pk, now=world.now)

    with pytest.raises(NotYourTurn):
        commands.replay_delivery(actor=world.carl, ref=delivery.ref, now=world.now + SECOND)


def test_it_is_sent_again_under_the_same_id_with_a_full_set_of_attempts(world):
    with receiver() as there:
        made, _notice, delivery = owed(world, there.url)
        deliver_batch(made, world.now)
        later = world.now + timedelta(minutes=1)
        again = commands.replay_delivery(actor=world.carl, ref=delivery.ref, now=later)
        assert (again.state, again.attempts, again.replays) == ("PENDING", 0, 1)
        with pytest.raises(NotYourTurn):
            commands.replay_delivery(actor=world.carl, ref=delivery.ref, now=later)
        deliver_batch(made, later)

    first, second = there.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 60


def test_everything_given_up_is_sent_again_at_once(world):
    made = endpoint(world, "https://hooks.example.com/", event_types=["notice.issued"])
    for _notice in range(3):
        world.notice()
    told(world.now)
    made.deliveries.exclude(pk=made.deliveries.first().pk).update(state="GIVEN_UP", attempts=10)

    assert commands.replay_given_up(actor=world.carl, ref=made.ref, now=world.now) == 2
    assert set(made.deliveries.values_list("state", "attempts")) == {("PENDING", 0)}


def test_a_crash_between_sending_and_recording_sends_it_again_under_the_same_id(world):
    with receiver() as there:
        made, _notice, delivery = owed(world, there.url)
        [attempt] = commands.begin_attempts(made.pk, now=world.now)
        assert commands.send(attempt).is_success  # and here the process dies

        assert deliver_batch(made, world.now + sending.LEASE - SECOND) == 0, "somebody may still be at it"
        assert deliver_batch(made, world.now + sending.LEASE) == 1

    first, second = there.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == delivery.ref
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("DELIVERED", 2)


def test_a_crash_in_the_last_attempt_ends_it(world):
    made, _notice, delivery = owed(world, "https://hooks.example.com/")
    WebhookDelivery.objects.update(attempts=9)
    commands.begin_attempts(made.pk, now=world.now)

    assert deliver_batch(made, world.now + timedelta(minutes=2)) == 0
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("GIVEN_UP", "unknown")


def test_the_end_of_an_attempt_that_is_no_longer_the_newest_is_not_recorded(world):
    made, _notice, delivery = owed(world, "https://hooks.example.com/")
    [old] = commands.begin_attempts(made.pk, now=world.now)
    later = world.now + timedelta(minutes=2)
    [new] = commands.begin_attempts(made.pk, now=later)

    assert not commands.record_outcome(old, sending.Outcome(status=500), now=later)
    assert commands.record_outcome(new, sending.Outcome(status=200), now=later)
    delivery.refresh_from_db()
    assert delivery.state == "DELIVERED"


def test_an_endpoint_that_was_switched_off_during_an_attempt_keeps_its_reason(world):
    made, _notice, _delivery = owed(world, "https://hooks.example.com/")
    [attempt] = commands.begin_attempts(made.pk, now=world.now)
    commands.disable_endpoint(actor=permit(world.client), ref=made.ref, now=world.now)
    commands.record_outcome(attempt, sending.Outcome(status=410), now=world.now)

    made.refresh_from_db()
    assert made.disabled_reason == "OWNER"


def test_a_test_is_sent_like_anything_else(world):
    with receiver() as there:
        made = endpoint(world, there.url, event_types=["appeal.decided"])
        delivery = commands.send_test(actor=permit(world.client), ref=made.ref, now=world.now)
        deliver_batch(made, world.now)

    [got] = there.got
    Webhook(secret_of(made)).verify(got.body, got.headers)
    assert json.loads(got.body)["type"] == "webhook.test"
    assert got.headers["webhook-id"] == delivery.ref


# — receivers that never end —


def raw(*parts, repeat=False):
    """A server that says these bytes and then stays silent, or says the last ones for ever; its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    sent = {"bytes": 0}

    def serve():
        with suppress(OSError), listener.accept()[0] as connection:  # closed before anybody came, or while it spoke
            connection.recv(65536)
            for part in parts:
                connection.sendall(part)
            while repeat:
                connection.sendall(parts[-1])
                sent["bytes"] += len(parts[-1])
            connection.settimeout(60)
            connection.recv(1)

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/", sent, listener


@pytest.mark.parametrize(
    "parts", [[b""], [b"HTTP/1.1 200 OK\r\nX: "], [b"HTTP/1.1 100 Continue\r\n\r\n"]], ids=["silence", "head", "100"]
)
def test_a_receiver_that_never_answers_is_given_up_at_the_deadline(world, monkeypatch, parts):
    monkeypatch.setattr(sending, "ATTEMPT_TIMEOUT", 0.3)
    url, _sent, listener = raw(*parts)
    with listener:
        made, _notice, delivery = owed(world, url)
        deliver_batch(made, world.now)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("PENDING", "timeout")


def test_a_body_without_end_is_cut_and_the_status_counts(world):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"
    url, sent, listener = raw(head, b"x" * 65536, repeat=True)
    with listener:
        made, _notice, delivery = owed(world, url)
        deliver_batch(made, world.now)

    delivery.refresh_from_db()
    assert delivery.state == "DELIVERED"
    assert sent["bytes"] < 50_000_000, "what fits between two sockets, and no more"


def test_a_dripping_body_holds_nobody_up(world, monkeypatch):
    monkeypatch.setattr(sending, "BODY_TIMEOUT", 0.1)
    url, _sent, listener = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"x")
    with listener:
        made, _notice, delivery = owed(world, url)
        deliver_batch(made, world.now)

    delivery.refresh_from_db()
    assert delivery.state == "DELIVERED"


def test_a_connection_that_breaks_off_is_a_failure(world):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        def serve():
            connection, _address = listener.accept()
            connection.recv(65536)
            connection.close()

        threading.Thread(target=serve, daemon=True).start()
        made, _notice, delivery = owed(world, url)
        deliver_batch(made, world.now)

    delivery.refresh_from_db()
    assert delivery.last_error in ("malformed", "broken")


def test_the_whole_deadline_is_fifteen_seconds():
    assert (sending.ATTEMPT_TIMEOUT, sending.MAX_READ) == (15.0, 65536)
    assert UNRECORDED_AFTER.total_seconds() > sending.ATTEMPT_TIMEOUT
    assert sending.LEASE.total_seconds() >= 4 * worker.RENEWS_EVERY
    assert issubclass(outgoing.CallFailed, Exception)
