"""The reviewer's way through a case: claim, lease, independence, first view, decision, second round."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import transaction
from PIL import Image

from appeals import commands as appeals
from appeals.models import Appeal
from appeals.queries import appeal_for, letter_of, queue_for, suggestion_for
from appeals.verbs import actions_for
from casework import deadlines, ledger
from casework.actor import Actor
from casework.errors import (
    CaseError,
    ConflictOfInterest,
    DeadlinePassed,
    FirstViewRequired,
    Invalid,
    LeaseLost,
    NotAllowed,
    NotYourTurn,
    Stale,
)
from casework.firing import fire
from casework.models import Event
from casework.working_days import add_days
from tests import factories as make
from tests.laws import assert_refused

pytestmark = pytest.mark.once


LONG = timedelta(days=400)


def test_the_most_urgent_case_comes_first_and_nobody_gets_one_twice(world, now):
    slow = make.file(world.alice, world.notice(), now=now)
    urgent = make.file(
        world.eve, world.notice(world.other_merchant, measures=[make.measure(now, type="close_store")]), now=now
    )

    assert appeals.claim_next_appeal(actor=world.rita, now=now).ref == urgent.ref
    assert appeals.claim_next_appeal(actor=world.rosa, now=now).ref == slow.ref
    assert appeals.claim_next_appeal(actor=world.rosa, now=now) is None


def test_the_original_decider_and_their_team_are_kept_out(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)

    for conflicted in (world.otto, world.odile):
        assert appeals.claim_next_appeal(actor=conflicted, now=now) is None
        assert not queue_for(conflicted, now=now).exists()
        with pytest.raises(ConflictOfInterest):
            appeals.claim_appeal(actor=conflicted, ref=appeal.ref, now=now)
        with pytest.raises(ConflictOfInterest):
            appeal_for(conflicted, appeal.ref)


def test_a_held_case_is_nobody_elses_until_the_lease_runs_out(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)

    with pytest.raises(LeaseLost):
        appeals.claim_appeal(actor=world.rosa, ref=appeal.ref, now=now + timedelta(minutes=14))
    appeals.keep_lease(actor=world.rita, ref=appeal.ref, now=now + timedelta(minutes=14))
    with pytest.raises(LeaseLost):
        appeals.claim_appeal(actor=world.rosa, ref=appeal.ref, now=now + timedelta(minutes=20))
    appeals.claim_appeal(actor=world.rosa, ref=appeal.ref, now=now + timedelta(minutes=31))
    with pytest.raises(LeaseLost):
        appeals.keep_lease(actor=world.rita, ref=appeal.ref, now=now + timedelta(minutes=32))


def test_a_reason_for_what_stayed_unopened_is_for_what_was_in_the_file_then(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)
    appeals.record_opening(actor=world.rita, ref=appeal.ref, subject="statement", now=now)
    view = {"actor": world.rita, "ref": appeal.ref, "outcome": "OVERTURNED", "confidence": "high", "now": now}
    with pytest.raises(Invalid) as refused:
        appeals.record_first_view(**view)
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/unread_reason", "unread")]
    appeals.record_first_view(**view, unread_reason="截图与争议无关。")
    later, picture = now + timedelta(minutes=1), BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    picture.seek(0)
    appeals.stage_evidence(actor=world.alice, ref=appeal.ref, file=picture, name="a.png", caption="授权书", now=later)
    appeals.submit_evidence(actor=world.alice, ref=appeal.ref, now=later)
    appeal.refresh_from_db()

    with pytest.raises(Invalid) as refused:
        make.decide(world.rita, appeal, now=later)
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/unread_reason", "unread")]
    appeals.record_opening(actor=world.rita, ref=appeal.ref, subject="evidence:1", now=later)
    decided = make.decide(world.rita, appeal, now=later).decision
    assert decided.unread_reason == "截图与争议无关。"
    said = Event.objects.get(case_kind=Appeal.KIND, case_id=appeal.pk, type="appeal.decided").facts
    assert said["unread"] == ["exhibit:1"]


def test_deciding_needs_the_version_that_was_read(world, now):
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)

    with pytest.raises(Stale):
        make.decide(world.rita, appeal, now=now, expected_version=appeal.version - 1)
    appeal.refresh_from_db()
    assert appeal.state == "HUMAN_REVIEW"


def test_the_systems_view_comes_after_ones_own(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)

    with pytest.raises(FirstViewRequired):
        suggestion_for(world.rita, appeal.ref)
    with pytest.raises(FirstViewRequired):
        make.decide(world.rita, Appeal.objects.get(pk=appeal.pk), now=now)
    make.open_file(world.rita, appeal, now=now)
    appeals.record_first_view(actor=world.rita, ref=appeal.ref, outcome="UPHELD", confidence="low", now=now)
    assert suggestion_for(world.rita, appeal.ref) is None
    with pytest.raises(NotYourTurn):
        appeals.record_first_view(actor=world.rita, ref=appeal.ref, outcome="VARIED", confidence="low", now=now)
    with pytest.raises(NotAllowed):
        suggestion_for(world.alice, appeal.ref)


def test_a_decision_answers_every_measure_fact_and_argument(world, now):
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)

    with pytest.raises(Invalid) as refusal:
        make.decide(world.rita, appeal, now=now, rulings=[], points=[], reasons="短", rule_application="{clause}" * 5)
    assert {e.code for e in refusal.value.errors} == {
        "missing-ruling",
        "missing-fact",
        "missing-argument",
        "required",
        "unedited-template",
    }
    assert not Event.objects.filter(type="appeal.decided").exists()


@pytest.mark.parametrize("place", ["reasons", "rule_application", "sentence"])
def test_a_decision_bars_nobody_from_going_on(world, now, place):
    """办法 art. 30; the argument that is answered is the appellant's own, whatever it says."""
    said = "本决定为终局决定，您不得向12315投诉或提起诉讼。"
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    fact, argument = make.points()
    changes = {"points": [fact, replace(argument, sentence=said)]} if place == "sentence" else {place: said}

    with pytest.raises(Invalid) as refusal:
        make.decide(world.rita, appeal, now=now, **changes)

    pointer = "/points/1/sentence" if place == "sentence" else f"/{place}"
    assert {(e.pointer, e.code) for e in refusal.value.errors} == {(pointer, "forbidden-phrase")}
    make.decide(world.rita, appeal, now=now, points=[fact, replace(argument, text=said)])


