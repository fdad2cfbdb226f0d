"""The report of a year is drafted from closed days, signed by another person, and never changed; an erratum follows."""

import io
import json
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from fpdf import FPDF

from archive import verification
from authorities import commands as authorities
from casework import clock
from casework.clock import BEIJING
from casework.errors import ConflictOfInterest, Invalid, NotAllowed, NotFound, NotYourTurn, Stale
from rules import commands as rules
from rules.models import CatalogueChange
from tests import factories as make
from tests.clocks import standing_near
from tests.databases import without_triggers
from tests.laws import assert_refused, insert
from tests.pages import Visitor, text_of
from tests.transparency.closing import close
from tests.transparency.reporting import FIXED, WRITTEN
from transparency import commands, queries, yearly
from transparency.arithmetic import Period
from transparency.catalogue import BY_CODE, METRICS, Unit
from transparency.models import ClosedDay, Erratum, Figure, Report, digest_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CHECKED = {
    "checkup_struck": False,
    "checkup_by": "第三方",
    "checkup_document": "报告1号",
    "checkup_on": date(2026, 11, 3),
}
AT, OPEN = "/workbench/figures/reports/", "/figures/reports/"


@pytest.fixture(scope="module")
def now():
    with standing_near(datetime(2026, 12, 29, 10, tzinfo=BEIJING)):
        yield datetime(2026, 12, 29, 10, tzinfo=BEIJING)


@pytest.fixture
def dora(now):
    return make.staff("compliance", now=now, name="dora")


