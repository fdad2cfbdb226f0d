"""A test of the goods: agreed on or designated, no clock runs meanwhile, and the chain of custody stays."""

from datetime import timedelta

import pytest
from django.utils import translation

from casework.errors import Invalid, NotAllowed, NotYourTurn
from casework.models import Deadline
from disputes import commands, queries
from disputes.models import Appraisal, CustodyStep, Dispute
from tests.disputes.building import fact, fresh
from tests.laws import assert_refused

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TEST = {"body": "省质检院", "item": "耳机一副", "question": "出厂时已有还是使用造成？", "pays_first": "RESPONDENT"}


@pytest.fixture
def dispute(court):
    return court.joined("quality")


def propose(court, dispute, **changes):
    return commands.propose_appraisal(actor=court.mia, ref=dispute.ref, now=court.now, **(TEST | changes))


def agree(court, dispute, *actors):
    for actor in actors:
        commands.agree_to_appraisal(actor=actor, ref=dispute.ref, now=court.now)


def under_way(court, dispute):
    propose(court, dispute)
    agree(court, dispute, court.alice, court.bob)
    return dispute.appraisals.get()


def hand_on(court, dispute, now=None, **changes):
    said = {"from_holder": "买家", "to_holder": "顺禾速运", "condition": "原包装，封条 0113 完好。"} | changes
    return commands.record_custody(actor=court.mia, ref=dispute.ref, now=now or court.now, **said)


def clocks(dispute):
    rows = Deadline.objects.filter(case_kind="dispute", case_id=dispute.pk, state="OPEN")
    return rows.exclude(kind="dispute.pause")  # when it is asked whether the pause still holds


def test_it_begins_once_both_sides_agreed_and_stops_every_clock(court, dispute):
    propose(court, dispute)
    agree(court, dispute, court.bob)
    assert (fresh(dispute).state, clocks(dispute).exists()) == ("EVIDENCE", True)
    with pytest.raises(NotYourTurn):
        agree(court, dispute, court.bob)
    agree(court, dispute, court.alice)
    assert (fresh(dispute).state, clocks(dispute).exists()) == ("APPRAISING", False)
    row = dispute.appraisals.get()
    assert (row.state, row.pays_first, row.begun_at) == ("UNDER_WAY", "RESPONDENT", court.now)
    court.pass_time(court.now + timedelta(days=90))
    assert fact(dispute, 1).established is None


def test_after_the_report_every_clock_is_later_by_exactly_its_length(court, dispute):
    due = fact(dispute, 1).due_at
    before = sorted(clocks(dispute).values_list("kind", "key", "due_at"))
    under_way(court, dispute)
    later = court.now + timedelta(days=20, seconds=7)
    commands.end_appraisal(actor=court.mia, ref=dispute.ref, findings="焊接不良。", report="检字 1 号", now=later)
    assert fresh(dispute).state == "EVIDENCE"
    assert fact(dispute, 1).due_at - due == timedelta(days=20, seconds=7)
    after = sorted(clocks(dispute).values_list("kind", "key", "due_at"))
    assert [(k, key, at + timedelta(days=20, seconds=7)) for k, key, at in before] == after
    assert dispute.appraisals.get().state == "REPORTED"


def test_a_body_that_an_authority_designated_asks_nobody(court, dispute):
    propose(court, dispute, authority="市监局（2026）12 号")
    row = dispute.appraisals.get()
    assert (fresh(dispute).state, row.state, row.claimant_agreed_at) == ("APPRAISING", "UNDER_WAY", None)


def test_a_refusal_ends_the_proposal_and_another_may_follow(court, dispute):
    propose(court, dispute)
    agree(court, dispute, court.bob)
    commands.refuse_appraisal(actor=court.alice, ref=dispute.ref, now=court.now)
    assert (fresh(dispute).state, dispute.appraisals.get().state) == ("EVIDENCE", "REFUSED")
    propose(court, dispute, body="国家质检中心")
    propose(court, dispute, body="品牌方检测中心")
    assert [a.state for a in dispute.appraisals.all()] == ["REFUSED", "REPLACED", "PROPOSED"]
    agree(court, dispute, court.bob)
    assert fresh(dispute).state == "EVIDENCE", "who agreed to another body has not agreed to this one"


