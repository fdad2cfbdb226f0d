"""Offers: what of them whoever decides may know, what they can bind whom to, and who may spend whose money."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest

from disputes import commands, queries
from disputes.api.outputs import OfferOutput
from disputes.queries.case_file import write_case_file

pytestmark = pytest.mark.django_db


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
