"""Every refusal is the same document with a page behind it, and tells nothing that must stay inside."""

import json
import re

import pytest
from django.test import Client
from rest_framework.exceptions import ErrorDetail

from config.api.explanations import TEXTS, explanations
from surfaces.api.problems import KNOWN, field_errors
from tests.surfaces.conftest import Api
from tests.surfaces.people import sorted_headers

pytestmark = pytest.mark.once

PROMISED = set(
    """
    validation not-signed-in not-allowed not-found stale precondition-required not-your-turn deadline-passed
    already-appealed not-appealable first-view-required conflict-of-interest lease-lost basis-not-in-force
    executor-not-certified outside-mandate idempotency-key-required idempotency-mismatch in-progress file-refused
    too-large too-many-requests
    """.split()  # noqa: SIM905  shorter to read
)


def problem(response, status, code):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "private, no-store"
    body = json.loads(response.content)
    assert set(body) == {"type", "title", "status", "detail", "instance", "errors", "actions"}
    assert (body["type"], body["status"]) == (f"/problems/{code}", status)
    assert body["title"]
    assert body["detail"]
    return body


def test_a_refused_command_is_a_problem_and_nothing_is_stored(api):
    from casework.models import IdempotencyKey
    from operations.models import Tick

    body = problem(api.post("ticks", {"name": "late"}), 409, "deadline-passed")

    assert body["title"] == "The time limit for this step has passed."
    assert body["instance"] == "/api/v1/ticks"
    assert not Tick.objects.exists()
    assert not IdempotencyKey.objects.exists()


def test_field_errors_have_pointers_codes_and_sentences(api):
    body = problem(
        api.post("ticks", {"colour": "GREEN", "count": 101, "rows": [{}, {"words": 5}], "extra/~": 1}),
        400,
        "validation",
    )
    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [("/extra~1~0", "unknown-field")]
    assert re.search(r"There are: .*\bname\b", body["errors"][0]["message"]), "what there is, is said"

    body = problem(api.post("ticks", {"colour": "GREEN", "count": 101, "rows": [{}, {"words": 5}]}), 400, "validation")
    assert {(e["pointer"], e["code"]) for e in body["errors"]} == {
        ("/name", "required"),
        ("/colour", "unknown"),
        ("/count", "too-large"),
        ("/rows/1/words", "not-text"),
    }
    assert all(e["message"] for e in body["errors"])


def test_words_follow_the_reader_and_codes_do_not(api):
    english = problem(api.post("ticks", {"name": "late"}), 409, "deadline-passed")
    chinese = api.post("ticks", {}, Accept_Language="zh-hans")

    assert english["title"].isascii()
    body = problem(chinese, 400, "validation")
    assert chinese["Content-Language"] == "zh-hans"
    assert body["errors"][0]["code"] == "required"


def test_missing_and_foreign_get_the_same_bytes_and_headers(api):
    missing, foreign = api.get("ticks/missing"), api.get("ticks/foreign")

    assert problem(missing, 404, "not-found")["instance"] == "/api/v1/ticks/%7Bref%7D"
    assert missing.content == foreign.content
    assert sorted_headers(missing) == sorted_headers(foreign)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("delete", "ticks", 405, "method-not-allowed"),
        ("patch", "ticks/a", 405, "method-not-allowed"),
        ("options", "ticks/a", 405, "method-not-allowed"),
        ("get", "no-such-address", 404, "not-found"),
    ],
)
def test_what_no_view_answers_is_a_problem_too(api, method, path, status, code):
    response = getattr(api.client, method)(f"/api/v1/{path}", headers=api.headers({}))

    problem(response, status, code)
    if status == 405:
        assert "POST" in response["Allow"] or "GET" in response["Allow"]


