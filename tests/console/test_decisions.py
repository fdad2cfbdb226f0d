"""The log of decisions: who finds which, what stands beside each, and the whole of it as a file."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appeals import commands
from appeals.models import TriageSuggestion
from casework import clock
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.disputes.test_finality import determined
from tests.pages import text_of

pytestmark = pytest.mark.once

PATH = "/workbench/decisions/"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def numbers(client, tab):
    page = client.get(f"{PATH}?tab={tab}")
    assert page.status_code == 200
    return re.findall(r'<span class="number">([AD]-\S+?)<', page.content.decode())


def table(client, query):
    body = client.get(f"{PATH}?{query}&as=csv").getvalue().decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(body)))


def decided(world, by, now, **how):
    appeal = make.file(world.alice, world.notice(officer=""), now=now)
    leans = {"overturn_permille": 640, "closing_permille": None}
    TriageSuggestion.objects.create(**make.suggestion_values(appeal, now=now) | leans)
    ready = make.ready_to_decide(by, appeal, now=now)
    return make.decide(by, ready, now=now, **how)


def test_a_reviewer_finds_their_own_and_whoever_oversees_all(world, now):
    mine, other = decided(world, world.rita, now), decided(world, world.rosa, now)
    assert numbers(browser(world.rita), "appeals") == [mine.number]
    for each in (world.sara, make.staff("compliance", now=now), make.staff("administrator", now=now)):
        assert set(numbers(browser(each), "appeals")) == {mine.number, other.number}
    assert browser(world.rita).get(f"{PATH}?tab=disputes").status_code == 404
    assert browser(make.staff("help_line", now=now)).get(PATH).status_code == 403
    assert browser(world.alice).get(PATH).status_code == 403


def test_a_mediator_finds_their_own_determinations(court):
    dispute = determined(court)
    assert numbers(browser(court.mia), "disputes") == [dispute.number]
    assert numbers(browser(court.max), "disputes") == []
    assert numbers(browser(make.staff("compliance", now=court.now)), "disputes") == [dispute.number]
    [row] = table(browser(court.mia), "tab=disputes")
    assert row["The table derives"] in ("claim upheld", "claim not upheld", "claim upheld in part")
    assert browser(make.staff("senior_reviewer", now=court.now)).get(f"{PATH}?tab=disputes").status_code == 404


def test_each_says_on_what_view_it_was_made_and_with_what_opened(world, now):
    appeal = decided(world, world.rita, now, outcome="UPHELD")
    view = appeal.first_views.get()
    [row] = table(browser(world.sara), "tab=appeals")
    assert row["Case"] == appeal.number
    assert row["Who decided"] == world.rita.code
    assert view.get_outcome_display() in row["First view"]
    assert row["System's lean to undo, of 1000"] == "640"
    assert row["System's view (code)"] == appeal.decision.system_view
    opened = appeal.openings.filter(reviewer=world.rita.person).exclude(subject__in=["notice", "suggestion"]).count()
    pieces = len(commands.pieces_of(appeal)) - 1
    assert row["Opened"] == f"{opened} of {pieces}"


def test_it_is_narrowed_and_found_by_number_and_code_and_its_file_has_all_of_it(world, now):
    up, down = decided(world, world.rita, now, outcome="UPHELD"), decided(world, world.rosa, now)
    lead = browser(world.sara)
    assert [row["Case"] for row in table(lead, "tab=appeals&outcome=UPHELD")] == [up.number]
    assert [row["Case"] for row in table(lead, f"tab=appeals&q={down.number}")] == [down.number]
    assert [row["Case"] for row in table(lead, f"tab=appeals&q={world.rita.code}")] == [up.number]
    assert table(lead, "tab=appeals&by=SYSTEM") == []
    assert {row["Case"] for row in table(lead, "tab=appeals")} == {up.number, down.number}
    assert "Nothing in your list" in text_of(lead.get(f"{PATH}?tab=appeals&by=SYSTEM"))


def test_it_costs_the_same_however_many_there_are(world, now):
    lead = browser(world.sara)

    def statements():
        with CaptureQueriesContext(connection) as read:
            lead.get(f"{PATH}?tab=appeals")
        return len(read)

    decided(world, world.rita, now)
    statements()
    few = statements()
    for _ in range(3):
        decided(world, world.rita, clock.now())
    assert statements() == few <= 30