@pytest.mark.parametrize("heavier", [{"ends_at": timedelta(days=9)}, {"amount_minor": 10_001}])
def test_an_appeal_never_makes_a_measure_heavier(world, now, heavier):
    draft = make.deduction(now) if "amount_minor" in heavier else make.measure(now)
    notice = world.notice(measures=[draft], basis=[make.notices.BasisDraft(kind="CLAUSE", rule=world.rule, clause="9")])
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, notice, now=now), now=now)
    change = {k: now + v if isinstance(v, timedelta) else v for k, v in heavier.items()}

    with pytest.raises(CaseError) as refusal:
        make.decide(world.rita, appeal, now=now, rulings=[appeals.RulingDraft(1, "VARIED", **change)])
    assert refusal.value.code == "validation"
    appeal.refresh_from_db()
    assert appeal.state == "HUMAN_REVIEW"


@pytest.mark.parametrize(
    ("outcome", "left", "refund", "state"),
    [
        ("OVERTURNED", None, 12_345, "REVOKED"),
        ("VARIED", 2_311, 10_034, "REDUCED"),
        ("VARIED", 12_344, 1, "REDUCED"),
    ],
)
def test_a_refund_is_exact_to_the_cent(world, now, outcome, left, refund, state):
    notice = world.notice(measures=[make.deduction(now, 12_345)])
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, notice, now=now), now=now)
    make.decide(world.rita, appeal, now=now, rulings=[appeals.RulingDraft(1, outcome, amount_minor=left)])

    owed = notice.remedies.get(kind="REFUND")
    assert (owed.amount_minor, owed.currency) == (refund, "CNY")
    notice.refresh_from_db()
    assert (notice.state, notice.measures.get().amount_minor) == (state, left or 12_345)


def test_more_is_asked_answered_and_the_reviewer_goes_on(world, now):
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    asked = appeals.request_information(
        actor=world.rita, ref=appeal.ref, item="授权书", fact="已获授权", due_at=None, now=now
    )
    later = asked.due_at + timedelta(seconds=1)

    with pytest.raises(DeadlinePassed):
        appeals.respond_to_request(actor=world.alice, ref=appeal.ref, answer="见附件", now=later)
    answered = appeals.respond_to_request(actor=world.alice, ref=appeal.ref, answer="见附件", now=asked.due_at)
    assert (answered.state, answered.reviewer_id) == ("HUMAN_REVIEW", world.rita.user_id)


def test_an_unanswered_request_lapses_dated_when_it_was_due(world, now, settings):
    settings.CASEWORK_DEADLINE_GRACE = 30
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    asked = appeals.request_information(
        actor=world.rita, ref=appeal.ref, item="授权书", fact="已获授权", due_at=None, now=now
    )

    assert deadlines.fire_due(now=asked.due_at + timedelta(seconds=29)) == 0
    assert deadlines.fire_due(now=asked.due_at + timedelta(seconds=31)) == 1
    assert deadlines.fire_due(now=asked.due_at + timedelta(seconds=32)) == 0
    lapsed = Event.objects.get(type="appeal.information_lapsed")
    assert lapsed.effective_at == asked.due_at
    appeal.refresh_from_db()
    assert appeal.state == "HUMAN_REVIEW"


