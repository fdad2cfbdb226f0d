"""R5: completion, withdrawal and a report that comes twice meet at one instruction; one legal history follows (I15).

Also a suspension that hands work over while it is being done, and claims that would together exceed the payment.
"""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from casework import ledger
from casework.errors import CaseError, ExecutorNotCertified, NotYourTurn, Stale
from casework.firing import constraint_name
from casework.models import Deadline, Event
from executors import commands
from executors.models import Act, ActOutcome, Incident, Instruction, OutcomeCount, Recourse, counted_by_day
from tests.executors import building as build
from tests.executors import erring as err
from tests.extent import extent
from tests.races.racing import crowd, race, refused, won

pytestmark = [pytest.mark.races, pytest.mark.usefixtures("postgresql")]

RACES = extent("races for one instruction", everyday=40, ci=50, full=1000)
EACH_WAY = RACES // 50


@pytest.fixture
def firm(arena):
    return build.active(arena, now=arena.now)


def taken_on(firm, times):
    """Made in one transaction: on a real disk each commit waits."""
    with transaction.atomic():
        return [err.taken_on(firm, now=firm.world.now) for _ in range(times)]


def fresh(row):
    return Instruction.objects.get(pk=row.pk)


def history(row):
    events = Event.objects.filter(case_kind="instruction", case_id=row.pk).order_by("sequence")
    return [e.type.removeprefix("instruction.") for e in events]


def test_completion_withdrawal_and_a_report_that_comes_twice_end_in_one_history(arena, firm):
    rows = taken_on(firm, RACES)

    def report(i):
        return commands.complete_instruction(
            actor=arena.platform, ref=rows[i].ref, evidence="已办", callback_id=f"cb-{i}", now=arena.now
        )

    def withdraw(i):
        return commands.withdraw_instruction(actor=arena.carl, ref=rows[i].ref, reason="编号有误", now=arena.now)

    results = race([report, withdraw, report], times=RACES, jitter=0.004, patience=900)

    ended = {"COMPLETED": 0, "WITHDRAWN": 0}
    for row, (first, taken_back, second) in zip(rows, results, strict=True):
        now_is = fresh(row)
        ended[now_is.state] += 1
        if now_is.state == "COMPLETED":
            assert history(row) == ["issued", "acknowledged", "completed"]
            assert isinstance(taken_back, NotYourTurn | Stale)
            assert {first.version, second.version} == {now_is.version}
            assert {first.completed_at, second.completed_at} == {now_is.completed_at}
        else:
            assert history(row) == ["issued", "acknowledged", "withdrawn"]
            assert isinstance(first, NotYourTurn)
            assert isinstance(second, NotYourTurn)
            assert (now_is.completed_at, now_is.evidence, now_is.callback_id) == (None, "", "")
        assert not Deadline.objects.filter(case_kind="instruction", case_id=row.pk, state="OPEN").exists()
    assert min(ended.values()) >= EACH_WAY, f"not exercised: {ended}"
    assert list(ledger.verify()) == []
    print(f"R5: {ended}")


def test_the_tables_alone_keep_one_history(arena, firm):
    """No policy, no machine, no version: two plain updates, and the laws decide."""
    rows = taken_on(firm, RACES)
    done = {
        "state": "COMPLETED",
        "completed_at": arena.now,
        "completed_by_id": firm.person.pk,
        "evidence": "已办",
    }
    back = {"state": "WITHDRAWN", "withdrawn_at": arena.now, "withdrawn_because": "x"}

    def write(values):
        return lambda i: Instruction.objects.filter(pk=rows[i].pk).update(**values)

    results = race([write(done), write(back)], times=RACES, jitter=0.002, patience=900)

    for row, sides in zip(rows, results, strict=True):
        assert won(sides) == [1]
        [refusal] = refused(sides)
        assert isinstance(refusal, IntegrityError)
        assert constraint_name(refusal) == "instruction_never_goes_back"
        assert fresh(row).state == ("COMPLETED" if sides[0] == 1 else "WITHDRAWN")


GUARDS = ("instruction_never_goes_back", "instruction_stays_what_it_is")
BOTH = "instruction_is_completed_or_withdrawn_never_both"


