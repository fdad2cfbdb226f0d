"""Instructions: given within the mandate, taken on, done once, taken back; undone and handed over when they must be."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils.translation import override

from accounts.models import Notification, Party
from appeals.commands import Point, RulingDraft
from casework import ledger
from casework.errors import ExecutorNotCertified, Invalid, NotAllowed, NotFound, NotYourTurn, OutsideMandate, Stale
from casework.models import Deadline, Event
from executors import commands, queries
from executors.models import Act, ActOutcome, Instruction
from tests import factories as make
from tests.executors import building as build
from tests.executors import erring as err

pytestmark = pytest.mark.once  # their laws and who writes them at once: test_laws_of_incidents, tests/races

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
    return commands.ActDecision(
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


# — what was carried out is undone, never withdrawn —


def test_a_suspension_after_an_overturn_hands_over_everything_but_what_was_carried_out(world, firm, now):
    other = build.active(world, now=now, name="甲")
    order, waiting = err.taken_on(firm, now=now), err.instruction(firm, now=now)
    err.incident(firm, now=now, by={"instruction": order.ref})
    undo = Instruction.objects.get(reverses=order)

    build.suspend(firm, now=now)
    err.settle_down(now)

    assert fresh(order).state == "ACKNOWLEDGED"
    assert not Instruction.objects.filter(replaces=order).exists()
    assert fresh(undo).state == fresh(waiting).state == "WITHDRAWN"
    assert Instruction.objects.get(replaces=undo).executor == other.executor
    assert Instruction.objects.get(reverses=order, state="ISSUED").replaces == undo
    assert Instruction.objects.get(replaces=waiting).executor == other.executor


def test_what_was_acted_on_before_a_suspension_is_still_undone_after_it(world, firm, now):
    other = build.active(world, now=now, name="甲")
    order = err.taken_on(firm, now=now)
    notice = firm.issue(now=now, by={"instruction": order.ref})

    build.suspend(firm, now=now)
    err.settle_down(now)
    err.decided(firm, notice, now=now)

    assert fresh(order).state == "ACKNOWLEDGED"
    assert not Instruction.objects.filter(executor=other.executor, kind="ACT").exists()
    assert Instruction.objects.get(reverses=order).executor == other.executor


def test_what_somebody_acted_on_is_not_withdrawn_but_reported_done_whenever_it_is(world, firm, now):
    order = err.taken_on(firm, now=now)
    firm.issue(now=now, by={"instruction": order.ref})

    with pytest.raises(NotYourTurn) as refused:
        commands.withdraw_instruction(actor=world.platform, ref=order.ref, reason="编号有误", now=now)
    build.suspend(firm, now=now)
    commands.complete_instruction(actor=firm.actor, ref=order.ref, evidence="已办", now=now)

    with override("en"):
        assert "acted on this instruction" in str(refused.value.detail)
    assert fresh(order).state == "COMPLETED"


def test_an_order_withdrawn_although_it_was_acted_on_is_undone_by_the_platform(world, firm, now):
    """As a row from before that law would be; the law is out of force here."""
    order = err.taken_on(firm, now=now)
    notice = firm.issue(now=now, by={"instruction": order.ref})
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER instruction_acted_on_is_not_withdrawn_update")
    Instruction.objects.filter(pk=order.pk).update(state="WITHDRAWN", withdrawn_at=now, withdrawn_because="x")

    err.decided(firm, notice, now=now)

    undo = Instruction.objects.get(reverses=order)
    assert (undo.executor, undo.client_id, undo.state) == (None, order.client_id, "ISSUED")


def test_one_order_that_cannot_be_handed_over_keeps_no_other(world, firm, now, monkeypatch):
    """The one for which no receiver is left is refused by the database, whoever it is given to."""
    stuck, free = err.instruction(firm, now=now), err.instruction(firm, now=now)
    inner = commands.instructions._issue

    def refuse(instruction, **more):
        if instruction.replaces == stuck:
            instruction.words = ""
        return inner(instruction, **more)

    monkeypatch.setattr(commands.instructions, "_issue", refuse)
    build.suspend(firm, now=now)
    err.settle_down(now)

    assert fresh(stuck).state == "ISSUED"
    assert fresh(free).state == "WITHDRAWN"
    assert Instruction.objects.get(replaces=free).executor is None
    events = Event.objects.filter(case_kind="instruction", case_id=stuck.pk)
    assert [e.type for e in events] == ["instruction.issued"]
    assert list(ledger.verify()) == []


def test_a_receiver_that_may_not_have_it_after_all_leaves_it_to_the_platform(world, firm, now, monkeypatch):
    order = err.instruction(firm, now=now)
    gone = build.active(world, now=now, name="甲")
    build.suspend(gone, now=now)
    monkeypatch.setattr(commands.instructions, "next_for", lambda _order, _now: gone.fresh())

    build.suspend(firm, now=now)
    err.settle_down(now)

    assert Instruction.objects.get(replaces=order).executor is None


# — only what fell is undone —


def ruled(firm, order, rulings, now, **changes):
    notice = firm.issue(now=now, by={"instruction": order.ref}, measures=[make.measure(now), make.deduction(now)])
    err.decided(firm, notice, now=now, rulings=[RulingDraft(*r) for r in rulings], **changes)
    return notice


def test_nothing_is_ordered_undone_where_the_measure_of_the_order_stands(firm, now):
    order = err.taken_on(firm, now=now)

    ruled(firm, order, [(1, "UPHELD"), (2, "OVERTURNED")], now)

    assert not Instruction.objects.filter(reverses=order).exists()
    assert ActOutcome.objects.get().overturned


def test_what_fell_is_undone_though_another_measure_stands(firm, now):
    order = err.taken_on(firm, now=now)

    ruled(firm, order, [(1, "OVERTURNED"), (2, "UPHELD")], now)

    assert Instruction.objects.get(reverses=order).measure_type == "delist"


@pytest.mark.parametrize(
    ("measure", "ruling", "says"),
    [
        ("delist", [(1, "VARIED", "END"), (2, "UPHELD")], "measure 1"),
        ("deduct", [(1, "OVERTURNED"), (2, "VARIED", None, 2_505)], "¥25.05"),
    ],
)
def test_what_was_reduced_is_ordered_reduced_to_that_and_not_undone(firm, now, measure, ruling, says):
    Party.objects.filter(pk=firm.executor.party_id).update(language="en")
    order = err.taken_on(firm, now=now, measure_type=measure)
    ruling = [tuple(now + DAY if value == "END" else value for value in r) for r in ruling]

    ruled(firm, order, ruling, now)

    words = Instruction.objects.get(reverses=order).words
    assert says in words
    assert "Undo" not in words


def test_in_what_it_was_wrong_follows_the_measures_that_fell(firm, now):
    points = [
        Point("fact", "详情页文字", "established", "截图与通知所述相符。", "platform"),
        Point("argument", "规则不适用", "accepted", "该条不适用于此。"),
    ]
    mixed = ruled(firm, err.taken_on(firm, now=now), [(1, "OVERTURNED"), (2, "VARIED", None, 1)], now, points=points)
    light = ruled(firm, err.taken_on(firm, now=now), [(1, "UPHELD"), (2, "VARIED", None, 1)], now, points=points)

    of = {o.act_id: o.error_class for o in ActOutcome.objects.all()}
    assert (of[mixed.act_id], of[light.act_id]) == ("WRONG_FACT", "DISPROPORTIONATE")


# — who may carry an order out —


def codes(refused):
    return [e.code for e in refused.value.errors]


def test_only_who_is_certified_for_it_takes_an_order_on_and_does_it(world, firm, now):
    order = err.instruction(firm, now=now)
    taken = err.taken_on(firm, now=now)
    newcomer = build.add_person(firm, now=now)

    with pytest.raises(ExecutorNotCertified) as refused:
        commands.acknowledge_instruction(actor=build.acting(newcomer), ref=order.ref, now=now)
    with pytest.raises(ExecutorNotCertified):
        commands.complete_instruction(
            actor=world.platform, ref=taken.ref, person=newcomer.code, evidence="已办", now=now
        )

    assert codes(refused) == ["not-certified"]
    assert (fresh(order).state, fresh(taken).state) == ("ISSUED", "ACKNOWLEDGED")


def test_a_measure_takes_the_level_that_the_mandate_asks_for(world, firm, now):
    order = err.instruction(firm, now=now, measure_type="deduct")
    build.grant(firm, measures={"deduct": 3}, now=now)

    with pytest.raises(ExecutorNotCertified) as refused:
        commands.acknowledge_instruction(actor=firm.actor, ref=order.ref, now=now)

    assert codes(refused) == ["not-certified"]


def test_a_suspended_executor_takes_nothing_on_and_does_nothing(world, firm, now):
    order, taken = err.instruction(firm, now=now), err.taken_on(firm, now=now)
    build.suspend(firm, now=now)

    for verb, row, more in (
        (commands.acknowledge_instruction, order, {}),
        (commands.complete_instruction, taken, {"evidence": "已办"}),
    ):
        with pytest.raises(ExecutorNotCertified) as refused:
            verb(actor=firm.actor, ref=row.ref, now=now, **more)
        assert codes(refused) == ["not-active"]


@pytest.mark.parametrize(
    ("after", "code"), [(301 * DAY, "processing-terms-not-in-term"), (401 * DAY, "contract-not-in-term")]
)
def test_nothing_is_taken_on_out_of_the_terms(world, firm, now, after, code):
    order = err.instruction(firm, now=now, due_at=now + 500 * DAY)

    with pytest.raises(ExecutorNotCertified) as refused:  # by then the certification has ended as well
        commands.acknowledge_instruction(actor=firm.actor, ref=order.ref, now=now + after)

    assert code in codes(refused)


def test_what_the_mandate_covers_no_more_is_neither_taken_on_nor_kept(world, firm, now):
    other = build.active(world, now=now, name="甲")
    order, taken = err.instruction(firm, now=now), err.taken_on(firm, now=now)
    done = err.taken_on(firm, now=now)
    firm.issue(now=now, by={"instruction": done.ref})
    at = now + DAY
    mandate = firm.mandate
    commands.revoke_mandate(actor=world.carl, ref=firm.ref, mandate=mandate.ref, reason="另行安排。", now=at)

    with pytest.raises(OutsideMandate) as refused:
        commands.acknowledge_instruction(actor=firm.actor, ref=order.ref, now=at)
    err.settle_down(at)

    assert codes(refused) == ["no-mandate"]
    assert {i.executor for i in Instruction.objects.filter(replaces__in=[order, taken])} == {other.executor}
    assert fresh(order).state == fresh(taken).state == "WITHDRAWN"
    assert fresh(done).state == "ACKNOWLEDGED"


def test_a_narrower_mandate_hands_over_what_it_leaves_out_only(world, firm, now):
    kept, left_out = err.instruction(firm, now=now, measure_type="deduct"), err.instruction(firm, now=now)
    at = now + DAY

    build.grant(firm, measures={"deduct": 2}, now=at)
    err.settle_down(at)

    assert (fresh(kept).state, fresh(left_out).state) == ("ISSUED", "WITHDRAWN")
    assert Instruction.objects.get(replaces=left_out).executor is None


def test_undoing_harm_is_never_kept_from_who_is_asked_to(world, firm, now):
    order = err.taken_on(firm, now=now)
    err.incident(firm, now=now, by={"instruction": order.ref})
    undo = Instruction.objects.get(reverses=order)
    newcomer = build.add_person(firm, now=now)
    commands.revoke_mandate(
        actor=world.carl, ref=firm.ref, mandate=firm.mandate.ref, reason="另行安排。", now=now + DAY
    )
    build.suspend(firm, now=now + DAY)

    commands.acknowledge_instruction(actor=build.acting(newcomer), ref=undo.ref, now=now + DAY)
    commands.complete_instruction(actor=build.acting(newcomer), ref=undo.ref, evidence="已恢复", now=now + DAY)

    assert fresh(undo).state == "COMPLETED"


def test_who_works_for_the_platform_no_more_does_not_even_undo(world, firm, now):
    order = err.taken_on(firm, now=now)
    err.incident(firm, now=now, by={"instruction": order.ref})
    undo = Instruction.objects.get(reverses=order)
    commands.end_executor(actor=world.carl, ref=firm.ref, reason="合同期满。", now=now)

    with pytest.raises(ExecutorNotCertified) as refused:
        commands.acknowledge_instruction(actor=world.platform, ref=undo.ref, person=firm.person.code, now=now)

    assert codes(refused) == ["not-active"]


@pytest.mark.parametrize("lapsed", ["terms", "contract"])
def test_an_order_is_not_given_to_who_is_out_of_term(world, firm, now, lapsed):
    after = now + (301 if lapsed == "terms" else 401) * DAY
    if lapsed == "contract":
        commands.record_processing_terms(
            actor=world.platform, ref=firm.ref, terms=build.terms(now, until=now + 900 * DAY), now=now
        )

    with pytest.raises(OutsideMandate):
        err.instruction(firm, now=after, due_at=after + DAY)

    assert not Instruction.objects.exists()
