"""What was settled, determined or accepted stands: nobody gets a second try by opening, asking or leaving again."""

from datetime import timedelta

import pytest

from casework.errors import NotYourTurn
from disputes import commands, queries
from disputes.verbs import actions_for
from tests.disputes.building import NEVER_CAME, REFUNDED, fresh
from tests.pages import Visitor

pytestmark = pytest.mark.once

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def determined(court):
    """Found against the seller, who stayed silent."""
    dispute, now = court.joined("not_received"), court.now
    court.pass_time(now + 30 * DAY)
    return court.determine(dispute, now=now + 30 * DAY, **REFUNDED, **NEVER_CAME)


def names(actor, dispute, now):
    return {a.name for a in actions_for(actor, queries.dispute_for(actor, dispute.ref), now=now)}


def test_what_was_settled_and_paid_is_not_opened_again(court):
    dispute, now = court.joined("not_received"), court.now
    offer = commands.make_offer(actor=court.alice, ref=dispute.ref, terms=commands.Terms("REFUND", 29_900), now=now)
    commands.accept_offer(actor=court.bob, offer_ref=offer.ref, now=now)
    commands.confirm_obligation(actor=court.bob, ref=dispute.ref, no=1, now=now)
    assert fresh(dispute).state == "CLOSED"

    with pytest.raises(NotYourTurn):
        court.open("not_received", ref=dispute.order_ref)
    assert court.open("quality", ref=dispute.order_ref, remedy="REPAIR").state == "NEGOTIATING"


def test_what_was_withdrawn_can_be_opened_anew(court):
    dispute = court.open("not_received")
    commands.withdraw_dispute(actor=court.bob, ref=dispute.ref, now=court.now)

    assert court.open("not_received", ref=dispute.order_ref).state == "NEGOTIATING"


def test_a_side_that_accepted_asks_for_no_review_and_the_other_side_still_may(court):
    dispute, now = determined(court), court.now + 30 * DAY
    assert "request-review" in names(court.bob, dispute, now)
    commands.accept_determination(actor=court.bob, ref=dispute.ref, now=now)

    assert "request-review" not in names(court.bob, dispute, now)
    with pytest.raises(NotYourTurn):
        commands.request_review(actor=court.bob, ref=dispute.ref, now=now + HOUR)
    assert "request-review" in names(court.alice, dispute, now)
    assert commands.request_review(actor=court.alice, ref=dispute.ref, now=now + HOUR).state == "REVIEW_REQUESTED"


def test_a_dispute_under_review_is_not_withdrawn(court):
    dispute, now = determined(court), court.now + 30 * DAY
    commands.request_review(actor=court.bob, ref=dispute.ref, now=now)
    commands.join_dispute(actor=court.max, ref=dispute.ref, now=now + HOUR)

    assert "withdraw" not in names(court.bob, dispute, now + HOUR)
    with pytest.raises(NotYourTurn):
        commands.withdraw_dispute(actor=court.bob, ref=dispute.ref, now=now + 2 * HOUR)
    assert fresh(dispute).state == "DELIBERATING"


def test_who_held_the_first_round_finds_no_review_to_take(court):
    dispute, now = determined(court), court.now + 30 * DAY
    commands.request_review(actor=court.bob, ref=dispute.ref, now=now)

    assert queries.queue_for(court.mia, now=now + HOUR) == []
    assert commands.join_next_dispute(actor=court.mia, now=now + HOUR) is None
    assert [row.ref for row in queries.queue_for(court.max, now=now + HOUR)] == [dispute.ref]
    assert commands.join_next_dispute(actor=court.max, now=now + HOUR) == dispute


def test_an_outage_lengthens_the_time_to_ask_for_a_review_as_soon_as_it_is_recorded(court):
    dispute, now = determined(court), court.now + 30 * DAY
    closes = dispute.review_closes_at
    court.is_down(now + HOUR, now + 6 * HOUR, now=now + 7 * HOUR)

    assert commands.extend_windows_of(dispute_id=dispute.pk, now=now + 7 * HOUR) == 1
    assert fresh(dispute).review_closes_at == closes + 5 * HOUR
    assert "request-review" in names(court.bob, dispute, closes + HOUR)
    letter = Visitor(court.bob).sees(f"/disputes/{dispute.ref}/decision/")
    assert "This time was made longer after the letter was written, and ends now:" in letter
    court.pass_time(closes + 4 * HOUR)
    assert fresh(dispute).state == "DETERMINED"
    court.pass_time(closes + 6 * HOUR)
    assert fresh(dispute).state == "CARRYING_OUT"
