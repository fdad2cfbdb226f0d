"""No test depends on the day on which it is made: the surfaces of a world of a fixed day are asked a few days later."""

import ast
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from accounts.models import User
from accounts.policies import in_force, this_moment
from accounts.queries import actor_of_user
from casework import clock
from casework.actor import Via
from tests import factories as make
from tests.clocks import LATER, standing_near
from tests.surfaces.people import Http, token_of, user_of

TESTS = Path(__file__).parents[1]
SOON = timedelta(hours=12)  # worlds share a clock in a process


def moment_in_a_query():
    return User.objects.annotate(moment=this_moment()).values_list("moment", flat=True)[0]


def test_surfaces_and_the_database_read_a_clock_a_few_days_after_the_worlds_rows(world):
    for read in (clock.now, moment_in_a_query):
        assert timedelta() <= read() - (world.now + LATER) < SOON, read
    agent = user_of(make.agent(world.alice, world.merchant, now=world.now))
    assert agent.memberships.filter(in_force()).exists()
    assert Http(token_of(user_of(world.alice), now=world.now))("GET", "/api/v1/notices").status_code == 200


def test_the_clock_is_the_machines_again_afterwards_for_kept_sql_too(db):
    with standing_near(timezone.now() - timedelta(days=500)):
        then = clock.now()
        shop = make.make_party(make.make_client(then)[0], "MERCHANT", "云上数码", now=then)
        agent = user_of(make.agent(make.member(shop, now=then), shop, now=then))
        assert all(timezone.now() - read() > timedelta(days=490) for read in (clock.now, moment_in_a_query))
        assert actor_of_user(agent, via=Via.WEB, session="s").parties
    assert all(abs(timezone.now() - read()) < SOON for read in (clock.now, moment_in_a_query))
    assert not actor_of_user(agent, via=Via.WEB, session="s").parties


def test_every_fixture_that_is_a_fixed_day_brings_its_clock():
    """Who names a day and lets surfaces read the true clock has tests that end with its first mandate or token."""
    fixed = []
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name in {"now", "today"} and node.decorator_list:
                called = {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
                names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                if called & {"datetime", "beijing", "datetime.fromisoformat"} or "NOW" in names:
                    fixed.append((path.relative_to(TESTS).as_posix(), "standing_near" in called))
    assert len(fixed) >= 2
    assert [path for path, brings_its_clock in fixed if not brings_its_clock] == []
