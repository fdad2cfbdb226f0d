"""Lists come whole, in one order, a page at a time, whatever is added meanwhile."""

from base64 import b64decode
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


def add(key, at, **more):
    values = {"principal": "p", "operation": "list", "key": key, "request_hash": "", "created_at": at}
    return IdempotencyKey.objects.create(**values, **more)


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


def test_a_cursor_is_good_for_its_list_and_its_caller(api, rows):
    cursor = quote(api.get("keys?limit=1").json()["next_cursor"])
    assert api.get(f"keys?limit=2&cursor={cursor}").status_code == 200

    api.who = "usr_bob"
    for path in ("keys", "other-keys"):
        body = problem(api.get(f"{path}?cursor={cursor}"), 400, "validation")
        assert body["errors"][0]["code"] == "invalid-cursor"
    api.who = "usr_alice"
    problem(api.get(f"other-keys?cursor={cursor}"), 400, "validation")


def test_a_cursor_tells_nothing_of_its_row(api, rows):
    newest = add("newest", START + timedelta(minutes=9), pk=987_654_321)
    first, second = (api.get("keys?limit=1").json()["next_cursor"] for _time in range(2))
    raw = b64decode(first.encode(), altchars=b"-_")

    assert first != second
    for told in (str(newest.pk), newest.created_at.isoformat(), "created_at"):
        assert told.encode() not in raw
        assert told not in first


def test_a_cursor_outlives_a_change_of_the_key(api, rows, settings):
    cursor = quote(api.get("keys?limit=1").json()["next_cursor"])
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 60, [settings.SECRET_KEY]
    assert api.get(f"keys?cursor={cursor}").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    problem(api.get(f"keys?cursor={cursor}"), 400, "validation")


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limt=5", "/limt", "unknown-parameter"),
        ("limit=5&limit=6", "/limit", "duplicate-parameter"),
        ("cursor=a&cursor=b", "/cursor", "duplicate-parameter"),
        ("a~b/c=1", "/a~0b~1c", "unknown-parameter"),
        ("=1", "/", "unknown-parameter"),
    ],
)
def test_a_parameter_that_is_unknown_or_said_twice_is_refused_by_name(api, query, pointer, code):
    body = problem(api.get(f"keys?{query}"), 400, "validation")
    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [(pointer, code)]
    assert ("limit" in body["errors"][0]["message"]) == (code == "unknown-parameter"), "it says which there are"
    body = problem(api.post(f"ticks?{query}", {"name": "a"}), 400, "validation")
    assert body["errors"][0]["code"] == "unknown-parameter"


def test_a_page_far_down_is_found_by_position(api, rows):
    cursor = api.get("keys?limit=1").json()["next_cursor"]
    with CaptureQueriesContext(connection) as queries:
        api.get(f"keys?limit=1&cursor={quote(cursor)}")

    [listing] = [q["sql"] for q in queries if '"key"' in q["sql"]]
    assert '"created_at" <= ' in listing  # the bound that an index follows
    assert "OFFSET" not in listing
    assert "COUNT(" not in listing
