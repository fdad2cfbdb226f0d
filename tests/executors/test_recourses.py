"""Recourse: after the harmed party was made whole, at most what was paid, a ledger that never exceeds the claim."""

from datetime import timedelta

import pytest

from accounts.models import Notification
from casework import ledger
from casework.errors import DeadlinePassed, Invalid, NotAllowed, NotFound, NotYourTurn, Stale
from executors import commands, queries
from executors.commands.recourses import open_of
from executors.models import Recourse
from executors.verbs import actions_for
from tests import factories as make
from tests.executors import building as build
from tests.executors import erring as err

pytestmark = pytest.mark.once

DAY = timedelta(days=1)
LATER = 10 * DAY  # the finding cannot be contested any more


@pytest.fixture(scope="module")
def module_row(module_database, module_firm, now):
    with module_database():
        return err.claimed(module_firm, now=now)


@pytest.fixture
def row(module_row, copy_of):
    """A claim of 15,000 about a finding that can still be contested."""
    return copy_of(module_row)


@pytest.fixture
def lead(firm, now):
    return build.acting(build.add_person(firm, now=now, is_lead=True))


def fresh(row):
    return Recourse.objects.get(pk=row.pk)


def lines(row):
    return [(e.no, e.kind, e.amount_minor) for e in row.entries.all()]


def test_a_claim_is_disputed_paid_in_part_and_settled(world, row, lead, now):
    commands.dispute_recourse(actor=lead, ref=row.ref, reasons="当日工具有故障记录。", now=now)
    commands.record_part_payment(
        actor=world.platform, ref=row.ref, amount_minor=5_000, reference="PAY-7", now=now + LATER
    )
    row = commands.settle_recourse(
        actor=world.carl, ref=row.ref, amount_minor=6_000, reference="PAY-8", words="各让一步。", now=now + LATER
    )

    assert (row.state, row.ended_at) == ("SETTLED", now + LATER)
    assert lines(row) == [
        (1, "CLAIM", 15_000),
        (2, "DISPUTE", 0),
        (3, "PAYMENT", 5_000),
        (4, "SETTLEMENT", 6_000),
        (5, "WRITE_OFF", 4_000),
    ]
    assert open_of(row) == 0
    err.settle_down(now + LATER)
    told = Notification.objects.filter(user_id=lead.user_id, number=row.number).values_list("what_en", flat=True)
    assert "A claim of the platform against you is settled." in told
    assert Notification.objects.filter(user_id=world.carl.user_id, what_en="An executor disputes a claim.").exists()
    assert list(ledger.verify()) == []


def test_what_is_paid_in_full_gives_nothing_up(world, row, now):
    commands.settle_recourse(actor=world.carl, ref=row.ref, amount_minor=15_000, reference="PAY-8", now=now + LATER)

    assert lines(fresh(row)) == [(1, "CLAIM", 15_000), (2, "SETTLEMENT", 15_000)]


def test_what_cannot_be_had_is_written_off(world, row, now):
    with pytest.raises(Invalid):
        commands.write_off_recourse(actor=world.carl, ref=row.ref, reason="", now=now)

    row = commands.write_off_recourse(actor=world.carl, ref=row.ref, reason="已停业。", now=now)

    assert (row.state, lines(row)[-1]) == ("WRITTEN_OFF", (2, "WRITE_OFF", 15_000))
    with pytest.raises(NotYourTurn):
        commands.settle_recourse(actor=world.carl, ref=row.ref, amount_minor=0, words="x", now=now)
    with pytest.raises(NotYourTurn):
        commands.record_part_payment(actor=world.carl, ref=row.ref, amount_minor=1, reference="x", now=now)
    with pytest.raises(NotYourTurn):
        commands.write_off_recourse(actor=world.carl, ref=row.ref, reason="x", now=now)


def test_the_party_is_made_whole_before_anything_is_claimed(world, firm, now):
    row = err.found(firm, now=now)

    with pytest.raises(NotYourTurn):
        commands.claim_recourse(actor=world.carl, incident_ref=row.ref, amount_minor=1, words="x", now=now)

    assert not Recourse.objects.exists()


