"""What the OpenAPI document says of an operation follows from its view; bodies are closed, bounded and exemplified."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import include, path
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework import serializers

from casework import clock
from config.api import sockets
from config.api.documents import document as served_document
from config.api.documents import generate, snapshot
from config.api.examples import recorded
from config.urls import api
from surfaces.api.problems import KNOWN
from surfaces.api.schema import add_problems
from tests.conftest import build_world
from tests.surfaces import endpoints, executing
from tests.surfaces.appealing import STAGES, appeal_in
from tests.surfaces.described import lacking, operations_of, plain, refs, schemas_in
from tests.surfaces.disputing import dispute_in
from tests.surfaces.operations import OPERATIONS, addresses
from tests.surfaces.people import cast_of, remedy_in
from tests.surfaces.recording import keep, told_something, walk, without_chance


@pytest.fixture(scope="module")
def document():
    return json.loads(json.dumps(add_problems(generate([path("api/v1/", include(endpoints.ours))]))))


def parameters(operation):
    return {p["name"]: p for p in operation["parameters"] if "$ref" not in p}


def test_a_command_says_its_headers_body_and_every_answer(document):
    operation = document["paths"]["/api/v1/ticks"]["post"]

    assert document["openapi"].startswith("3.1")
    assert operation["operationId"] == "make_tick"
    assert parameters(operation)["Idempotency-Key"]["required"] is True
    assert "If-Match" not in parameters(operation)
    assert {"201", "400", "401", "403", "404", "409", "413", "415", "422", "429"} <= set(operation["responses"])
    [media] = operation["requestBody"]["content"].values()
    assert media["examples"] == {"complete": {"value": {"name": "one"}}}


def test_a_decision_says_that_it_needs_a_version(document):
    operation = document["paths"]["/api/v1/ticks/{ref}/decide"]["post"]

    assert parameters(operation)["If-Match"]["required"] is True
    assert {"412", "428"} <= set(operation["responses"])
    assert operation["requestBody"]["content"]["application/json"]["schema"]["additionalProperties"] is False


def test_a_list_says_its_pages(document):
    operation = document["paths"]["/api/v1/keys"]["get"]
    page = operation["responses"]["200"]["content"]["application/json"]["schema"]

    assert {"limit", "cursor", "updated_since"} <= set(parameters(operation))
    assert parameters(operation)["limit"]["schema"]["maximum"] == 100
    assert set(page["properties"]) == {"items", "next_cursor", "sync_from", "server_now"}


def test_a_document_that_warns_is_none():
    """Of two classes with one name the document would show the fields of one for both, and fit neither's answers."""
    views = []
    for name in ("appeal", "dispute"):
        shape = type("PauseOutput", (serializers.Serializer,), {name: serializers.CharField()})
        views.append(type(f"{name}View", (endpoints.TickView,), {"__doc__": "One pause.", "shows": shape}))

    for view in views:
        generate([path("api/v1/pauses/<str:ref>", view.as_view())])
    with pytest.raises(ImproperlyConfigured, match="2 components with identical names"):
        generate([path(f"api/v1/{view.__name__}/<str:ref>", view.as_view()) for view in views])


def test_an_input_is_closed_and_bounded(document):
    schema = document["components"]["schemas"]["TickInputRequest"]
    fields = schema["properties"]

    assert schema["additionalProperties"] is False
    assert document["components"]["schemas"]["NestedInputRequest"]["additionalProperties"] is False
    assert (fields["name"]["minLength"], fields["name"]["maxLength"]) == (1, 40)
    assert "pattern" in fields["name"]
    assert (fields["count"]["minimum"], fields["count"]["maximum"]) == (0, 100)
    assert fields["words"]["maxItems"] == 3
    assert fields["rows"]["maxItems"] == 3
    assert fields["at"]["maxLength"] == 40


def test_every_status_of_every_problem_has_its_examples(document):
    responses = document["components"]["responses"]

    for name, response in responses.items():
        media = response["content"]["application/problem+json"]
        assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert media["examples"], name
        for example in media["examples"].values():
            assert name == f"Problem{example['value']['status']}"
    shown = [code for each in responses.values() for code in each["content"]["application/problem+json"]["examples"]]
    assert sorted(shown) == sorted(KNOWN)


