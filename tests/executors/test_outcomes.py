"""What decisions say of acts counts once and rightly; too much of it suspends, with all that hangs on it."""

from datetime import timedelta

import pytest

from casework.errors import Invalid, NotFound
from casework.models import Event
from executors import commands, queries
from executors.models import ActOutcome, Executor, Incident, Instruction, counted_outcomes, outcome_sequence_of
from notices import commands as notices
from notices.models import SiblingReview
from notices.subscribers import record_correction
from tests import factories as make
from tests.executors import building as build
from tests.executors import erring as err

pytestmark = pytest.mark.once

DAY = timedelta(days=1)


def counted(firm):
    return [o.overturned for o in counted_outcomes(ActOutcome.objects.filter(act__executor=firm.executor))]


def judged(firm, now):
    return commands.judge_executor(executor_id=firm.executor.pk, now=now)


def say(firm, course, now):
    """A course of decisions, one per act, a second apart."""
    for place, overturned in enumerate(course):
        notice = firm.issue(now=now)
        err.said_of(notice.act, now=now + timedelta(seconds=place), overturned=overturned)


def test_six_of_six_suspend_and_say_by_what(firm, now):
    say(firm, [True] * 5, now)
    assert judged(firm, now) is None

    say(firm, [True], now + DAY)
    crossing = judged(firm, now + DAY)

    row = Executor.objects.get(pk=firm.executor.pk)
    assert (crossing.of, crossing.overturned) == (6, 6)
    assert row.state == "SUSPENDED"
    assert "6" in row.state_reason
    assert "10%" in row.state_reason
    event = Event.objects.get(case_kind="executor", case_id=row.pk, type="executor.suspended")
    assert event.actor_ref == "system:suspension-test"
    assert (event.facts["decided"], event.facts["overturned"], event.facts["needed"]) == (6, 6, "100")
    assert judged(firm, now + DAY) is None


def test_what_a_machine_granted_counts_in_no_rate(firm, now):
    for notice in err.acts(firm, 12, now=now):
        err.said_of(notice.act, now=now, overturned=True, by_person=False)

    assert counted(firm) == []
    assert judged(firm, now) is None


def test_an_act_is_an_error_once_and_may_become_one_later(firm, now):
    one, two = err.acts(firm, 2, now=now)
    err.said_of(one.act, now=now, overturned=False)
    err.said_of(two.act, now=now, overturned=True)
    for place, notice in enumerate((one, two)):
        other = Event.objects.filter(case_kind="executor").order_by("pk")[place]
        err.said_of(notice.act, now=now + DAY, overturned=True, event=other)

    assert counted(firm) == [False, True, True]


@pytest.mark.exhaustive
@pytest.mark.parametrize("outcome", ["NOT_IMPROPER", "TOOL", "RULE", "IMPROPER", "SHARED"])
def test_what_was_not_the_executor_s_fault_is_left_out(firm, now, outcome):
    err.found(firm, now=now, outcome=outcome)
    err.decided(firm, firm.issue(now=now), now=now + DAY, outcome="UPHELD")

    answers = outcome in ("IMPROPER", "SHARED")
    assert counted(firm) == ([True, False] if answers else [False])
    seen = [overturned for _pk, overturned in outcome_sequence_of(ActOutcome.objects.all())]
    assert seen == [True if answers else None, False]


def test_an_open_incident_counts_until_somebody_finds_otherwise(firm, now):
    err.incident(firm, now=now)

    assert counted(firm) == [True]


def test_a_reinstated_executor_is_judged_by_what_it_does_from_then_on(world, firm, now):
    say(firm, [True] * 6, now)
    old = firm.issue(now=now)
    judged(firm, now)
    commands.reinstate_executor(actor=world.carl, ref=firm.ref, reason="已整改。", now=now + DAY)
    err.said_of(old.act, now=now + DAY, overturned=True)

    assert judged(firm, now + DAY) is None
    standing = queries.suspension_test_of(firm.fresh())
    assert (standing.decided, standing.evidence, standing.since) == (0, 1.0, now + DAY)
    say(firm, [True] * 6, now + 2 * DAY)
    assert judged(firm, now + 2 * DAY) is not None
    assert firm.fresh().state == "SUSPENDED"


def test_overturned_appeals_suspend_by_themselves_hand_work_over_and_sweep(world, firm, now):
    other = build.active(world, now=now, name="甲")
    standing = err.acts(firm, 2, now=now)
    others = other.issue(now=now)
    order = err.instruction(firm, now=now)

    for _turn in range(6):
        err.decided(firm, firm.issue(now=now), now=now)

    assert firm.fresh().state == "SUSPENDED"
    assert Instruction.objects.get(replaces=order).executor == other.executor
    swept = SiblingReview.objects.filter(cause_kind="EXECUTOR")
    assert {s.notice_id for s in swept} == {n.pk for n in standing}
    assert others.pk not in {s.notice_id for s in swept}
    assert {s.state for s in swept} == {"OPEN"}
    for notice in standing:
        notice.refresh_from_db()
        assert notice.state == "IN_FORCE"


def test_an_outcome_names_its_source_and_in_what_it_was_wrong(firm, now):
    notice = firm.issue(now=now)

    for changes in ({"source": "rumour"}, {"error_class": "X"}, {"error_class": ""}):
        with pytest.raises(Invalid):
            err.said_of(notice.act, now=now, overturned=True, **changes)

    assert not ActOutcome.objects.exists()


