"""What lets an executor act ends: those concerned are told in time, and what it had to do goes to somebody else."""

from datetime import timedelta

import pytest

from accounts.models import Notification
from casework import deadlines, outbox
from casework.models import Deadline, Event
from executors import commands
from executors.models import Instruction
from tests.executors import building as build

pytestmark = pytest.mark.once

A_WHILE = timedelta(minutes=1)


def pass_to(at):
    deadlines.fire_due(now=at)
    outbox.sweep(now=at)


def told(user_id, *words):
    rows = Notification.objects.filter(user_id=user_id).order_by("pk").values_list("what_en", flat=True)
    return [what for what in rows if any(word in what for word in words)]


def reminded(what):
    events = Event.objects.filter(type="executor.term_reminded").order_by("sequence")
    return [event.facts["days"] for event in events if event.facts["what"] == what]


def test_compliance_and_the_lead_hear_30_7_and_0_days_before_the_contract_ends(world, firm, now):
    lead = build.add_person(firm, now=now, is_lead=True)
    worker = build.add_person(firm, now=now)
    commands.record_processing_terms(
        actor=world.carl, ref=firm.ref, terms=build.terms(now, until=now + timedelta(days=3_000)), now=now
    )
    end = build.Executor.objects.get(pk=firm.executor.pk).contract_until

    for days in (30, 7, 0):
        pass_to(end - timedelta(days=days) + A_WHILE)

    assert reminded("contract") == [30, 7, 0]
    expected = ["An executor's contract ends soon."] * 2 + ["An executor's contract has ended."]
    assert told(world.carl.user_id, "contract") == told(lead.user_id, "contract") == expected
    assert told(worker.user_id, "contract") == []  # it is not theirs to renew
    assert Notification.objects.filter(user_id=world.carl.user_id, due_at=end).count() == 3


def test_an_extended_contract_is_told_of_at_its_new_end_alone(world, firm, now):
    old = build.Executor.objects.get(pk=firm.executor.pk).contract_until
    new = old + timedelta(days=10)
    pass_to(old - timedelta(days=30) + A_WHILE)
    commands.extend_contract(
        actor=world.carl, ref=firm.ref, contract_number="HT-2", until=new, now=old - timedelta(days=8)
    )

    pass_to(old + A_WHILE)
    assert reminded("contract") == [30]  # of the old end, before it was extended
    pass_to(new + A_WHILE)
    assert reminded("contract") == [30, 7, 0]


def test_a_contract_extended_while_no_worker_ran_is_not_told_of_at_its_old_end(world, firm, now):
    old = build.Executor.objects.get(pk=firm.executor.pk).contract_until
    new = old + timedelta(days=10)
    late = old - timedelta(days=15)  # the day of the first reminder has passed unseen, and the new end has none left
    commands.extend_contract(actor=world.carl, ref=firm.ref, contract_number="HT-2", until=new, now=late)

    pass_to(late)
    assert reminded("contract") == []
    pass_to(new - timedelta(days=7) + A_WHILE)
    assert reminded("contract") == [7]


def test_terms_and_mandates_that_are_followed_by_others_end_unsaid(world, firm, now):
    first = now + timedelta(days=60)
    build.grant(firm, now=now, effective_until=first)
    commands.record_processing_terms(actor=world.carl, ref=firm.ref, terms=build.terms(now, until=first), now=now)
    more = build.terms(now, effective_from=first - timedelta(days=1), until=first + timedelta(days=200))
    commands.record_processing_terms(actor=world.carl, ref=firm.ref, terms=more, now=now)

    pass_to(first - timedelta(days=7) + A_WHILE)

    assert reminded("terms") == []
    assert reminded("mandate") == [30, 7]
    build.grant(firm, now=first - timedelta(days=2))
    pass_to(first + A_WHILE)
    assert reminded("mandate") == [30, 7]


def test_a_mandate_that_was_revoked_does_not_end_once_more(world, firm, now):
    row = build.grant(firm, now=now, effective_until=now + timedelta(days=60))
    commands.revoke_mandate(actor=world.carl, ref=firm.ref, mandate=row.ref, reason="合同变更", now=now)

    pass_to(now + timedelta(days=61))

    assert reminded("mandate") == []


def test_an_executor_that_has_ended_is_reminded_of_nothing(world, firm, now):
    commands.end_executor(actor=world.carl, ref=firm.ref, reason="合同终止", now=now)

    assert not Deadline.objects.filter(kind="executor.term", state="OPEN", case_id=firm.executor.pk).exists()


def test_what_was_to_do_when_the_mandate_ends_goes_to_the_platform(world, firm, now):
    end = now + timedelta(days=60)
    build.grant(firm, now=now, effective_until=end)
    draft = commands.InstructionDraft(
        executor=firm.ref,
        words="核对",
        subject_number="L-1",
        measure_type=next(iter(build.MEASURES)),
        due_at=end + timedelta(days=5),
    )
    row = commands.issue_instruction(actor=world.carl, draft=draft, now=end - timedelta(days=10))

    pass_to(end - timedelta(days=7) + A_WHILE)
    assert Instruction.objects.get(pk=row.pk).state == "ISSUED"
    pass_to(end + A_WHILE)

    assert Instruction.objects.get(pk=row.pk).state == "WITHDRAWN"
    assert Instruction.objects.get(replaces=row).executor is None
