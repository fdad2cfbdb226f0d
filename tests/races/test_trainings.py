"""Many clicks, many workers, many processes: one training, started once and carried out once."""

from datetime import timedelta

import pytest

from casework import clock
from casework.errors import NotYourTurn
from tests import factories as make
from tests.races.racing import crowd, race, refused, won
from triage import commands as triage
from triage.commands.training import SILENCE
from triage.models import Training

pytestmark = pytest.mark.races


def ask(actor, number=0, now=None):
    return triage.ask_for_triage_training(
        actor=actor, form_key=f"a-key-of-one-form-{number}", release="", now=now or clock.now()
    )


def test_eight_clicks_on_one_form_are_one_training(arena):
    results = crowd(lambda _number: ask(arena.carl), of=8)

    assert refused(results) == []
    assert len({row.pk for row in results}) == 1
    assert Training.objects.count() == 1


def test_eight_people_at_eight_forms_and_on_the_server_start_one(arena):
    people = [make.staff("compliance", now=arena.now) for _ in range(7)]

    def start(number):
        if number < 7:
            return ask(people[number], number)
        now = clock.now()
        return triage.begin_triage_training_here(release="", seed=0, until=now, file="", process="h:1", now=now)

    results = crowd(start, of=8)

    assert len(won(results)) == 1
    assert {type(r) for r in refused(results)} == {NotYourTurn}
    assert Training.objects.count() == 1


def test_of_eight_workers_one_starts_it(arena):
    for turn in range(5):
        row = ask(arena.carl, turn)

        results = crowd(lambda _number: triage.take_triage_training(now=clock.now()), of=8)

        assert refused(results) == []
        assert [r for r in results if r is not None] == [row.ref]
        triage.end_triage_training(ref=row.ref, reason="broken", now=clock.now())


def test_of_eight_processes_one_carries_it_out(arena):
    """Also where somebody started one by hand beside the worker's."""
    row = ask(arena.carl)
    triage.take_triage_training(now=clock.now())

    results = crowd(lambda n: triage.begin_triage_training(ref=row.ref, process=f"host:{n}", now=clock.now()), of=8)

    [mine] = won(results)
    assert {type(r) for r in refused(results)} == {NotYourTurn}
    row.refresh_from_db()
    assert row.process == mine.process


def test_a_training_that_is_swept_as_it_ends_has_one_end(arena):
    """Either it has its model, or it was interrupted and there is none."""
    model = make.live_model(now=arena.now - timedelta(days=30))
    ends = []
    for turn in range(10):
        row = ask(arena.carl, turn)
        triage.begin_triage_training(ref=row.ref, process="host:1", now=clock.now())
        late = clock.now() + SILENCE + timedelta(minutes=1)

        def leave_a_model(_turn, ref=row.ref):
            return triage.end_triage_training_with(ref=ref, model=model, now=clock.now())

        def sweep(_turn, late=late):
            return triage.end_interrupted_trainings(now=late)

        [(left, swept)] = race([leave_a_model, sweep], jitter=0.005, seed=turn)
        row.refresh_from_db()
        assert not row.is_open
        assert (row.model == model) == (left is None) == (swept == 0)
        ends.append(row.reason)
        if row.model is not None:
            break

    assert set(ends) <= {"", "interrupted"}
