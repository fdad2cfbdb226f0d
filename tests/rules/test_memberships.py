"""While a paid term runs, no version that began after it is held against the member unasked (办法 32)."""

from datetime import timedelta

import pytest

from casework.errors import BasisNotInForce, ExternalRefMismatch, Invalid, NotAllowed, NotFound, NotYourTurn
from casework.ledger import verify
from notices.models import Basis
from rules import commands
from rules.applying import parties_apart, versions_for
from rules.commands import Assessment
from rules.memberships import members_kept_from, memberships_for
from rules.models import Clause, PaidMembership, RuleVersion
from rules.terms import terms_at
from tests import factories as make
from tests.laws import Laws, assert_refused, insert
from tests.rules.building import DAY, Making
from tests.rules.test_consents import NEUTRAL, basis
from tests.rules.test_exits import issue

LAWS = Laws()
BURDENS = Assessment(reason="减少会员权益。", impact="SOME")


def publish(world, assessment=BURDENS, number="2026-02", **more):
    clause = commands.ClauseText(
        "8", "撤销在{remedy_time}内完成。", "Undone within {remedy_time}.",
        terms=[commands.TermDraft("remedy_time", 20, "hours")],
    )  # fmt: skip
    return make.publish_rule_version(
        actor=world.platform, code=world.rule, name_zh="广告宣传规范", name_en="Advertising Rule", number=number,
        effective_from=world.now + 20 * DAY, clauses=[clause], assessment=assessment, now=world.now, **more,
    )  # fmt: skip


def join(world, *, days=365, **said):
    values = {"external_ref": f"M-{make.number()}", "paid_minor": 36_500, "starts_at": world.now, **said}
    values.setdefault("ends_at", values["starts_at"] + days * DAY)
    return commands.record_membership(
        actor=world.platform, rule=world.rule, party=world.merchant.ref, now=world.now, **values
    )


def test_a_version_that_began_in_the_paid_term_is_no_basis_until_it_ends(world):
    term, version = join(world, days=60), publish(world)
    within, over = version.effective_from + DAY, term.ends_at + DAY
    newcomer = make.make_party(world.client, "MERCHANT", "后来者", now=within)

    assert basis(world, within) == "2026-01"
    with pytest.raises(BasisNotInForce):
        issue(world, within, version="2026-02")
    assert basis(world, within, party=newcomer) == "2026-02"
    assert basis(world, over) == "2026-02"
    hours = [terms_at(at, [world.merchant.pk])["remedy_time"].amount for at in (within, over)]
    assert hours == [24, 20]
    assert members_kept_from(version) == (1, term.ends_at)


def test_it_is_held_by_the_database_too(world):
    old = issue(world, world.now)
    join(world)
    version = publish(world)
    notice = issue(world, version.effective_from + DAY)
    clause = Clause.objects.get(version=version, number="8")
    assert_refused(
        "version_is_no_basis_against_who_left_rather_than_accept_it",
        lambda: insert(notice.bases.get(), notice_id=notice.pk, no=2, clause_id=clause.pk),
    )
    assert Basis.objects.filter(notice__in=(old, notice)).count() == 2


def test_what_burdens_nobody_applies_to_members_as_to_all(world):
    join(world)
    making = Making(world, code=world.rule, assessment=NEUTRAL)
    assert members_kept_from(making.row.rule_version) == (0, None)
    term = PaidMembership.objects.get()
    asked = RuleVersion(rule_id=term.rule_id, effective_from=world.now + DAY, published_at=world.now)
    assert term.keeps_from(asked, asked.effective_from)
    asked.consent = "NEUTRAL"
    assert not term.keeps_from(asked, asked.effective_from)


def test_a_member_who_agrees_falls_under_it(world):
    join(world)
    version = publish(world)
    at = version.effective_from + DAY
    commands.agree_to_version(actor=world.alice, rule=world.rule, number="2026-02", now=at)
    assert basis(world, at) == "2026-02"


def test_a_term_that_was_bought_under_the_new_version_keeps_nothing_back(world):
    version = publish(world)
    join(world, starts_at=version.effective_from)
    assert basis(world, version.effective_from + DAY) == "2026-02"


def test_what_became_impossible_is_refunded_for_the_days_that_are_left(world):
    row = join(world)
    stopped = commands.stop_membership(
        actor=world.platform, ref=row.ref, stopped_at=world.now + timedelta(days=100, hours=1), reason="停业",
        now=world.now,
    )  # fmt: skip
    assert (stopped.unused_days, stopped.refund_minor) == (265, 26_500)
    with pytest.raises(NotYourTurn):
        commands.stop_membership(
            actor=world.platform, ref=row.ref, stopped_at=world.now + DAY, reason="停业", now=world.now
        )
    version = publish(world)  # what stopped protects nobody any more
    assert basis(world, version.effective_from + 50 * DAY) == "2026-01"
    assert basis(world, version.effective_from + 100 * DAY) == "2026-02"
    assert list(verify()) == []