def test_the_served_document_is_public_and_readable(db):
    response = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json()["openapi"].startswith("3.1")
    again = Client().get("/api/v1/schema/", headers={"Accept": "application/json", "If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert Client().get("/api/v1/schema/", headers={"Accept": "application/yaml"}).content.startswith(b"openapi: 3.1")


def test_the_docs_page_comes_from_this_host_alone(db):
    page = Client().get("/api/v1/docs/")
    script = Client().get("/api/v1/docs/?script=")

    assert page.status_code == script.status_code == 200
    assert b"//" not in page.content.replace(b"<!doctype html>", b"")
    assert b"<style" not in page.content
    assert page.content.count(b"<script") == page.content.count(b"<script src=")


def test_probes_answer_without_a_session(db):
    from casework import clock
    from operations.models import Tick

    assert Client().get("/healthz").json() == {"status": "ok"}
    late = Client().get("/readyz")
    assert (late.status_code, late.json()["checks"]["worker"]) == (503, False)

    Tick.objects.create(name="worker", at=clock.now())
    ready = Client().get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "ready",
        "checks": {"database": True, "writing": True, "worker": True, "channel_layer": True, "files": True},
    }


# — the product's own document —

SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.json"
JSON = ("application/json", "application/problem+json")
NOT_JSON = (
    "evidence_file",
    "notice_evidence",
    "case_file",
    "dispute_evidence_file",
    "dispute_case_file",
    "my_records",
    "incident_file",
    "infringement_file",
    "tip_file",
)


@pytest.fixture(scope="module")
def product():
    return served_document("en")


def test_the_contract_is_the_one_under_review():
    """After a wanted change `./run ready` writes it anew; read the difference."""
    assert snapshot() == SNAPSHOT.read_text()
    assert sockets.snapshot() == SNAPSHOT.with_name("asyncapi.json").read_text()


def test_every_address_under_the_api_is_in_the_document(product):
    served = {f"/api/v1/{route}" for route in routes(api) if route not in ("schema/", "docs/", "sockets/")}

    assert served == {re.sub(r"\{(\w+)\}", "<>", path) for path in product["paths"]}


def routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + re.sub(r"<[^>]*>", "<>", str(pattern.pattern))
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def test_the_document_is_sound(product):
    schemas = product["components"]["schemas"]
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        if name.endswith("Request"):
            assert schema["additionalProperties"] is False, name
    for name, operation in operations_of(product).items():
        assert operation["description"], f"{name} says nothing of itself"
    for place, inner in refs(product):
        kind, name = inner.split("/")[-2:]
        assert name in product["components"][kind], place


def test_two_operations_of_one_address_say_two_things(product):
    said = {path: [one["description"] for one in methods.values()] for path, methods in product["paths"].items()}

    assert [path for path, words in said.items() if len(set(words)) < len(words)] == []


def test_every_input_is_bounded(product):
    for name, schema in product["components"]["schemas"].items():
        if name.endswith("Request"):
            for field, inner in schema.get("properties", {}).items():
                place = f"{name}.{field}"
                if inner.get("type") == "string" and inner.get("format") != "binary":
                    assert "maxLength" in inner or "enum" in inner, place
                if inner.get("type") == "array":
                    assert "maxItems" in inner, place
                if inner.get("type") == "integer":
                    assert {"minimum", "maximum"} <= set(inner), place


def test_a_choice_of_schemas_is_between_types_of_json(product):
    """Text that fits two branches fits none, and a generated client makes a class of each."""
    choices = [(place, each.get("oneOf", each.get("anyOf"))) for place, each in schemas_in(product)]
    found = [(place, branches) for place, branches in choices if branches is not None]

    assert found
    assert [place for place, branches in found if len({types_of(each) for each in branches}) < len(branches)] == []


def types_of(schema):
    return "object" if "$ref" in schema else str(schema["type"])


DESCRIBED = 1.0
"""The share of fields with a description, which only rises: by `help_text`, an `Ask`, or `surfaces.api.field_words`."""


def test_whole_numbers_are_asked_for_as_numbers(product):
    """A generated client would take text for them."""
    asked = {
        (name, each["name"]): each["schema"]["type"]
        for name, one in operations_of(product).items()
        for each in one.get("parameters", ())
        if each.get("name") == "limit" or (name, each.get("name")) == ("read_messages", "after")
    }

    assert ("read_messages", "after") in asked
    assert set(asked.values()) == {"integer"}


def test_fields_are_described(product):
    fields = [
        (f"{name}.{field}", schema)
        for name, whole in product["components"]["schemas"].items()
        for field, schema in whole.get("properties", {}).items()
    ]
    silent = [place for place, schema in fields if not schema.get("description")]

    said_of_null = [place for place, each in fields if "; null" in each.get("description", "")]
    cannot_be = [place for place, each in fields if "'null'" not in str({**each, "description": ""})]

    assert len(fields) > 1700
    assert not set(said_of_null) & set(cannot_be)
    assert 1 - len(silent) / len(fields) >= DESCRIBED, silent


def test_what_linters_of_such_documents_ask_for(product):
    """Spectral (`spectral:oas`) and Redocly (`recommended`) find nothing; this asks what they had found."""
    closed, named = plain(product, strict=False), {each["name"] for each in product["tags"]}

    assert {"contact", "license"} <= set(product["info"])
    assert {tag for one in operations_of(product).values() for tag in one["tags"]} <= named
    assert all(each["post"]["security"] == [] for each in product["webhooks"].values())
    assert not [place for place, each in schemas_in(closed) if "default" in each and not fits(each["default"], each)]
    problems = [each["content"]["application/problem+json"] for each in product["components"]["responses"].values()]
    asked = Draft202012Validator(product["components"]["schemas"]["Problem"], format_checker=FormatChecker())
    assert not [name for each in problems for name, one in each["examples"].items() if not asked.is_valid(one["value"])]
    addresses_in = [one["value"]["instance"] for each in problems for one in each["examples"].values()]
    assert all(each.isascii() for each in addresses_in)


def fits(value, schema):
    return Draft202012Validator(schema).is_valid(value)


def test_every_body_has_an_example_that_fits_it(product):
    closed = plain(product, strict=False)
    for name, operation in operations_of(closed).items():
        if "requestBody" not in operation:
            continue
        for media in operation["requestBody"]["content"].values():
            assert media["examples"], name
            for example in media["examples"].values():
                Draft202012Validator(media["schema"]).validate(example["value"])


def test_examples_name_what_the_sample_platform_has():
    from appeals.inputs import FirstViewInput
    from notices.inputs import IssueNoticeInput
    from sample.content.measures import MEASURE_BY_CODE
    from sample.content.people import PARTIES, USERS
    from sample.content.rules import RULE_BY_CODE

    example = IssueNoticeInput.example
    parties = {party.external_ref: party for party in PARTIES}
    conduct = datetime.fromisoformat(example["conduct_at"])

    merchant = next(user for user in USERS if user.actor == "merchant_owner")
    assert parties[example["party"]].key == merchant.party
    assert all(measure["type"] in MEASURE_BY_CODE for measure in example["measures"])
    for basis in example["basis"]:
        assert RULE_BY_CODE[basis["rule"]].in_force(conduct.date()).clause(basis["clause"])
    assert example["decision"]["officer"] in {user.at_work.get("officer_code") for user in USERS}
    assert FirstViewInput.example["outcome"] == "OVERTURNED"


def test_every_answer_has_an_example_that_fits_it(product):
    assert lacking(product) == {}, "./run ready and ./run examples OPERATION… record them"


def test_every_example_of_the_document_fits_its_place(product):
    """Of answers, bodies and problems alike, by the document alone."""
    closed = plain(product, strict=True)
    unfit = []
    for name, operation in operations_of(closed).items():
        for status, response in [("body", operation.get("requestBody", {})), *operation["responses"].items()]:
            for kind, media in response.get("content", {}).items():
                if status == "body" or kind not in JSON:
                    continue
                assert media["examples"], f"{name} {status}"
                check = Draft202012Validator(media["schema"], format_checker=FormatChecker())
                for which, example in media["examples"].items():
                    unfit += [
                        f"{name} {status} {which}: {each.message}" for each in check.iter_errors(example["value"])
                    ]

    assert unfit == []


@pytest.mark.exhaustive
@pytest.mark.once
def test_the_examples_are_real_answers_and_links_lead_somewhere(db, product):
    """Every operation, called until it tells something; what else it answers with, test_every_operation asks.

    The examples are the answers of this code; after a change `./run examples` records them anew.
    """
    answers = operations_of(plain(product, strict=True))
    unfit, made_anew, followed = [], {}, {}
    for heard in walk(OPERATIONS, told_something, lambda heard: heard.tells):
        unfit += [
            f"{heard.name} by {heard.who}: {flaw}" for flaw in flaws(heard.name, answers[heard.name], heard.response)
        ]
        keep(made_anew, heard)
        for link, address in links_of(answers[heard.name], heard, addresses(product)):
            if not followed.get((heard.name, link)):
                readers = map(heard.cast.http, (heard.who, "owner", "platform", "reviewer"))
                followed[heard.name, link] = any(is_there(http("GET", address)) for http in readers)

    assert unfit == []
    assert [link for link, is_good in followed.items() if not is_good] == []
    stale = [name for name in made_anew if without_chance(made_anew[name]) != without_chance(recorded()[name])]
    assert not stale, f"./run examples {' '.join(stale)}"


def is_there(response):
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code == 200


def links_of(operation, heard, places):
    """Where the links of an answer lead."""
    for name, link in operation["responses"].get(str(heard.response.status_code), {}).get("links", {}).items():
        _method, address = places[name]
        for parameter, source in link["parameters"].items():
            kind, _dot, where = source.removeprefix("$").partition("#/" if "#" in source else ".path.")
            value = heard.path if kind == "request" else heard.response.json()
            for step in where.split("/"):
                value = value[step]
            address = address.replace("{" + parameter + "}", str(value))
        yield name, address


def test_whatever_is_made_says_where_it_is_read(product):
    """Files, tickets and the several cases of a sandbox aside, which have no address of their own."""
    made = {name: one["responses"]["201"] for name, one in operations_of(product).items() if "201" in one["responses"]}

    assert {name for name, answer in made.items() if "links" not in answer} == {
        "seal_attachment",
        "create_socket_ticket",
        "provoke_case",
    }


def flaws(name, operation, answer):
    described = operation["responses"].get(str(answer.status_code))
    if described is None:
        yield f"{answer.status_code} is not documented"
        return
    if answer.streaming:
        if name not in NOT_JSON:
            yield "a file where none is documented"
        b"".join(answer.streaming_content)
        return
    if answer.status_code == 204:
        if answer.content or "content" in described:
            yield "204 has no body"
        return
    media = described["content"].get(answer["Content-Type"])
    if media is None:
        yield f"{answer['Content-Type']} is not documented"
        return
    for error in Draft202012Validator(media["schema"], format_checker=FormatChecker()).iter_errors(answer.json()):
        yield f"{answer.status_code} at {error.json_path}: {error.message[:200]}"


@pytest.mark.exhaustive
@pytest.mark.once
def test_an_empty_list_and_a_full_one_fit_the_document(db, product):
    now = clock.now()
    cast = cast_of(build_world(now), build_world(now), now=now)
    answers = operations_of(plain(product, strict=True))
    for stage in STAGES:
        appeal_in(cast.world, stage, now=now)
    for stage in ("open", "offered", "escalated", "waiting", "reviewing", "settled", "paused"):
        dispute_in(cast.world, stage, now=now)
    remedy_in(cast.world, now=now)
    executing.recourse_in(cast.world, now=now)
    executing.sibling_in(cast.world, now=now)
    executing.instruction_in(cast.world, "taken", now=now)
    lists = [name for name in addresses(product) if name.startswith("list_") and name != "list_certifications"]
    unfit = []
    for name in (*lists, "read_dispute_queue", "read_todo"):
        _method, address = addresses(product)[name]
        for who in ("owner", "reviewer", "senior", "administrator", "platform", "consumer", "mediator", "lead"):
            answer = cast.http(who)("GET", address)
            unfit += [f"{name} by {who}: {flaw}" for flaw in flaws(name, answers[name], answer)]

    assert unfit == []
