"""The worker's part: a slow endpoint holds up nobody else, two workers never send one thing at once."""

import itertools
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from appeals import commands as appeals
from casework import outbox
from casework.models import OutboxMessage
from operations import worker
from tests import factories as make
from tests.races.conftest import arena, postgresql, transactional_db  # noqa: F401  fixtures
from tests.races.racing import crowd, race
from tests.webhooks.receiving import deliver_batch, endpoint, receiver, told
from webhooks import commands, subscribers
from webhooks.commands import sending
from webhooks.models import ANNOUNCES, WebhookDelivery

PATIENCE = 60


@pytest.fixture(scope="module")
def now():
    return datetime.now(UTC) - timedelta(minutes=1)


def waiting(world, *urls):
    made = [endpoint(world, url, event_types=["notice.issued"]) for url in urls]
    world.notice()
    told(world.now)
    return made


def settled():
    """Every thread of ours has come to its end."""
    for thread in threading.enumerate():
        if thread.name == "webhooks":
            thread.join(PATIENCE)
            assert not thread.is_alive()


def test_an_endpoint_that_hangs_holds_up_neither_the_round_nor_another_endpoint(arena):  # noqa: F811
    with receiver(held=True) as slow, receiver() as quick:
        hanging, _healthy = waiting(arena, slow.url, quick.url)
        worker.tick()  # comes back while the slow one is still being asked
        assert slow.came.acquire(timeout=PATIENCE)
        assert quick.came.acquire(timeout=PATIENCE)
        assert WebhookDelivery.objects.get(endpoint=hanging).state == "PENDING"
        worker.tick()  # nobody else takes what is being sent
        slow.hold.set()
        settled()

    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("DELIVERED", 1)}
    assert len(slow.got) == len(quick.got) == 1


def test_with_every_thread_busy_a_round_begins_nothing(arena, monkeypatch):  # noqa: F811
    monkeypatch.setattr(subscribers, "MAX_AT_ONCE", 1)
    with receiver(held=True) as first, receiver() as second:
        waiting(arena, first.url, second.url)
        now = datetime.now(UTC)
        assert subscribers.send_due(now=now) == 1
        assert subscribers.send_due(now=now) == 0
        first.hold.set()
        settled()
        assert subscribers.send_due(now=datetime.now(UTC)) == 1
        settled()

    assert WebhookDelivery.objects.filter(state="DELIVERED").count() == 2


def test_a_thread_that_fails_gives_its_place_back(arena, monkeypatch, caplog):  # noqa: F811
    def fail(*_args, **_more):
        raise RuntimeError("on purpose")

    monkeypatch.setattr(commands, "carry_out", fail)
    waiting(arena, "https://hooks.example.com/")
    assert subscribers.send_due(now=datetime.now(UTC)) == 1
    settled()

    assert "could not be attended" in caplog.text
    assert not subscribers._in_hand


def test_a_receiver_that_hangs_at_one_delivery_gets_the_others_but_for_those_of_that_case(arena):  # noqa: F811
    with receiver(held=True) as there:
        made = endpoint(arena, there.url, event_types=["appeal.filed", "appeal.withdrawn", "notice.issued"])
        notices = [arena.notice() for _ in range(3)]
        told(arena.now)
        subscribers.send_due(now=datetime.now(UTC))
        for _notice in notices:  # all three at once, though none is answered
            assert there.came.acquire(timeout=PATIENCE)
        appeal = make.file(arena.alice, notices[0], now=arena.now)
        appeals.withdraw_appeal(actor=arena.alice, ref=appeal.ref, now=arena.now)
        told(arena.now)
        subscribers.send_due(now=datetime.now(UTC))
        assert there.came.acquire(timeout=PATIENCE)
        assert made.deliveries.filter(attempts=0).get().type == "appeal.withdrawn"
        there.hold.set()
        settled()

    assert [json.loads(each.body)["type"] for each in there.got][3:] == ["appeal.filed", "appeal.withdrawn"]
    assert set(made.deliveries.values_list("state", "attempts")) == {("DELIVERED", 1)}


