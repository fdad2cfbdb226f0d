"""One place where a case moves: its guards, its event, its deadlines, and the batch form of it."""

from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from appeals.models import Appeal
from casework import firing, ledger, outbox
from casework.actor import Actor
from casework.errors import NotYourTurn, Stale
from casework.firing import DeadlineSpec, Move, command, expect_version, fire, fire_many, open_case, open_cases
from casework.models import Deadline, Event, OutboxMessage
from notices import commands as notices
from notices.models import Notice
from tests import factories as make

SYSTEM = Actor.system("tests")


@pytest.fixture
def notice(world):
    return world.notice()


def fire_window(notice, now, **more):
    with transaction.atomic():
        return fire(notice, "close_appeal_window", actor=SYSTEM, now=now, **more)


def open_deadlines(notice):
    rows = Deadline.objects.filter(case_kind="notice", case_id=notice.pk, state="OPEN")
    return {(d.kind, d.key): d.due_at for d in rows}


def test_one_step_is_in_the_row_and_in_the_ledger(world, now, notice):
    later = now + timedelta(hours=1)
    before = notice.head

    event = fire_window(notice, later, facts={"why": "test"}, effective_at=now)

    row = Notice.objects.get(pk=notice.pk)
    assert (row.version, row.head, row.state, row.updated_at) == (2, event.hash, "IN_FORCE", later)
    assert (notice.version, notice.head, notice.state) == (row.version, row.head, row.state)
    assert (event.sequence, event.source, event.target, event.previous) == (2, "IN_FORCE", "IN_FORCE", before)
    assert (event.at, event.effective_at, event.facts) == (later, now, {"why": "test"})
    assert (event.type, event.actor_kind, event.actor_ref, event.via) == (
        "notice.appeal_window_closed",
        "system",
        "system:tests",
        "worker",
    )


@pytest.mark.parametrize("verb", ["fire", "open"])
def test_outside_a_transaction_nothing_moves(world, now, notice, monkeypatch, verb):
    monkeypatch.setattr(firing, "connection", SimpleNamespace(in_atomic_block=False))  # the test itself is in one
    step = {
        "fire": lambda: fire(notice, "close_appeal_window", actor=SYSTEM, now=now),
        "open": lambda: open_case(Notice(), state="IN_FORCE", event="notice.issued", actor=SYSTEM, now=now),
    }[verb]
    with pytest.raises(RuntimeError, match="inside a transaction"):
        step()
    assert Event.objects.filter(case_kind="notice").count() == 1


def test_who_read_an_older_version_is_told_so(world, now, notice):
    mine, theirs = Notice.objects.get(pk=notice.pk), Notice.objects.get(pk=notice.pk)
    fire_window(theirs, now)

    with pytest.raises(Stale):
        fire_window(mine, now)
    assert (mine.version, Event.objects.filter(case_kind="notice").count()) == (1, 2)


def test_who_read_another_state_is_told_so(world, now, notice):
    notice.__dict__["state"] = "REDUCED"

    with pytest.raises(Stale):
        fire_window(notice, now)


@pytest.mark.parametrize("verb", ["uphold", "no_such_verb"])
def test_a_verb_that_leads_nowhere_from_here_is_refused(world, now, notice, verb):
    with pytest.raises(NotYourTurn), transaction.atomic():
        fire(notice, verb, actor=SYSTEM, now=now)
    assert Event.objects.filter(case_kind="notice").count() == 1


def test_a_condition_is_asked_of_the_changed_case(world, now, notice):
    appeal = make.file(world.alice, notice, now=now)

    with pytest.raises(NotYourTurn), transaction.atomic():
        fire(appeal, "demand_human", actor=world.alice, now=now)
    assert appeal.human_demanded is False

    with transaction.atomic():
        fire(appeal, "demand_human", actor=world.alice, now=now, human_demanded=True)
    assert Appeal.objects.get(pk=appeal.pk).human_demanded is True


