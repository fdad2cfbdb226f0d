"""What an event owes: written with it, carried out after it, retried, given up in sight, replayed."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from casework import observing, outbox
from casework.errors import NotFound
from casework.ledger import case_models
from casework.machine import steps_of
from casework.models import Event, OutboxMessage
from disputes.records import RecordsUnavailable
from notices import commands as notices
from tests import factories as make
from triage.subscribers import triage


@pytest.fixture(autouse=True)
def one_subscriber(monkeypatch):
    """Filing has one subscriber and nothing else has any, whatever the apps list."""
    real = outbox.listed
    only = {"appeal.filed": [triage]}
    monkeypatch.setattr(outbox, "listed", lambda attribute: only if attribute == "SUBSCRIPTIONS" else real(attribute))


@pytest.fixture
def message(world, now):
    make.file(world.alice, world.notice(), now=now)
    return OutboxMessage.objects.get()


@pytest.fixture
def reaction(message, monkeypatch):
    """A reaction that the test controls: what it raises, and how often it ran."""

    class Reaction:
        calls = 0
        error: Exception | None = None

        def __call__(self, event, *, now):
            self.calls += 1
            self.event = event
            if self.error is not None:
                raise self.error

    mine = Reaction()
    monkeypatch.setattr(outbox, "_by_name", lambda: {message.subscriber: mine})
    return mine


def test_what_an_event_owes_is_written_with_it(message, now):
    assert (message.event.type, message.subscriber) == ("appeal.filed", "triage.subscribers.triage")
    assert (message.state, message.attempts, message.next_attempt_at) == ("PENDING", 0, now)


def test_a_delivered_message_is_gone_and_not_delivered_again(message, reaction, now):
    assert outbox.deliver(message.pk, now=now) is True
    assert outbox.deliver(message.pk, now=now) is False

    assert not OutboxMessage.objects.exists()
    assert (reaction.calls, reaction.event.pk) == (1, message.event_id)


@pytest.mark.parametrize(("error", "is_a_fault"), [(RecordsUnavailable("http-503"), False), (NotFound(), True)])
def test_another_system_that_is_down_is_waited_for_without_a_traceback(
    message, reaction, now, caplog, error, is_a_fault
):
    reaction.error = error

    assert outbox.deliver(message.pk, now=now) is True

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("PENDING", 1)
    (said,) = [record for record in caplog.records if record.name == "casework.outbox"]
    assert (said.levelname == "ERROR", said.exc_info is not None) == (is_a_fault, is_a_fault)


def test_a_failure_waits_longer_each_time_and_is_given_up_in_sight(message, reaction, now, monkeypatch):
    reaction.error = ValueError("no")
    at, waited, told = now, [], []
    monkeypatch.setattr(observing.observer, "messages_attempted", lambda _to, outcome, _n=1: told.append(outcome))

    for attempt in range(1, len(outbox.BACKOFF) + 1):
        assert outbox.deliver(message.pk, now=at) is True
        message.refresh_from_db()
        assert (message.state, message.attempts, message.last_error) == ("PENDING", attempt, "ValueError: no")
        assert message.leased_until is None
        waited.append(message.next_attempt_at - at)
        assert outbox.deliver(message.pk, now=message.next_attempt_at - timedelta(microseconds=1)) is False
        at = message.next_attempt_at
    assert outbox.deliver(message.pk, now=at) is True

    message.refresh_from_db()
    assert tuple(waited) == outbox.BACKOFF
    assert told == ["failed"] * len(outbox.BACKOFF) + ["given-up"]
    assert (message.state, message.attempts) == ("DEAD", len(outbox.BACKOFF) + 1)
    assert outbox.sweep(now=at + timedelta(days=400)) == 0
    assert reaction.calls == len(outbox.BACKOFF) + 1


def test_what_was_given_up_can_be_replayed_with_a_full_set_of_attempts(message, reaction, now):
    OutboxMessage.objects.update(state="DEAD", attempts=8, last_error="x")

    outbox.replay(message, now=now)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.next_attempt_at) == ("PENDING", 0, now)
    assert outbox.sweep(now=now) == 1
    assert not OutboxMessage.objects.exists()


def test_only_what_was_given_up_is_replayed(message, now):
    OutboxMessage.objects.update(attempts=3)

    outbox.replay(message, now=now + timedelta(hours=1))

    message.refresh_from_db()
    assert (message.state, message.attempts, message.next_attempt_at) == ("PENDING", 3, now)


def test_a_leased_message_is_somebody_else_s_until_the_lease_runs_out(message, reaction, now):
    OutboxMessage.objects.update(leased_until=now + outbox.LEASE)

    assert outbox.deliver(message.pk, now=now + outbox.LEASE) is False
    assert outbox.sweep(now=now + outbox.LEASE) == 0
    # The worker that held it was killed: after the lease somebody else carries it out.
    assert outbox.sweep(now=now + outbox.LEASE + timedelta(microseconds=1)) == 1
    assert reaction.calls == 1


def test_a_subscriber_that_no_longer_exists_fails_like_any_other(message, monkeypatch, now):
    monkeypatch.setattr(outbox, "_by_name", dict)

    assert outbox.deliver(message.pk, now=now) is True

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("PENDING", 1)
    assert message.last_error.startswith("KeyError")


def test_one_that_fails_keeps_nobody_else_waiting(world, message, monkeypatch, now):
    for _ in range(3):
        make.file(world.alice, world.notice(), now=now)
    poison = message.event_id
    done = []

    def react(event, *, now):
        if event.pk == poison:
            raise RuntimeError("poison")
        done.append(event.pk)

    monkeypatch.setattr(outbox, "_by_name", lambda: {message.subscriber: react})
    assert outbox.sweep(now=now) == 4

    assert len(done) == 3
    assert done == sorted(done)
    assert OutboxMessage.objects.filter(state="PENDING").get().event_id == poison


def test_a_sweep_does_what_it_may_and_leaves_the_rest(world, message, reaction, now):
    for _ in range(3):
        make.file(world.alice, world.notice(), now=now)

    assert outbox.sweep(now=now, limit=3) == 3
    assert outbox.sweep(now=now, limit=3) == 1


# — in groups —


@pytest.fixture
def many(world, message, now, monkeypatch):
    """Four messages to a subscriber that takes many, which the test controls."""
    for _ in range(3):
        make.file(world.alice, world.notice(), now=now)

    class Many:
        takes_many = True
        calls: list[list[int]] = []
        poison: set[int] = set()

        def __call__(self, events, *, now):
            self.calls.append([event.pk for event in events])
            for event in events:
                if event.pk in self.poison:
                    raise RuntimeError("poison")
                yield event

    mine = Many()
    mine.calls = []
    monkeypatch.setattr(outbox, "_by_name", lambda: {message.subscriber: mine})
    return mine


def test_a_subscriber_that_takes_many_is_called_once_for_all_in_three_statements(many, now):
    with CaptureQueriesContext(connection) as asked:
        assert outbox.sweep(now=now) == 4

    assert [len(call) for call in many.calls] == [4]
    assert not OutboxMessage.objects.exists()
    written = [q["sql"] for q in asked.captured_queries if q["sql"].startswith(("UPDATE", "DELETE"))]
    assert len(written) == 2, written


def test_one_that_fails_in_a_group_is_parked_alone(many, now):
    events = list(OutboxMessage.objects.order_by("pk").values_list("event_id", flat=True))
    many.poison = {events[1]}

    assert outbox.sweep(now=now) == 4

    assert many.calls == [events, [events[1]], [events[2]], [events[3]]]
    (parked,) = OutboxMessage.objects.all()
    assert (parked.event_id, parked.state, parked.attempts) == (events[1], "PENDING", 1)
    assert (parked.last_error, parked.next_attempt_at) == ("RuntimeError: poison", now + outbox.BACKOFF[0])


def test_a_worker_that_stops_gives_back_what_it_did_not_reach(many, now):
    assert outbox.sweep(now=now, is_over=lambda: True) == 1

    assert OutboxMessage.objects.filter(state="PENDING", attempts=0, leased_until=None).count() == 3
    assert outbox.sweep(now=now) == 3


def test_a_worker_that_has_to_leave_gives_back_what_it_has_in_hand(message, monkeypatch, now):
    found = []

    def leave(event, *, now):
        outbox.give_back()  # as another thread does while this one goes on
        found.extend(outbox._claim(Q(pk=message.pk), now=now, limit=1))

    monkeypatch.setattr(outbox, "_by_name", lambda: {message.subscriber: leave})
    outbox.deliver(message.pk, now=now)

    assert [each.pk for each in found] == [message.pk]
    assert outbox._in_hand == {}


def test_a_lease_is_renewed_as_long_as_its_worker_lives(message, monkeypatch, now):
    found = []

    def take_long(event, *, now):
        assert [outbox.renew(now=now + part * outbox.LEASE) for part in (0.8, 1.6)] == [1, 1]
        later = (now + 2.5 * outbox.LEASE, now + 2.7 * outbox.LEASE)  # the second: renewed no more
        found.extend([each.pk for each in outbox._claim(Q(pk=message.pk), now=at, limit=1)] for at in later)
        assert outbox.renew(now=now + 3 * outbox.LEASE) == 0, "it is somebody else's now"

    monkeypatch.setattr(outbox, "_by_name", lambda: {message.subscriber: take_long})
    outbox.deliver(message.pk, now=now)

    assert found == [[], [message.pk]]
    assert outbox._in_hand == {}
    assert outbox.renew(now=now) == 0


def test_what_another_worker_leased_meanwhile_is_not_given_back(many, now):
    theirs = now + 2 * outbox.LEASE

    def somebody_else_took_over():
        OutboxMessage.objects.filter(state="PENDING").update(leased_until=theirs)
        return True

    outbox.sweep(now=now, is_over=somebody_else_took_over)

    assert set(OutboxMessage.objects.filter(state="PENDING").values_list("leased_until", flat=True)) == {theirs}


def test_people_s_events_come_before_what_systems_did_and_imports_last(world, now, monkeypatch):
    monkeypatch.setattr(outbox, "listed", lambda _attribute: {"notice.issued": [triage], "appeal.filed": [triage]})
    drafts = [make.draft(world.merchant, world.rule, now=now) for _ in range(outbox.MANY + 1)]
    notices.issue_notices(actor=world.platform, drafts=drafts, now=now)
    single = world.notice()
    make.file(world.alice, single, now=now + timedelta(seconds=1))
    seen = []
    monkeypatch.setattr(outbox, "_by_name", lambda: {"triage.subscribers.triage": lambda e, *, now: seen.append(e)})

    outbox.sweep(now=now + timedelta(minutes=1))

    assert [event.type for event in seen[:2]] == ["appeal.filed", "notice.issued"]
    assert seen[1].case_id == single.pk
    assert len(seen) == len(drafts) + 2


def test_only_an_act_of_a_third_party_is_owed_a_second_look(world, now, monkeypatch):
    monkeypatch.undo()
    world.notice()
    owed = set(OutboxMessage.objects.values_list("subscriber", flat=True))
    assert owed == {
        "notices.subscribers.tell_party",
        "notices.subscribers.watch_officers",
        "webhooks.subscribers.announce_to_endpoints",
    }


# — what is owed —


def test_an_event_rolled_back_owes_nothing(world, now):
    notice = world.notice()
    with suppress(LookupError), transaction.atomic():
        make.file(world.alice, notice, now=now)
        raise LookupError

    assert not OutboxMessage.objects.exists()
    assert not Event.objects.filter(case_kind="appeal").exists()


def test_every_subscriber_is_listed_under_a_known_event(monkeypatch):
    monkeypatch.undo()
    known = {step.event for model in case_models() for step in steps_of(model)} | {
        "appeal.filed",
        "notice.issued",
        "dispute.opened",
        "incident.opened",
        "instruction.issued",
        "recourse.claimed",
        "rule.proposed",
        "rule.published",
        "catalogue_change.proposed",
        "exit.requested",
        "price_finding.opened",
        "authority_matter.received",
        "tip.filed",
    }
    assert set(outbox.listed("SUBSCRIPTIONS")) <= known
