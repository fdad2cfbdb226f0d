"""No input ends in a mistake of ours: it is stored as sent, or refused with a code and a place."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.handlers.asgi import ASGIHandler

from notices.inputs import IssueNoticeInput
from surfaces.api import inputs as shapes
from tests.surfaces.test_problems import problem

pytestmark = pytest.mark.once

STORED = ["𠮷𬭚㐂", "a\nb\tc", " spaces kept ", "é vs é", "\u202eright", "👩‍👩‍👧", "‌x", "{{7*7}} ' OR 1=1 -- <script>"]
REFUSED = [
    ("\x00", "nul"),
    ("a\x00", "nul"),
    ("\x1b[31m", "control"),
    ("\ufffe", "noncharacter"),
    ("\u3164\u2800", "unseen"),
    ("", "required"),
    ("x" * 2001, "too-long"),
]


@pytest.mark.parametrize("text", STORED)
def test_text_comes_back_byte_for_byte(api, text):
    response = api.post("ticks", {"name": "one", "note": text})

    assert response.status_code == 201
    assert response.json()["note"] == text


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_text_that_cannot_be_stored_or_seen_is_refused(api, text, code):
    response = api.post("ticks", {"name": text})

    body = problem(response, 400, "validation")
    assert [e["code"] for e in body["errors"]] == [code]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "not-json"),
        (b"nonsense", "not-json"),
        (b'{"name": "a", "name": "b"}', "duplicate-key"),
        (b'{"name": "\\ud83d"}', "surrogate"),
        (b'{"name": "\\u0000"}', "nul"),
        (b'{"\\u0000": 1}', "nul"),
        (b'{"count": NaN}', "not-finite"),
        (b'{"count": 1e999}', "not-finite"),
        (b'{"count": 1' + b"0" * 5000 + b"}", "number-out-of-range"),
        (b'{"count": 9007199254740993}', "number-out-of-range"),
        (b"\xff\xfe{", "not-utf-8"),
        (b'{"name": "\xed\xa0\xbd"}', "not-utf-8"),
        (b"[" * 100_000, "too-deep"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "too-deep"),
        (b"[]", "invalid"),
        (b'"text"', "invalid"),
        (b"5", "invalid"),
        (b"null", "null"),
    ],
)
def test_json_with_more_than_one_meaning_is_refused(api, raw, code):
    body = problem(api.post("ticks", raw=raw), 400, "validation")

    assert [e["code"] for e in body["errors"]] == [code]


def chunked(path: str, chunks: list[bytes]) -> tuple[int, bytes]:
    """What the server's own entry answers to a body whose length nobody said."""
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else await asyncio.Event().wait() or {}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    names = {"content-type": "application/json", "transfer-encoding": "chunked", "idempotency-key": "k"}
    headers = [
        (n.encode(), v.encode()) for n, v in {**names, "host": "testserver", "authorization": "Bearer a"}.items()
    ]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers, "scheme": "http"}
    async_to_sync(ASGIHandler())(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def test_a_body_over_the_limit_is_refused(api):
    problem(api.post("ticks", raw=json.dumps({"name": "x" * 1024 * 1024}).encode()), 413, "too-large")


def test_a_body_without_a_length_is_read_to_its_limit(committing):
    assert chunked("/api/v1/ticks", [b'{"na', b'me": "one"}'])[0] == 201
    status, body = chunked("/api/v1/ticks", [b'{"name": "', *[b"x" * 65536] * 20, b'"}'])
    assert (status, json.loads(body)["type"]) == (413, "/problems/too-large")


def test_other_types_and_compression_are_refused(api):
    problem(
        api.post("ticks", raw=b"name=a", content_type="application/x-www-form-urlencoded"),
        415,
        "unsupported-media-type",
    )
    problem(api.post("ticks", raw=b"<a/>", content_type="text/xml"), 415, "unsupported-media-type")
    problem(api.post("ticks", raw=b"x", Content_Encoding="gzip"), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body",
    [
        {"name": 5},
        {"name": ["a"]},
        {"name": {"a": 1}},
        {"name": None},
        {"name": "a\nb"},
        {"name": "a", "count": "5"},
        {"name": "a", "count": True},
        {"name": "a", "count": 5.0},
        {"name": "a", "is_open": "true"},
        {"name": "a", "is_open": 1},
        {"name": "a", "is_open": []},
        {"name": "a", "share": "1.5"},
        {"name": "a", "share": True},
        {"name": "a", "at": "2026-03-01T00:00:00"},
        {"name": "a", "at": "0001-01-01T00:00:00+23:59"},
        {"name": "a", "at": "9999-12-31T23:59:59-23:59"},
        {"name": "a", "at": 5},
        {"name": "a", "at": "x" * 10_000},
        {"name": "a", "colour": ["RED"]},
        {"name": "a", "colour": 1},
        {"name": "a", "words": "abc"},
        {"name": "a", "words": {"0": "a"}},
        {"name": "a", "words": ["a"] * 4},
        {"name": "a", "nested": "x"},
        {"name": "a", "nested": {"other": 1}},
        {"name": "a", "rows": [{}] * 4},
        {"name": "a", "rows": [[]]},
        {"name": "a", "id": 1, "state": "DECIDED"},
        {**{f"k{n}": 1 for n in range(60)}, "name": "a"},
    ],
)
def test_a_value_of_another_type_or_an_unknown_field_is_refused(api, body):
    from operations.models import Tick

    assert problem(api.post("ticks", body), 400, "validation")["errors"]
    assert not Tick.objects.exists()


def test_a_refusal_is_said_in_the_language_of_each_request(api):
    said = [
        api.post("ticks", {"name": "one", "count": 101}, Accept_Language=language).json()["errors"][0]["message"]
        for language in ("en", "zh-hans", "en")
    ]
    assert said[0] == said[2] != said[1]


def test_the_sentences_of_a_shared_serializer_are_worded_before_two_threads_need_them():
    bound = shapes._bound(IssueNoticeInput, False, "en")

    def every(field):
        yield field
        for inner in [*getattr(field, "fields", {}).values(), *filter(None, [getattr(field, "child", None)])]:
            yield from every(inner)

    fields = list(every(bound))
    found = [v.message for field in fields for v in field.validators if hasattr(v, "message")]
    assert len(found) > sum(isinstance(field, shapes.Text) for field in fields) > 30  # each says how long it may be
    assert {type(sentence) for sentence in found} == {str}


def test_an_unknown_field_is_named(api):
    body = problem(api.post("ticks", {"name": "a", "nested": {"other": 1}}), 400, "validation")

    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [("/nested/other", "unknown-field")]


@pytest.mark.parametrize("ref", ["%00", "a%00b", "%0a", "x" * 201, "%C2%85", "%EF%BF%BE"])
def test_a_reference_that_cannot_be_one_names_nothing(api, ref):
    problem(api.get(f"ticks/{ref}"), 404, "not-found")


def test_a_number_that_no_column_holds_names_nothing(api):
    problem(api.get("numbers/99999999999999999999999"), 404, "not-found")


@pytest.mark.parametrize("query", ["note=%00", "%00=1", "note=%ED%A0%80%00", "note=" + "x" * 501, "note=%1b"])
def test_a_query_that_cannot_be_stored_is_refused(api, query):
    problem(api.get(f"ticks/a?{query}"), 400, "validation")


def test_an_upload_is_bounded_and_named_decently(api):
    def send(form):
        return api.client.post("/api/v1/upload", form, headers=api.headers({"Idempotency-Key": "k"}))

    problem(send({"caption": "x" * 20_000}), 413, "too-large")
    problem(send({"caption": "a\x00"}), 400, "validation")
    problem(send({"caption": "a", "file": "not a file"}), 400, "validation")
    problem(send({"caption": ["a", "b"]}), 400, "validation")
    problem(api.post("upload", {"caption": "a"}), 415, "unsupported-media-type")
    problem(api.post("upload", raw=b"garbage", content_type="multipart/form-data; boundary=x"), 400, "validation")
    problem(api.post("upload", raw=b"garbage", content_type="multipart/form-data"), 400, "validation")


def test_an_input_cannot_be_declared_loosely():
    from rest_framework import serializers

    with pytest.raises(TypeError, match="accepts more than it says"):
        type("Loose", (shapes.Input,), {"name": serializers.CharField()})
    with pytest.raises(TypeError, match="accepts more than it says"):
        type("Loose", (shapes.Input,), {"rows": shapes.Items(max_length=1, child=serializers.JSONField())})
    with pytest.raises(TypeError):
        shapes.Text()
    inner = type("Inner", (shapes.Input,), {})
    with pytest.raises(TypeError, match="needs max_length"):
        type("Loose", (shapes.Input,), {"rows": inner(many=True)})
