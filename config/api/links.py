"""Links of the OpenAPI document: from what creates something to the operations that read it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

type Schema = dict[str, Any]

MADE = ("200", "201", "202")

NAMED: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "add_fact_evidence": {"dispute_evidence_file": {"ref": "$request.path.ref", "no": "$response.body#/evidence/no"}},
    "publish_burden_table": {"read_burden_table": {"ref": "$response.body#/rule", "no": "$response.body#/version"}},
    "publish_rule_version": {
        "read_rule": {"ref": "$response.body#/rule"},
        "read_rule_version": {"ref": "$response.body#/rule", "no": "$response.body#/number"},
    },
    "rotate_token": {"me": {}},
    "sign_in": {"me": {}},
    "test_webhook_endpoint": {"read_webhook_delivery": {"ref": "$response.body#/ref"}},
}
"""Links that do not follow from an address, by what made the thing."""


def add_links(result: Schema, **_context: Any) -> Schema:
    """A postprocessing hook: each operation that answers 201 says which operations read what it made, and with what.

    Most links follow from the addresses: what is made at `…/appeals` is read at `/appeals/{ref}`; what is made below
    `/disputes/{ref}` belongs to that dispute; what is made where a list is stands in the list. Others are `NAMED`.
    """
    reads = {path: methods["get"]["operationId"] for path, methods in result["paths"].items() if "get" in methods}
    for path, methods in result["paths"].items():
        responses = methods.get("post", {}).get("responses", {})
        if "201" not in responses:
            continue
        for status in MADE:
            if status in responses:
                shown = properties_of(result, responses[status])
                links = dict(links_from(path, shown, reads))
                if status == "201":
                    links |= named(methods["post"]["operationId"])
                if links:
                    responses[status]["links"] = links
    return result


def links_from(path: str, shown: Mapping[str, Any], reads: Mapping[str, str]) -> Iterator[tuple[str, Schema]]:
    """Operation by operation, where each of its parameters comes from."""
    last = path.rpartition("/")[2]
    of_request = {name: f"$request.path.{name}" for name in re.findall(r"\{(\w+)\}", path)}
    of_answer = {name: f"$response.body#/{name}" for name in ("ref", "no") if name in shown}
    above = [path[: each.start()] for each in re.finditer("/", path) if "{" in path[: each.start()]]
    for found, given in [
        *((read, of_answer) for read in reads if read == f"/api/v1/{last}/{{ref}}"),
        *((read, of_request | of_answer) for read in reads if read.startswith(f"{path}/{{no}}") and "no" in shown),
        *((read, of_request) for read in (path, *above) if read in reads),
    ]:
        names = re.findall(r"\{(\w+)\}", found)
        if all(name in given for name in names):
            yield reads[found], {"operationId": reads[found], "parameters": {name: given[name] for name in names}}


def named(operation: str) -> Schema:
    return {name: {"operationId": name, "parameters": dict(given)} for name, given in NAMED.get(operation, {}).items()}


def properties_of(document: Schema, schema: Any) -> Schema:
    """The properties of an answer, of all its parts."""
    if not isinstance(schema, Mapping):
        return {}
    if "$ref" in schema:
        _hash, _components, kind, name = schema["$ref"].split("/")
        return properties_of(document, document["components"][kind][name])
    found: Schema = dict(schema.get("properties", {}))
    for inner in [*schema.get("allOf", ()), *schema.get("content", {}).values(), schema.get("schema")]:
        found |= properties_of(document, inner)
    return found