@pytest.mark.parametrize("outcome", ["NOT_IMPROPER", "TOOL", "RULE"])
def test_nothing_is_claimed_for_what_the_executor_does_not_answer_for(world, firm, now, outcome):
    row = err.compensated(firm, now=now, outcome=outcome)

    with pytest.raises(NotYourTurn):
        commands.claim_recourse(actor=world.carl, incident_ref=row.ref, amount_minor=1, words="x", now=now)


def test_a_shared_fault_can_be_claimed_once_and_no_more_than_was_paid(world, firm, now):
    row = err.compensated(firm, now=now, outcome="SHARED", amount=20_000)
    asked = {"actor": world.carl, "incident_ref": row.ref, "words": "一半。", "now": now}

    for amount in (0, -1, 20_001):
        with pytest.raises(Invalid):
            commands.claim_recourse(amount_minor=amount, **asked)
    with pytest.raises(Invalid):
        commands.claim_recourse(amount_minor=1, currency="USD", **asked)
    with pytest.raises(Invalid):
        commands.claim_recourse(amount_minor=1, **asked | {"words": " "})
    commands.claim_recourse(amount_minor=20_000, **asked)
    with pytest.raises(NotYourTurn):
        commands.claim_recourse(amount_minor=1, **asked)


def test_a_part_payment_is_a_part(world, row, now):
    paid = {"actor": world.carl, "ref": row.ref, "reference": "x", "now": now + LATER}
    for amount in (0, -1, 15_000, 15_001):
        with pytest.raises(Invalid):
            commands.record_part_payment(amount_minor=amount, **paid)

    assert lines(fresh(row)) == [(1, "CLAIM", 15_000)]


def test_a_settlement_names_its_payment_and_why_less_is_enough(world, row, now):
    for changes in ({"amount_minor": 15_001}, {"amount_minor": -1}, {"reference": ""}, {"words": ""}):
        values = {"amount_minor": 100, "reference": "PAY-8", "words": "已协商。"} | changes
        with pytest.raises(Invalid):
            commands.settle_recourse(actor=world.carl, ref=row.ref, now=now + LATER, **values)

    assert fresh(row).state == "CLAIMED"


def test_who_speaks_for_the_executor_sees_and_disputes_and_nobody_else_of_it(world, firm, row, lead, now):
    other = build.active(world, now=now, name="别家")

    assert [r.ref for r in queries.recourses_for(lead)] == [row.ref]
    assert queries.recourse_for(world.platform, row.ref) == queries.recourse_for(world.carl, row.ref) == row
    for stranger in (firm.actor, other.actor, world.alice, world.rita, make.make_client(now)[1]):
        with pytest.raises(NotFound):
            queries.recourse_for(stranger, row.ref)
        with pytest.raises(NotFound):
            commands.dispute_recourse(actor=stranger, ref=row.ref, reasons="x", now=now)
        with pytest.raises(NotFound):
            commands.settle_recourse(actor=stranger, ref=row.ref, amount_minor=0, words="x", now=now)
    for verb, more in (
        (commands.settle_recourse, {"amount_minor": 0, "words": "x"}),
        (commands.write_off_recourse, {"reason": "x"}),
    ):
        for actor in (lead, world.platform):
            with pytest.raises(NotAllowed):
                verb(actor=actor, ref=row.ref, now=now, **more)
    with pytest.raises(NotAllowed):
        commands.dispute_recourse(actor=world.carl, ref=row.ref, reasons="x", now=now)
    with pytest.raises(NotAllowed):
        commands.record_part_payment(actor=lead, ref=row.ref, amount_minor=1, reference="x", now=now)


def test_an_individual_speaks_for_themselves(world, now):
    firm = build.active(world, now=now, kind="INDIVIDUAL", name="陈工")
    row = err.claimed(firm, now=now)

    assert commands.dispute_recourse(actor=firm.actor, ref=row.ref, reasons="不同意。", now=now).state == "DISPUTED"
    with pytest.raises(NotYourTurn):
        commands.dispute_recourse(actor=firm.actor, ref=row.ref, reasons="再说一次。", now=now)


