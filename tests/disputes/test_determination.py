"""What a determination may order, and whether it says truly where it departs and on what it rests."""

from datetime import timedelta

import pytest

from casework.errors import Invalid
from disputes import commands, queries
from tests.disputes.building import fact, fresh

pytestmark = pytest.mark.django_db
PRICE = 29_900
GONE = {"goods_are": "NOT_DELIVERED", "goods_are_reason": "没有送到。"}


@pytest.fixture
def silent(court):
    """Everything is found for the buyer, since the seller showed nothing."""
    return silent_in(court, "return_excluded")


def silent_in(court, slug, **more):
    dispute = court.joined(slug, **more)
    court.pass_time(court.now + timedelta(days=30))
    assert fresh(dispute).state == "DELIBERATING"
    return fresh(dispute)


def determine(court, dispute, remedy, amount=PRICE, payer="RESPONDENT", **changes):
    values = {"departure_reasons": "另有理由。", "confirmed_stakes": True} | changes
    draft = commands.DeterminationDraft(
        "SUPPORTED",
        "r",
        {f.no: "s" for f in dispute.facts.all()},
        remedy=remedy,
        amount_minor=amount,
        payer=payer,
        **values,
    )
    commands.determine_dispute(actor=court.mia, ref=dispute.ref, draft=draft, now=court.now + timedelta(days=30))
    return dispute.determinations.get()


def refused_at(court, dispute, *args, **changes):
    with pytest.raises(Invalid) as error:
        determine(court, dispute, *args, **changes)
    return [e.pointer for e in error.value.errors]


# — large sums —


@pytest.mark.parametrize(("amount", "stakes"), [(499_999, []), (500_000, ["amount"]), (500_001, ["amount"])])
def test_from_the_sum_on_that_is_set_a_person_confirms_separately(court, settings, amount, stakes):
    settings.CONFIRM_ABOVE_MINOR = 500_000
    dispute = silent_in(court, "not_received", amount=amount, amount_minor=amount)

    assert list(commands.derived_of(dispute).stakes) == stakes
    assert list(queries.derived_outcome(dispute).stakes) == stakes
    if stakes:
        assert refused_at(court, dispute, "REFUND", amount, confirmed_stakes=False, **GONE) == ["/confirmed_stakes"]
    ruled = determine(court, dispute, "REFUND", amount, confirmed_stakes=bool(stakes), **GONE)
    assert ruled.amount_minor == amount


@pytest.mark.parametrize(("amount", "is_large"), [(499_999, False), (500_000, True), (500_001, True)])
def test_a_sum_that_nobody_claimed_is_large_from_there_on_too(court, settings, amount, is_large):
    settings.CONFIRM_ABOVE_MINOR = 500_000
    dispute = silent_in(court, "not_received")
    draft = commands.DeterminationDraft("SUPPORTED", "r", {}, remedy="REFUND", amount_minor=amount)

    found = commands.stakes_of(dispute, draft, commands.derived_of(dispute))

    assert ("amount" in found) is is_large


# — no refund without return under another name —


@pytest.mark.parametrize("remedy", ["REFUND", "PARTIAL_REFUND", "COMPENSATE"])
def test_the_whole_price_without_the_goods_says_why_the_buyer_has_none(court, silent, remedy):
    assert refused_at(court, silent, remedy) == ["/goods_are"]
    assert refused_at(court, silent, remedy, PRICE + 1) == ["/goods_are"]
    assert refused_at(court, silent, remedy, goods_are="NOT_DELIVERED") == ["/goods_are_reason"]
    assert refused_at(court, silent, remedy, **(GONE | {"goods_are": "WITH_BUYER"})) == ["/goods_are"]
    assert determine(court, silent, remedy, **GONE).goods_are == "NOT_DELIVERED"


@pytest.mark.parametrize(
    "terms",
    [
        {"remedy": "REFUND", "amount": PRICE - 1},
        {"remedy": "REFUND", "payer": "PLATFORM"},
        {"remedy": "RETURN_AND_REFUND", "goods_back": True},
        {"remedy": "REFUND", "goods_back": True},
    ],
    ids=["a part", "the platform pays", "the goods go back", "a refund and the goods go back"],
)
def test_nothing_is_said_of_goods_where_no_merchant_loses_both(court, silent, terms):
    assert determine(court, silent, **terms).goods_are == ""


def test_compensation_that_the_table_gives_stands_on_its_own(court):
    assert determine(court, silent_in(court, "late_shipment"), "COMPENSATE")


def test_the_letter_says_where_the_goods_are(court, silent):
    determine(court, silent, "REFUND", **GONE)
    now = queries.letter_of(court.bob, fresh(silent), language="en").parts[6].lines
    assert any("No goods go back: never delivered. 没有送到。" in line for line in now)


# — a ground of a refund without return is nobody's but the payer's —


def test_a_ground_is_given_only_for_a_refund_without_return(court, silent):
    for remedy in ("REFUND", "PARTIAL_REFUND"):
        assert "/no_return_ground" in refused_at(court, silent, remedy, 100, no_return_ground="consent")
        assert "/no_return_ground" in refused_at(court, silent, remedy, 100, no_return_reason="r")
    for ground in ("consent", "opt_in", "necessity"):
        changes = {"payer": "PLATFORM", "no_return_ground": ground, "no_return_reason": "r"}
        assert refused_at(court, silent, "REFUND_NO_RETURN", **changes) == ["/no_return_ground"]
    assert refused_at(court, silent, "REFUND_NO_RETURN", no_return_ground="platform_funded") == ["/no_return_ground"]
    made = determine(court, silent, "REFUND_NO_RETURN", payer="PLATFORM", no_return_ground="platform_funded")
    assert made.no_return_ground == "platform_funded"


# — a departure is not hidden —


@pytest.mark.parametrize("change", [{"payer": "CLAIMANT"}, {"payer": "PLATFORM"}, {"goods_back": True}])
def test_another_payer_or_another_way_of_the_goods_is_a_departure(court, change):
    dispute = silent_in(court, "not_received")
    terms = {**({} if change.get("goods_back") else GONE), **change}
    assert refused_at(court, dispute, "REFUND", **terms, departure_reasons="") == ["/departure_reasons"]
    assert determine(court, dispute, "REFUND", **terms).departs


def test_what_the_table_derives_is_no_departure(court):
    dispute = silent_in(court, "not_received")
    assert not determine(court, dispute, "REFUND", **GONE, departure_reasons="").departs


# — the platform and the respondent are one where it is complained of —


def test_the_letter_says_that_the_platform_showed_what_was_found_for_it(court):
    dispute = court.joined("self_operated")
    court.prove(dispute, 1, court.bob, court.now)
    court.prove(dispute, 1, court.carl, court.now + timedelta(hours=1))
    assert fact(dispute, 1).awaits_ruling
    later = court.now + timedelta(days=5)
    court.pass_time(later)
    commands.rule_fact(actor=court.mia, ref=dispute.ref, fact_no=1, proved=False, reasons="页面写明。", now=later)
    draft = commands.DeterminationDraft("NOT_SUPPORTED", "r", {1: "s"}, confirmed_stakes=True)
    commands.determine_dispute(actor=court.mia, ref=dispute.ref, draft=draft, now=later)

    proof = queries.letter_of(court.bob, fresh(dispute), language="en").parts[3].lines[0]
    assert "for the platform to show" in proof
    assert "; shown. It speaks for the platform." in proof
