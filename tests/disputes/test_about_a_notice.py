"""A dispute about a measure names its notice, and whoever had a part in the one decides nothing in the other."""

from dataclasses import replace

import pytest

from accounts import commands as accounts
from accounts.models import User
from accounts.queries import actor_of_user
from appeals import commands as appeals
from appeals import queries as appeal_queries
from appeals.models import Appeal
from casework.errors import ConflictOfInterest, Invalid
from disputes import commands, queries
from disputes.models import Dispute
from disputes.policies import conflict_of
from executors.models import DoubleReview, ExecutorPerson
from notices.commands import Detection
from notices.models import SiblingReview
from notices.policies import disputes_determined_about_notices
from tests import factories as make
from tests.disputes import about
from tests.disputes.about import AGAINST, DAY, deliberating, determined, escalated, now_of, opened
from tests.disputes.building import fresh
from tests.executors import erring as err
from tests.laws import assert_refused, insert

pytestmark = pytest.mark.once


firm, module_firm, module_court = about.firm, about.module_firm, about.module_court


# — which notice —


def test_a_notice_to_somebody_else_is_as_unknown_as_none(world, court):
    theirs = world.notice(court.other)
    said_of = []
    for name in (theirs.ref, theirs.number, "ntc_none", "x" * 100):
        with pytest.raises(Invalid) as refused:
            opened(court, name)
        said_of += [(e.pointer, e.code, str(e.message)) for e in refused.value.errors]

    assert set(said_of) == {("/notice", "unknown-notice", said_of[0][2])}
    assert len(said_of) == 4
    assert not Dispute.objects.exists()


def test_a_notice_to_another_shop_of_the_same_owner_is_not_the_claimants(world, court, now):
    """Alice may read both; only the shop that claims was measured."""
    user = User.objects.get(pk=court.alice.user_id)
    accounts.add_member(actor=make.CONSOLE, party=court.other, user=user, role="owner", now=now)
    court.alice = actor_of_user(user, via=court.alice.via, session=court.alice.session)
    theirs = world.notice(court.other)

    with pytest.raises(Invalid) as refused:
        opened(court, theirs.ref)

    assert [e.code for e in refused.value.errors] == ["unknown-notice"]


def test_a_consumer_disputes_a_restriction_by_its_notice(world, court):
    notice = world.notice(court.buyer)

    assert opened(court, notice.ref, "consumer_restriction").notice_id == notice.pk


# — who mediates —


def conflicted(court, notice, actor):
    """Neither offered, nor joined, nor handed over to them."""
    dispute = escalated(court, notice)
    code = User.objects.get(pk=actor.user_id).officer_code

    assert isinstance(conflict_of(actor, dispute), ConflictOfInterest)
    assert dispute.ref not in [row.ref for row in queries.queue_for(actor, now=court.now)]
    assert dispute.ref in [row.ref for row in queries.queue_for(court.mia, now=court.now)]
    assert commands.join_next_dispute(actor=actor, now=court.now) is None
    with pytest.raises(ConflictOfInterest):
        commands.join_dispute(actor=actor, ref=dispute.ref, now=court.now)
    commands.join_dispute(actor=court.mia, ref=dispute.ref, now=court.now)
    with pytest.raises(ConflictOfInterest):
        commands.hand_over(actor=court.mia, ref=dispute.ref, to_code=code, now=court.now)
    assert fresh(dispute).mediator_id == court.mia.user_id
    past_the_code = Dispute.objects.filter(pk=dispute.pk)
    refused = "dispute_mediator_had_no_part_in_its_notice"
    assert_refused(refused, lambda: past_the_code.update(mediator_id=actor.user_id))


@pytest.mark.on_both
def test_who_took_the_measure_does_not_mediate_about_it(world, court, now):
    decider = make.staff("reviewer", "mediator", now=now, name="dora")

    conflicted(court, world.notice(officer=User.objects.get(pk=decider.user_id).officer_code), decider)


