"""When things count and when they follow: the due moment to the millisecond, due order, and what a pause moves."""

from datetime import timedelta

import pytest

from casework import deadlines
from casework.errors import DeadlinePassed
from casework.models import Deadline, Event
from disputes import commands
from disputes.queries import todo_for
from disputes.windows import answer_closes
from tests.disputes.building import fact, fresh, stage
from tests.disputes.test_pages import Visitor

pytestmark = pytest.mark.once

MOMENT = timedelta(milliseconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("early", [MOMENT, timedelta(0)], ids=["1 ms before", "at the due moment"])
def test_evidence_that_comes_by_the_due_moment_counts_though_its_deadline_is_swept_after(court, early):
    dispute = court.joined("not_received")
    due = fact(dispute, 1).due_at
    stage(court.alice, dispute.ref, now=court.now)

    commands.submit_evidence(actor=court.alice, ref=dispute.ref, fact_no=1, now=due - early)
    court.pass_time(due + deadlines.grace())

    assert fact(dispute, 1).awaits_ruling
    assert not Event.objects.filter(type="dispute.fact_defaulted").exists()


def test_evidence_a_millisecond_late_does_not_count_though_its_deadline_is_not_swept_yet(court):
    dispute = court.joined("not_received")
    due = fact(dispute, 1).due_at
    stage(court.alice, dispute.ref, now=court.now)

    with pytest.raises(DeadlinePassed):
        commands.submit_evidence(actor=court.alice, ref=dispute.ref, fact_no=1, now=due + MOMENT)
    court.pass_time(due + deadlines.grace())

    after, silence = fact(dispute, 1), Event.objects.get(type="fact.defaulted")
    assert (after.state, after.established) == (after.step.if_silent, after.step.silence_establishes)
    assert silence.effective_at == due
    assert dispute.evidence.get().submission_id is None


def test_a_worker_back_after_forty_days_gives_outages_back_first_and_defaults_as_of_each_due_moment(court):
    first = court.joined("not_received")
    court.now += 6 * HOUR
    second = court.joined("not_received")
    due = {case.pk: fact(case, 1).due_at for case in (first, second)}
    down = due[first.pk] - 2 * HOUR
    court.is_down(down, down + 5 * HOUR, now=down + DAY)

    court.pass_time(due[second.pk] + 40 * DAY)

    told = Event.objects.filter(type__in=["dispute.window_extended", "dispute.fact_defaulted"]).order_by("pk")
    assert [(e.type, e.case_id) for e in told] == [
        ("dispute.window_extended", first.pk),
        ("dispute.window_extended", second.pk),
        ("dispute.fact_defaulted", first.pk),
        ("dispute.fact_defaulted", second.pk),
    ]
    assert [e.effective_at for e in told[2:]] == [due[first.pk] + 5 * HOUR, due[second.pk] + 5 * HOUR]


def test_in_one_dispute_facts_default_in_the_order_in_which_their_windows_really_closed(court):
    """The outage fell into the first fact's window alone, which even so closed before the second's."""
    dispute = court.joined("handed_to_others")
    one, two = fact(dispute, 1), fact(dispute, 2)
    began, later = one.window_opened_at, one.window_opened_at + 10 * HOUR
    court.is_down(began + HOUR, began + 9 * HOUR, now=later)
    commands.shift_burden(
        actor=court.mia,
        ref=dispute.ref,
        fact_no=2,
        bearer=two.bearer,
        basis="民诉法解释 90",
        reasons="由其掌握证据。",
        hours=(one.due_at - later) // HOUR + 12,
        now=later,
    )
    assert one.due_at + 8 * HOUR < fact(dispute, 2).due_at

    court.pass_time(one.due_at + 40 * DAY)

    silent = Event.objects.filter(type="dispute.fact_defaulted", case_id=dispute.pk).order_by("sequence")
    assert [e.facts["fact"] for e in silent] == [1, 2]
    effective = list(silent.values_list("effective_at", flat=True))
    assert effective == sorted(effective)


def test_a_pause_moves_no_time_of_the_platforms_that_had_passed(court):
    """It was late before the court took the case; a later time shown now would undo that."""
    dispute = court.escalated("not_received")
    due = dispute.platform_due_at
    court.pass_time(due + DAY)
    court.pause(dispute, due + 2 * DAY)

    court.resume(dispute, due + 9 * DAY)

    assert fresh(dispute).platform_due_at == due
    assert not Deadline.objects.filter(case_kind="dispute", case_id=dispute.pk, kind="dispute.assign", state="OPEN")


def test_a_pause_moves_no_debt_that_was_late_already(court):
    dispute = court.joined("not_received")
    offer = court.offer(court.alice, dispute, "REFUND", amount_minor=100)
    commands.accept_offer(actor=court.bob, offer_ref=offer.ref, now=court.now)
    due = dispute.obligations.get().due_at
    court.pass_time(due + DAY)
    court.pause(dispute, due + 2 * DAY)

    court.resume(dispute, due + 9 * DAY)

    owed = dispute.obligations.get()
    assert (owed.is_late, owed.due_at) == (True, due)


def test_a_pause_before_the_platform_joined_loses_no_time_to_answer(court):
    """Otherwise evidence stays open for good: nothing tells that what was shown early can no longer be answered."""
    dispute = court.open("not_received")
    court.prove(dispute, 1, court.alice, court.now)
    until = fact(dispute, 1).submissions.get().answerable_until
    court.pause(dispute, court.now + HOUR)

    court.resume(dispute, court.now + 3 * HOUR)

    running = Deadline.objects.get(case_kind="dispute", case_id=dispute.pk, kind="dispute.answerable", state="OPEN")
    assert running.due_at == until + 2 * HOUR


def test_an_outage_lengthens_the_time_for_the_first_answer(court):
    """Swept after it, the outage is given back before any silence follows; recorded before, at once."""
    early, late = court.open("not_received"), court.open("quality")
    due = early.answer_due_at
    court.is_down(court.now + 2 * HOUR, due - HOUR, now=due - HOUR)
    longer = due + (due - HOUR - court.now - 2 * HOUR)

    assert commands.extend_windows_of(dispute_id=early.pk, now=due - HOUR) == 1
    court.pass_time(due + HOUR)

    for dispute in (early, late):
        after = fresh(dispute)
        assert (after.state, after.answer_due_at) == ("NEGOTIATING", longer)
    commands.answer_dispute(actor=court.alice, ref=early.ref, text="不同意。", refuses=True, now=longer)
    court.pass_time(longer + HOUR)
    assert (fresh(early).state, fresh(late).state) == ("NEGOTIATING", "ESCALATED")


def test_an_answer_in_the_time_that_an_outage_gave_back_counts_though_nothing_was_swept_yet(court):
    dispute = court.open("not_received")
    due = dispute.answer_due_at
    court.is_down(due - 3 * HOUR, due - HOUR, now=due)

    commands.answer_dispute(actor=court.alice, ref=dispute.ref, text="不同意。", refuses=True, now=due + 2 * HOUR)

    assert fresh(dispute).answered_at == due + 2 * HOUR


def test_a_demand_for_a_person_takes_no_time_to_answer(court, monkeypatch):
    """The buyer demands a person at once; the seller gives the first answer while its time runs, and not after."""
    dispute, late = court.open(), court.open()
    for each in (dispute, late):
        commands.demand_human(actor=court.bob, ref=each.ref, now=court.now)
    until = answer_closes(dispute)
    monkeypatch.setattr("casework.clock.now", lambda: until)
    seller, path = Visitor(court.alice), f"/disputes/{dispute.ref}/"
    assert f"{path}answer/" in seller.sees(path)
    assert ("answer", until) in {(card.kind, card.due_at) for card in todo_for(court.alice, now=until)}

    seller.sends(f"{path}answer/", {"refuses": "yes", "text": "已经送达。"})

    found = fresh(dispute)
    assert (found.state, found.first_answer, found.answered_at, found.refused_at) == (
        "ESCALATED", "已经送达。", until, until
    )  # fmt: skip
    assert found.step_due_at is None
    runs = Deadline.objects.filter(case_kind="dispute", case_id=dispute.pk, state="OPEN")
    assert [each.kind for each in runs] == ["dispute.assign"], "no time to talk begins: a mediator comes"
    with pytest.raises(DeadlinePassed):
        commands.answer_dispute(actor=court.alice, ref=late.ref, text="晚了。", refuses=True, now=until + HOUR)
    assert commands.join_dispute(actor=court.mia, ref=dispute.ref, now=until).state == "EVIDENCE"