@pytest.fixture
def later(world, now, monkeypatch):
    """Six decided appeals, a matter of an authority, an outage; the year is closed. The moment after it."""
    for outcome in ("OVERTURNED",) * 5 + ("UPHELD",):
        filed = make.file(world.alice, world.notice(), now=now)
        make.decide(world.rita, make.ready_to_decide(world.rita, filed, now=now), now=now, outcome=outcome)
    about = {"kind": "DATA", "office": "市场监督管理局", "document_no": "1号", "asked": "请提供数据。"}
    about |= {"received_at": now - timedelta(days=1), "due_at": now + timedelta(days=9)}
    authorities.register_matter(actor=world.carl, now=now, **about)
    later = close(now, days=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    return later


def drafted(world, later, **changes):
    return commands.propose_report(actor=world.carl, year="2026", now=later, **WRITTEN | changes)


@pytest.fixture
def published(world, dora, later):
    rules.sign_change(actor=dora, ref=drafted(world, later).ref, now=later)
    return Report.objects.get()


def past_the_triggers(sql, *values):
    """As whoever has the database could; the test's transaction takes it back."""
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def rows_of(said, code, language="en"):
    section = next(each for each in said["sections"][language] if each["code"] == code)
    return {row[0]: row[1:] for row in section["rows"]}


def test_a_report_is_what_the_closed_days_say_and_another_person_publishes_it(world, dora, later):
    change = drafted(world, later)
    said = change.said
    by_code = {figure["metric"]: figure for figure in said["figures"]}
    with pytest.raises(ConflictOfInterest):
        rules.sign_change(actor=world.carl, ref=change.ref, now=later)
    assert not Report.objects.exists()
    rules.sign_change(actor=dora, ref=change.ref, now=later)

    assert Report.objects.get().change == change
    assert {code for _group, _title, codes in yearly.GROUPS for code in codes} == {
        m.code for m in METRICS if m.is_public
    }
    assert by_code["appeals-decided"]["n"] == 6
    assert by_code["appeals-changed"]["k"] is None  # one was upheld: a number below five
    assert rows_of(said, "appeals")["Measure revoked or reduced"][:4] == ["—", "", "*", "*"]
    assert rows_of(said, "authorities")["Request for data"] == ["<5"]
    assert "广告宣传规范" in "".join(rows_of(said, "rules", "zh-hans"))
    newest = ClosedDay.objects.get(day=date(2026, 12, 31))
    assert (said["proof"]["until"], said["proof"]["checkpoint"]) == ("2026-12-31", newest.checkpoint_id)
    assert [each["code"] for each in said["sections"]["en"]] == [each["code"] for each in said["sections"]["zh-hans"]]
    assert list(verification.faults()) == []


def test_the_year_gives_no_quarter_away(later):
    """It adds up what the quarters publish: what one withholds cannot be subtracted from it."""
    day, known = date(2026, 9, 30), ClosedDay.objects.order_by("-day")[0]
    for code, n, k in (("notices-served", 3, 0), ("appeals-decided", 40, 0), ("appeals-changed", 40, 20)):
        Figure.objects.create(day_id=day, metric=code, version=1, n=n, k=k)
    digest = digest_of(Figure.objects.filter(day_id=day))
    ClosedDay.objects.create(day=day, closed_at=later, checkpoint_id=known.checkpoint_id, versions={}, digest=digest)
    lines = [line for each in queries.quarters() for line in queries.published(each) if not line.cut]
    for figure in yearly.frozen("2026")["figures"]:
        metric = BY_CODE[figure["metric"]]
        every = [line for line in lines if line.metric is metric]
        said = [line for line in every if line.n is not None and (line.k is not None or metric.unit is not Unit.RATE)]
        assert figure["n"] == (sum(line.n for line in said) if said else None)
        if metric.unit is Unit.RATE:
            assert figure["k"] == (sum(line.k for line in said) if said else None)
        assert figure["more_is_withheld"] == (len(said) < len(every))
    rows = rows_of(yearly.frozen("2026"), "appeals")
    assert rows["Appeals decided"][3] == "46"
    assert rows["Measure revoked or reduced"][:4] == ["50.0%", "35.2–64.8%", "20+", "40+"]
    assert rows_of(yearly.frozen("2026"), "notices")["Notices"][0] == "6+"


@pytest.mark.parametrize(
    "planted",
    [
        "UPDATE transparency_figure SET n = n + 1 WHERE metric = 'appeals-decided' AND cut = ''",
        "UPDATE transparency_closedday SET digest = 'x'",
        "UPDATE rules_cataloguechange SET said = REPLACE(CAST(said AS TEXT), '\"n\": 6', '\"n\": 7'){cast}",
        "UPDATE authorities_matter SET kind = 'RECTIFY'",
    ],
)
def test_a_planted_contradiction_is_not_signed(world, dora, later, planted):
    change = drafted(world, later)
    past_the_triggers(planted.replace("{cast}", "::jsonb" if connection.vendor == "postgresql" else ""))
    with pytest.raises((Stale, NotYourTurn)):
        rules.sign_change(actor=dora, ref=change.ref, now=later)
    assert not Report.objects.exists()


def test_a_figure_changed_later_is_named_by_verify(published):
    day = ClosedDay.objects.get(day=date(2026, 12, 29))
    past_the_triggers("UPDATE transparency_figure SET n = n + 1 WHERE metric = 'appeals-decided' AND cut = ''")
    assert any("2026" in fault for fault in commands.report_faults())
    digest = digest_of(Figure.objects.filter(day=day))
    past_the_triggers("UPDATE transparency_closedday SET digest = %s WHERE id = %s", digest, day.pk)
    assert list(commands.report_faults()) == ["2026: not the figures of its closed days"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"assessment_en": " "}, "/assessment_en"),
        ({"outlook_zh": ""}, "/outlook_zh"),
        ({"checkup_struck": False}, "/checkup_by"),
        ({"checkup_by": "第三方"}, "/checkup_by"),
        (CHECKED | {"checkup_on": None}, "/checkup_on"),
    ],
)
def test_each_part_is_written_or_struck_in_both_languages(world, later, wrong, pointer):
    with pytest.raises(Invalid) as refused:
        drafted(world, later, **wrong)
    assert pointer in {each.pointer for each in refused.value.errors}


def test_only_closed_years_are_drafted_once_by_who_may(world, dora, now, later, published):
    for year in ("2025", "2027", "x", ""):
        with pytest.raises(NotYourTurn):
            commands.propose_report(actor=world.carl, year=year, now=later, **WRITTEN)
    with pytest.raises(NotYourTurn):
        drafted(world, later)
    with pytest.raises(NotAllowed):
        commands.propose_report(actor=world.sara, year="2026", now=later, **WRITTEN)
    with pytest.raises(NotFound):
        commands.propose_erratum(actor=world.carl, year="2025", now=later, **FIXED)