def test_a_refused_step_leaves_the_instance_as_it_was(world, now, notice):
    mine = Notice.objects.get(pk=notice.pk)
    fire_window(notice, now)
    before = dict(mine.__dict__)

    with pytest.raises(Stale):
        fire_window(mine, now, read_at=now)
    assert {k: v for k, v in mine.__dict__.items() if k != "_state"} == {
        k: v for k, v in before.items() if k != "_state"
    }


def test_a_failing_command_undoes_all_of_it(world, now, notice):
    @command
    def fail():
        fire(notice, "close_appeal_window", actor=SYSTEM, now=now, deadlines=[DeadlineSpec("notice.period", now)])
        raise LookupError("after the step")

    deadlines = open_deadlines(notice)
    with pytest.raises(LookupError):
        fail()

    assert Event.objects.filter(case_kind="notice").count() == 1
    assert open_deadlines(notice) == deadlines
    assert Notice.objects.get(pk=notice.pk).version == 1


def test_an_expected_version_is_compared_only_when_it_is_given(notice):
    expect_version(notice, None)
    expect_version(notice, 1)
    for other in (0, 2):
        with pytest.raises(Stale):
            expect_version(notice, other)


# — deadlines —


def test_a_deadline_of_the_same_kind_and_key_is_replaced(world, now, notice):
    new = now + timedelta(days=300)
    before = open_deadlines(notice)

    fire_window(notice, now, deadlines=[DeadlineSpec("notice.appeal_window", new)])

    assert open_deadlines(notice) == before | {("notice.appeal_window", ""): new}
    assert Deadline.objects.filter(kind="notice.appeal_window", state="CANCELLED").count() == 1


def test_deadlines_of_one_kind_stand_side_by_side_under_their_keys(world, now, notice):
    due = now + timedelta(days=1)

    fire_window(notice, now, deadlines=[DeadlineSpec("notice.remedy", due, key=k) for k in ("a", "b")])
    fire_window(notice, now, deadlines=[DeadlineSpec("notice.remedy", due, key="a")])

    found = {key for kind, key in open_deadlines(notice) if kind == "notice.remedy"}
    assert found == {"a", "b"}
    fire_window(notice, now, cancels=("notice.remedy:a",))
    assert {key for kind, key in open_deadlines(notice) if kind == "notice.remedy"} == {"b"}
    fire_window(notice, now, cancels=("notice.remedy",))
    assert not {key for kind, key in open_deadlines(notice) if kind == "notice.remedy"}


def test_a_step_cancels_what_its_edge_declares_and_nobody_else_s(world, now):
    first, second = world.notice(), world.notice()

    notices.withdraw_notice(actor=world.platform, ref=first.ref, reason="我们弄错了。", now=now)

    assert {kind for kind, _key in open_deadlines(first)} == {"notice.remedy"}
    assert {kind for kind, _key in open_deadlines(second)} == {"notice.appeal_window", "notice.period"}


def test_a_fired_deadline_is_not_cancelled_again(world, now, notice):
    Deadline.objects.filter(kind="notice.appeal_window").update(state="FIRED", fired_at=now + timedelta(days=999))

    fire_window(notice, now, deadlines=[DeadlineSpec("notice.appeal_window", now)])

    states = Deadline.objects.filter(kind="notice.appeal_window").values_list("state", flat=True)
    assert sorted(states) == ["FIRED", "OPEN"]


# — many at once —


def issue_many(world, now, how_many, start=0):
    drafts = [
        make.draft(world.merchant, world.rule, now=now, officer=world.otto.code, external_ref=f"many-{start + i}")
        for i in range(how_many)
    ]
    return [row.notice for row in notices.issue_notices(actor=world.platform, drafts=drafts, now=now)]


@pytest.mark.exhaustive
def test_five_hundred_cases_move_in_a_handful_of_statements(world, now):
    issued = issue_many(world, now, 500)
    moves = [
        Move(
            case=n,
            changes={"read_at": now + timedelta(seconds=i)},
            facts={"i": i},
            deadlines=[DeadlineSpec("notice.appeal_window", now + timedelta(days=200, seconds=i))],
        )
        for i, n in enumerate(issued)
    ]

    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        events = fire_many(moves, "record_reading", actor=world.alice, now=now)

    said = [
        q["sql"].split()[0] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]
    assert len(said) <= (8 if connection.vendor == "postgresql" else 30), said  # SQLite limits parameters a statement
    assert [e.sequence for e in events] == [2] * 500
    read = dict(Notice.objects.values_list("pk", "read_at"))
    assert all(read[n.pk] == now + timedelta(seconds=i) for i, n in enumerate(issued))
    window = Deadline.objects.filter(kind="notice.appeal_window")
    assert (window.filter(state="OPEN").count(), window.filter(state="CANCELLED").count()) == (500, 500)
    assert list(ledger.verify()) == []


