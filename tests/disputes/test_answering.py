"""Who could still answer what: records that come late answer nothing, and no version's time is ever lost."""

from datetime import timedelta

import pytest
from django.utils import translation

from accounts.models import Notification
from casework import outbox
from casework.errors import NotYourTurn
from casework.models import Deadline
from disputes import commands, queries
from disputes.choices import Record
from disputes.models import Submission
from disputes.records import FetchedRecord, Gap
from tests.disputes.building import fact, fresh

pytestmark = pytest.mark.once

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def come(pull, now, *kinds, gaps=()):
    """The platform's systems had records of these kinds, and none of `gaps`."""
    commands.seal_records(
        pull_ref=pull.ref,
        records=[FetchedRecord(Record(kind), {"of": kind}, "trade", "appeals", "pull", now, now) for kind in kinds],
        gaps=[Gap(Record(kind), "not-kept") for kind in gaps],
        now=now,
    )


def answering(dispute):
    return Deadline.objects.get(case_kind="dispute", case_id=dispute.pk, kind="dispute.answerable", state="OPEN").due_at


def adds_nothing(court, dispute, *facts):
    """The seller has nothing to add to what they showed, so that only what can be answered is waited for."""
    for no in facts:
        shown = Submission.objects.filter(fact__dispute=dispute, fact__no=no).latest("pk").submitted_at
        commands.answer_evidence(actor=court.alice, ref=dispute.ref, fact_no=no, now=shown)


def test_records_that_were_asked_for_before_do_not_answer_what_came_meanwhile(court):
    """The buyer never saw the seller's proof when they asked: it can be answered for its whole time."""
    dispute, now = court.joined("not_received"), court.now
    pull = commands.ask_for_records(actor=court.bob, ref=dispute.ref, fact_no=1, now=now + HOUR)
    court.prove(dispute, 1, court.alice, now + 2 * HOUR)

    come(pull, now + 2 * HOUR + timedelta(minutes=1), "order", "logistics")

    proof = Submission.objects.get(fact__dispute=dispute, side="RESPONDENT")
    assert proof.answered_at is None
    with pytest.raises(NotYourTurn):
        court.rule(
            dispute, now + 3 * HOUR, proved=True, reasons="签收单。", evidence=[item.no for item in proof.items.all()]
        )
    court.prove(dispute, 1, court.bob, now + 3 * HOUR)
    proof.refresh_from_db()
    assert proof.answered_at == now + 3 * HOUR


def test_the_order_alone_does_not_show_that_goods_were_delivered(court):
    """Asked for an hour before the window closes: the clock goes on, a day at least, and then silence is silence."""
    dispute, now = court.joined("not_received"), court.now
    pull = commands.ask_for_records(actor=court.alice, ref=dispute.ref, fact_no=1, now=fact(dispute, 1).due_at - HOUR)

    come(pull, now + 72 * HOUR, "order", gaps=["logistics"])

    waits = fact(dispute, 1)
    assert (waits.awaits_ruling, waits.bearer, waits.due_at) == (False, "RESPONDENT", now + 96 * HOUR)
    court.pass_time(now + 10 * DAY)
    silent = fact(dispute, 1)
    assert (silent.state, silent.established) == (silent.step.if_silent, silent.step.silence_establishes)
    assert fresh(dispute).state == "DELIBERATING"


def test_records_of_another_step_do_not_discharge_this_one(court):
    """A buyer whose turn it is to show a shortage does not show it by the seller's delivery."""
    dispute, now = court.joined("short_or_wrong"), court.now
    court.prove(dispute, 1, court.alice, now)
    assert (fact(dispute, 1).bearer, fact(dispute, 1).step.holds) == ("CLAIMANT", ["chat", "after_sale"])
    pull = commands.ask_for_records(actor=court.bob, ref=dispute.ref, fact_no=1, now=now + HOUR)

    come(pull, now + 2 * HOUR, "logistics", "order", gaps=["chat", "after_sale"])

    waits = fact(dispute, 1)
    assert (waits.awaits_ruling, waits.bearer) == (False, "CLAIMANT")
    assert waits.due_at is not None