@pytest.mark.parametrize(
    ("accept", "is_served"),
    [
        ("application/json", True),
        ("application/problem+json", True),
        ("application/*;q=0.1", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/xml", False),
        ("text/html, image/*", False),
    ],
)
def test_what_is_not_accepted_is_not_sent(api, accept, is_served):
    answer = api.get("ticks/a", Accept=accept)

    if is_served:
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    else:
        problem(answer, 406, "not-acceptable")
        problem(api.post("ticks", {"name": "one"}, Accept=accept), 406, "not-acceptable")


@pytest.mark.parametrize("who", ["", "nobody"])
def test_nobody_is_asked_to_sign_in(db, endpoints, who):
    response = Api(who).get("ticks/a")

    problem(response, 401, "not-signed-in")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_public_address_answers_nobody_in_particular(db, endpoints):
    assert Api("").get("open").status_code == 200


def test_a_broken_law_of_the_database_has_its_own_code(api):
    api.post("ticks", {"name": "kept"})

    body = problem(api.post("break-law"), 409, "not-your-turn")
    assert [(error["pointer"], error["code"]) for error in body["errors"]] == [("", "sealed")]


@pytest.mark.parametrize("path", ["ticks", "break-nameless"])
def test_our_own_mistake_tells_nothing_but_a_number(api, path):
    from operations.models import Tick

    response = api.post(path, {"name": "bug"} if path == "ticks" else None)

    body = problem(response, 500, "server-error")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", body["instance"])
    assert b"secret" not in response.content
    assert b"internal" not in response.content
    assert not Tick.objects.exists()


def test_a_mistake_outside_the_base_classes_is_a_problem_under_the_api_and_a_page_elsewhere(api):
    under = api.client.get("/api/v1/broken")
    elsewhere = api.client.get("/broken-page")

    problem(under, 500, "server-error")
    assert elsewhere.status_code == 500
    assert elsewhere["Content-Type"].startswith("text/html")
    assert b"secret" not in under.content + elsewhere.content


def test_a_busy_database_is_a_reason_to_try_again(api):
    response = api.post("ticks", {"name": "down"})

    problem(response, 503, "unavailable")
    assert response["Retry-After"] == "1"


def test_too_many_requests_say_when_to_come_back(api, settings):
    settings.API_RATES = {**settings.API_RATES, "person_reads": 2}

    answers = [api.get("ticks/a") for _ in range(3)]
    response = answers[2]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert {each["RateLimit-Policy"] for each in answers} == {'"default";q=2;w=60'}
    assert [each["RateLimit"].partition(";t=")[0] for each in answers] == [f'"default";r={n}' for n in (1, 0, 0)]
    problem(response, 429, "too-many-requests")
    assert 1 <= int(response["Retry-After"]) <= 60
    assert Api("usr_bob").get("ticks/a").status_code == 200  # counted per actor
    assert api.post("ticks", {"name": "write"}).status_code == 201  # and writes apart


def test_pointers_of_nested_and_general_errors():
    found = field_errors(
        {
            "non_field_errors": [ErrorDetail("a", code="x_y")],
            "rows": [{}, {"non_field_errors": [ErrorDetail("b", code="max_length")]}],
            "list": {2: [ErrorDetail("c", code="invalid")]},
        }
    )

    assert [(e.pointer, e.code, e.message) for e in found] == [
        ("", "x-y", "a"),
        ("/rows/1", "too-long", "b"),
        ("/list/2", "invalid", "c"),
    ]


def test_every_type_is_explained():
    assert set(TEXTS) >= PROMISED
    assert set(KNOWN) <= set(TEXTS)
    assert set(explanations()) == set(TEXTS)


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_every_type_has_a_page_in_both_languages_at_its_very_address(db, code):
    for language in ("en", "zh-hans"):
        response = Client().get(f"/problems/{code}", headers={"Accept-Language": language})

        page = response.content.decode()
        assert response.status_code == 200
        assert 'lang="zh-Hans"' in page
        assert 'lang="en"' in page
        assert page.count("<h1") == 1


def test_an_unknown_type_has_no_page(db):
    assert Client().get("/problems/no-such-thing").status_code == 404
    assert Client().get("/problems/").status_code == 200
