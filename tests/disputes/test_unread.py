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


def test_the_api_says_it_and_where_the_case_is(court, settings):
    dispute = court.open()
    say(court, court.bob, dispute, "both", "第一句话")

    http = Http(token_of(user_of(court.alice), now=court.now))
    [row] = http("GET", "/api/v1/disputes").json()["items"]
    assert (row["ref"], row["unread"]) == (dispute.ref, 1)
    one, listed = http("GET", f"/api/v1/disputes/{dispute.ref}"), http("GET", "/api/v1/todo")
    [card] = listed.json()["items"]
    assert (one.json()["unread"], card["unread"]) == (1, 1)
    assert (
        one.json()["web_url"] == row["web_url"] == card["web_url"] == f"{settings.PUBLIC_URL}/disputes/{dispute.ref}/"
    )

    commands.mark_read(actor=court.alice, ref=dispute.ref, lane="both", sequence=2, now=court.now)
    after, card = http("GET", f"/api/v1/disputes/{dispute.ref}"), http("GET", "/api/v1/todo").json()["items"][0]
    assert (after.json()["unread"], card["unread"]) == (0, 0)
    assert after.headers["ETag"] != one.headers["ETag"]


def test_the_to_do_list_is_another_one_exactly_when_its_content_is(court):
    dispute = court.open()
    http = Http(token_of(user_of(court.alice), now=court.now))
    tag = http("GET", "/api/v1/todo").headers["ETag"]
    assert http("GET", "/api/v1/todo").headers["ETag"] == tag

    say(court, court.bob, dispute, "both", "第一句话")
    assert http("GET", "/api/v1/todo").headers["ETag"] != tag
    commands.mark_read(actor=court.alice, ref=dispute.ref, lane="both", sequence=2, now=court.now)
    assert http("GET", "/api/v1/todo").headers["ETag"] == tag
