"""Instructions: given within the mandate, taken on, done once, taken back; undone and handed over when they must be."""

from datetime import timedelta

import pytest

from casework import ledger
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn, OutsideMandate, Stale
from casework.models import Deadline, Event, Notification
from executors import commands, queries
from executors.models import Act, Instruction
from tests import factories as make
from tests.executors import building as build
from tests.executors import erring as err

DAY = timedelta(days=1)


def fresh(row):
    return Instruction.objects.get(pk=row.pk)


def test_an_order_goes_from_the_platform_to_a_person_and_back(world, firm, now):
    given = err.instruction(firm, now=now)
    commands.acknowledge_instruction(actor=firm.actor, ref=given.ref, now=now + timedelta(minutes=1))
    commands.complete_instruction(
        actor=firm.actor, ref=given.ref, evidence="已下架,见截图编号7。", callback_id="cb-1", now=now + DAY
    )

    row = fresh(given)

    assert row.state == "COMPLETED"
    assert (row.acknowledged_by, row.completed_by) == (firm.person, firm.person)
    assert row.completed_at == now + DAY
    assert not row.is_late(now + 10 * DAY)
    assert not Deadline.objects.filter(case_kind="instruction", case_id=row.pk, state="OPEN").exists()
    events = Event.objects.filter(case_kind="instruction", case_id=row.pk).order_by("sequence")
    assert [e.type for e in events] == ["instruction.issued", "instruction.acknowledged", "instruction.completed"]
    assert "截图" not in str([e.facts for e in events])
    assert list(ledger.verify()) == []


def test_the_back_end_passes_on_what_the_executor_s_system_reported(world, firm, now):
    given = err.instruction(firm, now=now)

    commands.acknowledge_instruction(actor=world.platform, ref=given.ref, person=firm.person.code, now=now)
    commands.complete_instruction(actor=world.platform, ref=given.ref, evidence="已办", callback_id="cb-9", now=now)

    assert fresh(given).completed_by == firm.person


def test_nobody_answers_for_a_colleague_or_a_stranger(world, firm, now):
    given = err.instruction(firm, now=now)
    colleague = build.add_person(firm, now=now)

    with pytest.raises(NotAllowed):
        commands.acknowledge_instruction(actor=firm.actor, ref=given.ref, person=colleague.code, now=now)
    with pytest.raises(Invalid) as refused:
        commands.acknowledge_instruction(actor=world.platform, ref=given.ref, person="X-0000", now=now)

    assert refused.value.errors[0].code == "unknown-person"
    assert fresh(given).state == "ISSUED"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"words": " "}, "/words"), ({"subject_number": ""}, "/subject_number"), ({"due_at": None}, "/due_at")],
)
def test_an_order_says_what_to_do_about_what_by_when(world, firm, now, changes, pointer):
    if "due_at" in changes:
        changes = {"due_at": now}

    with pytest.raises(Invalid) as refused:
        err.instruction(firm, now=now, **changes)

    assert refused.value.errors[0].pointer == pointer
    assert not Instruction.objects.exists()


def test_an_order_beyond_the_mandate_or_to_who_may_not_act_is_refused(world, firm, now):
    with pytest.raises(OutsideMandate):
        err.instruction(firm, now=now, measure_type="close_store")
    build.suspend(firm, now=now)
    with pytest.raises(OutsideMandate):
        err.instruction(firm, now=now)

    assert not Instruction.objects.exists()


def test_strangers_find_nothing_and_colleagues_only_what_is_free(world, firm, now):
    other = build.active(world, now=now, name="别家")
    colleague = build.add_person(firm, now=now)
    lead = build.add_person(firm, now=now, is_lead=True)
    free, taken = err.instruction(firm, now=now), err.taken_on(firm, now=now)

    seen = {
        name: {row.ref for row in queries.instructions_for(actor)}
        for name, actor in {
            "mine": firm.actor,
            "colleague": build.acting(colleague),
            "lead": build.acting(lead),
            "other": other.actor,
            "alice": world.alice,
            "rita": world.rita,
            "carl": world.carl,
            "platform": world.platform,
        }.items()
    }

    both = {free.ref, taken.ref}
    assert seen == {
        "mine": both,
        "colleague": {free.ref},
        "lead": both,
        "other": set(),
        "alice": set(),
        "rita": set(),
        "carl": both,
        "platform": both,
    }
    for stranger in (other.actor, world.alice, make.make_client(now, scopes=("executors:write",))[1]):
        with pytest.raises(NotFound):
            queries.instruction_for(stranger, free.ref)
        with pytest.raises(NotFound):
            commands.acknowledge_instruction(actor=stranger, ref=free.ref, now=now)
        with pytest.raises(NotFound):
            commands.issue_instruction(actor=stranger, draft=err.draft(firm, now=now), now=now)