@pytest.mark.exhaustive
def test_issuing_five_hundred_needs_few_statements(world, now):
    with CaptureQueriesContext(connection) as few:
        issue_many(world, now, 5)
    with CaptureQueriesContext(connection) as many:
        issue_many(world, now, 500, start=5)

    assert len(many) <= len(few) + (2 if connection.vendor == "postgresql" else 200)


def test_one_stale_case_of_a_batch_stops_all_of_it(world, now):
    issued = issue_many(world, now, 5)
    fire_window(Notice.objects.get(pk=issued[3].pk), now)

    with pytest.raises(Stale), transaction.atomic():
        fire_many([Move(case=n) for n in issued], "close_appeal_window", actor=SYSTEM, now=now)
    assert sorted(Notice.objects.values_list("version", flat=True)) == [1, 1, 1, 1, 2]
    assert {n.version for n in issued} == {1}


def test_one_case_in_the_wrong_state_stops_all_of_it(world, now):
    issued = issue_many(world, now, 3)
    make.file(world.alice, issued[1], now=now)
    issued[1].refresh_from_db()

    with pytest.raises(NotYourTurn), transaction.atomic():
        fire_many([Move(case=n) for n in issued], "open_appeal", actor=SYSTEM, now=now)
    assert Notice.objects.filter(state="UNDER_APPEAL").count() == 1


def test_cases_in_different_states_each_keep_their_own(world, now):
    issued = issue_many(world, now, 3)
    make.file(world.alice, issued[1], now=now)
    issued[1].refresh_from_db()

    with transaction.atomic():
        events = fire_many([Move(case=n) for n in issued], "close_appeal_window", actor=SYSTEM, now=now)

    assert [e.target for e in events] == ["IN_FORCE", "UNDER_APPEAL", "IN_FORCE"]
    assert [Notice.objects.get(pk=n.pk).state for n in issued] == ["IN_FORCE", "UNDER_APPEAL", "IN_FORCE"]
    assert list(ledger.verify()) == []


def test_a_batch_of_nothing_is_nothing(world, now):
    with transaction.atomic():
        assert fire_many([], "close_appeal_window", actor=SYSTEM, now=now) == []
        assert open_cases([], state="IN_FORCE", event="x", actor=SYSTEM, now=now) == []


def test_an_opened_case_has_its_outbox_in_the_same_transaction(world, now):
    notice = world.notice()
    owed = OutboxMessage.objects.filter(event__type="appeal.filed")

    with suppress(LookupError), transaction.atomic():
        make.file(world.alice, notice, now=now)
        assert owed.count() == len(outbox.listed("SUBSCRIPTIONS")["appeal.filed"]) > 0
        raise LookupError

    assert not owed.exists()
    assert not Appeal.objects.exists()


def test_a_number_that_somebody_has_is_drawn_once_more(world, now, notice, monkeypatch):
    later = now + timedelta(minutes=1)
    drawn = iter([notice.number, "N-20260301-ANOTHER", "N-20260301-ANOTHER", "N-20260301-ANOTHER"])
    monkeypatch.setattr(firing, "new_number", lambda _letter, _at: next(drawn))

    made = make.issue(world.platform, make.draft(world.merchant, world.rule, now=now), now=later)

    assert made.number == "N-20260301-ANOTHER"
    assert Notice.objects.count() == Event.objects.filter(type="notice.issued").count() == 2
    with pytest.raises(IntegrityError):  # twice in a row is no chance
        make.issue(world.platform, make.draft(world.merchant, world.rule, now=now), now=later)
    assert Notice.objects.count() == 2