def test_a_renewal_that_made_itself_is_told_of_in_time_or_shown_as_late(world):
    bought = join(world)
    late = join(world, renews_itself=True, told_at=world.now - 4 * DAY)
    in_time = join(world, renews_itself=True, told_at=world.now - 5 * DAY)
    never = join(world, renews_itself=True)
    assert [each.is_told_late for each in (bought, late, in_time, never)] == [False, True, False, True]
    assert late.tell_by == late.starts_at - 5 * DAY


def test_what_stopped_before_it_was_told_keeps_versions_off_until_then(world):
    row, version = join(world), publish(world)
    told = version.effective_from + 30 * DAY
    stopped = commands.stop_membership(
        actor=world.platform, ref=row.ref, stopped_at=version.effective_from, reason="停业", now=told
    )
    assert (stopped.until, stopped.unused_days) == (told, 345)
    assert basis(world, told - DAY) == "2026-01"
    assert basis(world, told) == "2026-02"


def test_what_is_told_has_happened(world):
    for said in ({"renews_itself": True, "starts_at": world.now + DAY}, {"told_at": world.now + DAY}):
        with pytest.raises(Invalid) as refused:
            join(world, **said)
        assert [each.code for each in refused.value.errors] == ["in-the-future"]


def test_a_term_that_was_recorded_afterwards_changes_no_answer_about_the_past(world):
    version = publish(world)
    within = version.effective_from + DAY
    assert parties_apart(within, [world.merchant.pk]) == set()
    join(world)
    assert parties_apart(within, [world.merchant.pk]) == {world.merchant.pk}
    assert parties_apart(world.now + DAY, [world.merchant.pk]) == set()  # no version began within the term yet
    known = [versions_for(within, [world.merchant.pk], known_at=at) for at in (world.now - DAY, world.now)]
    assert [version in each for each in known] == [True, False]


def test_who_may_tell_of_one_and_who_sees_it(world):
    row = join(world)
    assert join(world, external_ref=row.external_ref).pk == row.pk
    with pytest.raises(ExternalRefMismatch):
        join(world, external_ref=row.external_ref, paid_minor=1)
    with pytest.raises(NotAllowed):
        commands.record_membership(
            actor=world.alice, rule=world.rule, party=world.merchant.ref, external_ref="M-1", paid_minor=1,
            starts_at=world.now, ends_at=world.now + DAY, now=world.now,
        )  # fmt: skip
    with pytest.raises(Invalid):
        join(world, ends_at=world.now - DAY)
    assert [each.pk for each in memberships_for(world.alice)] == [row.pk]
    assert [each.pk for each in memberships_for(world.platform)] == [row.pk]
    assert not memberships_for(world.rita).exists()
    with pytest.raises(NotFound):
        commands.stop_membership(
            actor=world.platform, ref="pms_none", stopped_at=world.now, reason="停业", now=world.now
        )


def stop(row, **values):
    wrong = {"unused_days": 10, "refund_minor": 999, "stopped_because": "停业", "until": row.ends_at - 10 * DAY}
    return PaidMembership.objects.filter(pk=row.pk).update(**(wrong | values))


LAWS.rows(
    paid_membership_is_kept=lambda row: PaidMembership.objects.filter(pk=row.pk)._raw_delete("default"),
    paid_membership_stays_as_it_was_bought=lambda row: PaidMembership.objects.filter(pk=row.pk).update(paid_minor=1),
    paid_membership_is_recorded_once=lambda row: insert(row, ref="pms_x"),
    paid_membership_is_a_time_and_a_price=lambda row: insert(row, ref="pms_x", external_ref="x", days=0),
    renewal_is_to_be_told_of_five_days_before=lambda row: insert(
        row, ref="pms_x", external_ref="x", tell_by=row.starts_at - 4 * DAY
    ),
    stopped_membership_is_refunded_for_what_is_left=stop,
)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(world, name):
    assert_refused(name, lambda: LAWS[name](join(world)))


def test_what_was_stopped_stays_so(world):
    row = join(world)
    stop(row, refund_minor=1_000)
    assert_refused("paid_membership_stays_as_it_was_bought", lambda: stop(row, until=row.ends_at))
