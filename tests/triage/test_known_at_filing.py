"""What a suggestion may rest on: the case as it was filed, and nothing that happened afterwards."""

from datetime import timedelta

import pytest

from appeals import commands as appeals
from classifier.features import input_hash, pseudonym
from tests import factories as make
from tests.executors import building as build
from triage import commands as triage
from triage.features import input_of

pytestmark = pytest.mark.once


def notice_at(world, at, **changes):
    plan = make.draft(world.merchant, world.rule, now=at, officer=world.otto.code, **changes)
    return make.issue(world.platform, plan, now=at)


def decided(world, appeal, *, at, outcome="OVERTURNED"):
    make.ready_to_decide(world.rita, appeal, now=at)
    return make.decide(world.rita, appeal, now=at, outcome=outcome)


@pytest.fixture
def earlier(world, now):
    """The party was here before: two notices, two appeals, of which one succeeded, both decided before today."""
    for outcome in ("OVERTURNED", "UPHELD"):
        appeal = make.file(world.alice, world.notice(), now=now)
        decided(world, appeal, at=now + timedelta(hours=2), outcome=outcome)
    return now + timedelta(days=20)


def test_the_partys_record_is_that_of_the_moment_of_filing(world, earlier):
    appeal = make.file(world.alice, notice_at(world, earlier), now=earlier)

    assert dict(input_of(appeal).history) == {
        "account_days": 20.0,
        "earlier_appeals": 2.0,
        "earlier_decided": 2.0,
        "earlier_notices": 2.0,
        "earlier_overturned": 1.0,
    }


def test_tool_and_third_party_are_known_and_the_third_party_by_no_name(world, now):
    firm = build.active(world, now=now, name="华东审核外包")
    appeal = make.file(world.alice, firm.issue(now=now), now=now)
    given = input_of(appeal)

    assert given.executor == pseudonym(firm.ref)
    assert given.detector == appeal.notice.detection_tool != ""


def test_nothing_that_happens_later_changes_what_was_known(world, earlier):
    """Later notices, appeals and decisions, the case's own among them, leave every feature of it as it was."""
    appeal = make.file(world.alice, notice_at(world, earlier), now=earlier)
    known = input_of(appeal)

    later = earlier + timedelta(hours=1)
    for outcome in ("OVERTURNED", "UPHELD"):
        other = make.file(world.alice, notice_at(world, later), now=later)
        decided(world, other, at=later + timedelta(hours=3), outcome=outcome)
    decided(world, appeal, at=later + timedelta(hours=5))
    appeal.refresh_from_db()

    assert input_of(appeal) == known
    assert input_hash(input_of(appeal)) == input_hash(known)


def reduced(world, appeal, *, at):
    """Every measure of the appeal was reduced: half the money, or a day less."""
    make.ready_to_decide(world.rita, appeal, now=at)
    rulings = []
    for measure in (item.measure for item in appeal.items.select_related("measure")):
        if measure.amount_minor is not None:
            lighter = {"amount_minor": measure.amount_minor // 2}
        else:
            lighter = {"ends_at": measure.starts_at + timedelta(days=6)}
        rulings.append(appeals.RulingDraft(measure.no, "VARIED", **lighter))
    return make.decide(world.rita, appeal, now=at, rulings=rulings)


@pytest.mark.parametrize("days", [7, None])
def test_a_reduced_measure_is_known_as_it_was_before(world, now, days):
    ends_at = None if days is None else now + timedelta(days=days)
    measures = [make.measure(now, ends_at=ends_at), make.deduction(now, amount=10_000)]
    appeal = make.file(world.alice, world.notice(measures=measures), now=now)
    known = input_of(appeal)
    assert (known.amount_minor, known.days_blocked) == (10_000, days or 365)

    reduced(world, appeal, at=now + timedelta(hours=2))
    appeal.refresh_from_db()

    assert input_of(appeal) == known
    assert input_hash(input_of(appeal)) == input_hash(known)


def test_a_second_round_knows_the_measure_as_the_first_left_it(world, now):
    measures = [make.measure(now), make.deduction(now, amount=10_000)]
    first = make.file(world.alice, world.notice(measures=measures), now=now)
    reduced(world, first, at=now + timedelta(hours=2))
    second = make.file(world.alice, first.notice, now=now + timedelta(hours=2))

    assert (input_of(first).amount_minor, input_of(first).days_blocked) == (10_000, 7)
    assert (input_of(second).amount_minor, input_of(second).days_blocked) == (5_000, 6)


def test_what_happens_at_the_very_moment_of_filing_is_not_known(world, now):
    other = make.file(world.alice, world.notice(), now=now)
    appeal = make.file(world.alice, world.notice(), now=now)

    assert dict(input_of(other).history) == dict(input_of(appeal).history)
    assert dict(input_of(appeal).history)["earlier_appeals"] == 0


def test_a_systems_own_decisions_are_no_part_of_the_record(world, now):
    make.switch_on(world.carl, now=now)
    mine = make.suggested(make.file(world.alice, world.notice(), now=now, review="system_first"), now=now)
    triage.finalise_automatically(appeal_id=mine.pk, now=now)
    later = now + timedelta(hours=1)
    appeal = make.file(world.alice, notice_at(world, later), now=later)

    record = dict(input_of(appeal).history)
    assert (record["earlier_appeals"], record["earlier_decided"], record["earlier_overturned"]) == (1, 0, 0)
