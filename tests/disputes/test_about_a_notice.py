"""A dispute about a measure names its notice; once it is determined, the measure follows and the executor answers."""

import json
import tempfile
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts import commands as accounts
from accounts.models import User
from accounts.queries import actor_of_user
from appeals import commands as appeals
from appeals import queries as appeal_queries
from appeals.models import Appeal
from casework import clock
from casework.errors import ConflictOfInterest, Invalid
from casework.models import Event
from disputes import commands, queries
from disputes import subscribers as following
from disputes.models import Dispute
from disputes.policies import conflict_of
from executors.models import ActOutcome, DoubleReview, ExecutorPerson, Incident, Instruction, counted_outcomes
from notices import commands as notices
from notices.commands import Detection
from notices.models import Notice, Remedy, SiblingReview
from notices.policies import disputes_determined_about_notices
from tests import factories as make
from tests.disputes.building import Court, fresh, publish_table
from tests.executors import conftest as executors
from tests.executors import erring as err
from tests.laws import assert_refused, insert
from tests.surfaces.people import Http, token_of

DAY = timedelta(days=1)
IN_FAVOUR = {"outcome": "SUPPORTED", "remedy": "LIFT"}
AGAINST = {"outcome": "NOT_SUPPORTED"}
firm, module_firm = executors.firm, executors.module_firm


@pytest.fixture(scope="module")
def module_court(module_database, module_world, now):
    """The court and the executors' world are one platform: alice's shop is the seller."""
    with module_database():
        return court_of(module_world, now)


def court_of(world, now):
    return Court(
        now=now,
        client=world.client,
        platform=world.platform,
        table=publish_table(world.platform, now=now),
        buyer=world.consumer,
        seller=world.merchant,
        other=world.other_merchant,
        bob=world.bob,
        alice=world.alice,
        staff=world.alice_staff,
        finance=make.member(world.merchant, now=now, name="fiona", role="finance"),
        eve=world.eve,
        mia=make.staff("mediator", now=now, name="mia"),
        max=make.staff("mediator", now=now, name="max"),
        carl=world.carl,
    )


def opened(court, notice="", slug="merchant_measure"):
    return court.open(slug, remedy="LIFT", notice=notice)


def escalated(court, notice):
    return court.escalated("merchant_measure", remedy="LIFT", notice=notice.ref)


def deliberating(court, notice):
    """The platform stayed silent, and mia took that against it: she holds the dispute and may decide."""
    dispute = escalated(court, notice)
    commands.join_dispute(actor=court.mia, ref=dispute.ref, now=court.now)
    for days in range(1, 21):
        court.pass_time(court.now + days * DAY)
    rule = {"actor": court.mia, "ref": dispute.ref, "fact_no": 1, "reasons": "平台持有记录而不提供。"}
    commands.rule_fact(**rule, proved=True, now=court.now + 20 * DAY)
    return fresh(dispute)


def determined(court, notice, **terms):
    """Mia determined it after twenty days; nobody has asked for a review."""
    dispute = deliberating(court, notice)
    more = {"departure_reasons": "另有证据。", "confirmed_stakes": True} | (terms or IN_FAVOUR)
    return court.determine(dispute, now=court.now + 20 * DAY, reasons="平台没有说明。", **more)


def in_effect(court, notice, **terms):
    """The time for a review passed, and everything that follows was carried out."""
    dispute = determined(court, notice, **terms)
    err.settle_down(court.now + 20 * DAY)
    err.pass_time(court.now + 40 * DAY)
    return fresh(dispute)


def said(notice):
    return [(o.source, o.overturned, o.error_class) for o in ActOutcome.objects.filter(act_id=notice.act_id)]


def revocations(notice):
    return Event.objects.filter(case_kind="notice", case_id=notice.pk, type="notice.revoked")


def now_of(notice):
    return Notice.objects.get(pk=notice.pk)


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


def test_who_took_the_measure_does_not_mediate_about_it(world, court, now):
    decider = make.staff("reviewer", "mediator", now=now, name="dora")

    conflicted(court, world.notice(officer=User.objects.get(pk=decider.user_id).officer_code), decider)


def test_nor_does_their_team(world, court, now):
    team = make.make_team("measures")
    decider = make.staff("reviewer", now=now, name="dora", team=team)
    colleague = make.staff("mediator", now=now, name="dan", team=team)

    conflicted(court, world.notice(officer=User.objects.get(pk=decider.user_id).officer_code), colleague)


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


def test_nor_does_who_decided_an_appeal_against_it(world, court, now):
    both = make.staff("reviewer", "mediator", now=now, name="rob", team=make.make_team("appeals"))
    notice = world.notice()
    appeal = make.ready_to_decide(both, make.file(world.alice, notice, now=now), now=now)
    make.decide(both, appeal, now=now, outcome="UPHELD")

    conflicted(court, notice, both)


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