def test_after_a_long_downtime_every_deadline_fires_once_in_due_order(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)

    while deadlines.fire_due(now=now + LONG):
        pass
    by_deadline = Event.objects.filter(actor_ref="system:deadline").exclude(type__startswith="rule.").order_by("id")
    fired = list(by_deadline.values_list("case_kind", "type", "effective_at"))
    of_case = {kind: [(t, at) for each, t, at in fired if each == kind] for kind in ("appeal", "notice")}
    assert [t for t, _at in of_case["appeal"]] == ["appeal.escalated", "appeal.escalated", "appeal.overdue"]
    assert [t for t, _at in of_case["notice"]] == ["notice.measures_ended", "notice.appeal_window_closed"]
    for each in of_case.values():  # of each case; between cases as they come
        assert [at for _t, at in each] == sorted(at for _t, at in each)
    appeal.refresh_from_db()
    assert appeal.state == "SUBMITTED"
    assert list(ledger.verify()) == []


@pytest.mark.on_both
def test_a_second_round_goes_to_a_senior_who_did_not_decide_before(world, now):
    first = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    make.decide(world.rita, first, now=now, outcome="UPHELD")
    second = make.file(world.alice, first.notice, now=now + timedelta(days=1))

    assert (second.round, second.level) == (2, "SECOND")
    for reviewer in (world.rosa, world.rita):
        with pytest.raises(NotAllowed):
            appeals.claim_appeal(actor=reviewer, ref=second.ref, now=now)
    of_rita = {"reviewer_id": world.rita.user_id, "reviewer_is_senior": True}
    rows = Appeal.objects.filter(pk=second.pk)
    assert_refused("appeal_reviewer_is_independent", lambda: rows.update(**of_rita))
    make.ready_to_decide(world.sara, second, now=now + timedelta(days=2))
    make.decide(world.sara, second, now=now + timedelta(days=2), outcome="UPHELD")
    assert make.file(world.alice, first.notice, now=now + timedelta(days=3)).state == "ANSWERED"


def test_the_window_is_a_moment_and_after_it_a_reason_opens_a_late_request(world, now):
    notice = world.notice()
    closes = notice.appeal_closes_at
    other = world.notice()

    assert make.file(world.alice, other, now=closes).state == "SUBMITTED"
    with pytest.raises(DeadlinePassed):
        make.file(world.alice, notice, now=closes + timedelta(microseconds=1))
    late = make.file(world.alice, notice, now=closes + timedelta(days=1), late_reason="住院,有出院小结。")
    assert late.state == "LATE_REQUESTED"
    accepted = appeals.accept_late_request(actor=world.rita, ref=late.ref, answer="理由成立。", now=closes + LONG)
    assert accepted.state == "SUBMITTED"


def test_a_refused_late_request_leaves_the_measures_as_they_were(world, now):
    notice = world.notice(measures=[make.measure(now, ends_at=None)])
    late = make.file(world.alice, notice, now=notice.appeal_closes_at + timedelta(days=1), late_reason="忘记了")
    appeals.refuse_late_request(actor=world.rita, ref=late.ref, answer="忘记不是正当理由。", now=now + LONG)

    notice.refresh_from_db()
    assert notice.state == "IN_FORCE"
    assert make.file(world.alice, notice, now=now + LONG, late_reason="忘记了").state == "ANSWERED"
    again = make.file(world.alice, notice, now=now + LONG, late_reason="住院,有出院小结。")
    assert (again.state, again.first_reviewer_id) == ("LATE_REQUESTED", world.rita.user_id)


def test_withdrawing_leaves_the_measures_and_the_notice_can_be_appealed_again(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    appeals.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=now)

    appeal.notice.refresh_from_db()
    assert appeal.notice.state == "IN_FORCE"
    assert make.file(world.alice, appeal.notice, now=now).round == 2


def test_actions_are_what_the_actor_can_do(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)

    owner = {a.name for a in actions_for(world.alice, appeal_for(world.alice, appeal.ref), now=now)}
    clerk = {a.name for a in actions_for(world.alice_staff, appeal_for(world.alice_staff, appeal.ref), now=now)}
    reviewer = {a.name for a in actions_for(world.rita, appeal_for(world.rita, appeal.ref), now=now)}
    assert owner == {"demand-human", "evidence", "submit-evidence", "withdraw"}
    assert clerk == {"demand-human", "evidence"}
    assert reviewer == {"claim"}


