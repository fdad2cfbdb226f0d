"""A list is walked page by page, forwards and back, by the rows it shows; nothing is left out or comes twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operations.models import Outage
from surfaces.pages import Page, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
T0 = datetime(2026, 3, 1, tzinfo=UTC)
SIZE = 3


@pytest.fixture
def rows():
    """Eleven outages; several began at the same moment."""
    for n in range(11):
        start = T0 + timedelta(hours=n * 7 % 11 // 3)
        Outage.objects.create(
            started_at=start, ended_at=start + timedelta(minutes=1), cause="x", recorded_by_ref="x", recorded_at=T0
        )
    return Outage.objects.order_by("-started_at", "-pk")


def shown(rows, **asked):
    return page_of(rows, {name: str(value) for name, value in asked.items()}, size=SIZE, by="pk")


@pytest.mark.parametrize("order", [("-started_at", "-pk"), ("started_at", "pk"), ("-started_at", "pk")])
def test_forwards_and_back(rows, order):
    rows = rows.order_by(*order)
    every = [row.pk for row in rows]
    pages = [shown(rows)]
    while pages[-1].older:
        pages.append(shown(rows, after=pages[-1].older))
    assert [row.pk for page in pages for row in page] == every
    assert [len(page) for page in pages] == [3, 3, 3, 2]
    assert not pages[0].newer

    page, back = pages[-1], [pages[-1]]
    while page.newer:
        back.append(page := shown(rows, before=page.newer))
    assert [[row.pk for row in page] for page in back] == [[row.pk for row in page] for page in reversed(pages)]


def test_a_row_that_left_the_list_still_says_where_it_stood(rows):
    second = shown(rows, after=shown(rows).older)
    left = rows.exclude(pk=second.newer).exclude(pk=shown(rows).older)
    assert [row.pk for row in shown(left, after=shown(rows).older)] == [row.pk for row in second][1:] + [
        row.pk for row in shown(rows, after=second.older)
    ][:1]


def test_what_comes_before_a_short_beginning_is_the_first_page(rows):
    first = shown(rows)
    assert shown(rows, before=first.rows[1].pk) == first


@pytest.mark.parametrize("name", ["0", "x", "-1", "99999999999999999999999", "\x00", "１", ""])
def test_a_row_that_never_was_is_the_beginning(rows, name):
    assert shown(rows, after=name) == shown(rows, before=name) == shown(rows)


def test_an_order_by_what_is_computed(rows):
    from django.db.models import Case, Value, When

    late = Case(When(started_at__gte=T0 + timedelta(hours=2), then=Value(0)), default=Value(1))
    rows = rows.annotate(late=late).order_by("late", "-started_at", "-pk")
    page, found = shown(rows), []
    while True:
        found += [row.pk for row in page]
        if not page.older:
            break
        page = shown(rows, after=page.older)
    assert found == [row.pk for row in rows]


def test_a_list_of_one_page_has_none_beside_it(rows):
    assert page_of(rows, {}, size=11, by="pk").is_whole
    assert page_of(rows.filter(pk=0), {}, size=11, by="pk") == Page([])


def test_no_page_counts_or_skips(rows):
    deep = shown(rows, after=shown(rows).older).older
    with CaptureQueriesContext(connection) as asked:
        shown(rows, after=deep)
    assert len(asked) == 2
    assert not [each["sql"] for each in asked if "OFFSET" in each["sql"] or "COUNT" in each["sql"]]
