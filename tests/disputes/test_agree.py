"""Agreeing to the claim: one tap and one page, what is owed then, whose money it may be, and what it never does."""

import pytest

from casework.errors import NotAllowed, NotYourTurn
from casework.models import Deadline
from disputes import commands, queries
from disputes.models import Advance, Offer
from disputes.verbs import actions_for
from tests import factories as make
from tests.disputes.test_pages import Visitor, room

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def agree(court, dispute, actor=None):
    return commands.agree_to_claim(actor=actor or court.alice, ref=dispute.ref, now=court.now)


def owed(dispute):
    return [(o.kind, o.debtor, o.amount_minor, o.due_at is not None) for o in dispute.obligations.order_by("no")]


def offers(dispute):
    return list(dispute.offers.order_by("no").values_list("side", "meets_claim", "state"))


def can_agree(court, dispute, actor):
    found = actions_for(actor, queries.dispute_for(actor, dispute.ref), now=court.now)
    return [action.needs_role for action in found if action.name == "agree"]


def test_what_was_claimed_is_owed_at_once_and_nobody_is_asked_to_accept_it(court):
    dispute = court.open()
    assert agree(court, dispute).state == "CARRYING_OUT"
    assert owed(dispute) == [("PAY", "RESPONDENT", 29_900, True)]
    assert offers(dispute) == [("RESPONDENT", True, "ACCEPTED")]
    assert not Offer.objects.get().answers.exists()
    waiting = Deadline.objects.filter(case_id=dispute.pk, state="OPEN")
    assert {d.kind for d in waiting} == {"dispute.obligation", "dispute.reminder"}


def test_a_part_that_was_claimed_is_what_is_owed(court):
    dispute = court.open("short_or_wrong", remedy="PARTIAL_REFUND", amount=5_000)
    agree(court, dispute)
    assert owed(dispute) == [("PAY", "RESPONDENT", 5_000, True)]


def test_where_goods_go_back_who_agrees_bears_the_freight_and_pays_after_them(court):
    dispute = court.joined("quality", remedy="RETURN_AND_REFUND")
    agree(court, dispute)
    assert owed(dispute) == [
        ("RETURN_GOODS", "CLAIMANT", None, True),
        ("PAY", "RESPONDENT", 29_900, False),
        ("PAY_FREIGHT", "RESPONDENT", None, True),
    ]


def test_offers_that_were_open_end_with_it(court):
    dispute = court.open()
    for actor in (court.alice, court.bob):
        commands.make_offer(actor=actor, ref=dispute.ref, terms=commands.Terms("PARTIAL_REFUND", 5_000), now=court.now)
    agree(court, dispute)
    assert offers(dispute) == [
        ("RESPONDENT", False, "REPLACED"),
        ("CLAIMANT", False, "LAPSED"),
        ("RESPONDENT", True, "ACCEPTED"),
    ]


def test_money_is_promised_by_owner_or_finance_and_an_exchange_by_a_manager(court):
    manager = make.member(court.seller, now=court.now, name="manager", role="manager")
    money, goods = court.open(), court.open("quality", remedy="EXCHANGE", ref="O-2")
    assert can_agree(court, money, court.alice) == can_agree(court, money, court.finance) == ["finance"]
    assert can_agree(court, money, manager) == can_agree(court, money, court.bob) == []
    assert can_agree(court, goods, manager) == ["manager"]
    for who, dispute in ((manager, money), (court.bob, money), (court.staff, goods), (court.finance, goods)):
        with pytest.raises(NotAllowed):
            agree(court, dispute, who)
    agree(court, money, court.finance)
    agree(court, goods, manager)
    assert owed(goods)[0][0] == "RETURN_GOODS"


def test_it_is_too_late_once_something_else_ended_it(court):
    dispute = court.open()
    agree(court, dispute)
    with pytest.raises(NotYourTurn):
        agree(court, dispute)
    assert offers(dispute) == [("RESPONDENT", True, "ACCEPTED")]


def test_the_platform_as_the_other_side_answers_by_its_own_decision(court):
    dispute = court.open("merchant_measure")
    with pytest.raises(NotAllowed):
        agree(court, dispute, court.carl)


def test_what_the_platform_paid_first_stays_its_own_matter(court):
    dispute = court.joined()
    court.advance(dispute, 29_900)
    assert "The platform paid ¥299.00" in Visitor(court.alice).sees(f"{room(dispute)}agree/")
    agree(court, dispute)
    assert Advance.objects.get().state == "ADVANCED"
    assert owed(dispute) == [("PAY", "RESPONDENT", 29_900, True)]


def tight(page: str) -> str:
    return page.replace("> ", ">").replace(" </a>", "</a>")


def test_one_tap_and_one_page(court):
    dispute = court.open()
    alice, bob = Visitor(court.alice), Visitor(court.bob)
    for page in (alice.sees(room(dispute)), alice.sees(f"{room(dispute)}answer/")):
        assert f'href="{room(dispute)}agree/" data-testid="agree">Agree: Refund ¥299.00</a>' in tight(page)
    assert 'data-testid="agree"' not in bob.sees(room(dispute))
    bob.sees(f"{room(dispute)}agree/", status=403)
    asked = alice.sees(f"{room(dispute)}agree/")
    assert "Refund ¥299.00, the goods stay" in asked
    assert "The dispute ends at once on exactly these terms, and ¥299.00 is to be paid by" in asked
    alice.sends(f"{room(dispute)}agree/")
    dispute.refresh_from_db()
    assert dispute.state == "CARRYING_OUT"
    assert "The seller agreed to what the buyer wanted." in bob.sees(room(dispute))
    alice.sees(f"{room(dispute)}agree/", status=409)
