"""Who has looked at a matter before does not look at it again: over all rounds, also without having decided."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership
from appeals import commands, queries
from appeals.models import Appeal, AuditView, Decision
from casework.errors import ConflictOfInterest
from casework.firing import constraint_name
from executors import commands as executors
from executors.models import DoubleReview
from tests import factories as make
from tests.executors import building as build
from tests.executors import erring as err
from tests.laws import assert_refused

LATER = timedelta(minutes=1)


@pytest.fixture
def third_round(world, now):
    """Rita held the first round, Rosa the second; both were withdrawn, the third waits."""
    notice = world.notice()
    for reviewer in (world.rita, world.rosa):
        appeal = make.file(world.alice, notice, now=now)
        commands.claim_appeal(actor=reviewer, ref=appeal.ref, now=now)
        commands.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=now)
    return make.file(world.alice, notice, now=now)


def test_a_reviewer_of_any_earlier_round_is_kept_out(world, now, third_round):
    for reviewer in (world.rita, world.rosa):
        assert commands.claim_next_appeal(actor=reviewer, now=now) is None
        assert not queries.queue_for(reviewer, now=now).exists()
        with pytest.raises(ConflictOfInterest):
            commands.claim_appeal(actor=reviewer, ref=third_round.ref, now=now)
        with pytest.raises(ConflictOfInterest):
            queries.appeal_for(reviewer, third_round.ref)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Appeal.objects.filter(pk=third_round.pk).update(reviewer_id=reviewer.user_id)
        assert constraint_name(refused.value) in ("appeal_reviewer_is_new_to_it", "appeal_reviewer_is_independent")


def test_whoever_locked_a_view_and_gave_the_case_back_is_kept_out_of_the_next_round(world, now):
    notice = world.notice()
    first = make.file(world.alice, notice, now=now)
    make.ready_to_decide(world.rita, first, now=now)
    commands.release_appeal(actor=world.rita, ref=first.ref, now=now, reason="ill")
    commands.withdraw_appeal(actor=world.alice, ref=first.ref, now=now)
    second = make.file(world.alice, notice, now=now)
    with pytest.raises(ConflictOfInterest):
        commands.claim_appeal(actor=world.rita, ref=second.ref, now=now)
    assert commands.claim_appeal(actor=world.rosa, ref=second.ref, now=now).reviewer_id == world.rosa.user_id


def test_a_reviewer_goes_on_with_a_case_given_back_in_the_same_round(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    make.ready_to_decide(world.rita, appeal, now=now)
    commands.release_appeal(actor=world.rita, ref=appeal.ref, now=now, reason="lunch")
    assert commands.claim_appeal(actor=world.rita, ref=appeal.ref, now=now + LATER).reviewer_id == world.rita.user_id


@pytest.fixture
def after_a_second_look(world, now, monkeypatch):
    """Rita decided the first round, a senior looked again; the second round waits. Who looked, and the case."""
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: True)
    looked = make.staff("senior_reviewer", now=now)
    first = make.file(world.alice, world.notice(), now=now)
    make.decide(world.rita, make.ready_to_decide(world.rita, first, now=now), now=now, outcome="UPHELD")
    AuditView.objects.create(
        decision=Decision.objects.get(appeal=first),
        reviewer_id=looked.user_id,
        outcome="UPHELD",
        note="又看了一遍。",
        viewed_at=now,
    )
    return looked, make.file(world.alice, first.notice, now=now + LATER)


def test_whoever_gave_a_second_look_is_kept_out_of_the_next_round(world, now, after_a_second_look):
    looked, second = after_a_second_look
    assert commands.claim_next_appeal(actor=looked, now=now + LATER) is None
    with pytest.raises(ConflictOfInterest):
        commands.claim_appeal(actor=looked, ref=second.ref, now=now + LATER)
    past_the_code = {"reviewer_id": looked.user_id, "reviewer_is_senior": True}
    rows = Appeal.objects.filter(pk=second.pk)
    assert_refused("appeal_reviewer_is_new_to_it", lambda: rows.update(**past_the_code))
    assert commands.claim_next_appeal(actor=world.sara, now=now + LATER) == second


def test_whoever_may_not_take_the_most_urgent_case_is_given_a_later_one(world, now, after_a_second_look):
    looked, second = after_a_second_look
    other = make.file(world.alice, world.notice(), now=now + LATER)
    Appeal.objects.filter(pk=second.pk).update(urgent_at=now)
    assert commands.claim_next_appeal(actor=looked, now=now + LATER) == other


def test_somebody_who_acted_for_the_appellant_does_not_review_it(world, now):
    Membership.objects.create(
        user_id=world.rita.user_id, party=world.merchant, role="staff", started_at=now - LATER, ended_at=now
    )
    appeal = make.file(world.alice, world.notice(), now=now)
    assert commands.claim_next_appeal(actor=world.rita, now=now) is None
    with pytest.raises(ConflictOfInterest):
        commands.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)


# — whoever gave a blind second look at an act has said what they think of it —


@pytest.fixture
def of_an_act(settings, world, now):
    """A notice under an act that is drawn for a second look."""
    settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = 1000
    notice = build.active(world, now=now).issue(now=now)
    err.settle_down(now)
    return notice


def test_whoever_looked_at_the_act_is_kept_out_of_its_appeal(world, now, of_an_act):
    row = DoubleReview.objects.get(act=of_an_act.act)
    executors.give_second_look(actor=world.rita, ref=row.ref, same_measure=True, note="与存档一致。", now=now)
    appeal = make.file(world.alice, of_an_act, now=now)

    assert commands.claim_next_appeal(actor=world.rita, now=now) is None
    assert not queries.queue_for(world.rita, now=now).exists()
    with pytest.raises(ConflictOfInterest):
        commands.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)
    with pytest.raises(ConflictOfInterest):
        queries.appeal_for(world.rita, appeal.ref)
    assert commands.claim_next_appeal(actor=world.rosa, now=now) == appeal


def test_an_act_at_which_nobody_looked_keeps_nobody_out(world, now, of_an_act):
    appeal = make.file(world.alice, of_an_act, now=now)

    assert DoubleReview.objects.filter(act=of_an_act.act, given_at__isnull=True).exists()
    assert commands.claim_next_appeal(actor=world.rita, now=now) == appeal


def test_no_list_shows_a_case_to_a_reviewer_with_a_conflict(world, now):
    notice = world.notice()
    appeal = make.file(world.alice, notice, now=now)
    for kept_out in (world.otto, world.odile):
        assert not queries.appeals_listed_for(kept_out).exists()
        assert not queries.appeals_of_notice(kept_out, notice.pk).exists()
    for reads in (world.rita, world.alice, world.carl, world.platform):
        if reads is world.platform and not reads.has_scope("appeals:read"):
            continue
        assert [a.pk for a in queries.appeals_listed_for(reads)] == [appeal.pk]
