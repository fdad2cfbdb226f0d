"""No sum of a dispute exceeds what its order allows, or what its ground gives beyond it with a reason."""

import pytest

from casework.errors import Invalid, NotYourTurn
from disputes import commands
from disputes.ceilings import ceiling_for
from disputes.choices import MONEY
from disputes.models import Advance, Determination, Dispute, Obligation, Offer
from tests.disputes.test_carrying_out import DAY
from tests.disputes.test_pages import Visitor, goes, open_form, platform  # noqa: F401
from tests.laws import assert_refused, insert

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PRICE = 29_900
MOST = {
    ("counterfeit", "COMPENSATE"): 4 * PRICE,
    ("food_standard", "COMPENSATE"): 11 * PRICE,
    ("injury", "COMPENSATE"): PRICE + 100_000_000,
    ("late_shipment", "COMPENSATE"): PRICE + 100_000_000,
    ("freight", "FREIGHT"): PRICE + 100_000_000,
}


def claimed(court, slug, remedy, amount, statement="为什么更多。", **order):
    filing = commands.DisputeFiling(ground=slug, remedy=remedy, amount_minor=amount, statement=statement)
    return commands.open_dispute(actor=court.bob, order=court.order(**order), filing=filing, now=court.now)


def refused(act, pointer, code):
    with pytest.raises(Invalid) as found:
        act()
    assert [(e.pointer, e.code) for e in found.value.errors] == [(pointer, code)]
    return str(found.value.errors[0].message)


@pytest.mark.parametrize(
    ("slug", "remedy"),
    [("not_received", "REFUND"), ("quality", "PARTIAL_REFUND"), ("quality", "RETURN_AND_REFUND"), *MOST],
)
def test_a_claim_ends_at_its_ceiling_and_says_it(court, slug, remedy):
    most = MOST.get((slug, remedy), PRICE)
    said = refused(lambda: claimed(court, slug, remedy, most + 1), "/claim/amount_minor", "above-ceiling")

    assert f"¥{most // 100:,}.{most % 100:02d}" in said
    assert claimed(court, slug, remedy, most).claim_amount_minor == most


@pytest.mark.parametrize(("slug", "remedy"), MOST)
def test_more_than_the_order_needs_a_reason(court, slug, remedy):
    assert "¥299.00" in refused(lambda: claimed(court, slug, remedy, PRICE + 1, ""), "/statement", "required")
    assert claimed(court, slug, remedy, PRICE, "").claim_amount_minor == PRICE


def test_the_law_gives_at_least_500_and_1000_yuan_for_a_cheap_thing(court):
    said = refused(
        lambda: claimed(court, "counterfeit", "COMPENSATE", 51_001, amount_minor=1_000),
        "/claim/amount_minor",
        "above-ceiling",
    )
    assert "¥510.00" in said
    assert claimed(court, "counterfeit", "COMPENSATE", 51_000, amount_minor=1_000)
    assert claimed(court, "food_standard", "COMPENSATE", 101_000, amount_minor=1_000)


@pytest.mark.parametrize("remedy", ["PARTIAL_REFUND", "COMPENSATE"])
def test_an_offer_ends_at_the_order_where_the_ground_gives_no_more(court, remedy):
    dispute = court.joined("quality")
    for amount in (PRICE + 1, 99_999_999, 10**12):
        terms = commands.Terms(remedy, amount, note="多给一些。")
        act = lambda terms=terms: commands.make_offer(  # noqa: E731
            actor=court.alice, ref=dispute.ref, terms=terms, now=court.now
        )
        assert "¥299.00" in refused(act, "/amount_minor", "above-ceiling")

    assert commands.make_offer(actor=court.alice, ref=dispute.ref, terms=commands.Terms(remedy, PRICE), now=court.now)


def test_an_offer_of_more_than_was_claimed_needs_a_word(court):
    dispute = court.joined("counterfeit", remedy="COMPENSATE", amount=2 * PRICE)

    def offer(amount, note=""):
        terms = commands.Terms("COMPENSATE", amount, note=note)
        return commands.make_offer(actor=court.alice, ref=dispute.ref, terms=terms, now=court.now)

    refused(lambda: offer(3 * PRICE), "/note", "required")
    assert offer(2 * PRICE)
    assert offer(3 * PRICE, "按三倍赔。")