def test_the_database_holds_it(world, dora, later, published):
    signed = commands.propose_erratum(actor=world.carl, year="2026", now=later, **FIXED)
    rules.sign_change(actor=dora, ref=signed.ref, now=later)
    erratum = Erratum.objects.get()
    waiting = commands.propose_erratum(actor=world.carl, year="2026", now=later, **FIXED)
    for rows, name in ((Report.objects, "report_is_never_changed"), (Erratum.objects, "erratum_is_never_changed")):
        assert_refused(name, lambda rows=rows: rows.update(published_at=later + timedelta(days=1)))
        assert_refused(name, lambda rows=rows: rows.all()._raw_delete(rows.db))
    said = CatalogueChange.objects.filter(pk=published.change_id)
    assert_refused("catalogue_change_stays_as_it_was_proposed", lambda: said.update(said={}))
    assert_refused("report_follows_two_signatures", lambda: insert(published, year="2027", change_id=waiting.pk))
    assert_refused("report_follows_two_signatures", lambda: insert(published, year="2027", change_id=signed.pk))
    assert_refused("erratum_follows_two_signatures", lambda: insert(erratum, change_id=waiting.pk))
    assert_refused("erratum_follows_two_signatures", lambda: insert(erratum, change_id=published.change_id))
    assert list(verification.faults()) == []


def test_from_the_draft_over_its_pages_to_an_erratum_on_top(world, dora, later, monkeypatch):
    carl, second, anybody = Visitor(world.carl), Visitor(dora, "zh-hans"), Client()
    Visitor(world.sara).sees(AT, status=403)
    assert "No report is published yet." in text_of(anybody.get(OPEN, headers={"accept-language": "en"}))
    assert "Draft it" in carl.sees(AT)
    page = carl.sees(f"{AT}2026/draft/")
    assert "Measure revoked or reduced" in page
    typed = {name: "" if value is None else value for name, value in WRITTEN.items() if value is not False}
    said = carl.sends(f"{AT}2026/draft/", typed | {"outlook_en": ""}, status=400)
    assert "Please fill this in." in said
    assert typed["outlook_zh"] in said
    change = carl.posts(f"{AT}2026/draft/", typed).headers["Location"]
    assert WRITTEN["checkup_en"] in second.sees(change)
    second.sends(f"{change}refuse/", {"version": "1", "reason": "展望太短。"})
    assert typed["outlook_zh"] in carl.sees(f"{AT}2026/draft/")  # what was refused is where one goes on
    change = carl.posts(f"{AT}2026/draft/", typed | {"outlook_zh": "下一年度将缩短时间。"}).headers["Location"]
    assert anybody.get(f"{OPEN}2026/").status_code == 404
    second.sends(f"{change}sign/", {"version": "1"})
    erratum = carl.posts(f"{AT}2026/erratum/", FIXED).headers["Location"]
    assert FIXED["right_zh"] not in text_of(anybody.get(f"{OPEN}2026/"))
    assert FIXED["right_zh"] in second.sees(erratum)
    second.sends(f"{erratum}sign/", {"version": "1"})

    drawn = []
    plain = FPDF.normalize_text
    monkeypatch.setattr(FPDF, "normalize_text", lambda pdf, text: drawn.append(text) or plain(pdf, text))
    for language, tongue in (("en", "en"), ("zh-hans", "zh")):
        asked = {"headers": {"accept-language": language}}
        drawn.clear()
        public = text_of(anybody.get(f"{OPEN}2026/", **asked))
        assert public.index(FIXED[f"right_{tongue}"]) < public.index(WRITTEN[f"assessment_{tongue}"])
        assert WRITTEN[f"checkup_{tongue}"] in public
        assert "Carl" not in public
        file = anybody.get(f"{OPEN}2026.pdf", **asked)
        assert file.content.startswith(b"%PDF")
        assert WRITTEN[f"assessment_{tongue}"] in "".join(drawn)
        assert FIXED[f"right_{tongue}"] in "".join(drawn)
        assert "2026" in text_of(anybody.get(OPEN, **asked))
    data = json.load(io.BytesIO(anybody.get(f"{OPEN}2026.json").content))
    assert data["errata"][0]["said"]["right_en"] == FIXED["right_en"]
    days = yearly.days_of(Period(date(2026, 1, 1), date(2026, 12, 31)))
    assert data["days"] == days
    assert yearly.digest(data["days"]) == data["proof"]["digest"]
    for bad in ("2025", "x"):
        for path in (f"{bad}/", f"{bad}.pdf", f"{bad}.json"):
            assert anybody.get(f"{OPEN}{path}").status_code == 404
