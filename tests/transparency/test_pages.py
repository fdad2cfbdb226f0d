"""Page, file, API and public page say the same of the same days; who reads them; what they cost."""

import csv
import io
import re
from datetime import timedelta
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from appeals.models import TriageSuggestion
from archive import checkpoints
from casework.errors import Invalid, NotAllowed
from console.transparency import views
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.pages import text_of
from tests.transparency.closing import close
from transparency import queries
from transparency import values as words
from transparency.api.views import _asked as figures_asked
from transparency.arithmetic import Period, added, quarter_name, quarter_of
from transparency.catalogue import BY_CODE, METRICS, Unit
from transparency.commands import close_days
from transparency.models import Figure
from transparency.queries import Scope

pytestmark = pytest.mark.once


@pytest.fixture
def until(world, now):
    """Some decided appeals of two grounds, before and lately, of which more are overturned lately; their last day."""
    for days, outcomes in ((0, ("UPHELD", "UPHELD", "OVERTURNED")), (3, ("OVERTURNED", "OVERTURNED", "UPHELD"))):
        at = now + timedelta(days=days)
        for i, outcome in enumerate(outcomes):
            draft = make.draft(world.merchant, world.rule, now=at, officer=world.otto.code)
            notice = make.issue(world.platform, draft, now=at)
            filed = make.file(world.alice, notice, now=at, ground=("facts_wrong", "authorised")[i % 2])
            later = at + timedelta(hours=5 + i)
            make.decide(world.rita, make.ready_to_decide(world.rita, filed, now=later), now=later, outcome=outcome)
    close(now, days=6)
    return queries.newest_day().day


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig") if response.streaming else response.content.decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(("after", "says"), [(timedelta(), "one after the other"), (timedelta(days=1), "stands still")])
def test_figures_that_are_behind_say_whether_more_is_on_its_way(world, now, monkeypatch, after, says):
    world.notice()
    later = now + timedelta(days=30)
    checkpoints.make_if_due(now=later)
    assert close_days(now=later, most=1) == 1
    monkeypatch.setattr(views, "clock", SimpleNamespace(now=lambda: later + after))

    assert says in text_of(browser(world.carl).get("/workbench/figures/"))


def test_page_file_and_api_say_the_same(until, world):
    client = browser(world.carl)
    period = Period(until - timedelta(days=2), until)
    asked = f"?from={period.since}&to={period.until}"
    found = queries.totals(Scope(period))
    said = client.get(f"/api/v1/figures{asked}").json()
    page = client.get(f"/workbench/figures/{asked}").content.decode()
    days = rows_of(client.get(f"/workbench/figures/all/days/{asked}&as=csv"))

    assert {each["metric"] for each in said["metrics"]} == set(found) == set(BY_CODE)
    assert found["appeals-changed"][0].k > found["appeals-changed"][1].k > 0
    for each in said["metrics"]:
        metric, (now, before) = BY_CODE[each["metric"]], found[each["metric"]]
        in_file = [row for row in days if row["Metric (code)"] == metric.code]
        if metric.unit is Unit.LEVEL:
            in_file = [row for row in in_file if row["Day"] == str(until)]
        assert each["figures"]["n"] == now.n == sum(int(row["Cases (n)"]) for row in in_file)
        if metric.unit is Unit.RATE:
            assert each["figures"]["k"] == now.k == sum(int(row["Of them (k)"]) for row in in_file)
            assert (each["figures"]["low"], each["figures"]["high"]) == (now.interval or (None, None))
        assert each["before"]["n"] == before.n
        assert each["figures"]["median_hours"] == now.median
        row = re.search(rf'<tr data-row="{metric.code}">(.*?)</tr>', page, re.DOTALL)[1]
        assert words.value(metric, now) in row
        assert words.value(metric, before) in row
        assert words.interval(metric, now) in row


def test_why_leads_to_the_cases_and_adds_up(until, world):
    client = browser(world.carl)
    asked = f"?from={until - timedelta(days=2)}&to={until}"
    said = client.get(f"/api/v1/figures/appeals-changed{asked}&cut=ground").json()
    change = said["figures"]["rate"] - said["before"]["rate"]
    assert sum(each["mix"] + each["rate_effect"] for each in said["values"]) == pytest.approx(change, abs=1e-12)
    assert sum(each["figures"]["n"] for each in said["values"]) == said["figures"]["n"]

    page = client.get(f"/workbench/figures/appeals-changed/{asked}&by=ground").content.decode()
    assert words.points(Fraction(change).limit_denominator(1000), 2) in page
    lead = re.search(r'href="([^"]*cases/[^"]*only=ground%3Aauthorised[^"]*)"', page)[1].replace("&amp;", "&")
    cases = rows_of(client.get(f"{lead}&as=csv"))
    value = next(each for each in said["values"] if each["value"] == "authorised")
    assert len(cases) == value["figures"]["n"] > 0
    assert cases[0]["Case"] in client.get(lead).content.decode()


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.code)
def test_every_metric_has_its_page_its_rows_and_its_cases(until, world, metric):
    client = browser(world.carl)
    at = f"/workbench/figures/{metric.code}/"
    for by in metric.cuts or ("",):
        page = client.get(at, {"by": by}).content.decode()
        assert "<title id=" in page
        assert str(metric.sentence) in page.replace("&#x27;", "'")
    assert client.get(f"{at}days/").status_code == 200
    has_cases = metric.cohort.code != "endings" and metric.unit is not Unit.LEVEL
    assert client.get(f"{at}cases/").status_code == (200 if has_cases else 404)
    if has_cases:
        period = queries.lately(until)
        listed = rows_of(client.get(f"{at}cases/", {"as": "csv"}))
        assert len(listed) == queries.totals(Scope(period))[metric.code][0].n


