"""Changes of one person's list while workers read and tell: each is told once, and the last word is what there is."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction

from disputes import commands as disputes
from disputes.commands import Terms
from tests.disputes.building import build_court, say
from tests.races.racing import race, refused
from tests.webhooks.receiving import endpoint
from webhooks import commands
from webhooks.commands import todo
from webhooks.event_types import TODO_CHANGED

pytestmark = [pytest.mark.races, pytest.mark.usefixtures("postgresql")]
TIMES = 12


def slowly(act):
    """What the act wrote has its keys, and is committed after others were given and read."""
    with transaction.atomic(), connection.cursor() as cursor:
        act()
        cursor.execute("SELECT pg_sleep(0.02)")


def test_two_changes_at_once_are_told_by_two_workers_once(transactional_db, now):
    court = build_court(now)
    made = endpoint(court, "https://hooks.example.com/", event_types=[TODO_CHANGED])
    cases = [court.open() for _ in range(TIMES)]
    commands.tell_of_todo(now=now)  # from here on

    def later(turn):
        return now + turn * todo.APART

    def writes(turn):
        slowly(lambda: say(court, court.bob, cases[turn], "both", "在吗"))

    def offers(turn):
        terms = Terms("PARTIAL_REFUND", 5_000)
        slowly(lambda: disputes.make_offer(actor=court.bob, ref=cases[turn].ref, terms=terms, now=now))

    def works(turn):
        for _ in range(6):
            commands.tell_of_todo(now=later(turn))

    turns = race([writes, offers, works, works], times=TIMES, jitter=0.02)
    assert not refused([result for turn in turns for result in turn])
    for minutes in range(1, 5):
        while commands.tell_of_todo(now=later(TIMES) + timedelta(minutes=minutes)):
            pass

    said = [json.loads(body) for body in made.deliveries.order_by("pk").values_list("body", flat=True)]
    alice = [body["data"] for body in said if body["data"]["person"] == court.alice.ref]
    counts = [(each["todo"], each["unread"]) for each in alice]
    assert counts[-1] == (2 * TIMES, TIMES)
    assert len(set(counts)) == len(counts) <= TIMES + 4  # nothing twice, and two changes of one moment together