def test_what_waits_for_its_next_attempt_holds_back_its_case_alone(arena):  # noqa: F811
    with receiver(500, 204) as there:
        made = endpoint(arena, there.url, event_types=["appeal.filed", "appeal.withdrawn"])
        for number in range(2):
            appeal = make.file(arena.alice, arena.notice(), now=arena.now)
            appeals.withdraw_appeal(actor=arena.alice, ref=appeal.ref, now=arena.now)
            while number == 0 and outbox.sweep(now=arena.now):
                pass
        told(arena.now)
        now = datetime.now(UTC)
        assert deliver_batch(made, now) == 3  # the first fails; both of the other case go
        assert deliver_batch(made, now + timedelta(seconds=5)) == 2

    assert made.deliveries.filter(state="DELIVERED").count() == 4
    said = [json.loads(each.body) for each in there.got]
    assert [each["data"]["version"] for each in said if each["data"]["ref"] == said[0]["data"]["ref"]] == [1, 1, 2]


def test_nothing_of_a_case_is_sent_before_what_is_not_queued_yet(arena):  # noqa: F811
    """Of two workers one may queue the later event of a case while the other still has the earlier one in hand."""
    made = endpoint(arena, "https://hooks.example.com/", event_types=["appeal.filed", "appeal.withdrawn"])
    appeal = make.file(arena.alice, arena.notice(), now=arena.now)
    appeals.withdraw_appeal(actor=arena.alice, ref=appeal.ref, now=arena.now)
    ours = OutboxMessage.objects.filter(subscriber=ANNOUNCES, event__case_ref=appeal.ref)
    later = ours.get(event__type="appeal.withdrawn")

    assert outbox.deliver(later.pk, now=arena.now)
    assert commands.begin_attempts(made.pk, now=arena.now, limit=8) == []
    told(arena.now)
    assert [json.loads(each.body)["type"] for each in commands.begin_attempts(made.pk, now=arena.now, limit=8)] == [
        "appeal.filed"
    ]


def test_an_endpoint_in_trouble_gets_one_attempt_at_a_time_and_what_was_on_its_way_counts_once(arena):  # noqa: F811
    made = endpoint(arena, "https://hooks.example.com/", event_types=["notice.issued"])
    for _number in range(6):
        arena.notice()
    told(arena.now)
    now = datetime.now(UTC)
    for attempt in commands.begin_attempts(made.pk, now=now, limit=5):  # a receiver that was away for a moment
        commands.record_outcome(attempt, sending.Outcome(error="timeout"), now=now)
    made.refresh_from_db()
    assert (made.failures, made.rests_until) == (3, now + timedelta(seconds=10))

    later = now + timedelta(seconds=10)
    assert len(commands.begin_attempts(made.pk, now=later, limit=8)) == 1
    assert commands.begin_attempts(made.pk, now=later, limit=8) == []
    type(made).objects.update(succeeded_at=later)  # one that answers well in between is not down
    assert len(commands.begin_attempts(made.pk, now=later, limit=8)) == 5


def test_a_worker_that_stops_leaves_deliveries_to_others_at_once(arena):  # noqa: F811
    with receiver(held=True) as slow:
        [hanging] = waiting(arena, slow.url)
        assert subscribers.send_due(now=datetime.now(UTC)) == 1
        assert slow.came.acquire(timeout=PATIENCE)
        later = datetime.now(UTC) + 0.9 * sending.LEASE
        assert subscribers.renew_leases(now=later) == 1
        later += 0.9 * sending.LEASE
        assert commands.begin_attempts(hanging.pk, now=later) == [], "renewed while it is being sent"

        worker.end(within=0)

        assert len(commands.begin_attempts(hanging.pk, now=datetime.now(UTC))) == 1
        slow.hold.set()
        settled()


