"""The console's frame: each role's navigation leads exactly where the role may go, and no page is stored anywhere."""

import re

import pytest
from django.urls import URLPattern, get_resolver

from casework import clock
from console import urls
from tests import factories as make
from tests.pages import Visitor

pytestmark = pytest.mark.once

CASES, QUEUE, ME = "/workbench/cases/", "/workbench/queue/", "/workbench/me/"
SECOND_LOOKS, ACTS = "/workbench/second-looks/", "/workbench/acts/"
DISPUTES, REPORTS, OUTAGES = "/workbench/disputes/", "/workbench/disputes/reports/", "/workbench/disputes/outages/"
OWED = "/workbench/disputes/owed/"
EXECUTORS, RECORDS, WORDING = "/workbench/executors/", "/workbench/publications/", "/workbench/wording/"
SYSTEM = "/workbench/automation/"
FIGURES, RETENTION = "/workbench/figures/", "/workbench/retention/"
AUTHORITIES, INFRINGEMENTS = "/workbench/authorities/", "/workbench/infringements/"
TIPS = "/workbench/tips/"
MAKING, TALKS, TO_SIGN = "/workbench/rules/", "/workbench/rules/talks/", "/workbench/changes/"
QUESTIONS, EXITS = "/workbench/questions/", "/workbench/exits/"
MEMBERSHIPS = "/workbench/memberships/"
PRICES = "/workbench/prices/"
COUNSEL = "/workbench/counsel/"
CALLS, PHONE = "/workbench/calls/", "/workbench/phone/"
TEAM, DECISIONS = "/workbench/team/", "/workbench/decisions/"
OVERSEES = [
    *(CASES, DISPUTES, TEAM, DECISIONS),
    *(QUEUE, ME, CALLS, INFRINGEMENTS, TIPS, REPORTS, OWED, OUTAGES),
    *(MAKING, TALKS, TO_SIGN, COUNSEL, EXITS, MEMBERSHIPS, PRICES, WORDING, QUESTIONS),
    *(FIGURES, EXECUTORS, RECORDS, AUTHORITIES, RETENTION, SYSTEM),
]
PLACES = {
    "reviewer": [QUEUE, ME, SECOND_LOOKS, ACTS, DECISIONS],
    "senior_reviewer": [QUEUE, ME, SECOND_LOOKS, ACTS, TEAM, DECISIONS, FIGURES],
    "mediator": [DISPUTES, DECISIONS],
    "compliance": OVERSEES,
    "administrator": OVERSEES,
    "help_line": [CALLS, PHONE],
    "counsel": [COUNSEL],
}
EVERY = {place for places in PLACES.values() for place in places}
NAVIGATION = re.compile(r'<nav class="places".*?</nav>', re.DOTALL)


def staff(role: str) -> Visitor:
    return Visitor(make.staff(role, now=clock.now(), name=role))


def places_on(page: str) -> list[str]:
    [navigation] = NAVIGATION.findall(page)
    return re.findall(r'href="([^"]+)"', navigation)


@pytest.mark.parametrize("role", PLACES)
def test_the_navigation_is_the_same_everywhere_and_leads_where_the_role_may_go(db, role):
    visitor = staff(role)

    for place in PLACES[role]:
        page = visitor.sees(place)
        assert places_on(page) == PLACES[role], place
        [here] = re.findall(r'href="([^"]+)" aria-current="page"', NAVIGATION.findall(page)[0])
        assert here == place
        assert ('class="here"' in page) == (role in ("compliance", "administrator") and place in OVERSEES[4:])


