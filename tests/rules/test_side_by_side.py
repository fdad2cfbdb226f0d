"""A transition leaves the version before in force beside the new one, for whom it names and until a time (办法 13)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from casework.errors import BasisNotInForce, Invalid
from rules.commands.publish import Assessment
from tests import factories as make
from tests.laws import assert_refused, insert
from tests.rules.building import CLAUSES, DAY, NAMES

SECOND = timedelta(seconds=1)


def publish(world, *, number, start, now, **plan):
    assessment = Assessment(reason="改动大。", impact="MAJOR", transition_zh="原有商家过渡三十日。", **plan)
    return make.publish_elsewhere(
        actor=world.platform,
        code="beside",
        number=number,
        effective_from=start,
        clauses=[replace(CLAUSES[0], text_zh=f"{number}：四十八小时内发货。")],
        consultation=make.consultation(now),
        assessment=assessment,
        now=now,
        **NAMES,
    )


@pytest.fixture(scope="module")
def module_new(module_database, module_world):
    with module_database():
        world = module_world
        publish(world, number="1", start=world.now + 15 * DAY, now=world.now)
        start = world.now + 60 * DAY
        plan = {"old_for": "MERCHANT", "old_until": start + 30 * DAY}
        return publish(world, number="2", start=start, now=world.now + 20 * DAY, **plan)


@pytest.fixture
def new(module_new, copy_of):
    return copy_of(module_new)


def issue(world, at, *, version="", party=None):
    cites = [make.notices.BasisDraft(kind="CLAUSE", rule="beside", clause="1", version=version)]
    drafted = make.draft(party or world.merchant, world.rule, now=at, basis=cites, conduct_at=at)
    return make.issue(world.platform, drafted, now=at)


def test_both_are_a_basis_for_whom_the_plan_names_until_its_time(world, new):
    during, after = new.old_until - SECOND, new.old_until

    for version, wanted in (("1", "1"), ("2", "2"), ("", "2")):
        assert issue(world, during, version=version).bases.get().version_number == wanted
    assert issue(world, after, version="2")
    with pytest.raises(BasisNotInForce):
        issue(world, after, version="1")


@pytest.mark.parametrize(("kind", "created"), [("CONSUMER", 0), ("MERCHANT", 21)])
def test_nobody_else_is_judged_by_the_old_one(world, new, kind, created):
    other = make.make_party(world.client, kind, "别家", now=world.now + created * DAY)
    at = new.effective_from + DAY

    assert issue(world, at, version="2", party=other).bases.get().version_number == "2"
    with pytest.raises(BasisNotInForce) as refused:
        issue(world, at, version="1", party=other)
    assert [error.pointer for error in refused.value.errors] == ["/basis/0/clause"]


def test_past_the_code_the_old_one_is_refused_to_newcomers_and_from_that_second_on(world, new):
    old = new.before.clauses.get()
    newcomer = make.make_party(world.client, "MERCHANT", "新店", now=world.now + 21 * DAY)
    in_time, late = issue(world, new.old_until - SECOND), issue(world, new.old_until)
    new_here = issue(world, new.old_until - SECOND, party=newcomer)

    insert(in_time.bases.get(), no=2, clause_id=old.pk)
    for cited in (late.bases.get(), new_here.bases.get()):
        assert_refused(
            "version_is_not_a_basis_before_its_publicity",
            lambda cited=cited: insert(cited, no=2, clause_id=old.pk),
        )


@pytest.mark.parametrize("plan", [{"old_for": "MERCHANT"}, {"old_until": 0}, {"old_for": "MERCHANT", "old_until": 0}])
def test_a_plan_that_is_half_or_over_before_the_start_is_refused(world, plan):
    start = world.now + 20 * DAY
    if "old_until" in plan:
        plan = plan | {"old_until": start}

    with pytest.raises(Invalid) as refused:
        publish(world, number="1", start=start, now=world.now, **plan)
    assert [error.pointer for error in refused.value.errors] == ["/assessment/old_until"]
