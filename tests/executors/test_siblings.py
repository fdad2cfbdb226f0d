"""The sweep: what shares a cause with a wrong act is looked at again, each by a person; nothing falls by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from casework import ledger
from casework.errors import ConflictOfInterest, Invalid, NotAllowed, NotFound, NotYourTurn, Stale
from executors.queries import causes_of_incident
from notices import commands, queries
from notices.models import Notice, SiblingReview
from tests import factories as make
from tests.executors import building as build
from tests.executors import erring as err

pytestmark = pytest.mark.once

DAY = timedelta(days=1)
OLD = {"tool_version": "审核台 3.2"}


def look(actor, row, now, outcome="KEPT", **changes):
    values = {"reasons": "重新核对,事实清楚。"} | changes
    return commands.review_sibling(actor=actor, ref=row.ref, outcome=outcome, now=now, **values)


@pytest.fixture(scope="module")
def module_swept(module_database, module_firm, now):
    with module_database():
        return swept_in(module_firm, now)


@pytest.fixture
def swept(module_swept, copy_of):
    return copy_of(module_swept)


def swept_in(firm, now):
    """Two notices were made with the tool at fault; one of them waits to be looked at again."""
    sibling = firm.issue(now=now, by=OLD)
    err.found(firm, now=now, outcome="TOOL", by=OLD)
    err.settle_down(now)
    return SiblingReview.objects.get(notice=sibling)


def test_a_tool_at_fault_reaches_what_was_done_with_it_by_anybody(world, firm, now):
    other = build.active(world, now=now, name="甲")
    same, elsewhere = firm.issue(now=now, by=OLD), other.issue(now=now, by=OLD)
    newer, own = firm.issue(now=now), world.notice()
    fallen = firm.issue(now=now, by=OLD)
    commands.withdraw_notice(actor=world.platform, ref=fallen.ref, reason="编号有误。", now=now)

    row = err.found(firm, now=now, outcome="TOOL", by=OLD)
    err.settle_down(now)

    opened = list(SiblingReview.objects.all())
    assert {s.notice_id for s in opened} == {same.pk, elsewhere.pk}
    assert {newer.pk, own.pk, fallen.pk}.isdisjoint({s.notice_id for s in opened})
    assert {(s.cause_kind, s.cause_value, s.origin_ref) for s in opened} == {("TOOL", "审核台 3.2", row.ref)}
    assert {n.state for n in Notice.objects.filter(pk__in=[same.pk, elsewhere.pk])} == {"IN_FORCE"}


def test_a_rule_at_fault_reaches_whatever_rests_on_that_version(world, firm, now):
    same_rule, own = firm.issue(now=now), world.notice()
    other_rule = make.publish_rule(world.platform, now=now)
    elsewhere = make.issue(
        world.platform, make.draft(world.merchant, other_rule, now=now, officer=world.otto.code), now=now
    )

    err.found(firm, now=now, outcome="RULE")
    err.settle_down(now)

    assert set(SiblingReview.objects.values_list("notice_id", "cause_kind")) == {
        (same_rule.pk, "RULE"),
        (own.pk, "RULE"),
    }
    assert elsewhere.pk not in SiblingReview.objects.values_list("notice_id", flat=True)
    assert SiblingReview.objects.first().cause_value.endswith("2026-01")


def test_what_was_done_on_the_same_order_is_looked_at(world, firm, now):
    order = err.taken_on(firm, now=now)
    batch = [firm.issue(now=now, by={"instruction": order.ref}) for _ in range(2)]
    alone = firm.issue(now=now)

    err.found(firm, now=now, by={"instruction": order.ref})
    err.settle_down(now)

    assert {s.notice_id for s in SiblingReview.objects.all()} == {n.pk for n in batch}
    assert alone.pk not in {s.notice_id for s in SiblingReview.objects.all()}


@pytest.mark.parametrize("outcome", ["IMPROPER", "SHARED", "NOT_IMPROPER"])
def test_an_error_of_one_act_alone_sweeps_nothing(firm, now, outcome):
    firm.issue(now=now)

    row = err.found(firm, now=now, outcome=outcome)
    err.settle_down(now)

    assert causes_of_incident(row.pk) == []
    assert not SiblingReview.objects.exists()


def test_a_sweep_asked_again_opens_nothing_twice(world, firm, swept, now):
    cause = causes_of_incident(
        SiblingReview.objects.get().notice.act.executor.acts.get(incident__isnull=False).incident.pk
    )
    assert commands.open_sibling_reviews(causes=cause, now=now) == []

    look(world.carl, swept, now)
    assert commands.open_sibling_reviews(causes=cause, now=now) == []

    other = [replace(c, origin_ref="inc_other") for c in cause]
    assert [s.notice_id for s in commands.open_sibling_reviews(causes=other, now=now)] == [swept.notice_id]
    third = [replace(c, origin_ref="inc_third") for c in cause]
    assert commands.open_sibling_reviews(causes=third, now=now) == []


def test_a_person_keeps_it_with_reasons(world, swept, now):
    row = look(world.carl, swept, now)

    assert (row.state, row.decided_by_id, row.reasons) == ("KEPT", world.carl.user_id, "重新核对,事实清楚。")
    assert Notice.objects.get(pk=row.notice_id).state == "IN_FORCE"
    with pytest.raises(NotYourTurn):
        look(world.carl, swept, now)
    assert list(ledger.verify()) == []


def test_a_person_corrects_it_and_everything_is_given_back(world, swept, now):
    row = look(world.carl, swept, now, "CORRECTED", reasons="工具把编号带错了,措施不成立。")

    notice = Notice.objects.get(pk=row.notice_id)
    assert (row.state, notice.state) == ("CORRECTED", "REVOKED")
    assert notice.withdrawn_reason == "工具把编号带错了,措施不成立。"
    assert notice.remedies.exists()
    err.settle_down(now)
    assert list(ledger.verify()) == []


def test_a_notice_that_falls_another_way_need_not_be_looked_at(world, firm, swept, now):
    err.decided(firm, swept.notice, now=now)

    swept.refresh_from_db()
    assert (swept.state, swept.decided_by_id) == ("CORRECTED", None)
    assert swept.reasons


def test_what_fell_meanwhile_is_seen_before_it_is_corrected(world, swept, now):
    commands.withdraw_notice(actor=world.platform, ref=swept.notice.ref, reason="自行撤回。", now=now)

    with pytest.raises(Stale):
        look(world.carl, swept, now, "CORRECTED")


def test_only_a_person_of_compliance_who_had_no_part_in_it_looks(world, firm, swept, now):
    for stranger in (world.alice, world.rita, firm.actor, world.platform):
        assert not queries.siblings_for(stranger).exists()
        with pytest.raises(NotFound):
            look(stranger, swept, now)
    with pytest.raises(NotAllowed):
        look(replace(world.carl, session=""), swept, now)
    former = make.staff("compliance", now=now, name="former")
    firm.person.__class__.objects.create(
        executor=firm.executor, user_id=former.user_id, code="X-F0RM", started_at=now - DAY, ended_at=now
    )
    with pytest.raises(ConflictOfInterest):
        look(former, swept, now)
    for changes in ({"outcome": "MAYBE"}, {"reasons": " "}):
        with pytest.raises(Invalid):
            commands.review_sibling(
                actor=world.carl, ref=swept.ref, now=now, **{"outcome": "KEPT", "reasons": "x"} | changes
            )
    assert [s.ref for s in queries.siblings_for(world.carl)] == [swept.ref]
    assert queries.sibling_for(world.carl, swept.ref).notice == swept.notice
    with pytest.raises(NotFound):
        queries.sibling_for(world.rita, swept.ref)


def test_who_decided_a_notice_does_not_look_at_it_again(world, firm, now):
    own = world.notice(officer=world.carl.code)
    err.found(firm, now=now, outcome="RULE")
    err.settle_down(now)

    with pytest.raises(ConflictOfInterest):
        look(world.carl, SiblingReview.objects.get(notice=own), now)