@pytest.mark.on_both
def test_nor_does_their_team(world, court, now):
    team = make.make_team("measures")
    decider = make.staff("reviewer", now=now, name="dora", team=team)
    colleague = make.staff("mediator", now=now, name="dan", team=team)

    conflicted(court, world.notice(officer=User.objects.get(pk=decider.user_id).officer_code), colleague)


@pytest.mark.on_both
def test_nor_does_who_once_worked_for_the_executor(court, firm, now):
    notice = firm.issue(now=now)
    former = make.staff("mediator", now=now, name="fay")
    ExecutorPerson.objects.create(
        executor=firm.executor,
        user_id=former.user_id,
        code="X-FAY1",
        started_at=now - 30 * DAY,
        ended_at=now - 10 * DAY,
    )

    conflicted(court, notice, former)


@pytest.mark.on_both
def test_nor_does_who_looked_at_the_act_blindly(court, firm, now):
    notice = firm.issue(now=now)
    looker = make.staff("reviewer", "mediator", now=now, name="lou")
    DoubleReview.objects.create(
        ref="lok_1",
        act_id=notice.act_id,
        drawn_at=now,
        given_at=now,
        reviewer_id=looker.user_id,
        same_measure=True,
        note="同样处置。",
    )

    conflicted(court, notice, looker)


def test_who_goes_to_work_for_the_executor_meanwhile_decides_no_more(court, firm, now):
    dispute = deliberating(court, firm.issue(now=now))
    later = court.now + 20 * DAY
    ExecutorPerson.objects.create(
        executor=firm.executor, user_id=court.mia.user_id, code="X-MIA1", started_at=later - DAY
    )
    draft = commands.DeterminationDraft("SUPPORTED", "r", {f.no: "s" for f in dispute.facts.all()}, remedy="LIFT")

    with pytest.raises(ConflictOfInterest):
        commands.determine_dispute(actor=court.mia, ref=dispute.ref, draft=draft, now=later)


@pytest.mark.on_both
def test_nor_does_who_decided_an_appeal_against_it(world, court, now):
    both = make.staff("reviewer", "mediator", now=now, name="rob", team=make.make_team("appeals"))
    notice = world.notice()
    appeal = make.ready_to_decide(both, make.file(world.alice, notice, now=now), now=now)
    make.decide(both, appeal, now=now, outcome="UPHELD")

    conflicted(court, notice, both)


@pytest.mark.on_both
def test_who_determined_a_dispute_about_it_decides_no_appeal(world, court, now):
    both = make.staff("reviewer", "mediator", now=now, name="rob", team=make.make_team("appeals"))
    notice = world.notice()
    appeal = make.file(world.alice, notice, now=now)
    determined(replace(court, mia=both), notice, **AGAINST)
    after = court.now + 20 * DAY

    assert [e.case_id for e in disputes_determined_about_notices(both.ref)] == [notice.pk]
    assert appeal.ref not in [row.ref for row in appeal_queries.queue_for(both, now=after)]
    assert appeals.claim_next_appeal(actor=both, now=after) is None
    with pytest.raises(ConflictOfInterest):
        appeals.claim_appeal(actor=both, ref=appeal.ref, now=after)
    with pytest.raises(ConflictOfInterest):
        appeal_queries.appeal_for(both, appeal.ref)
    past_the_code = Appeal.objects.filter(pk=appeal.pk)
    refused = "appeal_reviewer_determined_no_dispute_about_it"
    assert_refused(refused, lambda: past_the_code.update(reviewer_id=both.user_id))
    assert appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=after).reviewer_id == world.rita.user_id


