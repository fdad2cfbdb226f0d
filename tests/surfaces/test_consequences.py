"""What follows from a verb is said before it, in two sentences, and then really happens.

Every verb that a party may fire says what follows or why nothing has to be said. What names a time or a sum is compared
with what the command then writes; what cannot be undone has no way back in its machine.
"""

from datetime import timedelta

import pytest
from django.utils.translation import override

from appeals import commands as appeals
from appeals.models import Appeal
from appeals.queries import appeal_for
from appeals.verbs import actions_for as actions_of_appeal
from casework.formats import deadline_text
from casework.machine import steps_of
from config.api.actions import declared
from disputes import commands, queries
from disputes.default_table import fast_refunds
from disputes.models import Dispute, FactAtIssue, Obligation, Submission
from disputes.verbs import actions_for
from executors import commands as executors
from executors.models import Incident
from executors.verbs import actions_for as actions_of_executor
from infringements.models import Infringement
from infringements.verbs import actions_for as actions_of_infringement
from notices.verbs import actions_for as actions_of_notice
from rules import commands as rules
from rules.models import RuleExit
from rules.verbs import actions_for as actions_of_exit
from surfaces.asks import PARTY
from tests import factories as make
from tests.disputes.building import NEVER_CAME, REFUNDED, publish_table, stage
from tests.disputes.test_carrying_out import HOUR, agreed
from tests.infringements.claiming import Claiming
from tests.surfaces import executing
from tests.surfaces.operations import OPERATIONS
from tests.surfaces.people import PRINCIPALS
from tests.surfaces.test_permissions import EXPECTED

OF_PARTIES = {"owner", "staff", "finance", "consumer", "executor", "lead", "agent", "manager", "special_agent"}
LANGUAGES = ("en", "zh-hans")
pytestmark = pytest.mark.once


def may_be_fired_by_a_party(verb):
    if verb.page_for(PARTY) is not None:
        return True
    if verb.name == "propose":
        return False  # the platform's own; over the API it is the operation of `offer`
    codes = EXPECTED.get(verb.operation_id(), {}).get("ours", [])
    return any(code < 300 for who, code in zip(PRINCIPALS, codes, strict=False) if who in OF_PARTIES)


def test_every_verb_of_a_party_says_what_follows_or_why_nothing_has_to_be_said():
    of_parties = [verb for verb in declared() if may_be_fired_by_a_party(verb)]
    silent = [f"{verb.operation_id()} ({verb.name})" for verb in of_parties if not (verb.follows or verb.binds_nothing)]
    both = [verb.name for verb in declared() if verb.follows and verb.binds_nothing]

    assert len(of_parties) > 40
    assert not silent
    assert not both


def sentences(text):
    return text.count("。") if "。" in text else text.replace(". ", ".|").count("|") + 1