def settled(court, slug, amount, ref):
    dispute = court.joined(slug, remedy="PARTIAL_REFUND", amount=amount, ref=ref)
    terms = commands.Terms("PARTIAL_REFUND", amount)
    offer = commands.make_offer(actor=court.alice, ref=dispute.ref, terms=terms, now=court.now)
    commands.accept_offer(actor=court.bob, offer_ref=offer.ref, now=court.now)
    return dispute


def test_what_went_back_in_another_dispute_is_open_no_more(court):
    settled(court, "quality", 20_000, "O-1")

    said = refused(
        lambda: claimed(court, "not_as_described", "PARTIAL_REFUND", 9_901, ref="O-1"),
        "/claim/amount_minor",
        "above-ceiling",
    )

    assert [sum_ in said for sum_ in ("¥99.00", "¥299.00")] == [True, True]
    assert claimed(court, "not_as_described", "PARTIAL_REFUND", 9_900, ref="O-1")


def test_of_two_disputes_about_one_order_the_price_goes_back_once(court):
    other = court.joined("not_as_described", remedy="PARTIAL_REFUND", amount=PRICE, ref="O-1")
    terms = commands.Terms("PARTIAL_REFUND", PRICE)
    offer = commands.make_offer(actor=court.alice, ref=other.ref, terms=terms, now=court.now)
    settled(court, "quality", 20_000, "O-1")

    with pytest.raises(NotYourTurn) as found:
        commands.accept_offer(actor=court.bob, offer_ref=offer.ref, now=court.now)

    assert "¥99.00" in str(found.value.detail)
    assert sum(Obligation.objects.values_list("amount_minor", flat=True)) == 20_000


def test_a_determination_ends_at_its_ceiling(court):
    dispute = court.joined("quality", remedy="PARTIAL_REFUND", amount=PRICE)
    court.pass_time(court.now + 30 * DAY)

    def determine(amount):
        said = {"remedy": "PARTIAL_REFUND", "amount_minor": amount, "payer": "RESPONDENT"}
        why = {"departure_reasons": "另有理由。", "confirmed_stakes": True}
        goods = {"goods_are": "ALREADY_RETURNED", "goods_are_reason": "已经寄回。"}
        court.determine(dispute, now=court.now + 30 * DAY, **said, **why, **goods)

    assert "¥299.00" in refused(lambda: determine(PRICE + 1), "/amount_minor", "above-ceiling")
    determine(PRICE)
    made = Determination.objects.get()
    law = "determination_is_within_what_the_order_and_its_ground_allow"
    assert_refused(law, lambda: insert(made, amount_minor=PRICE + 1))


def test_the_platform_pays_no_more_first_than_the_dispute_is_about(court):
    dispute = court.joined("quality", remedy="PARTIAL_REFUND", amount=20_000)
    about = {"actor": court.carl, "ref": dispute.ref, "to_side": "CLAIMANT", "reason": "先付。", "now": court.now}

    said = refused(lambda: commands.advance_payment(amount_minor=PRICE + 1, **about), "/amount_minor", "above-ceiling")

    assert "¥299.00" in said
    assert commands.advance_payment(amount_minor=PRICE, **about)


def test_the_database_holds_each_of_them(court):
    dispute = court.joined("quality", remedy="PARTIAL_REFUND", amount=20_000)
    offer = court.offer(court.alice, dispute, "PARTIAL_REFUND", 20_000)
    advance = court.advance(dispute, 1)
    again = {"ref": "x", "number": "y", "order_ref": "O-77", "claim_amount_minor": PRICE + 1}

    assert_refused("claim_is_within_what_the_order_and_its_ground_allow", lambda: insert(dispute, **again))
    assert_refused(
        "offer_is_within_what_the_order_and_its_ground_allow",
        lambda: insert(offer, ref="z", no=9, side="CLAIMANT", amount_minor=PRICE + 1),
    )
    assert_refused(
        "advance_is_no_more_than_the_dispute_is_about", lambda: insert(advance, no=9, amount_minor=PRICE + 1)
    )
    commands.accept_offer(actor=court.bob, offer_ref=offer.ref, now=court.now)
    owed = dispute.obligations.get()
    assert_refused("sum_that_is_owed_was_agreed_or_determined", lambda: insert(owed, no=9, amount_minor=20_001))
    assert_refused("price_of_an_order_goes_back_once", lambda: insert(owed, no=9))