def test_the_claim_waits_while_the_finding_is_contested_and_falls_with_it(world, row, now):
    incident = err.contest(row.incident, now=now)
    with pytest.raises(NotYourTurn):
        commands.settle_recourse(actor=world.carl, ref=row.ref, amount_minor=15_000, reference="x", now=now)

    err.find(incident, err.second_compliance(world), now=now, outcome="TOOL")

    fallen = fresh(row)
    assert fallen.state == "WRITTEN_OFF"
    assert lines(fallen)[-1] == (2, "WRITE_OFF", 15_000)


def test_the_claim_goes_on_where_the_finding_is_confirmed(world, row, now):
    err.find(err.contest(row.incident, now=now), err.second_compliance(world), now=now, outcome="SHARED")

    settled = commands.settle_recourse(actor=world.carl, ref=row.ref, amount_minor=15_000, reference="x", now=now)

    assert settled.state == "SETTLED"


def test_no_money_is_taken_while_the_finding_can_be_contested(world, row, now):
    until = row.incident.contest_by
    asked = {"actor": world.carl, "ref": row.ref, "reference": "PAY-8"}

    for at in (now, until):
        for take, amount in ((commands.record_part_payment, 5_000), (commands.settle_recourse, 15_000)):
            with pytest.raises(NotYourTurn) as refused:
                take(amount_minor=amount, now=at, **asked)
            assert [e.code for e in refused.value.errors] == ["may-be-contested"]
        names = [a.name for a in actions_for(world.carl, fresh(row), now=at)]
        assert names == ["write-off"]

    assert lines(fresh(row)) == [(1, "CLAIM", 15_000)]
    after = until + timedelta(microseconds=1)
    assert "settle" in [a.name for a in actions_for(world.carl, fresh(row), now=after)]
    assert commands.settle_recourse(amount_minor=15_000, now=after, **asked).state == "SETTLED"


def test_an_executor_that_is_cleared_has_paid_nothing(world, row, now):
    incident = err.contest(row.incident, now=now)
    for at in (now, now + LATER):
        for take, amount in ((commands.record_part_payment, 5_000), (commands.settle_recourse, 15_000)):
            with pytest.raises(NotYourTurn):
                take(actor=world.carl, ref=row.ref, amount_minor=amount, reference="PAY-8", now=at)

    err.find(incident, err.second_compliance(world), now=now, outcome="NOT_IMPROPER")

    assert lines(fresh(row)) == [(1, "CLAIM", 15_000), (2, "WRITE_OFF", 15_000)]


def test_what_the_executor_paid_after_the_time_ends_the_contest(world, row, now):
    until = row.incident.contest_by
    commands.record_part_payment(
        actor=world.carl, ref=row.ref, amount_minor=5_000, reference="x", now=until + timedelta(seconds=1)
    )

    with pytest.raises(DeadlinePassed):  # its `now` was read before the payment's
        err.contest(row.incident, now=until)


def test_a_payment_of_the_executor_is_recorded_once(world, row, now):
    asked = {"actor": world.carl, "ref": row.ref, "amount_minor": 5_000, "now": now + LATER}
    commands.record_part_payment(reference="PAY-7", **asked)

    for take in (commands.record_part_payment, commands.settle_recourse):
        with pytest.raises(Invalid) as refused:
            take(reference="PAY-7", words="x", **asked)
        assert [(e.pointer, e.code) for e in refused.value.errors] == [("/reference", "recorded-before")]

    assert lines(fresh(row)) == [(1, "CLAIM", 15_000), (2, "PAYMENT", 5_000)]


def test_a_claim_on_an_incident_that_changed_is_stale(world, firm, now):
    row = err.compensated(firm, now=now)
    asked = {"actor": world.carl, "incident_ref": row.ref, "amount_minor": 1, "words": "x", "now": now}

    with pytest.raises(Stale):
        commands.claim_recourse(expected_version=row.version - 1, **asked)

    assert commands.claim_recourse(expected_version=row.version, **asked).state == "CLAIMED"