def test_who_reads_figures(until, world):
    for actor, status in ((world.sara, 200), (world.carl, 200), (world.rita, 403), (world.alice, 403)):
        client = browser(actor)
        for url in ("/workbench/figures/", "/workbench/figures/appeals-changed/cases/", "/api/v1/figures"):
            assert client.get(url).status_code == status, (actor, url)


def test_a_client_reads_figures_with_its_scope_and_none_of_single_officers(until, now):
    _client, allowed = make.make_client(now, scopes=("figures:read",))
    _client, other = make.make_client(now, scopes=("notices:read",))

    def asked(actor, **query):
        return figures_asked(SimpleNamespace(actor=actor, query=query))

    assert asked(allowed, cut="ground", value="authorised")[0].value == "authorised"
    with pytest.raises(Invalid):
        asked(allowed, cut="officer", value="R-1")
    with pytest.raises(NotAllowed):
        asked(other)


def test_what_the_page_costs_does_not_grow_with_days_and_cases(until, world, now):
    carl, anybody = browser(world.carl), Client()
    close(now, days=60)  # so that a quarter is published

    def statements(client, url):
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    urls = (
        (carl, "/workbench/figures/?from=2026-11-01"),
        (carl, "/workbench/figures/appeals-changed/?from=2026-11-01&by=officer"),
        (anybody, "/figures/2026-Q4/"),
        (anybody, "/"),
    )
    before = [statements(*url) for url in urls]
    at = now + timedelta(days=62)
    for officer in (world.otto.code, world.odile.code):
        draft = make.draft(world.merchant, world.rule, now=at, officer=officer)
        filed = make.file(world.alice, make.issue(world.platform, draft, now=at), now=at)
        make.decide(world.sara, make.ready_to_decide(world.sara, filed, now=at), now=at, outcome="UPHELD")
    close(at, days=160)
    assert [statements(*url) for url in urls] == before


def test_the_public_reads_whole_quarters_and_the_file_says_the_same(until, now):
    client = Client(headers={"accept-language": "en"})
    assert "No quarter is over" in text_of(client.get("/figures/"))
    assert client.get("/figures/2026-Q4/").status_code == 404
    close(now, days=60)
    quarter = quarter_of(until)
    name = quarter_name(quarter)
    page = text_of(client.get(f"/figures/{name}/"))
    rows = rows_of(client.get(f"/figures/{name}.csv"))
    whole = {row["Metric (code)"]: row for row in rows if not row["Cut by"]}

    assert set(whole) == {metric.code for metric in METRICS if metric.is_public}
    kept = Figure.objects.filter(metric="appeals-decided", cut="", day__gte=quarter.since, day__lte=quarter.until)
    assert int(whole["appeals-decided"]["Cases (n)"]) == added(row.parts for row in kept).n == 6
    assert whole["appeals-changed"]["Of them (k)"] == "*", "three of six: both numbers are small"
    assert whole["appeals-changed"]["Share"] == ""
    assert "* of 6 cases" in page
    assert not [row for row in rows if row["Cut by"] and row["Metric (code)"] == "appeals-changed"]
    assert "6" in text_of(client.get("/"))
    for bad in ("2026-Q5", "2031-Q1", "x"):
        assert client.get(f"/figures/{bad}/").status_code == 404
        assert client.get(f"/figures/{bad}.csv").status_code == 404


def test_the_record_of_the_systems_lean_is_a_figure(world, now):
    for permille, outcome in ((990, "OVERTURNED"), (990, "UPHELD")) * 15:
        filed = make.file(world.alice, world.notice(officer=""), now=now)
        TriageSuggestion.objects.create(**make.suggestion_values(filed, now=now, permille=permille))
        make.decide(world.rita, make.ready_to_decide(world.rita, filed, now=now), now=now, outcome=outcome)
    kind = filed.items.get().measure.type_id
    assert queries.track_record(kind) is None, "no day is closed"
    close(now)
    found = queries.track_record(kind)

    assert (found.n, found.agreed, found.common) == (30, 15, 15)
    assert queries.track_record("other") is None
    close(now, days=400)
    assert queries.track_record(kind) is None
