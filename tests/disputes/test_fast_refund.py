"""Fast refunds: at whose cost, by which rule, once, without a finding, and not for whom they were withdrawn from."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import F

from accounts.models import Membership, Party
from casework import clock, ledger
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn
from casework.firing import fire
from casework.models import Event
from disputes import commands, queries
from disputes.default_table import fast_refunds
from disputes.models import (
    Advance,
    BurdenTable,
    Determination,
    FactRuling,
    FastRefund,
    FastRefundOptIn,
    Obligation,
    Relaxation,
)
from disputes.verbs import actions_for
from notices.commands import withdraw_notice
from notices.models import Notice
from rules.models import RuleVersion
from tests import factories as make
from tests.disputes.building import fresh, publish_table
from tests.disputes.test_pages import Visitor, room
from tests.laws import assert_refused, insert

pytestmark = pytest.mark.django_db

LIMIT, SUM = 20_000, 12_000


@pytest.fixture(scope="module")
def module_court(module_database, module_court):
    with module_database():
        rules = fast_refunds(["not_received", "short_or_wrong"], limit_minor=LIMIT, platform_pays=True)
        module_court.table = publish_table(module_court.platform, now=module_court.now, days=100, fast=rules)
        return module_court


def opened(court, amount=SUM, **more):
    return court.open(remedy="REFUND", amount=amount, **more)


def opt_in(court, limit=LIMIT, actor=None, now=None):
    return commands.opt_in_to_fast_refunds(
        actor=actor or court.alice, party_ref=court.seller.ref, limit_minor=limit, now=now or court.now
    )


def opt_out(court, now=None):
    commands.opt_out_of_fast_refunds(actor=court.finance, party_ref=court.seller.ref, now=now or court.now)


def take(court, dispute, actor=None, now=None):
    return commands.accept_fast_refund(actor=actor or court.bob, ref=dispute.ref, now=now or court.now)


def payer(dispute):
    return FastRefund.objects.filter(dispute=dispute).values_list("payer", flat=True).first()


def can_take(court, dispute, actor=None):
    actor = actor or court.bob
    found = actions_for(actor, queries.dispute_for(actor, dispute.ref), now=court.now)
    return "accept-fast-refund" in [action.name for action in found]


def withdraw_from_buyer(court, **changes):
    words = {"label_zh": "取消极速退款", "label_en": "No fast refunds", "restores_zh": "恢复", "restores_en": "Back"}
    make.register_measure_type(court.platform, now=court.now, code="no_fast_refund", axis="SERVICE", **words)
    measure = make.measure(court.now, type="no_fast_refund", object_kind="account", scope="不提供极速退款")
    return court.notice(court.buyer, measures=[measure], **changes)


# — at whose cost —


def test_the_platform_pays_and_nothing_is_found_or_counted_against_the_seller(court):
    dispute = opened(court)
    assert payer(dispute) == "PLATFORM"
    assert can_take(court, dispute)
    assert not can_take(court, dispute, court.alice)
    agent = make.agent(court.bob, court.buyer, now=court.now)
    for other in (court.alice, agent):
        with pytest.raises(NotAllowed):
            take(court, dispute, other)
    assert_refused(
        "agent_gives_nothing_up_without_special_authority",
        lambda: fire(fresh(dispute), "accept_fast_refund", actor=agent, now=court.now),
    )

    taken = take(court, dispute)
    assert taken.state == "CARRYING_OUT"
    owed = Obligation.objects.get(dispute=dispute)
    assert (owed.kind, owed.debtor, owed.creditor, owed.amount_minor) == ("PAY", "PLATFORM", "CLAIMANT", SUM)
    told = Event.objects.get(case_kind="dispute", case_id=dispute.pk, type="dispute.fast_refunded")
    assert told.facts == {"payer": "PLATFORM", "amount_minor": SUM}
    commands.report_obligation(actor=court.carl, ref=dispute.ref, no=1, note="", now=court.now)
    commands.confirm_obligation(actor=court.bob, ref=dispute.ref, no=1, now=court.now)

    closed = fresh(dispute)
    assert (closed.state, closed.closed_as) == ("CLOSED", "REFUNDED")
    assert not closed.determinations.exists()
    assert not closed.offers.exists()
    assert not FactRuling.objects.filter(fact__dispute=dispute).exists()
    assert set(closed.facts.values_list("established", flat=True)) == {None}
    assert not Obligation.objects.filter(debtor="RESPONDENT").exists()
    assert not Notice.objects.filter(party=court.seller).exists()
    assert list(ledger.verify()) == []
    with pytest.raises(NotYourTurn):
        opened(court, ref=dispute.order_ref)


def test_a_shop_that_opted_in_pays_by_the_version_in_force_at_the_opening(court):
    opt_in(court, limit=SUM - 1)
    below = opened(court)
    opt_in(court, actor=court.finance)
    dispute = opened(court)
    assert (payer(below), payer(dispute)) == ("PLATFORM", "RESPONDENT")

    opt_out(court)  # for disputes that are opened from now on
    assert payer(opened(court)) == "PLATFORM"
    take(court, dispute)
    told = Event.objects.get(case_kind="dispute", case_id=dispute.pk, type="dispute.fast_refunded")
    assert told.facts == {"payer": "RESPONDENT", "amount_minor": SUM, "opt_in": 2}
    assert Obligation.objects.get(dispute=dispute).debtor == "RESPONDENT"
    commands.report_obligation(actor=court.alice, ref=dispute.ref, no=1, note="", now=court.now)
    commands.confirm_obligation(actor=court.bob, ref=dispute.ref, no=1, now=court.now)
    assert fresh(dispute).closed_as == "SETTLED"
    versions = FastRefundOptIn.objects.order_by("version").values_list("limit_minor", "given_by_id", "ended_by_id")
    alice, fiona = court.alice.user_id, court.finance.user_id
    assert list(versions) == [(SUM - 1, alice, fiona), (LIMIT, fiona, fiona)]


@pytest.mark.parametrize("gone", ["SUSPENDED", "CLOSED", "nobody"])
def test_a_shop_that_does_not_trade_pays_none_and_the_platform_does(court, gone):
    consent, before = opt_in(court), opened(court)
    if gone == "nobody":
        Membership.objects.filter(party=court.seller).update(ended_at=court.now, ended_by="test")
    else:
        Party.objects.filter(pk=court.seller.pk).update(status=gone)
        assert_refused(
            "fast_refund_of_a_merchant_rests_on_its_opt_in",
            another(court, FastRefund.objects.get(dispute=before), payer="RESPONDENT", opt_in_id=consent.pk),
        )
    assert (payer(before), payer(opened(court))) == ("RESPONDENT", "PLATFORM")


def test_only_owner_and_finance_of_the_shop_consent(court):
    manager = make.member(court.seller, now=court.now, name="manager", role="manager")
    for actor in (manager, court.staff):
        with pytest.raises(NotAllowed):
            opt_in(court, actor=actor)
    for actor in (court.eve, court.bob, court.carl):
        with pytest.raises(NotFound):
            opt_in(court, actor=actor)
    with pytest.raises(Invalid):
        opt_in(court, limit=0)
    assert opt_in(court) == opt_in(court), "the same again changes nothing"
    assert not FastRefundOptIn.objects.filter(ended_at__isnull=False).exists()


# — by which rule —


def test_none_beyond_the_rule(court):
    opt_in(court, limit=10**9)
    assert payer(opened(court, LIMIT)) == "RESPONDENT"
    for dispute in (
        opened(court, LIMIT + 1),
        opened(court, currency="USD"),
        court.open("short_or_wrong", remedy="RETURN_AND_REFUND", amount=SUM),
        opened(court, slug="late_shipment"),
    ):
        assert payer(dispute) is None, dispute
        assert not can_take(court, dispute)
        with pytest.raises(NotYourTurn):
            take(court, dispute)


def test_without_a_platform_that_pays_only_a_shop_that_opted_in_does(court):
    rules = fast_refunds(["not_received"], limit_minor=LIMIT)
    publish_table(court.platform, now=court.now, days=90, fast=rules)
    assert payer(opened(court)) is None
    opt_in(court)
    assert payer(opened(court)) == "RESPONDENT"


def test_a_rule_that_lacks_a_control_is_not_published(court):
    (rule,) = fast_refunds(["not_received"], limit_minor=LIMIT)
    for broken in (
        replace(rule, controls=rule.controls[:2]),
        replace(rule, fast_refund_limit_minor=0),
        replace(rule, ground="food_standard", fact="against_standard"),
        replace(rule, relieved="RESPONDENT"),
    ):
        with pytest.raises(Invalid):
            publish_table(court.platform, now=court.now, days=80, fast=[broken])


# — once, and until a mediator joined —


def test_it_is_taken_once_whatever_else_happened(court):
    dispute = opened(court)
    other = opened(court, ref=dispute.order_ref, slug="short_or_wrong")
    assert payer(other) is None, "one for each order"
    assert not can_take(court, dispute)
    with pytest.raises(NotYourTurn):
        take(court, dispute)  # else the seller who agrees in the other pays the same once more
    commands.withdraw_dispute(actor=court.bob, ref=other.ref, now=court.now)
    take(court, dispute)
    take(court, dispute)
    assert Obligation.objects.filter(dispute=dispute).count() == 1
    with pytest.raises(NotYourTurn):
        court.advance(dispute, SUM)

    rest = dispute.order_amount_minor - SUM
    with pytest.raises(Invalid) as refused:
        opened(court, rest + 1, ref=dispute.order_ref, slug="short_or_wrong")
    assert [error.pointer for error in refused.value.errors] == ["/claim/amount_minor"]
    assert payer(opened(court, rest, ref=dispute.order_ref, slug="short_or_wrong")) is None

    joined = court.joined(remedy="REFUND", amount=SUM)
    paid = opened(court)
    court.advance(paid, SUM)
    for late in (joined, paid):
        assert payer(late) == "PLATFORM"
        assert not can_take(court, late)
        with pytest.raises(NotYourTurn):
            take(court, late)
    assert FastRefund.objects.get(dispute=joined).earlier == 1


# — not for whom it was withdrawn from —


def test_it_is_withdrawn_by_a_notice_and_comes_back_with_its_end(court):
    before = opened(court)
    notice = withdraw_from_buyer(court)
    assert payer(opened(court)) is None
    assert not can_take(court, before)
    with pytest.raises(NotYourTurn):
        take(court, before)
    withdraw_notice(actor=court.platform, ref=notice.ref, reason="误判。", now=court.now)
    assert payer(opened(court)) == "PLATFORM"
    assert can_take(court, before)

    held = withdraw_from_buyer(court, continues_during_appeal=False)
    assert payer(opened(court)) is None
    make.file(court.bob, held, now=court.now)  # as against any measure; this one does not go on meanwhile
    assert payer(opened(court)) == "PLATFORM"
    take(court, before)


# — the laws, past the code —


@pytest.fixture
def row(court):
    """A fast refund that the platform bears, not taken."""
    return FastRefund.objects.get(dispute=opened(court))


def another(court, row, **changes):
    """The row once more for another dispute about the same order, which came with none and was withdrawn."""
    bare = opened(court, ref=row.order_ref, slug="short_or_wrong")
    commands.withdraw_dispute(actor=court.bob, ref=bare.ref, now=court.now)
    relief = Relaxation.objects.get(fact__ground=bare.ground, fast_refund_limit_minor__isnull=False)
    return lambda **more: insert(row, **{"dispute_id": bare.pk, "relief_id": relief.pk, **changes, **more})


def test_it_is_taken_by_the_buyer_alone_before_a_mediator_and_no_money_of_an_order_twice(court, row):
    def taken(one, by=court.bob):
        return lambda: FastRefund.objects.filter(pk=one.pk).update(accepted_at=court.now, accepted_by=by.user_id)

    joined = FastRefund.objects.get(dispute=court.joined(remedy="REFUND", amount=SUM))
    paid = opened(court)
    Advance.objects.create(
        dispute=paid, no=1, to_side="CLAIMANT", amount_minor=1, reason="x", advanced_by_ref="x", advanced_at=court.now
    )
    for refused in (taken(row, by=court.alice), taken(joined), taken(FastRefund.objects.get(dispute=paid))):
        assert_refused("fast_refund_is_taken_by_the_buyer_before_a_mediator_joins", refused)

    twice = opened(court)
    other = opened(court, ref=twice.order_ref, slug="short_or_wrong")
    assert_refused("fast_refund_is_the_only_money_claimed_of_its_order", taken(FastRefund.objects.get(dispute=twice)))
    commands.withdraw_dispute(actor=court.bob, ref=other.ref, now=court.now)
    taken(FastRefund.objects.get(dispute=twice))()
    rest = twice.order_amount_minor - SUM
    again = opened(court, rest, ref=twice.order_ref, slug="short_or_wrong")
    assert_refused(
        "money_that_was_refunded_fast_is_not_claimed_again",
        lambda: insert(
            again, claim_amount_minor=rest + 1, ref="dsp_AAAAAAAAAAAAAAAAAAAAAAAA", number="D-20261125-AAAAAA2"
        ),
    )


def test_no_merchant_pays_without_a_consent_in_force_at_the_opening(court, row):
    at_cost_of = another(court, row, payer="RESPONDENT")
    law, soon = "fast_refund_of_a_merchant_rests_on_its_opt_in", court.now + timedelta(seconds=1)
    ended = opt_in(court)
    opt_out(court)
    theirs = commands.opt_in_to_fast_refunds(
        actor=court.eve, party_ref=court.other.ref, limit_minor=LIMIT, now=court.now
    )
    for consent in (ended, theirs):
        assert_refused(law, lambda consent=consent: at_cost_of(opt_in_id=consent.pk))
    low = opt_in(court, limit=SUM - 1)
    assert_refused("fast_refund_of_a_merchant_rests_on_its_opt_in", lambda: at_cost_of(opt_in_id=low.pk))
    later = opt_in(court, now=soon)
    assert_refused("fast_refund_of_a_merchant_rests_on_its_opt_in", lambda: at_cost_of(opt_in_id=later.pk))
    assert_refused(
        "fast_refund_is_paid_by_the_platform_or_by_consent", lambda: at_cost_of(payer="PLATFORM", opt_in_id=low.pk)
    )


def test_a_fast_refund_rests_on_its_rule_and_never_changes(court, row):
    also = another(court, row)
    later = court.now + timedelta(seconds=1)
    table = publish_table(
        court.platform, now=court.now, days=95, fast=fast_refunds(["short_or_wrong"], limit_minor=LIMIT)
    )
    unpaid = table.relaxations.get(fast_refund_limit_minor__isnull=False)
    for changes in (
        {"relief_id": row.relief_id},
        {"relief_id": unpaid.pk},
        {"amount_minor": SUM + 1},
        {"order_ref": "O-x"},
        {"offered_at": later},
        {"claimant_id": court.other.pk},
    ):
        assert_refused("fast_refund_rests_on_a_published_relief", lambda changes=changes: also(**changes))
    assert_refused("fast_refund_is_accepted_by_a_person", lambda: also(accepted_at=court.now))
    rows = FastRefund.objects.filter(pk=row.pk)
    assert_refused("fast_refund_is_only_accepted", lambda: rows.update(payer="RESPONDENT"))
    assert_refused("fast_refund_is_kept", lambda: rows._raw_delete("default"))
    take(court, row.dispute)
    assert_refused("fast_refund_is_only_accepted", lambda: rows.update(accepted_at=None, accepted_by=None))
    assert_refused(
        "fast_refund_is_paid_once_per_order", lambda: also(accepted_at=court.now, accepted_by_id=court.bob.user_id)
    )


def test_it_is_owed_once_by_who_bears_it_and_nothing_is_determined(court, row):
    take(court, row.dispute)
    owed = Obligation.objects.get(dispute=row.dispute)
    assert_refused("fast_refund_is_owed_once_by_who_bears_it", lambda: insert(owed, no=2, amount_minor=1))
    dispute = court.escalated(remedy="REFUND", amount=SUM)
    taken = FastRefund.objects.filter(dispute=dispute)
    taken.update(accepted_at=court.now, accepted_by_id=court.bob.user_id)
    commands.join_dispute(actor=court.mia, ref=dispute.ref, now=court.now)
    court.pass_time(court.now + timedelta(days=4))
    for changes in ({"debtor": "RESPONDENT"}, {"amount_minor": SUM - 1}, {"kind": "SEND_GOODS"}):
        assert_refused(
            "fast_refund_is_owed_once_by_who_bears_it",
            lambda changes=changes: insert(owed, dispute_id=dispute.pk, no=1, **changes),
        )
    assert_refused("dispute_that_was_refunded_fast_is_not_determined", lambda: Determination.objects.create(
        dispute=dispute, round=1, mediator_id=court.mia.user_id, session_hash="s" * 64, outcome="NOT_SUPPORTED",
        reasons="r", departs=True, departure_reasons="r", decided_at=court.now, check_code="C" * 10,
    ))  # fmt: skip


def test_nobody_offers_or_takes_what_was_withdrawn(court, row):
    also = another(court, row)
    withdraw_from_buyer(court)
    law = FastRefund.objects.filter(pk=row.pk)
    assert_refused("fast_refund_is_not_for_whom_it_was_withdrawn_from", also)
    assert_refused(
        "fast_refund_is_not_for_whom_it_was_withdrawn_from",
        lambda: law.update(accepted_at=court.now, accepted_by_id=court.bob.user_id),
    )


def test_a_consent_is_an_act_of_who_may_pay_and_only_ends(court):
    consent = opt_in(court)
    rows = FastRefundOptIn.objects.filter(pk=consent.pk)
    for changes in (
        {"given_by_id": court.staff.user_id},
        {"given_by_id": court.eve.user_id},
        {"given_by_id": court.bob.user_id, "party_id": court.buyer.pk},
    ):
        assert_refused(
            "fast_refund_opt_in_is_an_act_of_who_may_pay", lambda changes=changes: insert(consent, version=2, **changes)
        )
    assert_refused("fast_refund_opt_in_is_one_per_merchant", lambda: insert(consent, version=2))
    assert_refused("fast_refund_opt_in_only_ends", lambda: rows.update(limit_minor=F("limit_minor") + 1))
    assert_refused("fast_refund_opt_in_has_a_limit_and_ends_once", lambda: rows.update(ended_at=court.now))
    opt_out(court)
    assert_refused("fast_refund_opt_in_version_is_unique", lambda: insert(consent))
    assert_refused("fast_refund_opt_in_only_ends", lambda: rows.update(ended_at=None, ended_by=None))
    assert_refused("fast_refund_opt_in_is_kept", lambda: rows._raw_delete("default"))
    rules = Relaxation.objects.filter(fast_refund_limit_minor__isnull=False)
    draft = BurdenTable.objects.create(version_id=_draft_version(court).pk)
    unlimited = {"table_id": draft.pk, "relieved": "RESPONDENT", "fast_refund_limit_minor": None}
    assert_refused("fast_refund_rule_has_a_limit", lambda: insert(rules.first(), **unlimited))


def _draft_version(court):
    code = make.publish_rule(court.platform, now=court.now, start=court.now + timedelta(days=9))
    return RuleVersion.objects.get(rule__code=code)


# — pages —


@pytest.mark.once
def test_the_room_names_who_pays_and_the_shop_has_a_page(court):
    alice, bob, fiona = Visitor(court.alice), Visitor(court.bob), Visitor(court.finance)
    shop = f"/account/parties/{court.seller.ref}/fast-refunds/"
    dispute = opened(court)
    assert "The platform refunds ¥120.00 at its own cost. This does not decide who is right." in bob.sees(room(dispute))
    told = "The buyer can take it until a mediator joins. Nothing of it counts against the seller."
    assert told in alice.sees(room(dispute))
    assert "take-fast-refund" not in alice.sees(room(dispute))
    assert "The platform refunds ¥120.00 by" in bob.sees(f"{room(dispute)}fast-refund/")
    bob.sends(f"{room(dispute)}fast-refund/")
    assert "The platform refunds ¥120.00 at its own cost. This does not decide who is right." in bob.sees(room(dispute))
    assert "The platform bears it, and nothing was decided." in alice.sees(room(dispute))

    assert "The shop pays no fast refunds." in fiona.sees(shop)
    assert f'href="{shop}"' in fiona.sees("/account/")
    fiona.sends(shop, {"limit_minor": "150"})
    assert "at most ¥150.00 in a case (version 1)" in alice.sees(shop)
    court.now = clock.now()
    by_shop = opened(court)
    assert "The shop refunds ¥120.00 by its standing consent, version 1" in bob.sees(room(by_shop))
    assert "The shop refunds ¥120.00 by" in bob.sees(f"{room(by_shop)}fast-refund/")
    Visitor(court.staff).sends(f"{shop}end/", status=403)
    bob.sees(shop, status=404)
    fiona.sends(f"{shop}end/")
    assert "The shop pays no fast refunds." in alice.sees(shop)
