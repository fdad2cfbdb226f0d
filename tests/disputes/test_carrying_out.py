"""What is owed comes to an end: silence helps nobody who has to confirm, and nobody excuses themselves."""

from datetime import timedelta

import pytest

from casework.errors import NotAllowed, NotYourTurn
from casework.models import Deadline, Event
from disputes import commands
from tests.disputes.building import REFUNDED, fresh

pytestmark = pytest.mark.once

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def agreed(court, **terms):
    """The seller offered, the buyer accepted: by default the goods go back and the price after them."""
    dispute = court.joined("quality")
    values = {"remedy": "RETURN_AND_REFUND", "amount_minor": 29_900, "goods_back": True} | terms
    offer = commands.make_offer(actor=court.alice, ref=dispute.ref, terms=commands.Terms(**values), now=court.now)
    commands.accept_offer(actor=court.bob, offer_ref=offer.ref, now=court.now)
    return dispute


def owed_to_the_merchant(court):
    """The platform must lift its measure: nobody could say that it was justified, and a mediator ruled so."""
    dispute = court.joined("merchant_measure", remedy="LIFT")
    for days in range(1, 21):
        court.pass_time(court.now + days * DAY)
    for silent in [each for each in dispute.facts.select_related("step") if each.was_left_silent]:
        rule = {"actor": court.mia, "ref": dispute.ref, "fact_no": silent.no, "now": court.now + 20 * DAY}
        commands.rule_fact(**rule, proved=silent.favours == "CLAIMANT", reasons="平台持有记录而不提供。")
    court.determine(dispute, now=court.now + 20 * DAY, remedy="LIFT", confirmed_stakes=True)
    court.pass_time(court.now + 40 * DAY)
    return fresh(dispute)


@pytest.mark.parametrize("amount", [12_345, 1, 29_899])
def test_a_sum_that_was_offered_and_accepted_is_owed_to_the_cent(court, amount):
    dispute = agreed(court, remedy="PARTIAL_REFUND", amount_minor=amount, goods_back=False)

    assert dispute.offers.get().amount_minor == amount
    assert [o.amount_minor for o in dispute.obligations.all() if o.amount_minor is not None] == [amount]


@pytest.mark.parametrize("amount", [12_345, 1, 29_899])
def test_a_sum_that_was_claimed_and_determined_is_owed_to_the_cent(court, amount):
    dispute = court.joined("quality", remedy="PARTIAL_REFUND", amount=amount)
    court.pass_time(court.now + 30 * DAY)
    said = {"remedy": "PARTIAL_REFUND", "amount_minor": amount, "payer": "RESPONDENT"}
    court.determine(dispute, now=court.now + 30 * DAY, departure_reasons="另有理由。", **said)
    court.pass_time(court.now + 60 * DAY)

    assert fresh(dispute).claim_amount_minor == amount
    assert [o.amount_minor for o in dispute.obligations.all() if o.amount_minor is not None] == [amount]


def platform_pays(court):
    """The goods go back to the seller, and the platform pays the buyer then."""
    dispute = court.joined("quality")
    for days in range(1, 21):
        court.pass_time(court.now + days * DAY)
    said = REFUNDED | {"remedy": "RETURN_AND_REFUND", "payer": "PLATFORM", "goods_back": True}
    why = {"departure_reasons": "平台承担。", "confirmed_stakes": True}
    court.determine(dispute, now=court.now + 20 * DAY, **said, **why)
    court.pass_time(court.now + 40 * DAY)
    assert list(dispute.obligations.order_by("no").values_list("debtor", flat=True)) == ["CLAIMANT", "PLATFORM"]
    return fresh(dispute)


def states(dispute):
    return list(dispute.obligations.order_by("no").values_list("state", flat=True))


def test_the_platform_cannot_find_that_what_it_owes_itself_has_failed(court):
    dispute = owed_to_the_merchant(court)
    assert [(o.debtor, o.state) for o in dispute.obligations.all()] == [("PLATFORM", "OWED")]

    with pytest.raises(NotAllowed):
        commands.fail_obligation(actor=court.carl, ref=dispute.ref, no=1, note="cannot", now=court.now + 41 * DAY)

    assert (fresh(dispute).state, states(dispute)) == ("CARRYING_OUT", ["OWED"])