def test_the_chain_of_custody_is_shown_to_both_and_called_off_says_why(court, dispute):
    under_way(court, dispute)
    hand_on(court, dispute)
    hand_on(court, dispute, from_holder="顺禾速运", to_holder="省质检院")
    commands.end_appraisal(actor=court.mia, ref=dispute.ref, findings="样品途中损坏。", now=court.now)
    row = dispute.appraisals.get()
    assert row.state == "CALLED_OFF"
    assert [(s.no, s.to_holder) for s in row.custody.all()] == [(1, "顺禾速运"), (2, "省质检院")]
    for actor in (court.bob, court.alice):
        shown = queries.dispute_for(actor, dispute.ref)
        assert [len(a.custody.all()) for a in shown.appraisals.all()] == [2]
    with translation.override("en"):
        texts = [entry.text for entry in queries.timeline_of(court.mia, fresh(dispute))]
    assert sum("chain of custody" in text for text in texts) == 2


def test_who_may_not_and_what_is_missing(court, dispute):
    with pytest.raises(NotAllowed):
        commands.propose_appraisal(actor=court.bob, ref=dispute.ref, now=court.now, **TEST)
    for name in TEST:
        with pytest.raises(Invalid) as error:
            propose(court, dispute, **{name: ""})
        assert [e.pointer for e in error.value.errors] == [f"/{name}"]
    with pytest.raises(NotYourTurn):
        hand_on(court, dispute)
    with pytest.raises(NotYourTurn):
        agree(court, dispute, court.bob)
    propose(court, dispute)
    with pytest.raises(NotAllowed):
        agree(court, dispute, court.staff)
    assert dispute.appraisals.get().claimant_agreed_at is None


def test_a_person_can_still_be_demanded_and_hold_it(court, dispute):
    under_way(court, dispute)
    commands.demand_human(actor=court.bob, ref=dispute.ref, now=court.now)
    commands.hand_over(actor=court.mia, ref=dispute.ref, to_code=court.max.code, now=court.now)
    assert (fresh(dispute).state, fresh(dispute).mediator_id) == ("APPRAISING", court.max.user_id)


# — held by the database —


@pytest.mark.on_both
def test_the_laws_of_appraisals_hold_past_the_code(court, dispute):
    row = under_way(court, dispute)
    hand_on(court, dispute)
    rows, steps = Appraisal.objects.filter(pk=row.pk), CustodyStep.objects.all()
    other = {"dispute": dispute, "no": 9, "proposed_by_id": court.mia.user_id, "proposed_at": court.now, **TEST}
    begun = {"state": "UNDER_WAY", "begun_at": court.now}

    assert_refused("appraisal_stands_as_it_was_proposed", lambda: rows.update(pays_first="CLAIMANT"))
    assert_refused("appraisal_is_kept", lambda: rows._raw_delete("default"))
    assert_refused("custody_step_is_append_only", lambda: steps.update(condition="封条破损。"))
    assert_refused("dispute_goes_on_only_after_its_appraisal", lambda: _state(dispute, "EVIDENCE"))
    assert_refused("appraisal_is_open_once_per_dispute", lambda: Appraisal.objects.create(**other))
    assert_refused("appraisal_that_ended_says_what_came_of_it", lambda: rows.update(state="REPORTED"))
    assert_refused(
        "appraisal_number_is_unique_in_dispute",
        lambda: Appraisal.objects.create(**other | {"no": 1, "state": "REFUSED", "ended_at": court.now}),
    )
    assert_refused(
        "custody_step_number_is_unique_in_appraisal",
        lambda: CustodyStep.objects.create(**_step(row, court, no=1)),
    )
    assert_refused(
        "custody_step_says_from_whom_to_whom_how",
        lambda: CustodyStep.objects.create(**_step(row, court, condition="")),
    )
    commands.end_appraisal(actor=court.mia, ref=dispute.ref, findings="焊接不良。", report="检字 1 号", now=court.now)
    assert_refused("custody_step_is_of_an_appraisal_under_way", lambda: CustodyStep.objects.create(**_step(row, court)))
    assert_refused("dispute_waits_only_for_an_appraisal_under_way", lambda: _state(dispute, "APPRAISING"))
    assert_refused(
        "appraisal_is_by_a_body_agreed_on_or_designated",
        lambda: Appraisal.objects.create(**other | begun),
    )
    assert_refused(
        "appraisal_names_body_item_question_and_who_pays_first",
        lambda: Appraisal.objects.create(**other | {"body": ""}),
    )


def _state(dispute, state):
    paused = state == "APPRAISING"
    Dispute.objects.filter(pk=dispute.pk).update(
        state=state,
        paused_at=dispute.created_at if paused else None,
        paused_from="EVIDENCE" if paused else "",
        pause_reason="r",
    )


def _step(row, court, **changes):
    said = {"from_holder": "a", "to_holder": "b", "condition": "c"}
    return {"appraisal": row, "no": 5, "recorded_by_ref": "x", "recorded_at": court.now, **said, **changes}
