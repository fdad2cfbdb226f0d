"""How many messages wait for somebody in each dispute, by who reads and how far."""

from disputes import commands, queries
from disputes.models import Dispute
from tests.disputes.building import say
from tests.surfaces.people import Http, token_of, user_of


def unread(actor, dispute):
    return queries.with_unread(Dispute.objects.filter(pk=dispute.pk), actor).get().unread


def test_what_others_wrote_waits_until_it_is_read(court):
    dispute = court.open()
    say(court, court.bob, dispute, "both", "第一句话")
    say(court, court.bob, dispute, "both", "第二句话")
    say(court, court.bob, dispute, "private", "只给平台")

    assert unread(court.alice, dispute) == 2
    assert unread(court.bob, dispute) == 0
    assert unread(court.eve, dispute) == 0
    assert unread(court.platform, dispute) == 0

    commands.mark_read(actor=court.alice, ref=dispute.ref, lane="both", sequence=2, now=court.now)
    assert unread(court.alice, dispute) == 1


def test_the_list_says_it(court):

    dispute = court.open()
    say(court, court.bob, dispute, "both", "第一句话")

    [row] = Http(token_of(user_of(court.alice), now=court.now))("GET", "/api/v1/disputes").json()["items"]
    assert (row["ref"], row["unread"]) == (dispute.ref, 1)