# — what follows —


def test_a_measure_that_was_lifted_is_revoked_and_the_incident_opens(court, firm, now):
    notice = firm.issue(now=now, measures=[make.deduction(now)], basis=[make_basis(firm)])
    dispute = determined(court, notice)
    err.settle_down(court.now + 20 * DAY)
    assert (said(notice), revocations(notice).exists()) == ([], False), "a review can still change it"

    err.pass_time(court.now + 40 * DAY)

    effect = Event.objects.get(case_kind="dispute", case_id=dispute.pk, type="dispute.carrying_out")
    assert said(notice) == [("dispute", True, "PROCEDURE")]
    outcome = ActOutcome.objects.get(act_id=notice.act_id)
    assert (outcome.source_ref, outcome.event, outcome.by_person) == (dispute.ref, effect, True)
    incident = Incident.objects.get(act_id=notice.act_id)
    assert (incident.cause_event, incident.party_id, incident.subject_ref) == (effect, notice.party_id, notice.ref)
    cause = Event.objects.get(case_kind="incident", case_id=incident.pk, type="incident.opened").facts["cause"]
    assert cause == effect.hash
    assert [o.overturned for o in counted_outcomes(ActOutcome.objects.all())] == [True]

    after = now_of(notice)
    assert after.state == "REVOKED"
    assert dispute.number in after.withdrawn_reason
    assert "争议" in after.withdrawn_reason
    event = revocations(notice).get()
    assert (event.actor_ref, event.facts["dispute"]) == ("system:determination", dispute.ref)
    owed = Remedy.objects.filter(notice=notice)
    assert {(r.kind, r.amount_minor, r.cause) for r in owed} == {
        ("REFUND", 10_000, dispute.ref),
        ("CORRECT_RECORD", None, dispute.ref),
    }


def make_basis(firm):
    return notices.BasisDraft(kind="CLAUSE", rule=firm.world.rule, clause="9")


def test_the_reason_is_in_the_language_of_the_notice(world, court, now):
    notice = world.notice()
    Notice.objects.filter(pk=notice.pk).update(language="en")

    dispute = in_effect(court, notice)

    assert now_of(notice).withdrawn_reason == f"Dispute {dispute.number} was determined: the measure is lifted."


def test_a_claim_that_fails_says_that_the_act_stood(court, firm, now):
    notice = firm.issue(now=now)

    dispute = in_effect(court, notice, **AGAINST)

    assert (dispute.state, said(notice)) == ("CLOSED", [("dispute", False, "")])
    assert not Incident.objects.exists()
    assert now_of(notice).state in ("IN_FORCE", "ENDED")
    assert not revocations(notice).exists()


@pytest.mark.parametrize(("outcome", "remedy"), [("SUPPORTED", "COMPENSATE"), ("PARTLY", "PARTIAL_REFUND")])
def test_money_overturns_the_act_and_leaves_measure_and_order(court, firm, now, outcome, remedy):
    """What was done on an order is not undone where the measure stands."""
    order = err.taken_on(firm, now=now)
    notice = firm.issue(now=now, by={"instruction": order.ref})

    in_effect(court, notice, outcome=outcome, remedy=remedy, amount_minor=500, payer="PLATFORM")

    assert said(notice) == [("dispute", True, "PROCEDURE")]
    assert Incident.objects.filter(act_id=notice.act_id).count() == 1
    assert not revocations(notice).exists()
    assert not Instruction.objects.filter(reverses=order).exists()


def test_what_was_lifted_is_undone_by_who_carried_it_out(court, firm, now):
    order = err.taken_on(firm, now=now)
    notice = firm.issue(now=now, by={"instruction": order.ref})

    in_effect(court, notice)

    assert Instruction.objects.get(reverses=order).kind == "REVERSAL"


def test_however_often_it_is_told_it_is_one_outcome_and_one_revocation(court, firm, now):
    notice = firm.issue(now=now)
    dispute = in_effect(court, notice)
    later = court.now + 41 * DAY
    commands.report_obligation(actor=court.carl, ref=dispute.ref, no=1, note="已解除", now=later)
    commands.confirm_obligation(actor=court.alice, ref=dispute.ref, no=1, now=later)
    err.settle_down(later)

    assert fresh(dispute).state == "CLOSED"
    for event in Event.objects.filter(case_kind="dispute", type__in=["dispute.closed", "dispute.carrying_out"]):
        following.tell_executors(event, now=later)
        following.let_measure_follow(event, now=later)
    assert said(notice) == [("dispute", True, "PROCEDURE")]
    assert Incident.objects.count() == revocations(notice).count() == 1
    assert Remedy.objects.filter(notice=notice).count() == 2


