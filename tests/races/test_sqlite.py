"""S1: one file, many threads: a writer waits its turn. Nobody is told that the database is locked."""

import time

import pytest
from django.db import OperationalError, connection

from appeals import commands as appeals
from appeals.models import Appeal
from casework import deadlines, ledger
from casework.errors import AlreadyAppealed, CaseError, Stale
from tests import factories as make
from tests.races.racing import crowd, refused, won

pytestmark = pytest.mark.races


@pytest.fixture(autouse=True)
def sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("about the single file that all threads share")


def test_eight_writers_and_a_sweeper_share_one_file(arena):
    now = arena.now
    issued = [arena.notice() for _ in range(8)]
    slowest = []

    def work(number):
        if number == 8:
            return sum(deadlines.fire_due(now=now) for _ in range(20))
        began = time.monotonic()
        appeal = make.file(arena.alice, issued[number], now=now)
        appeals.demand_human(actor=arena.alice, ref=appeal.ref, now=now)
        appeals.withdraw_appeal(actor=arena.alice, ref=appeal.ref, now=now)
        slowest.append(time.monotonic() - began)
        return appeal

    results = crowd(work, of=9)

    assert not refused(results)
    assert max(slowest) < 10
    assert Appeal.objects.filter(state="WITHDRAWN", human_demanded=True).count() == 8
    assert list(ledger.verify()) == []


def test_many_appeals_against_one_notice_are_one(arena):
    notice = arena.notice()

    results = crowd(lambda _n: make.file(arena.alice, notice, now=arena.now), of=8)

    assert len(won(results)) == 1
    assert {type(r) for r in refused(results)} == {AlreadyAppealed}


def test_a_case_is_taken_once(arena):
    make.file(arena.alice, arena.notice(), now=arena.now)
    reviewers = [make.staff("reviewer", now=arena.now) for _ in range(8)]

    results = crowd(lambda n: appeals.claim_next_appeal(actor=reviewers[n], now=arena.now), of=8)

    assert len([a for a in won(results) if a is not None]) == 1
    assert not [r for r in refused(results) if not isinstance(r, CaseError | Stale) or isinstance(r, OperationalError)]
