"""A list asks the database as often for many rows as for two."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from casework import clock
from tests.executors import building as build
from tests.executors import erring as err
from tests.pages import Visitor, living
from tests.surfaces.people import Http, token_of

pytestmark = pytest.mark.once

API = "/api/v1/"


now = living(hours=2)


def asked(ask):
    """How many queries it takes, once everything that is remembered is."""
    ask()
    with CaptureQueriesContext(
        connection,
    ) as found:
        ask()
    return len(found)


def instructions(firm, n):
    for _row in range(n):
        err.instruction(firm, now=firm.world.now)


def incidents(firm, n):
    """Acts that some decision overturned, each with its incident."""
    for notice in err.acts(firm, n, now=firm.world.now):
        err.said_of(notice.act, now=firm.world.now, overturned=True, by_person=False)


def claims(firm, n):
    for _row in range(n):
        err.claimed(firm, now=firm.world.now)


def certificates(firm, n):
    """The first person passed so many tests more, each of a rule of its own."""
    for _row in range(n):
        rule = build.make.publish_rule(firm.world.platform, now=firm.world.now)
        build.certify(firm.person, build.curriculum(firm.world, now=firm.world.now, rule=rule), now=firm.world.now)


def rest(firm, path):
    http = Http(token_of(User.objects.get(pk=firm.person.user_id), now=clock.now()))

    def ask():
        answer = http("GET", API + path)
        assert answer.status_code == 200, answer.content

    return ask


def page(firm, path):
    visitor = Visitor(firm.person)
    return lambda: visitor.sees(path)


CASES = [
    (rest, "instructions", instructions),
    (rest, "incidents", incidents),
    (page, "/executor/", instructions),
    (page, "/executor/", incidents),
    (page, "/executor/", certificates),
    (page, "/executor/incidents/", incidents),
    (page, "/executor/certifications/", certificates),
]


@pytest.mark.exhaustive
@pytest.mark.parametrize(("way", "path", "more"), CASES, ids=[f"{w.__name__} {p} {m.__name__}" for w, p, m in CASES])
def test_a_list_asks_as_often_for_six_rows_as_for_two(firm, way, path, more):
    ask = way(firm, path)
    more(firm, 2)
    of_two = asked(ask)
    more(firm, 4)

    assert asked(ask) == of_two


@pytest.mark.exhaustive
def test_the_claims_of_an_individual_ask_as_often_for_four_rows_as_for_two(world):
    firm = build.active(world, now=world.now, kind="INDIVIDUAL")
    ask = rest(firm, "recourses")
    claims(firm, 2)
    of_two = asked(ask)
    claims(firm, 2)

    assert asked(ask) == of_two