def test_the_later_event_alone_says_the_same(court, firm, now):
    """A message may be late or given up; the one of the end names the same event."""
    notice = firm.issue(now=now)
    dispute = determined(court, notice)
    court.pass_time(court.now + 40 * DAY)
    later = court.now + 41 * DAY
    commands.report_obligation(actor=court.carl, ref=dispute.ref, no=1, note="已解除", now=later)
    commands.confirm_obligation(actor=court.alice, ref=dispute.ref, no=1, now=later)

    following.tell_executors(Event.objects.get(case_kind="dispute", type="dispute.closed"), now=later)

    assert ActOutcome.objects.get().event.type == "dispute.carrying_out"


def test_a_review_decides_what_counts(court, firm, now):
    notice = firm.issue(now=now)
    dispute = determined(court, notice)
    later = court.now + 20 * DAY
    commands.request_review(actor=court.carl, ref=dispute.ref, now=later)
    commands.join_dispute(actor=court.max, ref=dispute.ref, now=later)
    for days in range(21, 41):
        err.pass_time(court.now + days * DAY)
    later = court.now + 41 * DAY
    sentences = {f.no: "s" for f in fresh(dispute).facts.all()}
    draft = commands.DeterminationDraft(
        outcome="NOT_SUPPORTED", reasons="r", sentences=sentences, departure_reasons="r", confirmed_stakes=True
    )
    commands.determine_dispute(actor=court.max, ref=dispute.ref, draft=draft, now=later)
    err.settle_down(later)

    assert said(notice) == [("dispute", False, "")]
    assert not revocations(notice).exists()


@pytest.mark.parametrize("ending", ["settled", "withdrawn"])
def test_who_settles_or_leaves_says_nothing_of_the_act(court, firm, now, ending):
    notice = firm.issue(now=now)
    dispute = opened(court, notice.ref)
    if ending == "withdrawn":
        commands.withdraw_dispute(actor=court.alice, ref=dispute.ref, now=now)
    else:
        commands.answer_dispute(actor=court.carl, ref=dispute.ref, text="可以商量。", refuses=False, now=now)
        commands.escalate_dispute(actor=court.alice, ref=dispute.ref, now=now)
        commands.join_dispute(actor=court.mia, ref=dispute.ref, now=now)
        offer = commands.make_offer(actor=court.mia, ref=dispute.ref, terms=commands.Terms("LIFT"), now=now)
        commands.accept_offer(actor=court.alice, offer_ref=offer.ref, now=now)
    err.settle_down(now)

    assert fresh(dispute).state == {"settled": "CARRYING_OUT", "withdrawn": "WITHDRAWN"}[ending]
    assert said(notice) == []
    assert not revocations(notice).exists()


def test_what_both_sides_settled_during_the_review_is_not_what_was_determined(court, firm, now):
    notice = firm.issue(now=now)
    dispute = determined(court, notice)
    later = court.now + 20 * DAY
    commands.request_review(actor=court.carl, ref=dispute.ref, now=later)
    commands.join_dispute(actor=court.max, ref=dispute.ref, now=later)
    terms = commands.Terms("COMPENSATE", amount_minor=500)
    offer = commands.make_offer(actor=court.max, ref=dispute.ref, terms=terms, now=later)
    commands.accept_offer(actor=court.alice, offer_ref=offer.ref, now=later)
    err.settle_down(later)

    assert fresh(dispute).state == "CARRYING_OUT"
    assert said(notice) == []
    assert not revocations(notice).exists()


def test_a_notice_of_the_platforms_own_people_falls_without_an_executor(world, court):
    notice = world.notice()

    in_effect(court, notice)

    assert now_of(notice).state == "REVOKED"
    assert not ActOutcome.objects.exists()


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


def test_what_was_settled_opens_no_look_at_others(world, court):
    world.notice()
    dispute = deliberating(court, world.notice())
    offer = commands.make_offer(actor=court.mia, ref=dispute.ref, terms=commands.Terms("LIFT"), now=court.now)
    commands.accept_offer(actor=court.alice, offer_ref=offer.ref, now=court.now)
    err.settle_down(court.now)

    assert not SiblingReview.objects.exists()


def test_an_open_appeal_closes_with_the_measure_and_counts_nothing_twice(court, firm, now):
    notice = firm.issue(now=now)
    determined(court, notice)
    appeal = make.file(court.alice, notice, now=now)

    err.pass_time(court.now + 40 * DAY)

    assert Appeal.objects.get(pk=appeal.pk).state == "CORRECTED"
    assert now_of(notice).state == "REVOKED"
    assert said(notice) == [("dispute", True, "PROCEDURE")]
    assert Incident.objects.count() == 1


