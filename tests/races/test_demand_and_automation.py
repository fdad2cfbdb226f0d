"""R1: a demand for a person and an automated decision at the same moment. Whoever is first, a person decides.

The control shows that the race is a real one: the same steps as a plain read, check and write break the promise.
"""

import threading
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count

from appeals import commands as appeals
from appeals.models import Appeal, Decision, HumanDemand, TriageSuggestion
from casework import ledger, triggers
from casework.errors import NotYourTurn
from casework.firing import DeadlineSpec, Move, constraint_name, open_cases
from casework.models import Event
from classifier.features import input_hash
from notices import commands as notices
from tests import factories as make
from tests.extent import extent
from tests.races.racing import race
from triage import commands as triage
from triage.features import input_of

pytestmark = [pytest.mark.races, pytest.mark.usefixtures("postgresql")]

RACES = extent("races of a demand and automation", everyday=60, ci=60, full=1000)
EACH_WAY = RACES // 20  # fewer, and the race was not exercised


def many_notices(arena, how_many):
    drafts = [
        make.draft(arena.merchant, arena.rule, now=arena.now, officer=arena.otto.code, external_ref=f"race-{i}")
        for i in range(how_many)
    ]
    rows = []
    for start in range(0, how_many, 500):
        rows += notices.issue_notices(actor=arena.platform, drafts=drafts[start : start + 500], now=arena.now)
    return [row.notice for row in rows]


def suggestion(appeal, permille=990):
    likely, said_of = permille / 1000, input_hash(input_of(appeal))
    return make.suggestion(priority=2, overturn_probability=likely, closing_probability=likely, input_hash=said_of)


NOT_RACED = {
    "triage_auditdraw": "automated_closings_keep_to_their_budget",
    "appeals_decision": "automated_decision_was_searched_for_repeats",
}


@pytest.fixture
def demands_alone(arena, monkeypatch):
    """Neither a budget nor a search keeps the system from closing a thousand cases of one party."""
    monkeypatch.setattr("triage.permission._is_spent", lambda *_: False)
    monkeypatch.setattr("triage.commands.closing.search_repeats", lambda _appeal: ())
    monkeypatch.setattr("triage.commands.closing.record_clear_search", lambda _appeal, *, now: None)
    switch(NOT_RACED, "DISABLE")
    yield
    switch(NOT_RACED, "ENABLE")