@pytest.mark.parametrize("role", PLACES)
def test_a_role_lands_on_what_waits_for_it_and_can_switch_its_keys_off(db, role):
    visitor = staff(role)
    landed = visitor.client.get("/", follow=True)

    assert landed.redirect_chain[-1][0] == PLACES[role][0]
    assert 'data-shortcuts="on"' in landed.content.decode()
    back = visitor.client.post(
        "/workbench/me/shortcuts/", {"shortcuts": "off"}, headers={"referer": "http://testserver/?a=1"}
    )
    assert (back.status_code, back["Location"]) == (302, "/?a=1")
    assert 'data-shortcuts="off"' in visitor.client.get("/", follow=True).content.decode()


@pytest.mark.parametrize("role", PLACES)
def test_what_is_not_in_the_navigation_is_refused(db, role):
    visitor = staff(role)

    for place in EVERY - set(PLACES[role]):
        assert visitor.client.get(place).status_code in (403, 404), place


def pages(patterns, prefix=""):
    for each in patterns:
        if isinstance(each, URLPattern):
            yield prefix + str(each.pattern)
        else:
            yield from pages(each.url_patterns, prefix + str(each.pattern))


def test_every_page_answers_its_own_methods_and_is_stored_nowhere(db):
    visitor = Visitor(make.staff("compliance", "help_line", now=clock.now(), name="both"))
    of_seats = "authority/"  # whose role stands beside no other: tests/authorities/test_pages.py
    routes = (route for route in pages(urls.urlpatterns) if "<" not in route and not route.startswith(of_seats))
    found = [f"/workbench/{route}" for route in routes]
    assert len(found) > 15

    for path in found:
        refused = visitor.client.delete(path)
        assert refused.status_code == 405, path
        assert "no-store" in refused["Cache-Control"], path
        assert get_resolver().resolve(path).func.__module__.startswith("console."), path


def test_an_address_that_only_takes_forms_shows_a_page_with_the_way_back(db):
    visitor = Visitor(make.staff("compliance", "reviewer", "mediator", "help_line", now=clock.now(), name="all"))
    shown = 0
    for route in pages(get_resolver().url_patterns):
        if "<" in re.sub(r"<(?:int|str|slug):\w+>", "", route) or route.startswith(("api/", "_allauth/", "admin/")):
            continue
        path = "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(?:str|slug):\w+>", "none", route))
        answer = visitor.client.get(path)
        if answer.status_code == 405:
            [back] = re.findall(r'class="secondary" href="([^"]+)"', answer.content.decode())
            assert path.startswith(back), path
            get_resolver().resolve(back)
            shown += 1

    assert shown > 40


OUTSIDERS = {
    "console.appeals": "mediator",
    "console.disputes": "reviewer",
    "console.executors": "reviewer",
    "console.infringements": "reviewer",
    "console.helpline": "reviewer",
    "console.notices": "mediator",
    "console.rules": "reviewer",
    "console.tips": "reviewer",
    "console.webhooks": "reviewer",
}
"""For the pages about each app, somebody of the staff who has no business there."""
FOR_EVERYBODY = {
    "/workbench/rules/laws/",  # who cites an article reads what is doubtful about it
    "/workbench/me/shortcuts/",  # everybody's keys are their own
    "/workbench/me/pictures/",
}


@pytest.mark.parametrize("app", OUTSIDERS)
def test_every_address_asks_for_the_role_before_anything_else(db, app):
    """What is behind it is nowhere, so that an answer other than a refusal shows that the role was not asked first."""
    visitor = staff(OUTSIDERS[app])
    asked = 0
    for route in pages(urls.urlpatterns):
        path = "/workbench/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(?:str|slug):\w+>", "none", route))
        module = get_resolver().resolve(path).func.__module__
        if not module.startswith(app) or path in FOR_EVERYBODY:
            continue
        # What the system does alone is hidden from whoever may not see it.
        by_query = module.endswith((".automation", ".learning", ".training"))
        answers = {visitor.client.get(path).status_code, visitor.client.post(path).status_code}
        assert answers <= ({403, 404, 405} if by_query else {403, 405}), (path, answers)
        assert answers - {405}, path
        asked += 1

    assert asked > 1