def test_nothing_is_shown_under_thirty_and_the_rate_with_its_interval_from_then_on(world, firm, now):
    say(firm, [place % 10 == 9 for place in range(29)], now)
    few = queries.quality_for(world.carl, firm.ref)
    say(firm, [True], now + DAY)
    enough = queries.quality_for(world.carl, firm.ref)

    assert (few.overturned.of, few.overturned.value, few.overturned.interval) == (29, None, None)
    assert enough.overturned.value == pytest.approx(0.1)
    low, high = enough.overturned.interval
    assert 0.03 < low < 0.1 < high < 0.26
    assert dict(enough.by_class)["WRONG_FACT"].value == pytest.approx(0.1)
    assert dict(enough.by_class)["WRONG_RULE"].value == 0
    assert enough.pool == enough.overturned
    assert enough.test.decided == 30
    assert 0 < enough.test.evidence < enough.test.needed == 100


def test_in_what_it_was_wrong_is_what_compliance_found(world, firm, now):
    row = err.explained(firm, now=now)
    err.find(row, world.carl, now=now, error_class="PROCEDURE")

    found = dict(queries.quality_for(firm.actor).by_class)

    assert (found["PROCEDURE"].found, found["WRONG_FACT"].found) == (1, 0)


def test_the_recent_share_is_of_ninety_days(firm, now):
    say(firm, [True], now - timedelta(days=0))
    later = now + timedelta(days=91)

    quality = queries.quality_for(firm.actor, now=later)

    assert (quality.overturned.of, quality.recent.of) == (1, 0)


def test_who_sees_whose_quality(world, firm, now):
    other = build.active(world, now=now, name="别家")
    colleague = build.add_person(firm, now=now)
    lead = build.acting(build.add_person(firm, now=now, is_lead=True))

    assert queries.quality_for(firm.actor).person == firm.person
    assert queries.quality_for(lead, person=colleague.code).person == colleague
    assert queries.quality_for(lead, firm.ref).test is None
    assert queries.quality_for(world.platform, firm.ref).test is not None
    for reader, asked in (
        (firm.actor, {"executor": firm.ref}),
        (firm.actor, {"person": colleague.code}),
        (other.actor, {"executor": firm.ref}),
        (other.actor, {"person": firm.person.code}),
        (world.alice, {"executor": firm.ref}),
        (world.alice, {}),
        (world.rita, {"executor": firm.ref}),
        (world.carl, {"person": "X-0000"}),
    ):
        with pytest.raises(NotFound):
            queries.quality_for(reader, **asked)


def test_what_the_platform_withdraws_itself_opens_an_incident_and_counts_in_no_rate(world, firm, now):
    order = err.done(firm, now=now)
    notice = firm.issue(now=now, by={"instruction": order.ref})
    make.file(world.alice, notice, now=now)
    notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason="编号有误。", now=now + DAY)
    err.settle_down(now + DAY)

    outcome = ActOutcome.objects.get(act=notice.act)
    assert (outcome.source, outcome.source_ref, outcome.overturned) == ("correction", notice.ref, True)
    row = Incident.objects.get(act=notice.act)
    assert (row.state, row.party_id, row.subject_number) == ("OPENED", notice.party_id, notice.number)
    assert Instruction.objects.get(reverses=order).kind == "REVERSAL"

    explained = commands.explain_incident(actor=firm.actor, ref=row.ref, explanation="看错了。", now=now + DAY)
    err.find(explained, world.carl, now=now + DAY)
    assert counted(firm) == []
    assert judged(firm, now + DAY) is None


def test_a_correction_that_is_told_twice_is_on_record_once(world, firm, now):
    notice = firm.issue(now=now)
    notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason="编号有误。", now=now)
    event = Event.objects.get(case_kind="notice", case_id=notice.pk, type="notice.revoked")
    for _time in range(2):
        record_correction(event, now=now)
    err.settle_down(now)

    assert ActOutcome.objects.filter(act=notice.act).count() == 1
    assert Incident.objects.filter(act=notice.act).count() == 1


def test_an_act_that_an_appeal_overturned_is_no_correction(firm, now):
    row = err.incident(firm, now=now)

    assert [o.source for o in ActOutcome.objects.filter(act=row.act)] == ["appeal"]


def test_what_the_platform_did_itself_and_withdraws_is_nobody_s_incident(world, now):
    notice = world.notice()
    notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason="编号有误。", now=now)
    err.settle_down(now)

    assert not ActOutcome.objects.exists()
    assert not Incident.objects.exists()


def test_a_sibling_that_was_corrected_has_an_incident_of_its_own(world, firm, now):
    old = {"tool_version": "审核台 3.2"}
    sibling = firm.issue(now=now, by=old)
    err.found(firm, now=now, outcome="TOOL", by=old)
    err.settle_down(now)
    review = SiblingReview.objects.get(notice=sibling)

    notices.review_sibling(actor=world.carl, ref=review.ref, outcome="CORRECTED", reasons="同样的错误。", now=now)
    err.settle_down(now)

    row = Incident.objects.get(act=sibling.act)
    assert (row.outcome.source, row.outcome.by_person, row.party_id) == ("correction", True, sibling.party_id)
    assert counted(firm) == []
