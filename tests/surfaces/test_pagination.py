"""Lists come whole, in one order, a page at a time, whatever is added meanwhile."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.models import IdempotencyKey
from tests.surfaces.test_problems import problem

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def rows(db):
    """Seven rows, of which three were made at the same moment."""
    minutes = [0, 1, 2, 2, 2, 3, 4]
    return [add(str(n), START + timedelta(minutes=m)) for n, m in enumerate(minutes)]


def add(key, at):
    return IdempotencyKey.objects.create(principal="p", operation="list", key=key, request_hash="", created_at=at)


def walk(api, query):
    cursor, pages = "", []
    while cursor is not None:
        body = api.get(f"keys?{query}{'&cursor=' + quote(cursor) if cursor else ''}").json()
        pages.append([item["key"] for item in body["items"]])
        cursor = body["next_cursor"]
    return pages


def test_pages_hold_every_row_once_newest_first(api, rows):
    assert walk(api, "limit=2") == [["6", "5"], ["4", "3"], ["2", "1"], ["0"]]
    assert walk(api, "limit=7") == [["6", "5", "4", "3", "2", "1", "0"]]
    assert walk(api, "limit=100") == walk(api, "")


def test_a_row_added_meanwhile_moves_nothing(api, rows):
    first = api.get("keys?limit=3").json()
    add("new", START + timedelta(minutes=9))
    second = api.get(f"keys?limit=4&cursor={quote(first['next_cursor'])}").json()

    assert [i["key"] for i in first["items"] + second["items"]] == ["6", "5", "4", "3", "2", "1", "0"]
    assert second["next_cursor"] is None


def test_an_empty_list_is_a_list(api):
    body = api.get("keys").json()

    assert (body["items"], body["next_cursor"]) == ([], None)
    assert body["sync_from"] < body["server_now"]


def test_only_what_changed_since(api, rows):
    since = quote((START + timedelta(minutes=3)).isoformat())

    assert walk(api, f"updated_since={since}") == [["6", "5"]]
    assert walk(api, "updated_since=2026-03-01T08:03:00+08:00") == [["6", "5"]]  # an unescaped plus sign


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "x", "", "٣", "1" * 5000])
def test_a_limit_out_of_range_is_refused(api, limit):
    body = problem(api.get(f"keys?limit={quote(limit)}"), 400, "validation")

    assert body["errors"][0]["pointer"] == "/limit"


@pytest.mark.parametrize(
    "since", ["x", "2026-03-01", "2026-03-01T00:00:00", "9999-12-31T23:59:59-10:00", "2026-13-01T00:00:00Z"]
)
def test_a_time_without_offset_or_sense_is_refused(api, since):
    body = problem(api.get(f"keys?updated_since={quote(since)}"), 400, "validation")

    assert body["errors"][0]["pointer"] == "/updated_since"


def test_a_made_up_cursor_is_refused(api, rows):
    cursor = api.get("keys?limit=1").json()["next_cursor"]

    for made_up in (cursor + "x", cursor[1:], cursor[::-1], "a:b", ""):
        body = problem(api.get(f"keys?cursor={quote(made_up)}"), 400, "validation")
        assert body["errors"][0]["code"] == "invalid-cursor"


def test_a_page_far_down_is_found_by_position(api, rows):
    cursor = api.get("keys?limit=1").json()["next_cursor"]
    with CaptureQueriesContext(connection) as queries:
        api.get(f"keys?limit=1&cursor={quote(cursor)}")

    [listing] = [q["sql"] for q in queries if '"key"' in q["sql"]]
    assert '"created_at" <= ' in listing  # the bound that an index follows
    assert "OFFSET" not in listing
    assert "COUNT(" not in listing