def in_both(action):
    """What an action says, in both languages, each in one or two sentences."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = action.consequence
        assert 1 <= sentences(said[language]) <= 2, said[language]
    assert said["en"].isascii() or "“" in said["en"] or "¥" in said["en"] or "检测" in said["en"]
    assert said["en"] != said["zh-hans"]
    return said


def test_a_sentence_without_a_case_is_one_of_two():
    for verb in declared():
        if verb.follows and not callable(verb.follows):
            for language in LANGUAGES:
                with override(language):
                    assert 1 <= sentences(str(verb.follows)) <= 2, verb.name


def say(actions, name):
    return in_both(next(action for action in actions if action.name == name))


def told(actor, dispute, name, now):
    return say(actions_for(actor, queries.dispute_for(actor, dispute.ref), now=now), name)


def names(said, at):
    """Whether both texts name this time as the pages write it."""
    for language, text in said.items():
        with override(language):
            assert deadline_text(at, "zone") in text, (text, at)
    return True


# — disputes —


def test_who_answers_is_told_when_the_platform_joins(court):
    dispute = court.open()
    said = told(court.alice, dispute, "answer", court.now)
    after = commands.answer_dispute(actor=court.alice, ref=dispute.ref, text="不同意。", refuses=True, now=court.now)
    assert names(said, after.step_due_at)
    court.pass_time(after.step_due_at + HOUR)
    assert Dispute.objects.get(pk=dispute.pk).state == "ESCALATED"


@pytest.mark.parametrize("name", ["escalate", "demand-human"])
def test_a_mediator_joins_by_the_time_that_was_named(court, name):
    dispute = court.open()
    commands.answer_dispute(actor=court.alice, ref=dispute.ref, text="不同意。", refuses=True, now=court.now)
    said = told(court.bob, dispute, name, court.now)
    command = {"escalate": commands.escalate_dispute, "demand-human": commands.demand_human}[name]
    after = command(actor=court.bob, ref=dispute.ref, now=court.now)
    assert (after.state, names(said, after.platform_due_at)) == ("ESCALATED", True)
    if name == "escalate":
        assert "shortens no time limit" in told(court.bob, dispute, "demand-human", court.now)["en"]


@pytest.mark.parametrize("withheld", ["", "含有其他买家的信息"])
def test_submitting_says_until_when_more_can_come_and_whether_the_turn_is_over(court, withheld):
    dispute, now = court.joined("damaged"), court.now + HOUR
    fact = dispute.facts.get(no=1)
    actor = court.actor_for(fact.bearer, "damaged")
    stage(actor, dispute.ref, now=now, fact_no=1, withheld=withheld)
    said = told(actor, dispute, "submit-evidence", now)
    commands.submit_evidence(actor=actor, ref=dispute.ref, fact_no=1, now=now)
    assert names(said, Submission.objects.get(fact=fact).more_until)
    is_over = FactAtIssue.objects.get(pk=fact.pk).step.no > fact.step.no
    assert is_over == (not withheld) == ("no longer for you to show this" in said["en"])


def test_before_a_mediator_joined_submitting_names_no_time(court):
    dispute = court.open("damaged")
    stage(court.bob, dispute.ref, now=court.now, fact_no=1)
    assert "until the platform has joined" in told(court.bob, dispute, "submit-evidence", court.now)["en"]


@pytest.mark.parametrize("who", ["bob", "alice"])
def test_an_admitted_fact_counts_as_was_said(court, who):
    dispute, actor = court.joined("quality"), getattr(court, who)
    said = told(actor, dispute, "admit", court.now)
    commands.admit_fact(actor=actor, ref=dispute.ref, fact_no=1, now=court.now)
    fact = dispute.facts.get(no=1)
    assert fact.established == ("counts as true" in said["en"]) != ("counts as not true" in said["en"])
    assert not {
        a.name for a in actions_for(actor, queries.dispute_for(actor, dispute.ref), now=court.now) if a.fact == 1
    } & {
        "admit",
        "evidence",
    }


def test_agreeing_and_accepting_name_the_sum_and_its_day(court):
    first = court.open()
    said = told(court.alice, first, "agree", court.now)
    commands.agree_to_claim(actor=court.alice, ref=first.ref, now=court.now)
    owed = first.obligations.get()
    assert names(said, owed.due_at)
    assert "¥299.00" in said["en"]

    second = court.joined("quality")
    offer = court.offer(court.alice, second, "PARTIAL_REFUND", 8_000)
    said = told(court.bob, second, "accept-offer", court.now)
    commands.accept_offer(actor=court.bob, offer_ref=offer.ref, now=court.now)
    assert names(said, second.obligations.get().due_at)
    assert "¥80.00" in said["en"]


def test_an_offer_with_the_goods_back_names_no_day_and_the_platforms_waits_for_both(court):
    dispute = court.joined("quality")
    offer = court.offer(court.alice, dispute, "RETURN_AND_REFUND", 29_900, goods_back=True)
    assert "each with its time" in told(court.bob, dispute, "accept-offer", court.now)["en"]
    commands.refuse_offer(actor=court.bob, offer_ref=offer.ref, now=court.now)

    proposal = court.offer(court.mia, dispute, "PARTIAL_REFUND", 8_000)
    assert "Once the other side has accepted" in told(court.bob, dispute, "accept-offer", court.now)["en"]
    after = commands.accept_offer(actor=court.bob, offer_ref=proposal.ref, now=court.now)
    assert after.state == "EVIDENCE"
    assert "ends at once" in told(court.finance, dispute, "accept-offer", court.now)["en"]
    after = commands.accept_offer(actor=court.finance, offer_ref=proposal.ref, now=court.now)
    assert after.state == "CARRYING_OUT"


def test_a_fast_refund_names_who_pays_and_by_when(court):
    rules = fast_refunds(["not_received"], limit_minor=20_000, platform_pays=True)
    publish_table(court.platform, now=court.now, days=100, fast=rules)
    dispute = court.open(remedy="REFUND", amount=12_000)
    said = told(court.bob, dispute, "accept-fast-refund", court.now)
    commands.accept_fast_refund(actor=court.bob, ref=dispute.ref, now=court.now)
    owed = dispute.obligations.get()
    assert names(said, owed.due_at)
    assert (owed.debtor, "The platform refunds ¥120.00" in said["en"]) == ("PLATFORM", True)


def test_the_platform_answers_who_the_merchant_is_by_the_time_that_was_named(court):
    dispute = court.open()
    said = told(court.bob, dispute, "ask-identity", court.now)
    after = commands.ask_identity(actor=court.bob, ref=dispute.ref, now=court.now)
    assert names(said, after.identity_requests.get().due_at)


def test_what_is_owed_is_confirmed_or_counts_by_the_time_that_was_named(court):
    dispute = agreed(court)
    goods, money = dispute.obligations.order_by("no")
    said = told(court.bob, dispute, "report-obligation", court.now)
    commands.report_obligation(actor=court.bob, ref=dispute.ref, no=1, note="", now=court.now)
    goods.refresh_from_db()
    assert names(said, goods.confirm_due_at)

    said = told(court.alice, dispute, "confirm-obligation", court.now)
    commands.confirm_obligation(actor=court.alice, ref=dispute.ref, no=1, now=court.now)
    money.refresh_from_db()
    assert names(said, money.due_at)

    assert "the dispute is closed" in told(court.bob, dispute, "confirm-obligation", court.now)["en"]
    commands.confirm_obligation(actor=court.bob, ref=dispute.ref, no=2, now=court.now)
    assert Dispute.objects.get(pk=dispute.pk).state == "CLOSED"


def test_what_did_not_arrive_is_the_platforms_by_the_time_that_was_named(court):
    dispute = agreed(court, remedy="PARTIAL_REFUND", amount_minor=12_500, goods_back=False)
    late = dispute.obligations.get().due_at + 2 * HOUR
    said = told(court.bob, dispute, "not-received", late)
    commands.report_not_received(actor=court.bob, ref=dispute.ref, no=1, now=late)
    assert names(said, Obligation.objects.get(dispute=dispute).platform_due_at)


def test_a_review_and_its_waiver_say_what_holds_by_when(court):
    dispute, now = court.joined(), court.now + 30 * 24 * HOUR
    court.pass_time(now)
    court.determine(dispute, now=now, **REFUNDED, **NEVER_CAME)
    dispute.refresh_from_db()
    assert names(told(court.bob, dispute, "accept-determination", now), dispute.review_closes_at)
    said = told(court.alice, dispute, "request-review", now)
    commands.accept_determination(actor=court.bob, ref=dispute.ref, now=now)
    assert "accepted already" in told(court.alice, dispute, "accept-determination", now)["en"]
    after = commands.request_review(actor=court.alice, ref=dispute.ref, now=now)
    assert names(said, after.platform_due_at)


# — appeals and notices —


def test_an_appeal_is_decided_by_the_time_that_was_named_and_can_be_filed_anew(world, now):
    notice = world.notice()
    said = say(actions_of_notice(world.alice, notice, now=now), "appeal")
    appeal = make.file(world.alice, notice, now=now)
    assert names(said, appeal.decide_due_at)

    found = appeal_for(world.alice, appeal.ref)
    said = say(actions_of_appeal(world.alice, found, now=now), "withdraw")
    assert names(said, notice.appeal_closes_at)
    assert "the measures stay as they are" in said["en"]
    appeals.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=now, expected_version=found.version)
    assert make.file(world.alice, notice, now=now + timedelta(hours=1)).round == 2


def test_submitting_evidence_of_an_appeal_names_its_last_moment(world, now):
    made = OPERATIONS["submit_evidence"].made(world, now)
    appeal = appeal_for(world.alice, made["ref"])
    said = say(actions_of_appeal(world.alice, appeal, now=now), "submit-evidence")
    assert names(said, appeal.evidence_closes_at)
    assert "until it is decided, at the latest" in said["en"]


def test_a_demand_says_that_it_is_for_good(world, now):
    appeal = appeal_for(world.alice, make.file(world.alice, world.notice(), now=now).ref)
    say(actions_of_appeal(world.alice, appeal, now=now), "demand-human")
    appeals.demand_human(actor=world.alice, ref=appeal.ref, now=now)
    actions = actions_of_appeal(world.alice, appeal_for(world.alice, appeal.ref), now=now)
    assert "demand-human" not in {action.name for action in actions}


# — other cases —


def test_a_right_holder_has_until_the_time_that_was_named(world, now):
    claiming = Claiming(world, now)
    case = claiming.accepted()
    said = say(actions_of_infringement(world.alice, case, now=now), "state")
    claiming.stated(case)
    assert names(said, Infringement.objects.get(pk=case.pk).silence_at)


def test_an_objection_is_answered_by_the_time_that_was_named(world, now):
    row = RuleExit.objects.get(ref=OPERATIONS["object_to_exit"].made(world, now)["ref"])
    said = say(actions_of_exit(world.alice, row, now=now), "object")
    after = rules.object_to_exit(actor=world.alice, ref=row.ref, objection="少算了。", now=now)
    assert names(said, after.answer_due_at)


def test_an_executor_is_told_when_it_is_found_and_found_anew(world, now):
    executing.prepare(world, now=now)
    incident = executing.incident_in(world, "opened", now=now)
    xena = world.more["xena"]
    said = say(actions_of_executor(xena, incident, now=now), "explain")
    after = executors.explain_incident(actor=xena, ref=incident.ref, explanation="没有比对。", now=now)
    assert names(said, after.find_by)

    executors.find_incident(
        actor=world.carl,
        ref=incident.ref,
        outcome="IMPROPER",
        error_class="WRONG_FACT",
        reasons="没有核对。",
        corrective_step="重新培训。",
        now=now,
    )
    later = now + HOUR
    said = say(actions_of_executor(xena, Incident.objects.get(pk=incident.pk), now=later), "contest")
    after = executors.contest_finding(actor=xena, ref=incident.ref, reasons="工具混淆了编号。", now=later)
    assert names(said, after.find_by)


# — for good —

NO_WAY_BACK = [
    (Dispute, "escalate"),
    (Dispute, "agree_to_claim"),
    (Dispute, "settle"),
    (Dispute, "accept_fast_refund"),
    (Dispute, "withdraw"),
    (Dispute, "request_review"),
    (FactAtIssue, "admit"),
    (Appeal, "withdraw"),
    (Infringement, "withdraw"),
]
AGAIN = {"determine"}
"""What decides anew after a review is no way back from having asked for it."""


@pytest.mark.parametrize(("model", "verb"), NO_WAY_BACK)
def test_what_cannot_be_undone_has_no_way_back(model, verb):
    steps = [step for step in steps_of(model) if step.target is not None and step.verb not in AGAIN]
    moves = [step for step in steps if step.verb == verb]
    for move in moves:
        reached = {move.target}
        while more := {step.target for step in steps if step.source in reached and not step.chosen_by} - reached:
            reached |= more
        assert move.source not in reached, (move.source, reached)
    assert moves
