"""Long lists are read along an index: in which order they stand, and that page by page nobody is missed."""

import re
from datetime import timedelta

import pytest

from casework import clock
from executors import commands
from executors.models import Incident, Recourse
from executors.queries import todo
from surfaces.lists import declaring
from tests.executors import building as build
from tests.executors import erring as err
from tests.pages import Visitor, living

pytestmark = pytest.mark.once

AT = "/workbench/executors/"
HOUR = timedelta(hours=1)


now = living(hours=2)


@pytest.fixture
def carl(world):
    return Visitor(world.carl)


def page_by_page(visitor, at, numbers):
    """The order in which these numbers come, from the first page to the last, and from there back to the first."""
    there, back, address = [], [], at
    for seen, way in ((there, "next"), (back, "prev")):
        for _page in range(2 * len(numbers)):
            page = visitor.sees(address)
            seen += [number for number in numbers if number in page]
            link = re.search(rf'href="([^"]*)" rel="{way}"', page)
            if link is None:
                break
            address = at.split("?")[0] + link[1]
    assert there == back[::-1]
    return there


def test_what_the_platform_owes_comes_by_when_it_is_due(monkeypatch, world, firm, carl):
    monkeypatch.setattr(declaring, "MOST", 1)
    now = clock.now()
    cora = err.second_compliance(world)
    late, later, contested, paid = (err.explained(firm, now=world.now) for _ in range(4))
    for row in (contested, paid):
        err.contest(err.find(row, world.carl, now=now), now=now)
    for row, find_by, owed in ((late, -2, None), (later, 9, None), (contested, 20, -1), (paid, 3, 5)):
        Incident.objects.filter(pk=row.pk).update(
            find_by=now + find_by * HOUR, compensate_by=owed and now + owed * HOUR
        )

    numbers = page_by_page(carl, AT + "incidents/?tab=find", [row.number for row in (later, paid, contested, late)])
    assert numbers == [row.number for row in (late, contested, paid, later)]

    for row, owed in ((contested, 1), (paid, 1)):
        err.find(row, cora, now=now)
        Incident.objects.filter(pk=row.pk).update(compensate_by=now + owed * HOUR)
    commands.compensate_incident(actor=world.carl, ref=paid.ref, amount_minor=100, reference="PAY-7", now=now)
    other = err.find(late, world.carl, now=now)
    Incident.objects.filter(pk=other.pk).update(compensate_by=now + 2 * HOUR)

    numbers = page_by_page(carl, AT + "incidents/?tab=pay", [row.number for row in (paid, contested, other)])
    assert numbers == [row.number for row in (contested, other, paid)], "not by age alone"


def test_what_is_to_be_explained_comes_before_the_rest_and_the_newest_first(monkeypatch, firm):
    monkeypatch.setattr(declaring, "MOST", 1)
    rows = [err.incident(firm, now=firm.world.now + n * HOUR / 10) for n in range(4)]
    commands.explain_incident(actor=firm.actor, ref=rows[3].ref, explanation="看错了。", now=clock.now())

    numbers = page_by_page(Visitor(firm.person), "/executor/incidents/", [row.number for row in rows])

    assert numbers == [rows[n].number for n in (2, 1, 0, 3)]


def test_open_claims_come_before_ended_ones(monkeypatch, world, firm, carl):
    monkeypatch.setattr(declaring, "MOST", 1)
    rows = [err.claimed(firm, now=world.now + n * HOUR / 10) for n in range(3)]
    commands.write_off_recourse(actor=world.carl, ref=rows[2].ref, reason="无力支付。", now=clock.now())

    numbers = page_by_page(carl, AT + "recourses/", [row.number for row in Recourse.objects.order_by("pk")])

    assert numbers == [rows[n].number for n in (1, 0, 2)]


def test_what_waits_for_somebody_is_listed_up_to_so_many(monkeypatch, firm):
    monkeypatch.setattr(todo, "MOST", 2)
    rows = [err.incident(firm, now=firm.world.now + n * HOUR / 10) for n in range(3)]

    assert [each.ref for each in todo.todo_for(firm.actor)] == [row.ref for row in rows[:2]]


def test_the_list_of_executors_counts_what_is_open_of_each(world, firm, carl):
    other = build.active(world, now=world.now, name="另一家")
    for each, n in ((firm, 2), (other, 1)):
        for _row in range(n):
            err.incident(each, now=world.now)

    page = carl.sees(AT)

    counts = re.findall(r'data-label="Open incidents"[^>]*>\s*(?:<[^>]*>)*\s*(\d+)', page)
    assert sorted(counts) == ["1", "2"]
