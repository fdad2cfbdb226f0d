"""Every promise that is printed equals the clock that runs: one clause is changed, and all places are looked at."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from appeals import commands as appeals
from casework import clock, working_days
from casework.errors import Invalid, NotYourTurn
from casework.formats import beijing_deadline, deadline_text
from casework.ledger import verify
from casework.models import Deadline
from disputes import commands as disputes
from disputes import terms
from disputes.default_table import GROUNDS, RELAXATIONS
from disputes.models import Dispute, Obligation, Submission
from notices import commands as notices
from rules import commands as rules
from rules.choices import PROMISES, Unit, phrase
from rules.commands import ClauseText, TermDraft
from rules.terms import SHIPPED, Term, terms_at
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.factories import publish_rule_version
from tests.infringements.claiming import Claiming
from tests.pages import living
from tests.surfaces.conftest import Api
from tests.tips.tipping import Tipping

pytestmark = pytest.mark.once

RULE = "procedure"
DAY = timedelta(days=1)
STRICTER = {
    "appeal_window": (12, "months"),
    "evidence_time": (9, "days"),
    "information_time": (5, "days"),
    "information_least": (2, "days"),
    "system_review_time": (2, "hours"),
    "decision_time": (3, "working_days"),
    "urgent_decision_time": (12, "hours"),
    "second_look_share": (10, "percent"),
    "remedy_time": (6, "hours"),
    "appeal_rounds": (3, "times"),
    "appeal_pauses": (4, "times"),
    "second_review_window": (45, "days"),
    "appeals_a_day": (1200, "times"),
    "disputes_a_day": (600, "times"),
    "files_a_day": (2100, "megabytes"),
    "hold_time": (36, "hours"),
    "dispute_answer_time": (30, "hours"),
    "dispute_call_in_time": (8, "hours"),
    "dispute_talk_time": (6, "days"),
    "pause_check_time": (12, "days"),
    "mediator_join_time": (5, "hours"),
    "dispute_reply_time": (50, "hours"),
    "proof_time_least": (48, "hours"),
    "proof_time_most": (20, "days"),
    "offer_time_most": (10, "days"),
    "determination_time": (2, "working_days"),
    "dispute_review_window": (11, "days"),
    "identity_time": (1, "working_days"),
    "payment_time": (2, "days"),
    "goods_time": (4, "days"),
    "repair_time": (6, "days"),
    "confirmation_time": (9, "days"),
    "guarantee_time": (2, "days"),
    "identity_kept": (48, "months"),
    "traces_kept": (9, "months"),
    "infringement_time": (12, "hours"),
    "tip_time": (5, "days"),
    "price_time": (2, "days"),
    "membership_notice": (7, "days"),
    "membership_refund": (150, "percent"),
}

CHANGED = {key: Term(key, amount, Unit(unit), RULE, "1", "1") for key, (amount, unit) in STRICTER.items()}


now = living(hours=2)


def publish(world, at):
    """A rule whose one clause promises everything, each value another than the shipped one."""
    places = "；".join(f"{key}：{{{key}}}" for key in STRICTER)
    clause = ClauseText("1", places, places, terms=[TermDraft(key, *value) for key, value in STRICTER.items()])
    return publish_rule_version(
        actor=world.platform,
        code=RULE,
        name_zh="程序规则",
        name_en="Procedure Rule",
        number="1",
        effective_from=at,
        clauses=[clause],
        now=at - 20 * DAY,
    )


def text(client, path, language="en"):
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, path
    return " ".join(answer.content.decode().split())


def test_the_values_of_this_test_cover_every_promise_and_none_is_the_shipped_one():
    assert set(STRICTER) == set(PROMISES)
    assert not [key for key, value in STRICTER.items() if value == (PROMISES[key].amount, PROMISES[key].unit)]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_rule_page_downloads_help_and_api_print_the_values_that_hold(world, now, language):
    publish(world, now - DAY)
    everybody, words = Client(), {key: phrase(*value, language) for key, value in STRICTER.items()}

    rule = text(everybody, reverse("rules:version", args=[RULE, "1"]), language)
    saved = text(everybody, reverse("rules:download", args=[RULE, "1", "txt"]), language)
    for key, said in words.items():
        assert f"{key}：{said}" in rule
        assert f"{key}：{said}" in saved
    page = text(everybody, reverse("appeals:help-times"), language)
    for key, said in words.items():
        row = page.partition(f'data-term="{key}"')[2].partition("</div>")[0]
        assert f"<strong>{said}</strong>" in row
        assert reverse("rules:version", args=[RULE, "1"]) + "#clause-1" in row

    listed = {row["key"]: row for row in Api("").get("terms", **{"Accept-Language": language}).json()["items"]}
    version = Api("").get(f"rules/{RULE}/versions/1").json()
    for key, (amount, unit) in STRICTER.items():
        row = listed[key]
        assert (row["amount"], row["unit"]["code"], row["text"]) == (amount, unit, words[key])
        assert (row["rule"], row["version"], row["clause"]) == (RULE, "1", "1")
    promised = {row["key"]: (row["amount"], row["unit"]["code"]) for row in version["clauses"][0]["terms"]}
    assert promised == STRICTER


def begin_appeals(world, expected, *, now):
    """Serves two notices now and compares what they print and when their windows close with what is expected."""
    draft = {"now": now, "officer": world.otto.code}
    served = make.issue(world.platform, make.draft(world.merchant, world.rule, **draft), now=now)
    closing = make.draft(world.merchant, world.rule, measures=[make.measure(now, type="close_store")], **draft)
    urgent = make.issue(world.platform, closing, now=now)

    said = {key: expected[key].said("en") for key in expected}
    page = text(browser(world.alice), reverse("notices:detail", args=[served.ref]))
    assert f"You can appeal within {said['appeal_window']} of delivery" in page
    assert f"decided within {said['decision_time']}, and" in page
    assert f"undone within {said['remedy_time']} of the decision" in page
    urgent_page = text(browser(world.alice), reverse("notices:detail", args=[urgent.ref]))
    assert f"decided within {said['urgent_decision_time']}, and" in urgent_page

    closes = expected["appeal_window"].ends(now)
    assert served.appeal_closes_at == closes
    assert deadline_text(closes) in page
    assert Deadline.objects.get(case_kind="notice", case_id=served.pk, kind="notice.appeal_window").due_at == closes
    hold = make.measure(now, ends_at=now + expected["hold_time"].length + timedelta(minutes=1))
    held = make.draft(world.merchant, world.rule, measures=[hold], is_precautionary=True, **draft)
    with pytest.raises(Invalid) as refused:
        make.issue(world.platform, held, now=now)
    assert said["hold_time"] in " ".join(str(each.message) for each in refused.value.errors)
    return served, urgent


def finish_appeals(world, served, urgent, expected, *, now):
    """Takes the notices through appeals that are filed now: every clock and every sentence is the expected one."""
    appeal = make.file(world.alice, served, now=now)
    assert appeal.evidence_closes_at == expected["evidence_time"].ends(now)
    assert appeal.decide_due_at == expected["decision_time"].ends(now)
    page = text(browser(world.alice), reverse("appeals:detail", args=[appeal.ref]))
    assert deadline_text(appeal.decide_due_at) in page
    to_system = make.file(world.alice, urgent, now=now, review="system_first")
    assert to_system.decide_due_at == expected["urgent_decision_time"].ends(now)
    waits = Deadline.objects.get(case_kind="appeal", case_id=to_system.pk, kind="appeal.system")
    assert waits.due_at == expected["system_review_time"].ends(now)

    make.ready_to_decide(world.rita, appeal, now=now)
    ask = {"actor": world.rita, "ref": appeal.ref, "item": "授权书", "fact": "已获授权", "now": now}
    with pytest.raises(Invalid) as refused:
        appeals.request_information(**ask, due_at=expected["information_least"].ends(now) - timedelta(minutes=1))
    assert expected["information_least"].said("en") in str(refused.value.errors[0].message)
    assert appeals.request_information(**ask, due_at=None).due_at == expected["information_time"].ends(now)
    appeals.respond_to_request(actor=world.alice, ref=appeal.ref, answer="见附件。", now=now)
    appeal.refresh_from_db()
    make.decide(world.rita, appeal, now=now, outcome="UPHELD")
    again_until = expected["second_review_window"].ends(now)
    assert deadline_text(again_until) in text(browser(world.alice), reverse("appeals:decision", args=[appeal.ref]))

    notices.withdraw_notice(actor=world.carl, ref=served.ref, reason="识别工具出错。", now=now)
    assert {remedy.due_at for remedy in served.remedies.all()} == {expected["remedy_time"].ends(now)}


def test_notice_appeal_and_remedy_keep_what_was_promised_at_service(world, now):
    with override("en"):
        before = now - timedelta(hours=1)
        old = begin_appeals(world, SHIPPED, now=before)
        publish(world, now)
        new = begin_appeals(world, CHANGED, now=now)
        assert terms_at(now) == CHANGED

        finish_appeals(world, *old, SHIPPED, now=now)  # which goes on after the change as it began
        finish_appeals(world, *new, CHANGED, now=now)


def test_a_dispute_keeps_what_was_promised_at_its_opening(court, now):
    with override("en"):
        court.now = now - timedelta(hours=1)
        old = begin_dispute(court, SHIPPED)
        publish(court, now)
        court.now = now
        new = begin_dispute(court, CHANGED)

        finish_dispute(court, old, SHIPPED, now=now)
        finish_dispute(court, new, CHANGED, now=now)


def left_for_the_shipped_values(world, now):
    """The procedure promised the stricter values for ten days; a version that promises nothing took its place, and
    the party of `alice` left rather than accept it."""
    publish(world, now - 10 * DAY)
    publish_rule_version(
        actor=world.platform,
        code=RULE,
        name_zh="程序规则",
        name_en="Procedure Rule",
        number="2",
        effective_from=now - timedelta(hours=1),
        clauses=[ClauseText("1", "按平台公布的时限办理。", "As published.")],
        now=now - timedelta(hours=1),
    )
    rules.request_exit(actor=world.alice, rule=RULE, number="2", now=now - timedelta(minutes=30))


def test_whoever_left_keeps_the_values_of_the_version_before_and_whoever_stays_has_the_new_ones(world, now):
    with override("en"):
        left_for_the_shipped_values(world, now)
        other = make.make_party(world.client, "MERCHANT", "别家", now=now)
        stays = replace(world, merchant=other, alice=make.member(other, now=now))
        for each, expected in ((world, CHANGED), (stays, SHIPPED)):
            page = text(browser(each.alice), reverse("appeals:help-times"))
            listed = {row["key"]: row["text"] for row in api_of(each.alice).get("terms").json()["items"]}
            for key, term in expected.items():
                assert f"<strong>{term}</strong>" in page.partition(f'data-term="{key}"')[2].partition("</div>")[0]
                assert listed[key] == str(term)
            finish_appeals(each, *begin_appeals(each, expected, now=now), expected, now=now)
        drafts = [make.draft(party, world.rule, now=now, officer=world.otto.code) for party in (world.merchant, other)]
        served = [row.notice for row in notices.issue_notices(actor=world.platform, drafts=drafts, now=now)]
        assert [row.appeal_closes_at for row in served] == [
            each["appeal_window"].ends(now) for each in (CHANGED, SHIPPED)
        ]
        assert list(verify()) == []


def test_the_values_of_a_party_are_asked_for_by_whoever_speaks_for_it(world, now):
    path = f"terms?party={world.merchant.ref}"
    asked = {who: api.get(path).status_code for who, api in (("nobody", Api("")), ("alice", api_of(world.alice)))}
    assert asked == {"nobody": 401, "alice": 200}
    assert api_of(world.eve).get(path).status_code == api_of(world.eve).get("terms?party=x").status_code == 404


def api_of(actor):
    user = User.objects.get(pk=actor.person)
    return Api(make.accounts.issue_token(actor=make.CONSOLE, user=user, now=clock.now(), second_factor=True)[0])


def test_a_dispute_with_a_side_that_left_has_the_values_and_the_table_of_the_version_before(court, now):
    with override("en"):
        left_for_the_shipped_values(court, now)
        rule, table = court.table.version.rule, court.table
        again = make.publish_rule_again(court.platform, rule.code, number="T2", start=now, now=now - 20 * DAY)
        newer = disputes.publish_burden_table(
            actor=court.platform, version_id=again.pk, grounds=GROUNDS, relaxations=RELAXATIONS, now=now - 16 * DAY
        )
        rules.request_exit(actor=court.alice, rule=rule.code, number="T2", now=now)
        court.now = now
        dispute = begin_dispute(court, CHANGED)
        assert dispute.table_id == table.pk
        finish_dispute(court, dispute, CHANGED, now=now)
        placed = {"placed_at": now, "received_at": now}
        assert court.open("quality", **placed).table_id == table.pk
        assert court.open("quality", seller=court.other.external_ref, **placed).table_id == newer.pk


def begin_dispute(court, expected):
    dispute = court.open()
    assert dispute.answer_due_at == expected["dispute_answer_time"].ends(court.now)
    assert dispute.escalate_from == expected["dispute_call_in_time"].ends(court.now)
    disputes.ask_identity(actor=court.bob, ref=dispute.ref, now=court.now)
    assert dispute.identity_requests.get().due_at == expected["identity_time"].ends(court.now)
    page = text(browser(court.bob), reverse("disputes:opened", args=[dispute.ref]))
    assert deadline_text(dispute.answer_due_at) in page
    with pytest.raises(NotYourTurn) as early:
        disputes.escalate_dispute(actor=court.bob, ref=dispute.ref, now=court.now)
    assert f"{expected['dispute_call_in_time'].said('en')} after the opening" in str(early.value.detail)
    return dispute


def finish_dispute(court, dispute, expected, *, now):
    ref = dispute.ref
    disputes.answer_dispute(actor=court.alice, ref=ref, text="不同意。", refuses=True, now=now)
    escalated = disputes.escalate_dispute(actor=court.bob, ref=ref, now=now)
    assert escalated.platform_due_at == expected["mediator_join_time"].ends(now)
    disputes.join_dispute(actor=court.mia, ref=ref, now=now)

    longest = expected["offer_time_most"].length
    offer = disputes.Terms(remedy="PARTIAL_REFUND", amount_minor=100, hours=longest // timedelta(hours=1) + 1)
    with pytest.raises(Invalid) as refused:
        disputes.make_offer(actor=court.alice, ref=ref, terms=offer, now=now)
    assert expected["offer_time_most"].said("en") in str(refused.value.errors[0].message)
    shift = {"fact_no": 1, "bearer": "CLAIMANT", "basis": "民诉法 67", "reasons": "另有线索。", "now": now}
    for time in (expected["proof_time_least"], expected["proof_time_most"]):
        hours = time.length // timedelta(hours=1) + (1 if time.key.endswith("most") else -1)
        with pytest.raises(Invalid) as refused:
            disputes.shift_burden(actor=court.mia, ref=ref, hours=hours, **shift)
        assert time.said("en") in " ".join(str(each.message) for each in refused.value.errors)

    court.prove(dispute, 1, court.alice, now)
    assert Submission.objects.get(fact__dispute=dispute).answerable_until == expected["dispute_reply_time"].ends(now)
    court.rest(dispute, now)
    disputes.rule_fact(
        actor=court.mia, ref=ref, fact_no=1, proved=False, reasons="门卫不是买家。", evidence=[1], now=now
    )
    decide = Deadline.objects.get(case_kind="dispute", case_id=dispute.pk, kind="dispute.decide")
    assert decide.due_at == expected["determination_time"].ends(now)
    draft = disputes.DeterminationDraft(
        outcome="SUPPORTED", remedy="REFUND", amount_minor=29_900, payer="RESPONDENT", reasons="没有交付。",
        sentences={1: "门卫签收不算交付。"}, goods_are="NOT_DELIVERED", goods_are_reason="没有交付。",
    )  # fmt: skip
    determined = disputes.determine_dispute(actor=court.mia, ref=ref, draft=draft, now=now)
    closes = expected["dispute_review_window"].ends(now)
    assert determined.review_closes_at == closes
    letter = text(browser(court.bob), reverse("disputes:decision", args=[ref]))
    assert beijing_deadline(closes) in letter
    assert beijing_deadline(expected["payment_time"].ends(closes)) in letter  # who pays, if nobody asks for a review

    for actor in (court.alice, court.bob):
        disputes.accept_determination(actor=actor, ref=ref, now=now)
    owed = Obligation.objects.get(dispute=dispute)
    assert owed.due_at == expected["payment_time"].ends(now)
    reported = disputes.report_obligation(actor=court.alice, ref=ref, no=owed.no, note="已付。", now=now)
    assert reported.confirm_due_at == expected["confirmation_time"].ends(now)
    goods = terms.Terms("REPAIR", None, "NOBODY", goods_back=True, freight_payer="NOBODY")
    times = [owed[4] for owed in terms.owed_under(Dispute.objects.get(pk=dispute.pk), goods)]
    assert times == [expected["goods_time"], expected["repair_time"]]


def test_a_right_holder_s_notice_is_decided_within_what_is_promised(world, now):
    publish(world, now - DAY)
    case = Claiming(world, now).filed()
    assert case.decide_by - case.received_at == timedelta(hours=12)


def test_a_tip_is_decided_within_what_is_promised(world, now):
    publish(world, now - DAY)
    assert Tipping(world, now).filed().decide_by == working_days.add_days(now, 5)