def test_a_report_that_comes_twice_gets_the_same_answer(world, firm, now):
    row = err.taken_on(firm, now=now)
    asked = {"actor": world.platform, "ref": row.ref, "evidence": "已办", "callback_id": "cb-1"}

    first = commands.complete_instruction(**asked, now=now)
    again = commands.complete_instruction(**asked | {"evidence": "另一说法"}, now=now + DAY)

    assert (again.version, again.completed_at, again.evidence) == (first.version, now, "已办")
    with pytest.raises(NotYourTurn):
        commands.complete_instruction(**asked | {"callback_id": "cb-2"}, now=now)
    with pytest.raises(NotYourTurn):
        commands.complete_instruction(**asked | {"callback_id": ""}, now=now)


def test_a_report_counts_for_one_instruction(world, firm, now):
    one, two = err.taken_on(firm, now=now), err.taken_on(firm, now=now)
    commands.complete_instruction(actor=firm.actor, ref=one.ref, evidence="已办", callback_id="cb-1", now=now)

    with pytest.raises(Invalid) as refused:
        commands.complete_instruction(actor=firm.actor, ref=two.ref, evidence="已办", callback_id="cb-1", now=now)

    assert refused.value.errors[0].code == "used-before"
    assert fresh(two).state == "ACKNOWLEDGED"


def test_what_comes_late_or_too_early_never_goes_back(world, firm, now):
    row = err.instruction(firm, now=now)
    with pytest.raises(NotYourTurn):
        commands.complete_instruction(actor=firm.actor, ref=row.ref, evidence="已办", now=now)
    done = err.done(firm, now=now)

    again = commands.acknowledge_instruction(actor=firm.actor, ref=done.ref, now=now + DAY)

    assert (again.state, again.version) == ("COMPLETED", done.version)
    assert fresh(row).state == "ISSUED"


def test_nothing_is_done_without_evidence(firm, now):
    row = err.taken_on(firm, now=now)

    with pytest.raises(Invalid):
        commands.complete_instruction(actor=firm.actor, ref=row.ref, evidence="​ ", now=now)

    assert fresh(row).state == "ACKNOWLEDGED"


def test_what_was_taken_back_is_not_done_and_what_was_done_is_not_taken_back(world, firm, now):
    back, done = err.taken_on(firm, now=now), err.done(firm, now=now)

    commands.withdraw_instruction(actor=world.platform, ref=back.ref, reason="编号有误", now=now)

    for verb in (commands.acknowledge_instruction, commands.complete_instruction):
        more = {"evidence": "已办"} if verb is commands.complete_instruction else {}
        with pytest.raises(NotYourTurn):
            verb(actor=firm.actor, ref=back.ref, now=now, **more)
    with pytest.raises(NotYourTurn):
        commands.withdraw_instruction(actor=world.platform, ref=done.ref, reason="晚了", now=now)
    with pytest.raises(NotAllowed):
        commands.withdraw_instruction(actor=firm.actor, ref=done.ref, reason="不想做", now=now)
    with pytest.raises(Stale):
        commands.withdraw_instruction(
            actor=world.platform, ref=done.ref, reason="x", now=now, expected_version=done.version - 1
        )


def test_an_order_that_is_late_is_marked_and_told_of(world, firm, now):
    row = err.taken_on(firm, now=now)

    err.pass_time(row.due_at)

    late = fresh(row)
    assert late.overdue_at == row.due_at
    assert late.is_late(row.due_at + timedelta(seconds=1))
    told = Notification.objects.filter(number=row.number).values_list("user_id", "what_en")
    assert (firm.person.user_id, "The time to carry out an instruction runs out soon.") in told
    assert (firm.person.user_id, "An instruction is late.") in told
    assert (world.carl.user_id, "An executor is late with an instruction.") in told
    done = commands.complete_instruction(actor=firm.actor, ref=row.ref, evidence="已办", now=row.due_at + DAY)
    assert done.is_late(row.due_at + DAY)


