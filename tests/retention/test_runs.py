"""Records whose time is over end by a run that two people sign: for good, everywhere, and nothing held among them."""

import pytest

from archive import checkpoints, verification
from casework import row_digests
from casework.models import RowDigests
from files.attachments import store
from retention import commands, queries
from retention.classes import RUNS
from retention.models import RetentionRun
from tests.case_files import flaws
from tests.laws import assert_refused
from tests.retention.ending import WORDS, Ending, all_ended, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def ending(world, court, now):
    return Ending(now, world, court)


def test_after_a_run_of_each_class_nothing_of_it_is_found_and_everything_verifies(ending):
    before = found()
    assert {hit.rpartition(": ")[2] for hit in before} == set(WORDS)
    assert flaws(ending.case_file) == []
    checkpoints.make_if_due(now=ending.later)

    all_ended(ending)

    assert found() == []
    assert not any(store().has(sha256) for sha256 in ending.files)
    assert list(verification.faults()) == []
    assert flaws(ending.case_file) == []
    assert flaws(ending.written()) == []
    for run in RetentionRun.objects.all():
        assert (run.ended, run.due) == (run.due, run.due)
        assert [event.facts["ended"] for event in queries.destroyed_by(run)] == [run.due]