def test_python_and_the_database_know_the_same_ceiling(court):
    """For every ground and remedy of money: the sum at the ceiling is stored, a fen more is not."""
    tried = 0
    for ground in court.table.grounds.exclude(claimant_role__in=("SELLER", "RIGHT_HOLDER", "MERCHANT")):
        if ground.respondent_role == "PLATFORM":
            continue
        for remedy in sorted(set(ground.remedies) & MONEY):
            dispute = claimed(court, ground.slug, remedy, 1)
            most = ceiling_for(dispute, remedy).most_minor
            copy = {"order_ref": f"O-88-{tried}", "ref": f"dsp_{tried}", "number": f"D-{tried}"}
            name = "claim_is_within_what_the_order_and_its_ground_allow"
            assert_refused(name, lambda d=dispute, c=copy, m=most: insert(d, **c, claim_amount_minor=m + 1))
            insert(dispute, **copy, claim_amount_minor=most)
            tried += 1

    assert tried >= 40


# — on pages —


def test_the_order_and_what_is_open_of_it_stand_beside_the_field(court, platform):  # noqa: F811
    buyer = Visitor(court.bob)
    page = goes(buyer, at="1", to="2", ground="not_received")
    assert "The order came to ¥299.00, freight included. Still open: ¥299.00." in page

    page = goes(buyer, **open_form(amount="1,000,000,000", to="3", at="2"))
    assert "At most ¥299.00" in page
    assert Dispute.objects.count() == 0


def test_a_claim_is_read_back_in_figures_and_words(court, platform):  # noqa: F811
    page = goes(Visitor(court.bob), **open_form(amount="125.00", to="3", at="2"))

    assert [each in page for each in ("¥125.00", "one hundred and twenty-five yuan")] == [True, True]


def test_an_offer_is_read_back_before_it_binds_and_can_be_changed(court):
    dispute, seller = court.joined("quality"), Visitor(court.alice)
    path = f"/disputes/{dispute.ref}/offers/new/"
    terms = {
        "remedy": "PARTIAL_REFUND",
        "amount_minor": "125",
        "freight_payer": "NOBODY",
        "hours": "48",
        "note": "抱歉",
    }

    check = seller.posts(path, terms).content.decode()
    assert Offer.objects.count() == 0
    for words in ("¥125.00", "one hundred and twenty-five yuan", "Seller pays ¥125.00 to the buyer", "dispute ends"):
        assert words in check, words
    changed = seller.posts(path, terms | {"change": "1"})
    assert 'value="125"' in changed.content.decode()
    assert Offer.objects.count() == 0

    seller.sends(path, terms | {"checked": "1"})
    assert Offer.objects.get().amount_minor == 12_500
    accept = Visitor(court.bob).sees(f"/disputes/{dispute.ref}/offers/{Offer.objects.get().ref}/accept/")
    for words in ("one hundred and twenty-five yuan", "Seller pays ¥125.00 to the buyer"):
        assert words in accept


def test_a_wrong_offer_is_said_before_the_check(court):
    dispute, seller = court.joined("quality"), Visitor(court.alice)
    terms = {"remedy": "PARTIAL_REFUND", "amount_minor": "300", "freight_payer": "NOBODY", "hours": "48", "note": ""}

    page = seller.posts(f"/disputes/{dispute.ref}/offers/new/", terms)

    assert page.status_code == 400
    assert "At most ¥299.00" in page.content.decode()
    assert (Determination.objects.count(), Advance.objects.count()) == (0, 0)
