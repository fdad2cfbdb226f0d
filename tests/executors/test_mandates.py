"""Versions of a mandate: each fixed, none beside another, an end that only comes sooner."""

from datetime import timedelta

import pytest

from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn, OutsideMandate
from executors import commands
from executors.models import Mandate
from tests import factories as make
from tests.executors import building as build

pytestmark = pytest.mark.once


def test_a_mandate_is_granted_with_its_scope(world, firm, now):
    mandate = firm.mandate

    assert (mandate.no, mandate.ceiling_minor, mandate.granted_by_client) == (1, build.CEILING, world.client)
    assert {(m.measure_type, m.level) for m in mandate.measures.all()} == {("delist", 1), ("deduct", 2)}
    assert [r.rule.code for r in mandate.rules.all()] == [world.rule]
    assert mandate.is_in_force(now)
    assert not mandate.is_in_force(now - timedelta(microseconds=1))


def test_a_new_version_ends_the_one_before_where_it_starts(world, firm, now):
    start = now + timedelta(days=3)
    new = build.grant(firm, now=now, effective_from=start, ceiling_minor=None)

    old = Mandate.objects.get(no=1)
    assert (new.no, old.effective_until) == (2, start)
    assert [m.no for m in Mandate.objects.all() if m.is_in_force(start)] == [2]
    assert [m.no for m in Mandate.objects.all() if m.is_in_force(start - timedelta(seconds=1))] == [1]


def test_a_version_that_would_begin_later_never_does_when_one_comes_before_it(world, firm, now):
    build.grant(firm, now=now, effective_from=now + timedelta(days=9))
    build.grant(firm, now=now, effective_from=now + timedelta(days=3))

    second = Mandate.objects.get(no=2)
    assert second.effective_until == second.effective_from
    third = build.grant(firm, now=now, effective_from=now + timedelta(days=20))
    assert third.effective_from == now + timedelta(days=20)
    in_force = [m.no for m in Mandate.objects.all() if m.is_in_force(now + timedelta(days=12))]
    assert in_force == [3]


def test_compliance_grants_too_and_nobody_else(world, firm, now):
    mandate = commands.grant_mandate(actor=world.carl, ref=firm.ref, mandate=build.mandate(world), now=now)
    assert (mandate.granted_by_id, mandate.granted_by_client) == (world.carl.user_id, None)

    with pytest.raises(NotAllowed):
        commands.grant_mandate(actor=firm.actor, ref=firm.ref, mandate=build.mandate(world), now=now)
    with pytest.raises(NotFound):
        commands.grant_mandate(actor=world.alice, ref=firm.ref, mandate=build.mandate(world), now=now)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"measures": {}}, ("/measures", "required")),
        ({"measures": {"delist": 4}}, ("/measures/0", "level")),
        ({"rules": ["no-such-rule"]}, ("/rules/0", "unknown-rule")),
        ({"ceiling_minor": -1}, ("/ceiling_minor", "negative")),
        ({"categories": [" "]}, ("/categories/0", "required")),
    ],
)
def test_a_mandate_with_a_hole_is_refused(world, firm, now, changes, error):
    with pytest.raises(Invalid) as refusal:
        build.grant(firm, now=now, **changes)

    assert [(e.pointer, e.code) for e in refusal.value.errors] == [error]
    assert Mandate.objects.count() == 1


def test_a_mandate_allows_what_comes_and_not_what_was(world, firm, now):
    with pytest.raises(Invalid) as refusal:
        build.grant(firm, now=now, effective_from=now - timedelta(seconds=1))
    assert refusal.value.errors[0].code == "in-the-past"


def test_a_revoked_mandate_ends_and_stays_ended(world, firm, now):
    later = now + timedelta(hours=1)
    row = commands.revoke_mandate(
        actor=world.carl, ref=firm.ref, mandate=firm.mandate.ref, reason="范围要缩小", now=later
    )

    assert (row.effective_until, row.ended_because) == (later, "范围要缩小")
    with pytest.raises(OutsideMandate):
        firm.issue(now=later)
    with pytest.raises(NotYourTurn):
        commands.revoke_mandate(actor=world.carl, ref=firm.ref, mandate=firm.mandate.ref, reason="x", now=later)


def test_a_mandate_ends_after_what_was_done_under_it(world, firm, now):
    """The clock of whoever revokes was read before a quicker act was stored."""
    later = now + timedelta(hours=1)
    notice = firm.issue(now=later)

    row = commands.revoke_mandate(actor=world.carl, ref=firm.ref, mandate=firm.mandate.ref, reason="x", now=now)

    assert row.effective_until == later + timedelta(microseconds=1)
    assert row.is_in_force(notice.act.acted_at)


def test_a_new_version_begins_after_what_was_done_under_the_old(world, firm, now):
    later = now + timedelta(hours=1)
    firm.issue(now=later)

    new = build.grant(firm, now=now)

    assert new.effective_from == later + timedelta(microseconds=1)


def test_revoking_takes_a_reason_and_a_mandate_of_that_executor(world, firm, now):
    other = build.active(world, now=now)
    with pytest.raises(Invalid):
        commands.revoke_mandate(actor=world.carl, ref=firm.ref, mandate=firm.mandate.ref, reason="", now=now)
    with pytest.raises(NotFound):
        commands.revoke_mandate(actor=world.carl, ref=firm.ref, mandate=other.mandate.ref, reason="x", now=now)


def test_a_rule_can_be_named_by_its_ref(world, firm, now):
    from rules.models import PlatformRule

    mandate = build.grant(firm, now=now, rules=[PlatformRule.objects.get(code=world.rule).ref])

    assert mandate.rules.get().rule.code == world.rule
    other = make.publish_rule(world.platform, now=now)
    assert build.grant(firm, now=now, rules=[world.rule, other]).rules.count() == 2
