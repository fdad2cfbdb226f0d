"""What is kept of outcomes is what counting them one by one gives, whatever happens in whatever order."""

import random
from datetime import timedelta

import pytest
from django.db.models import Sum

from casework.errors import CaseError
from casework.models import Event
from executors import commands, queries
from executors.commands.counting import suspension_test
from executors.measurement import Course
from executors.models import (
    ActOutcome,
    Incident,
    OutcomeCount,
    OutcomeRecord,
    counted_by_day,
    course_of,
    outcome_sequence_of,
    trusted_since,
)
from executors.queries.pages import shares_by_executor, shares_by_person
from tests.executors import building as build
from tests.executors import erring as err
from tests.laws import assert_refused

pytestmark = pytest.mark.once

DAY = timedelta(days=1)
FINDINGS = ["IMPROPER", "SHARED", "NOT_IMPROPER", "TOOL", "RULE"]


def count_everything(now):
    while commands.count_outcomes(now=now):
        pass


def kept():
    return {(row.person_id, row.day, row.error_class): row.n for row in OutcomeCount.objects.all() if row.n}


def one_by_one():
    return {key: n for key, n in counted_by_day(ActOutcome.objects.all()).items() if n}


def plain_course(firm):
    rows = ActOutcome.objects.filter(act__executor=firm.executor)
    sequence = outcome_sequence_of(rows, since=trusted_since(firm.fresh()))
    return suspension_test().follow(Course(), [overturned for _pk, overturned in sequence])


def anything(firm, notices, chance, now):
    """One step of those that change what counts: a decision, early or late, a finding, a contest, a judgement."""
    other = list(Event.objects.filter(case_kind="executor").order_by("pk"))
    open_ones = list(Incident.objects.filter(act__executor=firm.executor).exclude(state="CLOSED").order_by("pk"))
    kind = chance.choice(["said", "said", "said", "found", "contested", "judged"])
    if kind == "said":
        overturned = chance.random() < 0.4
        err.said_of(
            chance.choice(notices).act,
            now=now - chance.choice([0, 0, 1, 3]) * DAY + chance.randrange(3) * DAY / 24,
            overturned=overturned,
            by_person=chance.random() < 0.9,
            source=chance.choice(["appeal", "appeal", "dispute", "correction"]),
            error_class=chance.choice(["WRONG_FACT", "PROCEDURE"]) if overturned else "",
            event=chance.choice(other),
        )
    elif kind == "judged":
        commands.judge_executor(executor_id=firm.executor.pk, now=now)
    elif open_ones:
        row = chance.choice(open_ones)
        try:
            if kind == "contested":
                err.contest(row, now=now)
                return
            if row.state == "OPENED":
                person = build.acting(row.act.person)
                commands.explain_incident(actor=person, ref=row.ref, explanation="看错了。", now=now)
            by = firm.world.carl if row.round == 1 else firm.other
            err.find(
                row, by, now=now, outcome=chance.choice(FINDINGS), error_class=chance.choice(["TECHNICAL", "PROCEDURE"])
            )
        except CaseError:
            pass  # it is somebody else's turn


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_is_what_counting_one_by_one_gives(world, firm, now, seed, settings):
    settings.EXECUTOR_FALSE_ALARM = 1e-9  # it goes on, and on
    chance = random.Random(seed)
    firm.other = err.second_compliance(world)
    notices = err.acts(firm, 12, now=now)
    for _step in range(8):
        anything(firm, notices, chance, now)
    assert not OutcomeCount.objects.exists()
    count_everything(now)

    for step in range(40):
        anything(firm, notices, chance, now + step * DAY / 10)

        assert kept() == one_by_one()
        course, more = course_of(firm.fresh(), suspension_test())
        assert course == plain_course(firm)
        assert (more is None) == (OutcomeRecord.objects.get(executor=firm.executor).last == newest(firm))
    assert len(kept()) > 2


def newest(firm):
    rows = outcome_sequence_of(ActOutcome.objects.filter(act__executor=firm.executor))
    return ActOutcome.objects.get(pk=rows[-1][0]) if rows else None


def test_every_figure_is_the_same_before_everything_is_counted_and_after(world, firm, now):
    other = build.active(world, now=now, name="另一家")
    for each, course in ((firm, [True, False, False] * 12), (other, [False] * 5)):
        for place, overturned in enumerate(course):
            err.said_of(each.issue(now=now).act, now=now + place * DAY * 4, overturned=overturned)
    row = Incident.objects.filter(act__executor=firm.executor).earliest("pk")
    commands.explain_incident(actor=firm.actor, ref=row.ref, explanation="看错了。", now=now)
    err.find(row, world.carl, now=now, outcome="SHARED", error_class="PROCEDURE")
    later = now + 150 * DAY

    def figures():
        return [
            queries.quality_for(firm.actor, now=later),
            queries.quality_for(world.carl, firm.ref, now=later),
            shares_by_executor(world.carl),
            shares_by_person(firm.fresh()),
        ]

    before = figures()
    count_everything(later)

    assert figures() == before
    assert (before[1].overturned.found, before[1].overturned.of, before[1].pool.of) == (12, 36, 41)
    assert 0 < before[1].recent.of < 36
    assert dict(before[1].by_class)["PROCEDURE"].found == 1


def test_what_was_written_around_the_commands_counts_within_a_day(firm, now):
    err.said_of(firm.issue(now=now).act, now=now, overturned=True)
    count_everything(now)
    OutcomeCount.objects.update(n=7)
    commands.judge_executor(executor_id=firm.executor.pk, now=now)

    assert commands.count_outcomes(now=now + DAY / 2) == 0
    count_everything(now + 2 * DAY)

    assert OutcomeCount.objects.aggregate(n=Sum("n"))["n"] == 1
    assert kept() == one_by_one()


def test_the_test_is_followed_from_the_beginning_once_its_parameters_are_others(firm, now, settings):
    for _turn in range(4):
        err.said_of(firm.issue(now=now).act, now=now, overturned=True)
    count_everything(now)
    strict = queries.suspension_test_of(firm.executor)
    settings.EXECUTOR_ACCEPTED_ERROR = 0.2

    lenient = queries.suspension_test_of(firm.executor)

    assert lenient.evidence == plain_course(firm).evidence < strict.evidence


def test_a_judgement_from_what_is_kept_suspends_as_one_from_the_beginning(firm, now):
    notices = err.acts(firm, 6, now=now)
    count_everything(now)
    for place, notice in enumerate(notices):
        assert commands.judge_executor(executor_id=firm.executor.pk, now=now) is None
        err.said_of(notice.act, now=now + place * DAY, overturned=True)

    crossing = commands.judge_executor(executor_id=firm.executor.pk, now=now + 7 * DAY)

    assert crossing == plain_course(firm).crossing
    assert (crossing.of, crossing.overturned) == (6, 6)
    assert firm.fresh().state == "SUSPENDED"


def test_the_database_keeps_one_count_for_each_day_and_a_course_with_how_it_was_followed(firm, now):
    err.said_of(firm.issue(now=now).act, now=now, overturned=True)
    count_everything(now)
    row = OutcomeCount.objects.get()
    again = {"person_id": row.person_id, "day": row.day, "n": 1}

    assert_refused(
        "outcomes_are_counted_once", lambda: OutcomeCount.objects.create(error_class=row.error_class, **again)
    )
    assert_refused("outcome_count_says_in_what", lambda: OutcomeCount.objects.create(error_class="X", **again))
    assert_refused("kept_course_says_how_it_was_followed", lambda: OutcomeRecord.objects.update(accepted=None))