@pytest.mark.parametrize("reported", [True, False])
def test_goods_that_never_came_back_end_what_the_platform_would_have_paid_for_them(court, reported):
    """But not once the buyer says that they are on their way: the platform would judge in its own cause."""
    dispute = platform_pays(court)
    if reported:
        commands.report_obligation(actor=court.bob, ref=dispute.ref, no=1, note="已寄回", now=court.now + 40 * DAY)
        with pytest.raises(NotAllowed):
            commands.fail_obligation(actor=court.carl, ref=dispute.ref, no=1, note="x", now=court.now + 41 * DAY)
        assert states(dispute) == ["REPORTED", "OWED"]
        return
    commands.fail_obligation(actor=court.carl, ref=dispute.ref, no=1, note="未寄回。", now=court.now + 50 * DAY)

    assert (fresh(dispute).state, states(dispute)) == ("CLOSED", ["FAILED", "FAILED"])


def test_a_return_that_nobody_objects_to_counts_and_the_refund_falls_due(court):
    dispute, now = agreed(court), court.now
    commands.report_obligation(actor=court.bob, ref=dispute.ref, no=1, note="已寄回", now=now + 5 * HOUR)
    until = dispute.obligations.get(no=1).confirm_due_at
    assert Event.objects.filter(type="dispute.obligation_followed").last().facts["due"]

    court.pass_time(until - HOUR)
    assert states(dispute) == ["REPORTED", "OWED"]
    court.pass_time(until + HOUR)

    goods, price = dispute.obligations.order_by("no")
    assert (goods.state, goods.is_late, goods.done_at) == ("DONE", False, until)
    assert price.due_at is not None
    assert Event.objects.filter(type="dispute.obligation_followed", facts__why="no-objection").count() == 1
    court.pass_time(now + 90 * DAY)
    late = dispute.obligations.get(no=2)
    assert (late.state, late.is_late) == ("OWED", True)


def test_it_is_said_once_that_something_is_done(court):
    dispute, now = agreed(court), court.now
    commands.report_obligation(actor=court.bob, ref=dispute.ref, no=1, note="已寄回", now=now)

    with pytest.raises(NotYourTurn):
        commands.report_obligation(actor=court.bob, ref=dispute.ref, no=1, note="已寄回", now=now + DAY)


def test_what_was_not_done_is_failed_by_the_platform_before_it_counts(court):
    dispute, now = agreed(court), court.now
    commands.report_obligation(actor=court.bob, ref=dispute.ref, no=1, note="已寄回", now=now)
    commands.fail_obligation(actor=court.carl, ref=dispute.ref, no=1, note="查无此单。", now=now + DAY)

    assert (fresh(dispute).state, states(dispute)) == ("CLOSED", ["FAILED", "FAILED"])
    assert court.pass_time(now + 90 * DAY) == 0


def test_the_time_to_confirm_is_longer_by_outages_and_by_a_pause(court):
    dispute, now = agreed(court), court.now
    commands.report_obligation(actor=court.bob, ref=dispute.ref, no=1, note="已寄回", now=now)
    until = dispute.obligations.get(no=1).confirm_due_at
    court.is_down(now + HOUR, now + 6 * HOUR, now=now + 6 * HOUR)
    assert commands.extend_windows_of(dispute_id=dispute.pk, now=now + 6 * HOUR) == 1
    court.pause(dispute, now + 7 * HOUR)
    court.resume(dispute, now + 17 * HOUR)

    runs = Deadline.objects.get(case_id=dispute.pk, kind="dispute.confirmation", state="OPEN")
    assert runs.due_at == dispute.obligations.get(no=1).confirm_due_at == until + 15 * HOUR
    court.pass_time(until + 14 * HOUR)
    assert states(dispute) == ["REPORTED", "OWED"]
    court.pass_time(until + 16 * HOUR)
    assert states(dispute) == ["DONE", "OWED"]