@pytest.fixture
def automated(arena, demands_alone):
    """Automation is on, and 1,000 appeals that the appellant gave to the system wait for it, suggestion and all."""
    now = arena.now
    make.switch_on(arena.carl, now=now)
    with transaction.atomic():
        filed = [make.file(arena.alice, n, now=now, review="system_first") for n in many_notices(arena, RACES)]
    TriageSuggestion.objects.bulk_create(
        TriageSuggestion(**make.suggestion_values(appeal, now=now))
        for appeal in filed[: RACES // 2]  # of the others the redelivered triage job brings it, during the race
    )
    return filed


def test_a_demand_is_never_answered_by_a_machine_whoever_comes_first(arena, automated):
    now = arena.now
    later = now + timedelta(seconds=1)

    def demand(i):
        time.sleep(0.004 * (i % 2))  # automation has the longer way to its lock: half the time it gets a head start
        return appeals.demand_human(actor=arena.alice, ref=automated[i].ref, now=later)

    def automate(i):
        if i >= RACES // 2:
            appeals.record_triage(appeal_id=automated[i].pk, suggestion=suggestion(automated[i]), now=later)
        return triage.finalise_automatically(appeal_id=automated[i].pk, now=later)

    def triage_again(i):
        return appeals.record_triage(appeal_id=automated[i].pk, suggestion=suggestion(automated[i]), now=later)

    results = race([demand, automate, triage_again], times=RACES, jitter=0.003)

    demands = set(HumanDemand.objects.values_list("appeal_id", flat=True))
    decisions = set(Decision.objects.values_list("appeal_id", flat=True))
    first = {"demand": 0, "automation": 0}
    for appeal, (demanded, automatic, triaged) in zip(automated, results, strict=True):
        assert isinstance(demanded, Appeal), f"the demand was lost: {demanded!r}"
        assert demanded.human_demanded
        assert demanded.pk in demands - decisions
        assert not isinstance(triaged, Exception), f"a redelivered job failed: {triaged!r}"
        if isinstance(automatic, Appeal):
            first["automation"] += 1
            assert (demanded.state, demanded.round, demanded.previous_id) == ("SUBMITTED", 2, appeal.pk)
        else:
            first["demand"] += 1
            assert isinstance(automatic, NotYourTurn), f"automation ended strangely: {automatic!r}"
            assert (demanded.pk, demanded.state) == (appeal.pk, "SUBMITTED")
    twice = TriageSuggestion.objects.values("appeal_id").annotate(times=Count("pk")).filter(times__gt=1)
    assert not twice.exists()
    assert min(first.values()) >= EACH_WAY, f"not exercised: {first}"
    assert not broken_promises()
    assert list(ledger.verify()) == []
    assert Event.objects.filter(type="appeal.human_demanded").count() == first["demand"]
    print(f"R1 by commands: {first}")


def broken_promises():
    """Appeals with a demand on file and a final decision by the system."""
    return list(
        Decision.objects.filter(by_kind="SYSTEM", appeal__in=HumanDemand.objects.values("appeal_id")).values_list(
            "appeal_id", flat=True
        )
    )


@pytest.fixture
def bare(arena, demands_alone):
    """1,000 appeals with the system, made in one go: nothing but the tables stands between the two inserts."""
    now = arena.now
    rows = [
        Appeal(
            notice=notice,
            party_id=notice.party_id,
            filed_by_id=arena.alice.user_id,
            filed_at=now,
            ground="other",
            review="system_first",
            evidence_closes_at=now,
            decide_due_at=now,
            urgent_at=now,
        )
        for notice in many_notices(arena, RACES)
    ]
    with transaction.atomic():
        open_cases(
            [Move(case=row, deadlines=[DeadlineSpec("appeal.decide", now)]) for row in rows],
            state="SYSTEM_REVIEW",
            event="appeal.filed",
            actor=arena.alice,
            now=now,
        )
    arena.more["certificate"] = make.switch_on(arena.carl, now=now, ground="other")
    TriageSuggestion.objects.bulk_create(
        TriageSuggestion(**make.suggestion_values(row, now=now) | {"input_hash": "b" * 64}) for row in rows
    )
    return rows


def raw_demand(arena, appeal):
    return HumanDemand.objects.create(
        appeal_id=appeal.pk, demanded_by_id=arena.alice.user_id, via="web", demanded_at=arena.now
    )


def raw_decision(arena, appeal):
    return Decision.objects.create(
        appeal_id=appeal.pk,
        by_kind="SYSTEM",
        outcome="OVERTURNED",
        reasons="r",
        rule_application="",
        system_view="agreed",
        certificate_ref=arena.more["certificate"].ref,
        decided_at=arena.now,
        check_code="C" * 12,
    )


def test_the_tables_alone_keep_the_promise(arena, bare):
    """No policy, no machine, no version: two plain inserts, and the triggers decide."""

    def slowly(write):
        def side(i):
            with transaction.atomic():
                row = write(arena, bare[i])
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.0005)")  # hold it open, as a longer command would
                return row

        return side

    results = race([slowly(raw_demand), slowly(raw_decision)], times=RACES, jitter=0.001)

    first = {"demand": 0, "automation": 0}
    for demanded, decided in results:
        if isinstance(demanded, HumanDemand):
            first["demand"] += 1
            assert isinstance(decided, IntegrityError)
            assert constraint_name(decided) == "automated_decision_yields_to_demand"
        else:
            first["automation"] += 1
            assert isinstance(decided, Decision)
            assert constraint_name(demanded) == "demand_is_not_swallowed_by_automated_decision"
    assert min(first.values()) >= EACH_WAY, f"not exercised: {first}"
    assert not broken_promises()
    print(f"R1 by triggers alone: {first}")


def test_control_without_the_guards_the_promise_breaks_every_time(arena, bare):
    """Plain read, check and write, with the laws of the tables switched off: every single race goes wrong.

    The barrier stands between check and write, so the bad schedule is met each time and not once in three.
    """
    guards = {
        "appeals_decision": "automated_decision_yields_to_demand",
        "appeals_humandemand": "demand_is_not_swallowed_by_automated_decision",
    }
    switch(guards, "DISABLE")
    checked = threading.Barrier(2)
    trials = 50

    def demand(i):
        with transaction.atomic():
            free = not Decision.objects.filter(appeal_id=bare[i].pk).exists()
            checked.wait(10)
            return raw_demand(arena, bare[i]) if free else None

    def automate(i):
        with transaction.atomic():
            free = not HumanDemand.objects.filter(appeal_id=bare[i].pk).exists()
            checked.wait(10)
            return raw_decision(arena, bare[i]) if free else None

    try:
        race([demand, automate], times=trials)
        assert len(broken_promises()) == trials
    finally:
        switch(guards, "ENABLE")


def switch(guards, how):
    with connection.cursor() as cursor:
        for table, name in guards.items():
            cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {name}")


def test_the_tables_keep_it_at_every_isolation_level(arena, bare):
    """The later transaction took its snapshot before the earlier one committed: it does not see it, and is refused."""
    levels = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
    ways = [(level, pair) for level in levels for pair in ((raw_demand, raw_decision), (raw_decision, raw_demand))]
    looked, wrote = ([threading.Event() for _way in ways] for _step in range(2))

    def early(i):
        looked[i].wait(10)
        try:
            return ways[i][1][0](arena, bare[i])
        finally:
            wrote[i].set()

    def late(i):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {ways[i][0]}")
            cursor.execute("SELECT count(*) FROM appeals_appeal")
            looked[i].set()
            wrote[i].wait(10)
            return ways[i][1][1](arena, bare[i])

    for (level, (_first, second)), (earlier, later) in zip(ways, race([early, late], times=len(ways)), strict=True):
        assert not isinstance(earlier, Exception), (level, earlier)
        assert isinstance(later, IntegrityError), (level, second, later)
        assert constraint_name(later) in {law.name for law in triggers.declared() if law.lock}
    assert not broken_promises()