@pytest.mark.parametrize(("kinds", "bearer"), [(["order"], "RESPONDENT"), (["order", "logistics"], "CLAIMANT")])
def test_records_had_before_the_platform_joined_climb_only_the_steps_they_speak_about(court, kinds, bearer):
    dispute, now = court.escalated("short_or_wrong"), court.now
    pull = commands.ask_for_records(actor=court.alice, ref=dispute.ref, fact_no=1, now=now)
    come(pull, now, *kinds)

    commands.join_dispute(actor=court.mia, ref=dispute.ref, now=now + HOUR)

    assert fact(dispute, 1).bearer == bearer


@pytest.mark.parametrize(("kinds", "waits"), [(["order"], True), (["order", "logistics"], False)])
def test_records_had_during_a_pause_take_the_effect_that_they_have_otherwise(court, kinds, waits):
    dispute, now = court.joined("not_received"), court.now
    pull = commands.ask_for_records(actor=court.alice, ref=dispute.ref, fact_no=1, now=now + HOUR)
    court.pause(dispute, now + HOUR)
    come(pull, now + 2 * HOUR, *kinds)

    court.resume(dispute, now + 3 * HOUR)

    assert fact(dispute, 1).awaits_ruling is not waits
    running = Deadline.objects.filter(case_id=dispute.pk, kind="dispute.production", key="1", state="OPEN")
    assert running.exists() is waits


def test_an_outage_that_lengthens_one_version_leaves_the_clock_of_a_later_one(court):
    dispute, now = court.joined("handed_to_others"), court.now
    court.prove(dispute, 1, court.alice, now)
    court.prove(dispute, 2, court.alice, now + 3 * HOUR)
    adds_nothing(court, dispute, 1, 2)
    court.is_down(now + HOUR, now + 2 * HOUR, now=now + 4 * HOUR)

    commands.extend_windows_of(dispute_id=dispute.pk, now=now + 4 * HOUR)

    assert answering(dispute) == now + 27 * HOUR
    for hour in range(5, 30):
        court.pass_time(now + hour * HOUR)
    court.pass_time(now + 40 * DAY)
    assert fresh(dispute).state == "DELIBERATING"


def test_a_later_version_leaves_the_longer_time_of_one_that_an_outage_fell_into(court):
    dispute, now = court.joined("handed_to_others"), court.now
    court.prove(dispute, 1, court.alice, now)
    adds_nothing(court, dispute, 1)
    court.is_down(now + HOUR, now + 9 * HOUR, now=now + 9 * HOUR)
    commands.extend_windows_of(dispute_id=dispute.pk, now=now + 9 * HOUR)

    court.now = now + 9 * HOUR
    court.prove(dispute, 2, court.alice, now + 9 * HOUR - 2 * HOUR)
    adds_nothing(court, dispute, 2)

    assert answering(dispute) == now + 32 * HOUR


def test_a_clock_that_comes_too_early_is_set_again(court):
    dispute, now = court.joined("not_received"), court.now
    court.prove(dispute, 1, court.alice, now)
    adds_nothing(court, dispute, 1)
    Deadline.objects.filter(kind="dispute.answerable").update(due_at=now + HOUR)

    for hour in (2, 30):
        court.pass_time(now + hour * HOUR)

    assert fresh(dispute).state == "DELIBERATING"


def test_a_clock_that_ends_while_something_can_be_answered_is_set_anew_and_nobody_hears_of_an_outage(court):
    """However it came to run too short: the dispute is never left without a clock."""
    dispute, now = court.joined("not_received"), court.now
    court.prove(dispute, 1, court.alice, now)
    until = answering(dispute)
    Deadline.objects.filter(case_id=dispute.pk, kind="dispute.answerable").update(due_at=now + HOUR)

    court.pass_time(now + 2 * HOUR)

    assert (fresh(dispute).state, answering(dispute)) == ("EVIDENCE", until)
    while outbox.sweep(now=now + 2 * HOUR):
        pass
    with translation.override("en"):
        said = [entry.text for entry in queries.timeline_of(court.bob, fresh(dispute))]
    assert "What was submitted can still be answered." in said
    assert not any("outage" in text for text in said)
    assert not Notification.objects.filter(event__type="dispute.window_extended").exists()
    court.pass_time(until + HOUR)
    assert fresh(dispute).state == "DELIBERATING"