def test_an_act_on_an_order_that_is_overturned_is_ordered_undone_with_a_time_of_its_own(world, firm, now):
    order = err.taken_on(firm, now=now)
    at = now + DAY

    err.incident(firm, now=at, by={"instruction": order.ref})

    undo = Instruction.objects.get(reverses=order)
    assert (undo.kind, undo.executor, undo.state) == ("REVERSAL", firm.executor, "ISSUED")
    assert undo.due_at == at + timedelta(hours=24)
    assert Deadline.objects.filter(case_kind="instruction", case_id=undo.pk, kind="instruction.due").exists()
    assert (undo.subject_number, undo.measure_type) == (order.subject_number, order.measure_type)
    with pytest.raises(NotYourTurn):
        commands.withdraw_instruction(actor=world.carl, ref=undo.ref, reason="不必了", now=at)
    commands.acknowledge_instruction(actor=firm.actor, ref=undo.ref, now=at)
    commands.complete_instruction(actor=firm.actor, ref=undo.ref, evidence="已恢复", now=at)
    assert fresh(undo).state == "COMPLETED"


def test_what_is_told_twice_is_undone_once(firm, now):
    order = err.taken_on(firm, now=now)
    row = err.incident(firm, now=now, by={"instruction": order.ref})

    commands.record_outcome(act_id=row.act_id, now=now + DAY, decided=_again(row))

    assert Instruction.objects.filter(reverses=order).count() == 1


def _again(row):
    return commands.Decided(
        source="appeal",
        source_ref=row.outcome.source_ref,
        event=row.cause_event,
        decided_at=row.outcome.decided_at,
        by_person=True,
        overturned=True,
        error_class="WRONG_FACT",
        party_id=row.party_id,
        subject_number=row.subject_number,
        subject_ref=row.subject_ref,
    )


def test_the_work_of_who_is_suspended_goes_to_who_has_least_to_do(world, firm, now):
    busy, idle = build.active(world, now=now, name="甲"), build.active(world, now=now, name="乙")
    narrow = build.active(world, now=now, name="丙")
    build.grant(narrow, measures={"deduct": 2}, now=now + timedelta(seconds=1))
    at = now + DAY
    err.instruction(busy, now=at)
    order = err.taken_on(firm, now=at, due_at=at + 2 * DAY)
    soon = err.instruction(firm, now=at, due_at=at + timedelta(hours=2))
    done = err.done(firm, now=at)

    build.suspend(firm, now=at)
    err.settle_down(at)

    assert fresh(order).state == fresh(soon).state == "WITHDRAWN"
    assert fresh(done).state == "COMPLETED"
    new, newer = Instruction.objects.get(replaces=order), Instruction.objects.get(replaces=soon)
    assert new.executor == idle.executor
    assert newer.executor in (busy.executor, idle.executor)
    assert (new.due_at, newer.due_at) == (order.due_at, at + timedelta(hours=24))
    assert (new.words, new.state) == (order.words, "ISSUED")
    assert not Instruction.objects.filter(executor=narrow.executor).exists()
    assert commands.hand_over_instructions(executor_id=firm.executor.pk, now=at) == []


def test_where_nobody_else_may_it_is_the_platform_s_own(world, firm, now):
    order = err.taken_on(firm, now=now)

    build.suspend(firm, now=now)
    err.settle_down(now)

    own = Instruction.objects.get(replaces=order)
    assert own.executor is None
    with pytest.raises(NotFound):
        queries.instruction_for(firm.actor, own.ref)
    commands.acknowledge_instruction(actor=world.carl, ref=own.ref, now=now)
    commands.complete_instruction(actor=world.platform, ref=own.ref, evidence="平台已办", now=now)
    assert fresh(own).state == "COMPLETED"
    assert fresh(own).completed_by is None
    assert Notification.objects.filter(user_id=world.carl.user_id, number=own.number).exists()


def test_what_a_suspended_executor_did_on_an_order_is_undone_by_another(world, firm, now):
    other = build.active(world, now=now, name="甲")
    order = err.taken_on(firm, now=now)
    notice = firm.issue(now=now, by={"instruction": order.ref})
    commands.complete_instruction(actor=firm.actor, ref=order.ref, evidence="已办", now=now)
    build.suspend(firm, now=now)

    err.decided(firm, notice, now=now)

    assert Act.objects.get().instruction == order
    assert Instruction.objects.get(reverses=order).executor == other.executor


def test_an_executor_that_may_act_keeps_its_work(firm, now):
    order = err.instruction(firm, now=now)

    assert commands.hand_over_instructions(executor_id=firm.executor.pk, now=now) == []

    assert fresh(order).state == "ISSUED"
