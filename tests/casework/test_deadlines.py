"""Deadlines: once, in due order, dated when due however late, after the grace, and one failing stops no other."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appeals import commands as appeals
from appeals.models import Appeal
from casework import deadlines, ledger, observing, outbox
from casework.ledger import case_models
from casework.machine import steps_of
from casework.models import Deadline, Event
from notices.models import Notice
from rules.terms import SHIPPED
from tests import factories as make
from tests.databases import is_for_digests


@pytest.fixture
def fired(monkeypatch):
    """What follows, replaced by a list of what was asked; kinds named in `poison` raise."""

    class Follow(list):
        poison: set[int] = set()

        def __call__(self, *, case_id, deadline, effective_at, now):
            if deadline.pk in self.poison:
                raise RuntimeError("poison")
            self.append((deadline.pk, effective_at, now))

    follow = Follow()

    class Anything(dict):
        def __missing__(self, _kind):
            return follow

    monkeypatch.setattr(outbox, "listed", lambda _attribute: Anything())
    return follow


@pytest.fixture
def told(monkeypatch):
    """What an observer hears: kind and number of those that fired, kind and None for one that failed."""

    class Told(observing.Observer, list):
        def deadlines_fired(self, kind, count):
            self.append((kind, count))

        def deadline_failed(self, kind):
            self.append((kind, None))

    monkeypatch.setattr(observing, "observer", Told())
    return observing.observer


def add(now, due, **more):
    return Deadline.objects.create(case_kind="notice", case_id=make.number(), kind="k", due_at=due, set_at=now, **more)


def test_it_waits_for_the_grace_and_then_fires_once(db, now, fired):
    deadline = add(now, now)

    assert deadlines.fire_due(now=now + deadlines.grace() - timedelta(microseconds=1)) == 0
    assert deadlines.fire_due(now=now + deadlines.grace()) == 1
    assert deadlines.fire_due(now=now + timedelta(days=1)) == 0

    deadline.refresh_from_db()
    assert (deadline.state, deadline.fired_at) == ("FIRED", now + deadlines.grace())
    assert fired == [(deadline.pk, now, now + deadlines.grace())]


def test_a_cancelled_one_does_not_fire(db, now, fired):
    add(now, now, state="CANCELLED")

    assert deadlines.fire_due(now=now + timedelta(days=1)) == 0
    assert fired == []


@pytest.mark.parametrize("away", [timedelta(hours=1), timedelta(days=5), timedelta(days=40), timedelta(days=400)])
def test_after_an_absence_all_fire_in_due_order_dated_when_due(db, now, fired, away):
    dues = [now + away * share / 10 for share in (7, 1, 9, 3, 5)]
    made = [add(now, due) for due in dues]
    back = now + away + deadlines.grace()

    assert deadlines.fire_due(now=back) == 5

    assert [due for _pk, due, _now in fired] == sorted(dues)
    assert {at for _pk, _due, at in fired} == {back}
    assert {d.pk for d in made} == {pk for pk, _due, _now in fired}


def test_a_limit_leaves_the_later_ones_for_the_next_round(db, now, fired):
    for days in (3, 1, 2):
        add(now, now + timedelta(days=days))
    later = now + timedelta(days=9)

    assert [deadlines.fire_due(now=later, limit=2) for _ in range(3)] == [2, 1, 0]
    assert [due for _pk, due, _now in fired] == [now + timedelta(days=d) for d in (1, 2, 3)]


def test_one_that_fails_stops_no_other_and_is_tried_again_later_and_later(db, now, fired, caplog):
    poison, fine = add(now, now), add(now, now + timedelta(seconds=1))
    fired.poison = {poison.pk}
    at = now + timedelta(minutes=1)

    waits = []
    with caplog.at_level(logging.WARNING, logger="casework.deadlines"):
        for attempt in range(1, 10):
            deadlines.fire_due(now=at)
            poison.refresh_from_db()
            assert (poison.state, poison.attempts, poison.fired_at) == ("OPEN", attempt, None)
            waits.append((poison.retry_at - at).total_seconds())
            assert deadlines.fire_due(now=poison.retry_at - timedelta(microseconds=1)) == 0
            at = poison.retry_at
    fine.refresh_from_db()

    assert fine.state == "FIRED"
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert poison.last_error == "RuntimeError: poison"
    levels = [r.levelno for r in caplog.records]
    assert levels[:3] == [logging.WARNING, logging.WARNING, logging.CRITICAL]

    fired.poison = set()
    assert deadlines.fire_due(now=at) == 1
    assert fired[-1] == (poison.pk, now, at)


def test_a_row_says_which_command_follows_and_by_which_of_its_names(now):
    asked = []

    def lapse(*, dispute_id, no, why, effective_at, now):
        asked.append((dispute_id, no, why, effective_at, now))

    follow = deadlines.calls(lapse, "dispute_id", number="no", why="late")
    follow(case_id=7, deadline=Deadline(key="3"), effective_at=now, now=now + timedelta(hours=1))

    assert asked == [(7, 3, "late", now, now + timedelta(hours=1))]
    with pytest.raises(TypeError, match="fact_no"):
        deadlines.calls(lapse, "dispute_id", number="fact_no")


def test_what_a_failing_one_wrote_is_undone(world, now, monkeypatch):
    notice = world.notice()
    real = outbox.listed("DEADLINES")

    def write_then_fail(*, deadline, now, **_asked):
        real["notice.appeal_window"]([deadline], now=now)
        raise RuntimeError("after the step")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "listed", lambda _a: dict(real) | {"notice.appeal_window": write_then_fail})
        deadlines.fire_due(now=now + timedelta(days=400))
    assert not Event.objects.filter(type="notice.appeal_window_closed").exists()

    later = now + timedelta(days=401)
    assert deadlines.fire_due(now=later) == 1
    assert Event.objects.filter(type="notice.appeal_window_closed", case_id=notice.pk).count() == 1


def test_a_kind_that_nobody_carries_out_is_kept_and_said(db, now):
    deadline = add(now, now)

    assert deadlines.fire_due(now=now + timedelta(days=1)) == 0

    deadline.refresh_from_db()
    assert (deadline.state, deadline.attempts) == ("OPEN", 1)
    assert deadline.last_error.startswith("KeyError")


def test_every_kind_that_the_machines_cancel_is_carried_out_by_somebody():
    cancelled = {kind for model in case_models() for step in steps_of(model) for kind in step.cancels}
    assert cancelled <= set(outbox.listed("DEADLINES"))


def test_after_400_days_a_real_case_catches_up(world, now):
    """Nobody ran the worker for 400 days: everything is carried out, dated when it was due, and the ledger holds."""
    notice = world.notice(measures=[make.measure(now, ends_at=now + timedelta(days=d)) for d in (3, 7, 30)])
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    appeals.request_information(actor=world.rita, ref=appeal.ref, item="发票", fact="售价", due_at=None, now=now)
    late = now + timedelta(days=400)

    rounds = 0
    while deadlines.fire_due(now=late):
        rounds += 1
        assert rounds < 10

    notice.refresh_from_db()
    appeal.refresh_from_db()
    assert (notice.state, appeal.state) == ("ENDED", "HUMAN_REVIEW")
    ended = Event.objects.filter(case_kind="notice", case_id=notice.pk, verb__in=("end", "end_some"))
    assert [e.effective_at for e in ended.order_by("sequence")] == [now + timedelta(days=d) for d in (3, 7, 30)]
    assert {e.at for e in ended} == {late}
    assert Event.objects.get(type="appeal.information_lapsed").effective_at == now + timedelta(hours=72)
    assert Event.objects.filter(type="appeal.overdue").count() == 1
    assert not Deadline.objects.filter(state="OPEN").exists()
    assert not Deadline.objects.exclude(last_error="").exists()
    assert list(ledger.verify()) == []


@pytest.mark.parametrize(("shift", "counts"), [(timedelta(0), True), (timedelta(milliseconds=1), False)])
def test_an_answer_counts_by_when_it_was_received(world, now, settings, shift, counts):
    from casework.errors import DeadlinePassed

    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    appeals.request_information(actor=world.rita, ref=appeal.ref, item="发票", fact="售价", due_at=None, now=now)
    received = now + SHIPPED["information_time"].length + shift

    if counts:
        appeals.respond_to_request(actor=world.alice, ref=appeal.ref, answer="见附件", now=received)
        assert Appeal.objects.get(pk=appeal.pk).state == "HUMAN_REVIEW"
    else:
        with pytest.raises(DeadlinePassed):
            appeals.respond_to_request(actor=world.alice, ref=appeal.ref, answer="见附件", now=received)
        assert Appeal.objects.get(pk=appeal.pk).state == "MORE_NEEDED"
    assert Notice.objects.get(pk=appeal.notice_id).state == "UNDER_APPEAL"


def test_a_firing_takes_the_case_before_its_deadline_as_every_verb_does(world, now):
    """Else a verb, which holds the case and wants the deadline, and a firing would each wait for the other."""
    appeal = make.file(world.alice, world.notice(), now=now)
    with CaptureQueriesContext(connection) as asked:
        deadlines.fire_due(now=appeal.decide_due_at + timedelta(hours=1), limit=50)
    statements = [q["sql"] for q in asked.captured_queries]
    firing = next(i for i, sql in enumerate(statements) if sql.startswith('UPDATE "casework_deadline"'))
    assert 'FROM "notices_notice"' in statements[firing - 1] or 'FROM "appeals_appeal"' in statements[firing - 1]


# — many of one kind —


def due_windows(world, now, count):
    """So many notices whose windows to appeal end one second after another, the last one first."""
    issued = [world.notice(measures=[make.measure(now, ends_at=None)]) for _ in range(count)]
    for place, notice in enumerate(reversed(issued)):
        due = notice.appeal_closes_at + timedelta(seconds=place)
        Deadline.objects.filter(case_id=notice.pk).update(due_at=due)
    return list(reversed(issued))


def test_many_of_one_kind_fire_together_in_due_order_dated_when_each_was_due(world, now, told):
    in_order = due_windows(world, now, 40)
    late = now + timedelta(days=400)

    with CaptureQueriesContext(connection) as asked:
        assert deadlines.fire_due(now=late) == 40

    said = [q["sql"] for q in asked.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len([sql for sql in said if not is_for_digests(sql)]) <= 8, said
    assert told == [("notice.appeal_window", 40)]
    events = Event.objects.filter(type="notice.appeal_window_closed").order_by("pk")
    assert [e.case_id for e in events] == [notice.pk for notice in in_order]
    first = in_order[0].appeal_closes_at
    assert [e.effective_at - first for e in events] == [timedelta(seconds=place) for place in range(40)]
    windows = Deadline.objects.exclude(kind="rule.starts")
    assert set(windows.values_list("state", "fired_at")) == {("FIRED", late)}
    assert list(ledger.verify()) == []


def test_one_of_many_that_fails_is_parked_alone(world, now, monkeypatch, told):
    issued = due_windows(world, now, 5)
    poison = issued[2].pk
    real = outbox.listed("DEADLINES")

    @outbox.in_groups
    def follow(due, *, now):
        real["notice.appeal_window"](due, now=now)
        if poison in {deadline.case_id for deadline in due}:
            raise RuntimeError("poison")

    monkeypatch.setattr(outbox, "listed", lambda _a: dict(real) | {"notice.appeal_window": follow})
    assert deadlines.fire_due(now=now + timedelta(days=400)) == 4

    assert sorted(told, key=str) == [("notice.appeal_window", 1)] * 4 + [("notice.appeal_window", None)]
    parked = Deadline.objects.get(state="OPEN")
    assert (parked.case_id, parked.attempts, parked.last_error) == (poison, 1, "RuntimeError: poison")
    closed = Event.objects.filter(type="notice.appeal_window_closed").values_list("case_id", flat=True)
    assert sorted(closed) == sorted(n.pk for n in issued if n.pk != poison)


def test_of_one_case_each_waits_for_the_one_before(world, now):
    ends = {n: world.notice(measures=[make.measure(now, ends_at=now + timedelta(days=n))]) for n in (3, 300)}

    assert deadlines.fire_due(now=now + timedelta(days=400)) == 4

    orders = {
        3: ["notice.ended", "notice.appeal_window_closed"],
        300: ["notice.appeal_window_closed", "notice.ended"],
    }
    for days, order in orders.items():
        events = Event.objects.filter(case_kind="notice", case_id=ends[days].pk, sequence__gt=1).order_by("sequence")
        assert [e.type for e in events] == order
        assert [e.effective_at for e in events] == sorted(e.effective_at for e in events)


def test_a_worker_that_stops_leaves_the_rest_due(world, now):
    due_windows(world, now, 3)

    assert deadlines.fire_due(now=now + timedelta(days=400), is_over=lambda: True) == 0
    assert deadlines.fire_due(now=now + timedelta(days=400)) == 3
