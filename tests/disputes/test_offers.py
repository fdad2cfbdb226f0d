"""Offers: what of them whoever decides may know, what they can bind whom to, and who may spend whose money."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest

from casework import outbox
from casework.errors import Invalid, NotAllowed, Stale
from casework.firing import expect_version
from casework.models import Event
from disputes import commands, queries
from disputes.api.outputs import OfferOutput
from disputes.queries.case_file import write_case_file
from disputes.verbs import actions_for
from tests import factories as make
from tests.disputes.test_pages import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def offered(court, dispute, actor, remedy="PARTIAL_REFUND", amount=5_000, **terms):
    made = commands.Terms(remedy, amount, **terms)
    return commands.make_offer(actor=actor, ref=dispute.ref, terms=made, now=court.now)


# — who decides knows nothing of a wish to settle —


def test_a_reminder_of_an_offer_reaches_the_sides_alone(court):
    dispute = court.joined()
    offered(court, dispute, court.bob, hours=24)
    court.pass_time(court.now + timedelta(hours=21))

    def told(actor):
        entries = queries.pictures_after(actor, dispute.ref, "both", 0)
        return [e["facts"] for e in entries if e["type"] == "event" and "offer" in json.dumps(e["facts"])]

    assert {"what": "offer-1"}.items() <= told(court.alice)[-1].items()
    assert told(court.mia) == []
    while outbox.sweep(now=court.now + timedelta(hours=21)):
        pass
    listed = Visitor(court.alice).sees("/notifications/")
    assert "Your time runs out soon." in listed, "said to whom it concerns"
    assert "was reminded" not in listed


def test_the_answers_to_the_platforms_proposal_are_the_sides_own(court):
    dispute = court.joined()
    proposal = offered(court, dispute, court.mia)
    commands.accept_offer(actor=court.bob, offer_ref=proposal.ref, now=court.now)

    def answers(actor):
        shown = queries.offers_shown_to(actor, queries.dispute_for(actor, dispute.ref))
        (row,) = OfferOutput(shown, many=True, context={"call": SimpleNamespace(actor=actor)}).data
        return [(a["side"]["code"], a["accepted"]) for a in row["answers"]]

    assert answers(court.bob) == answers(court.alice) == [("CLAIMANT", True)]
    assert answers(court.mia) == []


def test_the_case_file_of_a_side_keeps_answers_and_consents(court):
    dispute = court.joined()
    offered(court, dispute, court.mia)
    commands.accept_offer(actor=court.bob, offer_ref=dispute.offers.get().ref, now=court.now)
    commands.consent_to_no_return(actor=court.finance, ref=dispute.ref, now=court.now)

    def kept(actor):
        out = BytesIO()
        write_case_file(out, actor=actor, ref=dispute.ref, now=court.now)
        with zipfile.ZipFile(out) as opened:
            case = json.loads(opened.read("case.json"))
        answers = [(a["side"], a["accepted"]) for a in case["offers"][0]["answers"]]
        return answers, [c["party"] for c in case["no_return_consents"]]

    assert kept(court.bob) == ([("CLAIMANT", True)], [court.seller.name])
    assert kept(court.mia) == ([], [court.seller.name])


def test_an_offer_that_comes_meanwhile_makes_nothing_stale_and_a_pause_does(court):
    dispute = court.joined()
    read = dispute.version
    offered(court, dispute, court.bob)
    dispute.refresh_from_db()
    assert dispute.version == read + 1

    expect_version(dispute, read)
    for other in (0, read + 2):
        with pytest.raises(Stale):
            expect_version(dispute, other)
    Event.objects.create(
        case_kind="dispute",
        case_id=dispute.pk,
        sequence=read + 2,
        type="dispute.paused",
        at=court.now,
        effective_at=court.now,
    )
    dispute.version += 1
    with pytest.raises(Stale):
        expect_version(dispute, read)


# — whose words are checked —


def test_only_the_platforms_own_note_is_checked_for_forbidden_content(court):
    note = "接受本方案后，双方不得再向12315投诉。"
    dispute = court.joined("quality")

    with pytest.raises(Invalid) as error:
        offered(court, dispute, court.mia, note=note)

    assert {(e.pointer, e.code) for e in error.value.errors} == {("/note", "forbidden-phrase")}
    assert offered(court, dispute, court.bob, note=note).note == note


# — what an offer can bind whom to —


@pytest.mark.parametrize("who", ["bob", "finance"])
def test_two_sides_cannot_make_the_platform_owe(court, who):
    actor = getattr(court, who)
    dispute = court.joined("quality")
    refused = {"remedy": "RETURN_AND_REFUND", "amount": 29_900, "goods_back": True, "freight_payer": "PLATFORM"}
    with pytest.raises(Invalid) as error:
        offered(court, dispute, actor, **refused)
    assert [e.pointer for e in error.value.errors] == ["/freight_payer"]
    assert offered(court, dispute, court.mia, **refused).freight_payer == "PLATFORM", "its own proposal may"
    with pytest.raises(Invalid):
        offered(court, dispute, court.bob, remedy="LIFT", amount=None)


def test_only_what_the_ground_gives_is_offered_and_money_in_part(court):
    dispute = court.joined("quality")
    for remedy, amount in (("PARTIAL_REFUND", 100), ("COMPENSATE", 100), ("EXCHANGE", None)):
        assert offered(court, dispute, court.bob, remedy, amount, goods_back=remedy == "EXCHANGE")
    for remedy, amount in (("REFUND", 100), ("REFUND_NO_RETURN", 100), ("DECLARE", None), ("RESEND", None)):
        with pytest.raises(Invalid) as error:
            offered(court, dispute, court.bob, remedy, amount)
        assert [e.pointer for e in error.value.errors] == ["/remedy"]


def test_a_refund_offered_to_a_buyer_who_is_complained_of_is_the_sellers_to_pay(court):
    dispute = court.joined("bad_faith_buyer")
    made = offered(court, dispute, court.finance)
    commands.accept_offer(actor=court.bob, offer_ref=made.ref, now=court.now)
    assert list(dispute.obligations.values_list("debtor", "creditor")) == [("CLAIMANT", "RESPONDENT")]

    other = court.joined("bad_faith_buyer")
    made = offered(court, other, court.bob, "COMPENSATE")
    commands.accept_offer(actor=court.alice, offer_ref=made.ref, now=court.now)
    assert list(other.obligations.values_list("debtor", "creditor")) == [("RESPONDENT", "CLAIMANT")]


# — who spends whose money —


@pytest.fixture
def manager(court):
    return make.member(court.seller, now=court.now, name="mona", role="manager")


def test_a_manager_offers_goods_and_finance_offers_money(court, manager):
    dispute = court.joined("quality")
    with pytest.raises(NotAllowed):
        offered(court, dispute, manager)
    assert offered(court, dispute, manager, "EXCHANGE", None, goods_back=True)
    assert offered(court, dispute, court.finance)
    with pytest.raises(NotAllowed):
        offered(court, dispute, court.finance, "EXCHANGE", None, goods_back=True)
    assert offered(court, dispute, court.alice)
    with pytest.raises(NotAllowed):
        offered(court, dispute, court.staff)


def test_what_can_be_done_says_which_role_promises_money(court, manager):
    dispute = court.joined("quality")
    offer = offered(court, dispute, court.bob)

    def roles(actor):
        shown = actions_for(actor, queries.dispute_for(actor, dispute.ref), now=court.now)
        return {a.name: a.needs_role for a in shown if "offer" in a.name}

    assert roles(manager) == {"offer": "manager", "refuse-offer": "manager"}
    assert roles(court.finance) == {"offer": "finance", "accept-offer": "finance"}
    assert roles(court.alice) == {"offer": "manager", "accept-offer": "finance", "refuse-offer": "manager"}
    commands.withdraw_offer(actor=court.bob, offer_ref=offer.ref, now=court.now)
    offered(court, dispute, court.bob, "EXCHANGE", None, goods_back=True)
    assert roles(manager) == {"offer": "manager", "accept-offer": "manager", "refuse-offer": "manager"}
    assert roles(court.finance) == {"offer": "finance"}


def test_the_page_offers_a_manager_no_money_and_says_who_may(court, manager):
    dispute = court.joined("quality")
    page = Visitor(manager).sees(f"/disputes/{dispute.ref}/offers/new/")
    assert 'value="EXCHANGE"' in page
    assert 'value="PARTIAL_REFUND"' not in page
    assert "an owner or finance" in page
    page = Visitor(court.finance).sees(f"/disputes/{dispute.ref}/offers/new/")
    assert 'value="PARTIAL_REFUND"' in page
    assert 'value="EXCHANGE"' not in page
