"""What the OpenAPI document says of an operation follows from its view; bodies are closed, bounded and exemplified."""

import json

import pytest
from django.test import Client
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator

from casework.api.schema import add_problems
from tests.surfaces import endpoints


@pytest.fixture(scope="module")
def document():
    generated = SchemaGenerator(patterns=[path("api/v1/", include(endpoints.ours))]).get_schema(None, public=True)
    return json.loads(json.dumps(add_problems(generated)))


def parameters(operation):
    return {p["name"]: p for p in operation["parameters"]}


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
    from casework.models import Tick

    assert Client().get("/healthz").json() == {"status": "ok"}
    late = Client().get("/readyz")
    assert (late.status_code, late.json()["checks"]["worker"]) == (503, False)

    Tick.objects.create(name="worker", at=clock.now())
    ready = Client().get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "ready",
        "checks": {"database": True, "worker": True, "channel_layer": True},
    }
