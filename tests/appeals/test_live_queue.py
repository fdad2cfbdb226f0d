"""What open queues are told is what the queue lists, for many reviewers at once; the page that opens one."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from appeals import commands, queries
from appeals.models import Appeal
from appeals.queries import live
from casework import counts
from tests import factories as make
from tests.appeals.test_workbench import browser

pytestmark = pytest.mark.once

LATER = timedelta(hours=3)


def on(**tabs):
    """How many cases stand on each tab of the queue; none on those not named."""
    assert set(tabs) <= set(queries.TABS)
    return dict.fromkeys(queries.TABS, 0) | tabs


@pytest.fixture
def cases(world, now):
    """One free, one with Rita, one whose lease ran out, one back with its appellant; one of the team of Otto."""
    free, held, lapsed, asked = [make.file(world.alice, world.notice(officer=""), now=now) for _ in range(4)]
    commands.claim_appeal(actor=world.rita, ref=lapsed.ref, now=now)
    for each in (held, asked):
        make.ready_to_decide(world.rita, each, now=now + LATER)
    commands.request_information(
        actor=world.rita, ref=asked.ref, item="授权书", fact="有授权", due_at=None, now=now + LATER
    )
    of_team = make.file(world.alice, world.notice(), now=now)
    return {"free": free, "held": held, "lapsed": lapsed, "asked": asked, "of_team": of_team}


def test_the_counts_are_those_of_the_list_for_each_reader(world, now, cases):
    at = now + LATER + timedelta(minutes=1)
    readers = [make.staff("reviewer", now=now) for _ in range(live.READERS + 2)]
    readers += [world.rita, world.rosa, world.sara, world.otto, world.odile, world.carl]

    found = queries.queues_of(readers, now=at)

    for actor in readers:
        listed = {tab: queries.queue_for(actor, now=at, tab=tab).count() for tab in queries.TABS}
        assert found[actor.person].counts == listed
    assert found[world.rita.person].counts == on(claimable=2, mine=2, waiting=1)
    assert found[world.rosa.person].counts == on(claimable=3)
    assert found[world.otto.person].counts == on(claimable=2)
    assert found[world.carl.person] == live.QueueSummary(0, on())


def test_what_a_reader_may_not_see_does_not_shorten_a_long_count(world, now, monkeypatch):
    """Only so many cases are looked at for a count: none of those in which the reader's team decided."""
    monkeypatch.setattr(counts, "CAP", 1)
    for _ in range(3):
        make.file(world.alice, world.notice(), now=now)
    make.file(world.alice, world.notice(officer=""), now=now + LATER)

    found = queries.queues_of([world.otto, world.rosa], now=now + LATER)
    assert [found[actor.person].counts for actor in (world.otto, world.rosa)] == [on(claimable=1)] * 2


def test_a_lease_that_ran_out_moves_the_head_of_those_alone_who_may_take_the_case(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    commands.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)
    until = Appeal.objects.get(pk=appeal.pk).lease_expires_at
    after = until + timedelta(seconds=1)

    before_it, behind_it = [queries.queues_of([world.rosa, world.otto], now=at) for at in (until, after)]

    assert before_it[world.rosa.person].head == before_it[world.otto.person].head == 0
    assert behind_it[world.rosa.person].head == int(until.timestamp() * 1000)
    assert behind_it[world.otto.person].head == 0
    assert queries.lapsed_between(now, after) == {appeal.pk: "mine"}
    assert queries.lapsed_between(now, until) == queries.lapsed_between(after, after + LATER) == {}


def test_a_long_count_stops_and_says_so_in_the_page_and_to_the_socket(world, now, cases, monkeypatch):
    monkeypatch.setattr(counts, "CAP", 2)
    at = now + LATER + timedelta(minutes=1)

    assert queries.queues_of([world.rosa], now=at)[world.rosa.person].counts == on(claimable=2)
    page = browser(world.rosa).get(reverse("workbench:queue")).content.decode()
    assert 'data-count="claimable">1+<' in page
    assert re.search(r'data-count="mine"[^>]*>0<', page)
    assert 'data-cap="2"' in page


TOLD = [
    # of the case that stood there: what Rita is told, and Rosa
    ("free", "", ("arrived", "claimable"), ("arrived", "claimable")),
    ("free", "claimable", ("changed", "claimable"), ("changed", "claimable")),
    ("free", "mine", ("released", "claimable"), ("released", "claimable")),
    ("free", "late", ("arrived", "claimable"), ("arrived", "claimable")),
    ("held", "claimable", ("claimed", "mine"), ("claimed", None)),
    ("held", "mine", ("changed", "mine"), None),
    ("held", "waiting", ("changed", "mine"), None),
    ("lapsed", "mine", ("changed", "mine"), ("released", "claimable")),
    ("asked", "mine", ("changed", "waiting"), None),
    ("asked", "claimable", ("claimed", "waiting"), ("left", None)),
    ("of_team", "", ("arrived", "claimable"), ("arrived", "claimable")),
]


def test_what_each_is_told_of_a_case(world, now, cases):
    at = now + LATER + timedelta(minutes=1)
    for case, stood, rita, rosa in TOLD:
        told = live.changes_for([world.rita, world.rosa, world.otto, world.carl], {cases[case].pk: stood}, now=at)
        for actor, expected in ((world.rita, rita), (world.rosa, rosa)):
            changes = told.get(actor.person, [])
            assert [(c.change, c.tab) for c in changes] == ([expected] if expected else []), (case, stood)
            assert all((c.due_at is not None) == (c.tab is not None) for c in changes)
        assert (world.otto.person in told) == (case != "of_team" and rosa is not None)
        assert world.carl.person not in told


def test_the_page_of_a_reviewer_listens_and_that_of_who_only_oversees_does_not(world, cases):
    theirs = browser(world.rosa).get(reverse("workbench:queue")).content.decode()
    over = browser(world.carl).get(reverse("workbench:queue")).content.decode()

    assert 'data-socket="/ws/v1/review-queue/"' in theirs
    assert f'data-ref="{cases["free"].ref}"' in theirs
    assert cases["of_team"].ref in theirs
    assert "queue-live" not in over
