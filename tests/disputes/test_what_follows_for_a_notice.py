"""Once a dispute about a measure is determined, the measure follows and the executor answers; where it is read."""

import json
import tempfile
import zipfile

import pytest

from accounts.models import User
from appeals.models import Appeal
from casework import clock
from casework.models import Event
from disputes import commands, queries
from disputes import subscribers as following
from disputes.models import Dispute
from executors.models import ActOutcome, Incident, Instruction, counted_outcomes
from notices import commands as notices
from notices.models import Notice, Remedy, SiblingReview
from tests import factories as make
from tests.disputes import about
from tests.disputes.about import (
    AGAINST,
    DAY,
    deliberating,
    determined,
    escalated,
    in_effect,
    now_of,
    opened,
    revocations,
    said,
)
from tests.disputes.building import fresh
from tests.executors import erring as err
from tests.surfaces.people import Http, token_of

pytestmark = pytest.mark.once
firm, module_firm, module_court = about.firm, about.module_firm, about.module_court


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
