"""A first answer within 24 hours: what counts is what a person did for the party, and silence counts as missed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import disputes.commands
import disputes.subscribers
from appeals import commands, subscribers
from casework import clock
from operations import first_answers
from operations.models import FirstAnswers
from tests import factories as make
from tests.disputes.building import build_court
from tests.laws import assert_refused
from tests.surfaces.test_party_pages import browser, text

pytestmark = pytest.mark.once
HOUR = timedelta(hours=1)


def count(kind: first_answers.Kind, now: datetime) -> list[FirstAnswers]:
    """Every day that can be counted by `now`."""
    while first_answers.count_next_day(kind, now=now):
        pass
    return list(FirstAnswers.objects.filter(kind=kind.name).order_by("day"))


def ask_for_more(world: Any, appeal: Any, now: datetime) -> None:
    commands.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)
    commands.request_information(actor=world.rita, ref=appeal.ref, item="发票", fact="售价", due_at=None, now=now)


def test_only_what_a_person_did_for_the_party_answers_an_appeal(world, now):
    answered, at_the_end, late, claimed, withdrawn, waiting = (
        make.file(world.alice, world.notice(), now=now) for _each in range(6)
    )
    ask_for_more(world, answered, now + 2.5 * HOUR)
    ask_for_more(world, at_the_end, now + 24 * HOUR)
    ask_for_more(world, late, now + 24 * HOUR + timedelta(seconds=1))
    commands.claim_appeal(actor=world.rita, ref=claimed.ref, now=now + HOUR)
    commands.withdraw_appeal(actor=world.alice, ref=withdrawn.ref, now=now + HOUR)
    commands.demand_human(actor=world.alice, ref=waiting.ref, now=now + HOUR)
    (day,) = count(subscribers.FIRST_ANSWERS, now + 48 * HOUR)
    assert (day.began, day.ended, day.in_time) == (6, 1, 2)
    assert {hour: number for hour, number in enumerate(day.by_hour) if number} == {2: 1, 23: 1}


def test_a_day_is_counted_once_all_of_it_is_24_hours_old_and_stays_so(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    kind = subscribers.FIRST_ANSWERS
    assert not count(kind, now + 24 * HOUR), "somebody who filed later that day has not waited so long"
    (day,) = count(kind, now + 48 * HOUR)
    ask_for_more(world, appeal, now + 49 * HOUR)
    first, *others = count(kind, now + 96 * HOUR)
    assert (first.day, first.began, first.in_time) == (day.day, 1, 0)
    assert [other.began for other in others] == [0, 0], "days without a case are counted, too"
    again = FirstAnswers(kind="appeal", day=day.day, began=0, ended=0, in_time=0, by_hour=[])
    assert_refused("first_answers_are_counted_once_a_day", again.save)
    assert_refused("first_answers_are_append_only", lambda: FirstAnswers.objects.update(in_time=1))
    assert_refused(
        "first_answers_are_of_cases_that_began",
        lambda: FirstAnswers.objects.create(kind="appeal", day=now.date(), began=1, ended=1, in_time=1, by_hour=[]),
    )


def test_in_a_dispute_a_word_of_the_mediator_answers_and_joining_does_not(db, now):
    court = build_court(now)
    talking, joined, written, recalled = court.open(), *(court.escalated() for _each in range(3))
    for dispute in (joined, written, recalled):
        disputes.commands.join_dispute(actor=court.mia, ref=dispute.ref, now=now + HOUR)
    say = disputes.commands.post_message
    for dispute in (joined, talking):
        say(actor=court.bob, ref=dispute.ref, lane="both", client_id="1", text="有人吗？", now=now + HOUR)
    terms = disputes.commands.Terms(remedy="PARTIAL_REFUND", amount_minor=8_000)
    disputes.commands.make_offer(actor=court.alice, ref=joined.ref, terms=terms, now=now + HOUR)
    say(actor=court.mia, ref=written.ref, lane="claimant", client_id="2", text="我来看看。", now=now + 1.5 * HOUR)
    slip = say(actor=court.mia, ref=recalled.ref, lane="both", client_id="3", text="发错了", now=now + HOUR)
    disputes.commands.recall_message(
        actor=court.mia, ref=recalled.ref, lane="both", sequence=slip.sequence, now=now + HOUR
    )
    (day,) = count(disputes.subscribers.FIRST_ANSWERS, now + 48 * HOUR)
    assert (day.began, day.ended, day.in_time) == (3, 0, 1)
    assert day.by_hour[1] == 1


@pytest.mark.django_db
def test_the_page_says_share_median_and_number_and_of_few_only_the_number():
    now = clock.now()

    def kept(days_ago: int, **counts: Any) -> None:
        by_hour = [0] * 24
        by_hour[3] = counts["in_time"]
        day = (now - timedelta(days=days_ago)).date()
        FirstAnswers.objects.create(day=day, by_hour=by_hour, **counts)

    kept(200, kind="appeal", began=500, ended=0, in_time=0)  # past 90 days
    for days_ago in range(3, 60):
        kept(days_ago, kind="appeal", began=3, ended=1, in_time=1 + days_ago % 2)
        kept(days_ago, kind="dispute", began=int(days_ago < 32), ended=0, in_time=0)
    client = browser()
    with CaptureQueriesContext(connection) as asked:
        page = text(client.get("/help/times/", headers={"accept-language": "en"}))
    assert len([each for each in asked if "firstanswers" in each["sql"]]) == 1
    appeals, few = first_answers.figures(now)
    assert (appeals.cases, appeals.ended, appeals.in_time, appeals.percent, appeals.median_hours) == (
        114,
        57,
        86,
        75.4,
        4,
    )
    assert (few.cases, few.percent, few.median_hours) == (29, None, None)
    assert "75.4% answered within 24 hours" in page
    assert "Half of them within 4 hours (median)" in page
    assert "Fewer than 30 cases" in page
    FirstAnswers.objects.create(
        kind="dispute", day=(now - timedelta(days=60)).date(), began=1, ended=0, in_time=0, by_hour=[0] * 24
    )
    enough = first_answers.figures(now)[1]
    assert (enough.percent, enough.median_hours) == (0, None), "of those who wait, half waited longer than 24 hours"
