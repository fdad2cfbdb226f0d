"""One effect per key: a repetition gets the same bytes, another request and a running twin are refused."""

import io
import threading
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.asgi import ASGIRequest
from django.db import connection, connections

from casework.errors import Invalid
from casework.models import IdempotencyKey
from operations.models import Tick
from surfaces.api.idempotency import key_of
from tests.surfaces import endpoints as ours
from tests.surfaces.conftest import Api
from tests.surfaces.test_problems import problem

KEY = "0b9d6c1e-6f0a-4a57-9a53-0f3f1d6a2c11"


def test_a_repetition_gets_the_same_answer_and_has_no_effect(api):
    first = api.post("ticks", {"name": "one", "note": "甲"}, key=KEY)
    time.sleep(0.01)
    second = api.post("ticks", raw=b'{ "note": "\\u7532",\n "name": "one" }', key=KEY)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    for name in ("ETag", "Location", "Content-Type"):
        assert first[name] == second[name]
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Tick.objects.count() == 1
    assert IdempotencyKey.objects.count() == 1


def test_the_quoted_form_is_the_same_key(api):
    api.post("ticks", {"name": "one"}, key=KEY)

    assert api.post("ticks", {"name": "one"}, key=f'"{KEY}"')["Idempotent-Replayed"] == "true"


def test_two_keys_are_refused_and_not_joined():
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"idempotency-key", b"a")],
    }
    assert key_of(ASGIRequest(scope, io.BytesIO())) == "a"

    twice = scope | {"headers": [(b"idempotency-key", b"a"), (b"Idempotency-Key", b"b")]}
    with pytest.raises(Invalid) as refused:
        key_of(ASGIRequest(twice, io.BytesIO()))
    assert [error.code for error in refused.value.errors] == ["idempotency-key-repeated"]


def test_an_answer_without_a_body_is_repeated_too(api):
    first, second = api.post("nothing", key=KEY), api.post("nothing", key=KEY)

    assert (first.status_code, first.content) == (second.status_code, second.content) == (204, b"")
    assert Tick.objects.count() == 1


def test_another_body_under_the_key_is_refused(api):
    api.post("ticks", {"name": "one"}, key=KEY)

    problem(api.post("ticks", {"name": "two"}, key=KEY), 422, "idempotency-mismatch")
    assert list(Tick.objects.values_list("name", flat=True)) == ["one"]


def test_keys_of_others_and_of_other_addresses_are_other_keys(api):
    api.post("ticks", {"name": "one"}, key=KEY)

    assert Api("usr_bob").post("ticks", {"name": "two"}, key=KEY).status_code == 201
    assert api.post("nothing", key=KEY).status_code == 204
    assert Tick.objects.count() == 3


@pytest.mark.parametrize("key", [None, "   "])
def test_a_post_without_a_key_is_refused(api, key):
    problem(api.post("ticks", {"name": "one"}, key=key), 400, "idempotency-key-required")
    assert not Tick.objects.exists()


@pytest.mark.parametrize("key", ["a" * 256, "a b", "é"])
def test_what_is_no_key_is_refused(api, key):
    assert problem(api.post("ticks", {"name": "one"}, key=key), 400, "validation")["errors"]


def test_a_refusal_stores_nothing_so_the_key_is_free_again(api):
    problem(api.post("ticks", {"name": "late"}, key=KEY), 409, "deadline-passed")
    problem(api.post("ticks", {"name": "bug"}, key=KEY), 500, "server-error")
    problem(api.post("ticks", {}, key=KEY), 400, "validation")

    assert api.post("ticks", {"name": "one"}, key=KEY).status_code == 201


