"""A snapshot of an earlier moment, made later, is the one made then: what came since is not known to it."""

from datetime import timedelta

import pytest

from appeals import commands as appeals
from tests import factories as make
from triage.queries import cases_to_learn_from, labels_of

pytestmark = pytest.mark.once


def upheld(world, first, *, at):
    return make.decide(world.rita, make.ready_to_decide(world.rita, first, now=at), now=at, outcome="UPHELD")


@pytest.fixture
def decided(world, now):
    """A first round, upheld by a person two hours after it was filed."""
    return upheld(world, make.file(world.alice, world.notice(), now=now), at=now + timedelta(hours=2))


def again(world, first, *, at, **changes):
    return make.file(world.alice, first.notice, now=at, **changes)


def overturned(world, second, *, at):
    make.decide(world.sara, make.ready_to_decide(world.sara, second, now=at), now=at)


def seen(until):
    found = cases_to_learn_from(now=until)
    return found.hash, found.counts, [one.case.overturned for one in found.cases]


def proved(since, until):
    return [(label.appeal.pk, label.is_error) for label in labels_of("delist", "facts_wrong", since=since, now=until)]


def test_cases_are_told_apart_by_how_many_notices_the_party_got_in_the_year_before(world, now):
    """The size of a merchant is not on record; later notices, older ones and the one appealed do not count."""
    old = now - timedelta(days=500)
    rule = make.publish_rule(world.platform, now=old, start=old)
    for days in (400, 300, 200, 100, -1):
        at = now - timedelta(days=days)
        make.issue(world.platform, make.draft(world.merchant, rule, now=at, officer=world.otto.code), now=at)
    upheld(world, make.file(world.alice, world.notice(), now=now + timedelta(hours=1)), at=now + timedelta(hours=2))

    [one] = cases_to_learn_from(now=now + timedelta(days=40)).cases
    assert one.groups["notices"] == "3–9"


def test_a_second_round_filed_and_decided_since_is_not_known(world, now, decided):
    until = now + timedelta(days=2)
    then = seen(until)
    assert then[1] == {"not_final": 1}

    overturned(world, again(world, decided, at=now + timedelta(days=3)), at=now + timedelta(days=4))

    assert seen(until) == then
    assert cases_to_learn_from(now=now + timedelta(days=4)).counts == {"used": 1}


def test_a_second_round_open_then_and_decided_since_is_open(world, now, decided):
    second, until = again(world, decided, at=now + timedelta(days=1)), now + timedelta(days=40)
    then = seen(until)
    assert then[1] == {"not_final": 1}

    overturned(world, second, at=until + timedelta(days=1))

    assert seen(until) == then
    assert seen(until + timedelta(days=1))[2] == [True]


def test_a_second_round_open_then_and_taken_back_since_is_open(world, now, decided):
    second, until = again(world, decided, at=now + timedelta(days=1)), now + timedelta(days=40)
    then = seen(until)

    appeals.withdraw_appeal(actor=world.alice, ref=second.ref, now=until + timedelta(days=1))

    assert seen(until) == then
    assert seen(until + timedelta(days=1))[2] == [False]


def test_what_ended_since_is_neither_used_nor_counted(world, now, decided):
    until = now + timedelta(hours=1)
    corrected = make.file(world.alice, world.notice(), now=now)
    withdrawn = make.file(world.alice, world.notice(), now=now)
    appeals.close_as_corrected(notice_id=corrected.notice_id, now=now + timedelta(days=1))
    appeals.withdraw_appeal(actor=world.alice, ref=withdrawn.ref, now=now + timedelta(days=1))

    assert seen(until)[1] == {}
    assert seen(now + timedelta(days=1))[1] == {"not_final": 1, "self_corrected": 1, "withdrawn": 1}


def test_what_may_prove_a_certificate_is_known_by_the_same_rule(world, now):
    first = make.file(world.alice, world.notice(), now=now, review="system_first")
    appeals.route_to_person(appeal_id=first.pk, why="unsure", now=now)
    upheld(world, first, at=now + timedelta(hours=2))
    since = now - timedelta(days=1)
    second, until = again(world, first, at=now + timedelta(days=1)), now + timedelta(days=40)
    assert proved(since, until) == []

    overturned(world, second, at=until + timedelta(days=1))

    assert proved(since, until) == []
    assert proved(since, until + timedelta(days=1)) == [(first.pk, False)]
