"""A day is closed once and stays; one that contradicts itself is not published, and a changed one is named."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Q

from appeals.models import Appeal
from archive import verification
from archive.models import Checkpoint
from casework.clock import BEIJING
from console.transparency.charts import chart
from tests import factories as make
from tests.databases import without_triggers
from tests.laws import assert_refused
from tests.transparency.closing import close
from transparency import queries
from transparency.arithmetic import Period
from transparency.catalogue import BY_CODE, METRICS
from transparency.commands import days as commands
from transparency.models import ClosedDay, Figure
from transparency.queries import Scope

pytestmark = pytest.mark.once


@pytest.fixture
def decided(world, now):
    """Two decided appeals, of which one revoked the measure; a third is open."""
    for outcome in ("OVERTURNED", "UPHELD"):
        filed = make.file(world.alice, world.notice(), now=now)
        make.decide(world.rita, make.ready_to_decide(world.rita, filed, now=now), now=now, outcome=outcome)
    make.file(world.alice, world.notice(), now=now)
    return now.astimezone(BEIJING).date()


def test_a_day_waits_for_its_checkpoint_and_is_closed_once(decided, now):
    tomorrow = now + timedelta(days=1)
    assert commands.close_days(now=tomorrow) == 0, "no checkpoint has all of it"
    close(now)
    closed = ClosedDay.objects.get(day=decided)

    assert closed.checkpoint == Checkpoint.objects.get()
    assert Figure.objects.get(day=decided, metric="appeals-changed", cut="").parts.rate == 0.5
    assert Figure.objects.get(day=decided, metric="appeals-open").n == 1
    assert commands.close_days(now=now + timedelta(days=2)) == 0
    assert commands.counted_on(decided, open_before={}) == {
        (f.metric, f.cut, f.value): f.parts for f in Figure.objects.filter(day=decided)
    }


def test_what_comes_later_changes_no_closed_day(decided, now, world):
    close(now)
    before = list(Figure.objects.order_by("pk").values())
    later = now + timedelta(days=3)
    appeal = Appeal.objects.get(is_ended=False)
    make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=later), now=later, outcome="OVERTURNED")
    close(later)

    assert list(Figure.objects.order_by("pk").values())[: len(before)] == before
    assert list(commands.faults()) == []


def test_figures_of_closed_days_are_held_by_the_database(decided, now):
    close(now)
    figure = Figure.objects.filter(metric="appeals-changed", cut="")
    values = {"day_id": decided, "version": 1, "metric": "x"}

    assert_refused("figure_of_a_closed_day_is_append_only", lambda: figure.update(k=0))
    assert_refused("figure_of_a_closed_day_is_append_only", figure.delete)
    assert_refused("closed_day_is_append_only", lambda: ClosedDay.objects.update(digest=""))
    assert_refused("figure_part_is_within_its_whole", lambda: Figure.objects.create(**values, n=1, k=2))
    assert_refused("figure_of_nothing_is_not_kept", lambda: Figure.objects.create(**values, n=0))
    assert_refused("figure_of_the_whole_has_no_value", lambda: Figure.objects.create(**values, n=1, value="x"))
    again = values | {"metric": "appeals-changed", "n": 2}
    assert_refused("figure_is_counted_once_a_day", lambda: Figure.objects.create(**again))


def plant(sql, *values):
    """Changes rows past every trigger, as whoever has the database could; the test's transaction takes it back."""
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def an_overturn_without_a_decision(day, now):
    appeal = Appeal.objects.get(is_ended=False)
    said = "state = 'DECIDED', outcome = 'OVERTURNED', decided_by_kind = 'SYSTEM', decided_at = %s"
    plant(f"UPDATE appeals_appeal SET {said} WHERE id = %s", now, appeal.pk)


def a_case_in_two_days(day, now):
    pk = Appeal.objects.filter(decided_at__isnull=False).values_list("pk", flat=True).first()
    plant("UPDATE appeals_appeal SET decided_at = %s WHERE id = %s", now + timedelta(days=1), pk)


@pytest.mark.parametrize("contradiction", [an_overturn_without_a_decision, a_case_in_two_days])
def test_a_contradiction_is_not_published_and_turns_verify_red(decided, now, contradiction):
    """Planted before the day is closed it keeps it from being closed; planted afterwards it is named."""
    contradiction(decided, now)
    close(now)
    assert not ClosedDay.objects.filter(day=decided).exists()
    assert "appeals" not in {f.metric.partition("-")[0] for f in Figure.objects.all()}
    with pytest.raises(CommandError):
        call_command("check_figures", stderr=(said := StringIO()))
    assert f"{decided} is not closed: decided:" in said.getvalue()


@pytest.mark.parametrize("contradiction", [an_overturn_without_a_decision, a_case_in_two_days])
def test_one_that_is_planted_afterwards_is_named(decided, now, contradiction):
    close(now)
    contradiction(decided, now)

    assert any(f"{decided}: decided: " in fault for fault in commands.faults())
    assert any(fault.startswith(f"figures: {decided}") for fault in verification.faults())


def test_a_changed_figure_and_a_lost_day_are_named(decided, now):
    close(now, days=4)
    plant("UPDATE transparency_figure SET k = 0 WHERE metric = 'appeals-changed' AND cut = ''")
    found = list(commands.faults())
    assert f"{decided}: not the figures that were closed" in found
    assert f"{decided}: appeals-changed: kept 0 of 2, counted 1 of 2" in found

    lost = decided + timedelta(days=1)
    plant("DELETE FROM transparency_figure WHERE day = %s", lost)
    plant("DELETE FROM transparency_closedday WHERE day = %s", lost)
    assert f"{lost}: missing between closed days" in list(commands.faults())


def test_a_changed_definition_leaves_what_was_closed_and_marks_the_series(decided, now, world, monkeypatch):
    close(now)
    newer = replace(BY_CODE["notices-served"], version=2, where=~Q(decided_by=None))
    metrics = [newer if metric.code == newer.code else metric for metric in METRICS]
    monkeypatch.setattr(commands, "METRICS", metrics)
    monkeypatch.setitem(BY_CODE, newer.code, newer)
    later = now + timedelta(days=2)
    for officer in (world.otto.code, ""):
        draft = make.draft(world.merchant, world.rule, now=later, officer=officer)
        make.issue(world.platform, draft, now=later)
    close(later)

    assert list(commands.faults()) == []
    steps = queries.course(newer, Scope(Period(decided, decided + timedelta(days=2))))
    assert [(step.parts.n, step.version) for step in steps] == [(3, 1), (0, 0), (1, 2)]
    assert [mark["x"] for mark in chart(newer, steps, "", "")["marks"]] == [628.0]
