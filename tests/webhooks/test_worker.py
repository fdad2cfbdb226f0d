"""The worker's part: a slow endpoint holds up nobody else, two workers never send one thing at once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from operations import worker
from tests.races.conftest import arena, postgresql, transactional_db  # noqa: F401  fixtures
from tests.races.racing import crowd, race
from tests.webhooks.receiving import deliver_batch, endpoint, receiver, told
from webhooks import commands, subscribers
from webhooks.commands import sending
from webhooks.models import WebhookDelivery

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
        worker.tick()  # nobody else takes what is leased
        slow.hold.set()
        settled()

    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("DELIVERED", 1)}
    assert len(slow.got) == len(quick.got) == 1


def test_with_every_thread_busy_a_round_begins_nothing(arena, monkeypatch):  # noqa: F811
    monkeypatch.setattr(subscribers, "_free", threading.BoundedSemaphore(1))
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

    monkeypatch.setattr(subscribers, "_free", threading.BoundedSemaphore(1))
    monkeypatch.setattr(commands, "deliver_batch", fail)
    waiting(arena, "https://hooks.example.com/")
    assert subscribers.send_due(now=datetime.now(UTC)) == 1
    settled()

    assert "could not be attended" in caplog.text
    assert subscribers._free.acquire(blocking=False)


def test_a_worker_that_stops_leaves_endpoints_to_others_at_once(arena):  # noqa: F811
    with receiver(held=True) as slow:
        [hanging] = waiting(arena, slow.url)
        assert subscribers.send_due(now=datetime.now(UTC)) == 1
        assert slow.came.acquire(timeout=PATIENCE)
        assert commands.lease_endpoints(now=datetime.now(UTC), limit=1) == []
        WebhookDelivery.objects.update(next_attempt_at=datetime.now(UTC))  # as if something more was due
        later = datetime.now(UTC) + 0.9 * sending.LEASE
        assert subscribers.renew_leases(now=later) == 1
        assert commands.lease_endpoints(now=later + 0.9 * sending.LEASE, limit=1) == [], "renewed while it is attended"

        worker.end(within=0)

        assert commands.lease_endpoints(now=datetime.now(UTC), limit=1) == [hanging.pk]
        slow.hold.set()
        settled()


def test_a_worker_that_stops_ends_what_it_began_and_begins_nothing_more(arena):  # noqa: F811
    with receiver(held=True) as slow:
        waiting(arena, slow.url)
        arena.notice()
        told(arena.now)
        assert subscribers.send_due(now=datetime.now(UTC)) == 1
        assert slow.came.acquire(timeout=PATIENCE)
        ending = threading.Thread(target=worker.end, kwargs={"within": PATIENCE})
        ending.start()
        while not all(stop.is_set() for _thread, stop in subscribers._attended.values()):
            pass
        slow.hold.set()
        ending.join(PATIENCE)

    assert not ending.is_alive()
    assert sorted(WebhookDelivery.objects.values_list("state", "attempts")) == [("DELIVERED", 1), ("PENDING", 0)]


def test_of_two_workers_one_attends_an_endpoint(arena):  # noqa: F811
    made = waiting(arena, *(f"https://hooks.example.com/{n}" for n in range(6)))
    now = datetime.now(UTC)

    leased = crowd(lambda _number: commands.lease_endpoints(now=now, limit=20), of=4)

    assert sorted(pk for part in leased for pk in part) == sorted(one.pk for one in made)


@pytest.mark.races
def test_of_workers_that_reach_one_delivery_together_one_attempts_it(arena, postgresql):  # noqa: F811
    """Even where a lease ran out under somebody: the attempt itself is a conditional UPDATE."""
    [made] = waiting(arena, "https://hooks.example.com/")
    now = datetime.now(UTC)

    begun = crowd(lambda _number: commands.begin_attempt(made.pk, now=now), of=8)

    assert len([attempt for attempt in begun if attempt is not None]) == 1
    assert WebhookDelivery.objects.get().attempts == 1


@pytest.mark.races
def test_none_is_begun_after_the_endpoint_was_switched_off(arena, postgresql):  # noqa: F811
    now = datetime.now(UTC)
    for turn in range(5):
        [made] = waiting(arena, f"https://hooks.example.com/{turn}")
        sides = [
            lambda _n, made=made: commands.disable_endpoint(actor=arena.carl, ref=made.ref, now=now),
            lambda _n, made=made: commands.begin_attempt(made.pk, now=now),
        ]
        [[disabled, attempt]] = race(sides)
        assert not isinstance(disabled, Exception)
        made.refresh_from_db()
        delivery = made.deliveries.get()
        if isinstance(attempt, Exception) or attempt is None:
            assert delivery.attempts == 0
        else:
            assert delivery.attempted_at == now
        assert deliver_batch(made, now) == 0