def test_nor_one_that_they_already_held(world, court, now):
    both = make.staff("reviewer", "mediator", now=now, name="rob", team=make.make_team("appeals"))
    notice = world.notice()
    dispute = deliberating(replace(court, mia=both), notice)
    after = court.now + 20 * DAY
    appeal = make.ready_to_decide(both, make.file(world.alice, notice, now=now), now=after)
    draft = commands.DeterminationDraft("SUPPORTED", "r", {f.no: "s" for f in dispute.facts.all()}, remedy="LIFT")
    more = replace(draft, departure_reasons="另有证据。", confirmed_stakes=True)
    commands.determine_dispute(actor=both, ref=dispute.ref, draft=more, now=after)

    with pytest.raises(ConflictOfInterest):
        make.decide(both, appeal, now=after)


def test_nor_where_both_are_decided_at_the_same_moment(world, court, now, monkeypatch):
    """The other command committed after this one had asked who may: it is asked again while the notice is held."""
    both = make.staff("reviewer", "mediator", now=now, name="rob", team=make.make_team("appeals"))
    after = court.now + 20 * DAY
    first, second = world.notice(), world.notice()
    appeal, later = (make.file(world.alice, notice, now=now) for notice in (first, second))
    for one in (appeal, later):
        make.ready_to_decide(both, one, now=after)
    determined(replace(court, mia=both), first, **AGAINST)
    dispute = deliberating(replace(court, mia=both), second)
    for one in (appeal, later):
        one.refresh_from_db()
    make.decide(both, later, now=after, outcome="UPHELD")
    draft = commands.DeterminationDraft("NOT_SUPPORTED", "r", {f.no: "s" for f in dispute.facts.all()})
    draft = replace(draft, departure_reasons="另有证据。", confirmed_stakes=True)
    monkeypatch.setattr("appeals.commands.decide.past_conflict_of", lambda *_asked: None)
    monkeypatch.setattr("disputes.commands.determine.may_mediate", lambda *_asked: None)

    with pytest.raises(ConflictOfInterest):
        make.decide(both, appeal, now=after, outcome="UPHELD")
    with pytest.raises(ConflictOfInterest):
        commands.determine_dispute(actor=both, ref=dispute.ref, draft=draft, now=after)


def test_a_mediator_reads_and_follows_what_they_determined(world, court):
    dispute = determined(court, world.notice())

    assert conflict_of(court.mia, dispute) is None
    assert queries.dispute_for(court.mia, dispute.ref).pk == dispute.pk


# — and what its tool found besides —


@pytest.mark.on_both
def test_a_lifted_measure_of_a_tool_opens_a_look_at_what_shares_tool_and_clause(world, court):
    lasting = {"measures": [make.measure(court.now, ends_at=None)]}
    same = world.notice(**lasting)
    other_tool = world.notice(detection=Detection("MACHINE", "keyword-scan 9"), **lasting)
    notice = world.notice()

    dispute = determined(court, notice)
    err.settle_down(court.now + 20 * DAY)
    assert not SiblingReview.objects.exists(), "a review can still change it"
    err.pass_time(court.now + 40 * DAY)

    assert set(SiblingReview.objects.values_list("notice_id", flat=True)) == {same.pk, other_tool.pk}, "the person, too"
    row = SiblingReview.objects.get(cause_kind="OWN_TOOL")
    assert (row.notice_id, row.cause_kind, row.origin_ref) == (same.pk, "OWN_TOOL", dispute.ref)
    assert now_of(same).state == "IN_FORCE"
    undone = deliberating(court, world.notice())
    for wrong in (undone.ref, "dsp_x"):
        assert_refused(
            "sibling_by_tool_follows_a_measure_that_a_dispute_lifted",
            lambda ref=wrong: insert(row, ref="sib_x", number="S-x", notice_id=notice.pk, origin_ref=ref),
        )
    assert_refused(
        "sibling_by_tool_follows_a_measure_that_a_dispute_lifted",
        lambda: insert(row, ref="sib_x", number="S-x", notice_id=other_tool.pk, cause_value="keyword-scan 9"),
    )