def test_a_notice_that_fell_before_stays_as_it_fell(court, firm, now):
    """The platform withdrew it meanwhile: nothing is owed twice, one incident, and the dispute is what counts."""
    notice = firm.issue(now=now)
    dispute = determined(court, notice)
    notices.withdraw_notice(actor=court.carl, ref=notice.ref, reason="识别有误。", now=court.now + 20 * DAY)
    owed = Remedy.objects.filter(notice=notice).count()

    err.pass_time(court.now + 40 * DAY)

    assert (now_of(notice).withdrawn_reason, revocations(notice).count()) == ("识别有误。", 1)
    assert Remedy.objects.filter(notice=notice).count() == owed
    assert {(o.source, o.overturned) for o in ActOutcome.objects.all()} == {("correction", True), ("dispute", True)}
    assert Incident.objects.count() == 1
    assert [o.source_ref for o in counted_outcomes(ActOutcome.objects.all())] == [dispute.ref]


def test_an_act_that_an_appeal_overturned_is_not_counted_again(court, firm, now):
    notice = firm.issue(now=now)
    err.decided(firm, notice, now=now)

    in_effect(court, notice)

    assert sorted(o.source for o in ActOutcome.objects.all()) == ["appeal", "dispute"]
    assert [o.source for o in counted_outcomes(ActOutcome.objects.all())] == ["appeal"]
    assert Incident.objects.count() == 1


# — who reads what —


def test_who_sees_the_dispute_sees_the_number_and_reads_the_notice_only_where_they_may(world, court):
    notice = world.notice()
    dispute = escalated(court, notice)
    commands.join_dispute(actor=court.mia, ref=dispute.ref, now=court.now)

    def reads(actor):
        found = queries.dispute_for(actor, dispute.ref)
        assert found.notice.number == notice.number
        return queries.reads_notice(actor, found)

    assert [reads(actor) for actor in (court.alice, court.mia, court.carl)] == [True, False, True]
    assert queries.reads_notice(court.alice, opened(court)) is False


def test_the_case_file_names_the_notice(world, court):
    notice = world.notice()
    dispute = escalated(court, notice)
    with tempfile.TemporaryFile() as out:
        queries.write_case_file(out, actor=court.alice, ref=dispute.ref, now=court.now)
        with zipfile.ZipFile(out) as archive:
            case, page = json.loads(archive.read("case.json")), archive.read("case.html").decode()

    assert case["dispute"]["notice"] == {"ref": notice.ref, "number": notice.number}
    assert page.count(notice.number) >= 2, "in both languages"


# — over REST —


@pytest.fixture
def orders(court, monkeypatch):
    class Orders:
        def order(self, ref):
            return court.order(ref=ref)

    monkeypatch.setattr("disputes.records.current", Orders)


def http(actor):
    return Http(token_of(User.objects.get(pk=actor.user_id), now=clock.now()))


BODY = {"order_ref": "O-1", "ground": "merchant_measure", "claim": {"remedy": "LIFT"}, "statement": "不是违规。"}
ADDRESS = "/api/v1/disputes"


@pytest.mark.parametrize("name", ["ref", "number"])
def test_a_client_names_the_notice_and_reads_its_number(world, court, orders, name):
    notice = world.notice()
    answer = http(court.alice)("POST", ADDRESS, BODY | {"notice": getattr(notice, name)})

    assert answer.status_code == 201, answer.content
    assert answer.json()["notice"] == {"ref": notice.ref, "number": notice.number}
    dispute = Dispute.objects.get(ref=answer.json()["ref"])
    assert (dispute.notice_id, dispute.respondent_id) == (notice.pk, None)
    assert Event.objects.get(case_kind="dispute", type="dispute.opened").facts["notice"] == notice.ref
    seen = http(court.carl)("GET", f"{ADDRESS}/{dispute.ref}").json()
    assert seen["notice"] == {"ref": notice.ref, "number": notice.number}


def test_a_dispute_without_a_notice_says_null(court, orders):
    answer = http(court.alice)("POST", ADDRESS, BODY)

    assert (answer.status_code, answer.json()["notice"]) == (201, None)
    assert "notice" not in Event.objects.get(case_kind="dispute", type="dispute.opened").facts


def test_a_refused_notice_is_told_at_its_place(world, court, orders):
    call = http(court.alice)
    unknown = call("POST", ADDRESS, BODY | {"notice": world.notice(court.other).ref})
    other = {"ground": "bad_faith_buyer", "claim": {"remedy": "DECLARE"}, "notice": world.notice().ref}
    elsewhere = call("POST", ADDRESS, BODY | other)

    assert [(e["pointer"], e["code"]) for e in unknown.json()["errors"]] == [("/notice", "unknown-notice")]
    assert [(e["pointer"], e["code"]) for e in elsewhere.json()["errors"]] == [("/notice", "not-for-this-ground")]
    assert not Dispute.objects.exists()