def test_control_without_the_guards_what_was_withdrawn_is_done_every_time(arena, firm):
    """Plain read, check and write, with the laws of the table switched off: every single race goes wrong.

    The barrier stands between check and write, so the bad schedule is met each time.
    """
    trials = 20
    rows = taken_on(firm, trials)
    [definition] = _ask(f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{BOTH}'")
    checked = threading.Barrier(2)

    def write(i, **values):
        free = fresh(rows[i]).is_open
        checked.wait(10)
        return Instruction.objects.filter(pk=rows[i].pk).update(**values) if free else None

    def complete(i):
        return write(i, completed_at=arena.now, completed_by_id=firm.person.pk, evidence="已办", state="COMPLETED")

    def withdraw(i):
        return write(i, withdrawn_at=arena.now, withdrawn_because="x", state="WITHDRAWN")

    _switch("DISABLE")
    _ask(f"ALTER TABLE executors_instruction DROP CONSTRAINT {BOTH}")
    try:
        race([complete, withdraw], times=trials)
        assert Instruction.objects.filter(completed_at__isnull=False, withdrawn_at__isnull=False).count() == trials
    finally:
        _switch("ENABLE")
        _ask(f"ALTER TABLE executors_instruction ADD CONSTRAINT {BOTH} {definition} NOT VALID")


def _switch(how):
    for name in GUARDS:
        _ask(f"ALTER TABLE executors_instruction {how} TRIGGER {name}")


def _ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def test_work_that_is_handed_over_while_it_is_done_is_done_once(arena, firm):
    other = build.active(arena, now=arena.now, name="甲")
    rows = taken_on(firm, RACES)

    def work(number):
        if number == 0:
            build.suspend(firm, now=arena.now)
            return commands.hand_over_instructions(executor_id=firm.executor.pk, now=arena.now)
        said = []
        for row in rows[number - 1 :: 3]:
            try:
                said.append(
                    commands.complete_instruction(actor=firm.actor, ref=row.ref, evidence="已办", now=arena.now).pk
                )
            except (NotYourTurn, Stale, ExecutorNotCertified):
                continue  # it is somebody else's by now
        return said

    handed, *worked = crowd(work, of=4, patience=900)

    assert not refused([handed, *worked])
    done = {pk for said in worked for pk in said}
    assert done.isdisjoint({row.replaces_id for row in handed})
    assert len(done) + len(handed) == RACES
    for row in rows:
        replaced = Instruction.objects.filter(replaces=row)
        assert (fresh(row).state, replaced.count()) in (("COMPLETED", 0), ("WITHDRAWN", 1))
    assert {row.executor_id for row in handed} <= {other.executor.pk}
    assert list(ledger.verify()) == []


def test_an_act_on_an_order_and_its_withdrawal_never_both_count(arena, firm):
    times = RACES // 4
    rows = taken_on(firm, times)

    def act(i):
        return firm.issue(now=arena.now, by={"instruction": rows[i].ref})

    def withdraw(i):
        return commands.withdraw_instruction(actor=arena.carl, ref=rows[i].ref, reason="编号有误", now=arena.now)

    results = race([act, withdraw], times=times, jitter=0.01, patience=900)

    for row, (acted, taken_back) in zip(rows, results, strict=True):
        assert not isinstance(taken_back, Exception) or isinstance(taken_back, NotYourTurn | Stale)
        # What was acted on is not withdrawn, and what was withdrawn is not acted on.
        acts = Act.objects.filter(instruction=row)
        assert acts.count() == (0 if isinstance(acted, Exception) else 1)
        assert fresh(row).state == ("WITHDRAWN" if isinstance(acted, Exception) else "ACKNOWLEDGED")
        assert isinstance(acted, Exception) != isinstance(taken_back, Exception)
        assert isinstance(acted, CaseError) or not isinstance(acted, Exception)
    assert list(ledger.verify()) == []


def test_one_decision_told_by_eight_at_once_is_one_outcome_one_incident_one_reversal(arena, firm):
    [order] = taken_on(firm, 1)
    notice = firm.issue(now=arena.now, by={"instruction": order.ref})

    results = crowd(lambda _n: err.said_of(notice.act, now=arena.now, overturned=True), of=8)

    assert not refused(results)
    assert (ActOutcome.objects.count(), Incident.objects.count()) == (1, 1)
    assert Instruction.objects.filter(reverses=order).count() == 1


def test_decisions_and_findings_at_once_are_all_counted(arena, firm):
    found = [err.explained(firm, now=arena.now) for _ in range(3)]
    notices = err.acts(firm, 5, now=arena.now)
    commands.count_outcomes(now=arena.now)

    def move(n):
        if n < len(found):
            return err.find(found[n], arena.carl, now=arena.now, outcome=["TOOL", "IMPROPER", "RULE"][n])
        return err.said_of(notices[n - len(found)].act, now=arena.now, overturned=n % 2 == 0)

    results = crowd(move, of=8)

    assert not refused(results)
    kept = {(row.person_id, row.day, row.error_class): row.n for row in OutcomeCount.objects.all() if row.n}
    assert kept == counted_by_day(ActOutcome.objects.all())
    assert sum(kept.values()) == 6


def test_claims_and_payments_at_once_never_exceed_what_was_paid(arena, firm):
    row = err.compensated(firm, now=arena.now)

    claims = crowd(
        lambda _n: commands.claim_recourse(
            actor=arena.carl, incident_ref=row.ref, amount_minor=20_000, words="x", now=arena.now
        ),
        of=4,
    )
    recourse = Recourse.objects.get()
    later = Incident.objects.get(pk=row.pk).contest_by + timedelta(seconds=1)  # nothing is taken while it can fall
    paid = crowd(
        lambda n: commands.record_part_payment(
            actor=arena.carl, ref=recourse.ref, amount_minor=9_000, reference=f"p{n}", now=later
        ),
        of=6,
    )

    assert len(won(claims)) == 1
    assert len(won(paid)) == 2
    assert sum(e.amount_minor for e in recourse.entries.filter(kind="PAYMENT")) == 18_000