def test_withdrawing_does_not_reopen_a_closed_window(world, now):
    notice = world.notice(measures=[make.measure(now, ends_at=None)])
    appeal = make.file(world.alice, notice, now=now)
    appeals.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=now)

    with pytest.raises(DeadlinePassed):
        make.file(world.alice, notice, now=notice.appeal_closes_at + timedelta(seconds=1))


def test_withdrawing_a_second_review_does_not_start_the_rounds_anew(world, now):
    first = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    make.decide(world.rita, first, now=now, outcome="UPHELD")
    first.refresh_from_db()
    second = make.file(world.alice, first.notice, now=now + timedelta(days=1))
    appeals.claim_appeal(actor=world.sara, ref=second.ref, now=now + timedelta(days=1))
    appeals.withdraw_appeal(actor=world.alice, ref=second.ref, now=now + timedelta(days=1))
    third = make.file(world.alice, first.notice, now=now + timedelta(days=2))

    assert (third.round, third.level, third.first_reviewer_id) == (3, "SECOND", world.rita.user_id)
    appeals.withdraw_appeal(actor=world.alice, ref=third.ref, now=now + timedelta(days=2))
    late = make.file(world.alice, first.notice, now=first.second_round_closes_at + timedelta(days=1))
    assert late.state == "ANSWERED"


def test_a_late_request_that_nobody_answers_becomes_overdue_too(world, now):
    notice = world.notice(measures=[make.measure(now, ends_at=None)])
    filed_at = notice.appeal_closes_at + timedelta(days=1)
    late = make.file(world.alice, notice, now=filed_at, late_reason="住院,有出院小结。")

    while deadlines.fire_due(now=late.decide_due_at + timedelta(minutes=1)):
        pass
    overdue = Event.objects.get(type="appeal.overdue")
    assert (overdue.case_id, overdue.effective_at) == (late.pk, late.decide_due_at)


def test_a_request_for_more_cannot_park_a_case(world, now):
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)

    more = {"actor": world.rita, "ref": appeal.ref, "item": "授权书", "fact": "已获授权", "now": now}
    most = add_days(now, 30)  # the end of the thirtieth day, the first not counted
    assert most > now + timedelta(days=30)
    for due_at in (now + timedelta(hours=23), most + timedelta(seconds=1)):
        with pytest.raises(Invalid):
            appeals.request_information(**more, due_at=due_at)
    assert appeals.request_information(**more, due_at=most).due_at == most


@pytest.mark.on_both
def test_triage_that_comes_while_a_reviewer_reads_makes_nothing_stale_and_anything_else_does(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    read = appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=now).version
    held = Appeal.objects.get(pk=appeal.pk)
    with transaction.atomic():
        fire(held, "record_triage", actor=Actor.system("triage"), now=now)

    make.open_file(world.rita, appeal, now=now)
    appeals.record_first_view(
        actor=world.rita, ref=appeal.ref, outcome="UPHELD", confidence="low", now=now, expected_version=read
    )
    asked = {"item": "授权书", "fact": "已获授权", "due_at": None, "now": now}
    for version in (read, 99):
        with pytest.raises(Stale):
            appeals.request_information(actor=world.rita, ref=appeal.ref, **asked, expected_version=version)


# — what was found and what is decided fit together —

STANDS = "平台已公示的处罚依据另有记载,本项事实虽未成立,该处置仍应维持。"


def test_a_measure_does_not_stand_on_a_fact_that_was_not_established(world, now):
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)

    with pytest.raises(Invalid) as refused:
        make.decide(world.rita, appeal, now=now, outcome="UPHELD", points=make.points())
    assert [(e.pointer, e.code) for e in refused.value.errors] == [
        ("/items/0/outcome", "contradicts-findings"),
        ("/departure_reason", "required"),
    ]

    decided = make.decide(world.rita, appeal, now=now, outcome="UPHELD", points=make.points(), departure_reason=STANDS)
    shown = appeal_for(world.alice, decided.ref)
    found = letter_of(shown, language="zh-hans").parts[2]
    assert any(STANDS in line for line in found.lines)


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "UPHELD", "points": make.points(keeps=True)},
        {"outcome": "OVERTURNED", "points": make.points()},
        {  # what the appellant did not show speaks for the measure
            "outcome": "UPHELD",
            "points": [replace(make.points()[0], burden_on="appellant"), make.points()[1]],
        },
    ],
)
def test_what_fits_together_needs_no_reason_and_takes_none(world, now, changes):
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)

    with pytest.raises(Invalid) as refused:
        make.decide(world.rita, appeal, now=now, departure_reason=STANDS, **changes)
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/departure_reason", "departs-from-nothing")]
    make.decide(world.rita, appeal, now=now, **changes)