def test_a_worker_that_stops_ends_what_it_began_and_begins_nothing_more(arena):  # noqa: F811
    with receiver(held=True) as slow:
        waiting(arena, slow.url)
        assert subscribers.send_due(now=datetime.now(UTC)) == 1
        assert slow.came.acquire(timeout=PATIENCE)
        arena.notice()
        told(arena.now)
        ending = threading.Thread(target=worker.end, kwargs={"within": PATIENCE})
        ending.start()
        while not subscribers._told_to_stop:
            pass
        slow.hold.set()
        ending.join(PATIENCE)

    assert not ending.is_alive()
    assert sorted(WebhookDelivery.objects.values_list("state", "attempts")) == [("DELIVERED", 1), ("PENDING", 0)]


@pytest.mark.races
def test_of_workers_that_reach_one_delivery_together_one_attempts_it(arena, postgresql):  # noqa: F811
    """Even where a lease ran out under somebody: the attempt itself is a conditional UPDATE."""
    [made] = waiting(arena, "https://hooks.example.com/")
    now = datetime.now(UTC)

    begun = crowd(lambda _number: commands.begin_attempts(made.pk, now=now, limit=8), of=8)

    assert sum(map(len, begun)) == 1
    assert WebhookDelivery.objects.get().attempts == 1


@pytest.mark.races
def test_beginning_recording_and_renewing_never_wait_in_a_ring(arena, postgresql):  # noqa: F811
    made = endpoint(arena, "https://hooks.example.com/", event_types=["notice.issued"])
    for _number in range(36):
        arena.notice()
    told(arena.now)
    now = datetime.now(UTC)
    in_hand = commands.begin_attempts(made.pk, now=now, limit=36)
    moments = itertools.count(1)

    def record(_turn: int) -> None:
        at = now + 2 * next(moments) * sending.WELL_EVERY  # so that each locks the endpoint
        commands.record_outcome(in_hand.pop(0), sending.Outcome(204), now=at)

    def renew(_turn: int) -> None:
        for _time in range(3):
            commands.renew_leases(list(in_hand), now=now + timedelta(milliseconds=next(moments)))

    found = race([record, record, record, renew, renew], times=12)
    assert [each for turn in found for each in turn if isinstance(each, Exception)] == []


@pytest.mark.races
def test_renewing_waits_for_nobody(arena, postgresql):  # noqa: F811
    """Two that waited for each other's rows were ended by the database as a deadlock, once in many hours."""
    made = endpoint(arena, "https://hooks.example.com/", event_types=["notice.issued"])
    for _number in range(3):
        arena.notice()
    told(arena.now)
    now = datetime.now(UTC)
    in_hand = commands.begin_attempts(made.pk, now=now, limit=3)

    soon = now + timedelta(milliseconds=1)

    def renew(_number: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        return commands.renew_leases(in_hand, now=soon)

    with transaction.atomic():
        WebhookDelivery.objects.select_for_update().get(pk=in_hand[1].delivery_id)
        assert crowd(renew, of=1) == [2]
    assert commands.renew_leases(in_hand, now=soon) == 1, "what was locked is renewed the next time"


@pytest.mark.races
def test_none_is_begun_after_the_endpoint_was_switched_off(arena, postgresql):  # noqa: F811
    now = datetime.now(UTC)
    for turn in range(5):
        [made] = waiting(arena, f"https://hooks.example.com/{turn}")
        sides = [
            lambda _n, made=made: commands.disable_endpoint(actor=arena.carl, ref=made.ref, now=now),
            lambda _n, made=made: commands.begin_attempts(made.pk, now=now),
        ]
        [[disabled, attempt]] = race(sides)
        assert not isinstance(disabled, Exception)
        made.refresh_from_db()
        delivery = made.deliveries.get()
        if isinstance(attempt, Exception) or not attempt:
            assert delivery.attempts == 0
        else:
            assert delivery.attempted_at == now
        assert deliver_batch(made, now) == 0