def test_a_crash_while_the_answer_is_stored_undoes_the_effect(api):
    """Otherwise the client, which got no answer, would repeat a request that had its effect."""
    seen = []

    def crash(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if sql.startswith(("INSERT", "UPDATE")):
            seen.append("answer" if "casework_idempotencykey" in sql else "effect" if "operations_tick" in sql else "")
        if seen[-1:] == ["answer"] and "effect" in seen:
            raise OSError("the process ends here")
        return answer

    with connection.execute_wrapper(crash):
        problem(api.post("ticks", {"name": "one"}, key=KEY), 500, "server-error")

    assert seen[-1] == "answer"
    assert not Tick.objects.exists()
    assert api.post("ticks", {"name": "one"}, key=KEY).status_code == 201
    assert Tick.objects.count() == 1


def test_a_long_address_is_told_apart(api):
    for ref in ("a" * 190, "a" * 189 + "b"):
        assert api.post(f"ticks/{ref}/decide", key=KEY, If_Match='"1"').status_code == 200

    assert IdempotencyKey.objects.count() == 2
    assert max(len(row.operation) for row in IdempotencyKey.objects.all()) <= 200


def test_an_upload_is_compared_by_content_and_not_by_boundary(api):
    def send(content: bytes, boundary_like_key: str):
        file = SimpleUploadedFile("photo.png", content, content_type="image/png")
        headers = api.headers({"Idempotency-Key": boundary_like_key})
        form = {"file": file, "caption": " 甲 ", "count": "3", "is_open": "true"}
        return api.client.post("/api/v1/upload", form, headers=headers)

    first = send(b"abc", KEY)
    assert first.json() | {"server_now": ""} == {
        "file": 3, "caption": " 甲 ", "count": 3, "is_open": True, "server_now": "",
    }  # fmt: skip
    assert send(b"abc", KEY)["Idempotent-Replayed"] == "true"
    problem(send(b"abd", KEY), 422, "idempotency-mismatch")


def test_a_decision_needs_the_version_that_was_read(api):
    problem(api.post("ticks/a/decide"), 428, "precondition-required")
    problem(api.post("ticks/a/decide", If_Match="*"), 428, "precondition-required")
    problem(api.post("ticks/a/decide", If_Match="3"), 400, "validation")
    problem(api.post("ticks/a/decide", If_Match='"3", "4"'), 400, "validation")

    assert api.post("ticks/a/decide", If_Match='"3"').json()["version"] == 3
    assert api.post("ticks/a/decide", If_Match='"3-0a1b2c"').json()["version"] == 3
    assert api.post("ticks/a/decide", If_Match='W/"3"').json()["version"] == -1  # no case has it: stale
    assert api.post("ticks/a/decide", If_Match='"xyz"').json()["version"] == -1


def test_a_read_is_tagged_with_its_version_and_changes_when_its_words_do(api):
    first = api.get("ticks/a")
    tag = first["ETag"]

    assert tag.startswith('"7-')
    same = api.get("ticks/a", If_None_Match=f'"other", W/{tag}')
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert api.get("ticks/a?note=b", If_None_Match=tag).status_code == 200
    assert first.json()["server_now"].endswith("+08:00")


@pytest.mark.races
def test_twins_have_one_effect(committing):
    answers = []

    def send() -> None:
        answers.append(Api().post("ticks", {"name": "one"}, key=KEY))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    done = [a for a in answers if a.status_code == 201]
    assert Tick.objects.count() == 1
    assert len({a.content for a in done}) == 1
    assert {a.status_code for a in answers} <= {201, 409}
    for answer in answers:
        if answer.status_code == 409:
            problem(answer, 409, "in-progress")
            assert answer["Retry-After"] == "1"


@pytest.mark.races
def test_a_twin_of_a_running_request_is_told_to_wait(committing):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: the twin waits and gets the answer")
    ours.GATE.clear()
    ours.ENTERED.clear()
    first = []

    def send() -> None:
        first.append(Api().post("ticks", {"name": "slow"}, key=KEY))
        connections.close_all()

    thread = threading.Thread(target=send)
    thread.start()
    assert ours.ENTERED.wait(10)
    began = time.monotonic()
    twin = Api().post("ticks", {"name": "slow"}, key=KEY)
    took = time.monotonic() - began
    other = Api().post("ticks", {"name": "quick"})
    ours.GATE.set()
    thread.join()

    problem(twin, 409, "in-progress")
    assert took < 2
    assert other.status_code == 201
    assert Api().post("ticks", {"name": "slow"}, key=KEY).content == first[0].content
    assert Tick.objects.filter(name="slow").count() == 1
