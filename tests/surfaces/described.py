"""The API document as tests read it: without references, closed, by operation; and what has no example."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from config.api.examples import recorded, successes

type Schema = dict[str, Any]


def operations_of(document: Schema) -> dict[str, Schema]:
    return {
        operation["operationId"]: operation for methods in document["paths"].values() for operation in methods.values()
    }


def refs(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield place, value["$ref"]
        for key, inner in value.items():
            yield from refs(inner, f"{place}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from refs(inner, f"{place}/{index}")


def schemas_in(value: Any, place: str = "") -> Iterator[tuple[str, Schema]]:
    """Every object of the document that can be a schema, by its place; what examples hold is none."""
    if isinstance(value, dict):
        yield place, value
        for key, inner in value.items():
            if key not in ("example", "examples"):
                yield from schemas_in(inner, f"{place}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from schemas_in(inner, f"{place}/{index}")


def plain(document: Schema, *, strict: bool) -> Schema:
    """The document without references. Strict: an answer may hold nothing that is not in its schema."""

    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(inner) for inner in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("$ref"), str):
            _hash, _components, kind, name = value["$ref"].split("/")
            return resolved({**document["components"][kind][name], **{k: v for k, v in value.items() if k != "$ref"}})
        found = {key: resolved(inner) for key, inner in value.items()}
        parts = found.get("allOf")
        if isinstance(parts, list) and all(part.get("type") == "object" for part in parts):
            merged = {"type": "object", "properties": {}, "required": []}
            for part in parts:
                merged["properties"] |= part.get("properties", {})
                merged["required"] += part.get("required", [])
            found = merged
        if strict and isinstance(found.get("properties"), dict):
            found["additionalProperties"] = False
        return found

    return {"paths": resolved(document["paths"])}


def members_of(operation: Schema) -> list[str]:
    """What `fields=` can ask of a read: the members of its answer, or of the rows in it."""
    schema = answer_of(operation)
    return sorted(_rows_in(schema).get("properties", {}).keys() - {"server_now"})


def with_fields(operation: Schema) -> Schema:
    """The read as it is declared for a caller who asked for some members: none of them has to be there."""
    loose: Schema = deepcopy(operation)
    schema = answer_of(loose)
    _rows_in(schema).pop("required", None)
    return loose


def answer_of(operation: Schema) -> Schema:
    media: Schema = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    schema: Schema = media.get("schema", {})
    return schema


def _rows_in(schema: Schema) -> Schema:
    members = schema.get("properties", {})
    rows: Schema = {} if "ref" in members else members.get("items", {}).get("items", {})
    return rows if "properties" in rows else schema


def lacking(document: Schema) -> dict[str, str]:
    """Operations whose answers have no recorded example, or one that the document does not allow, with the flaw."""
    flaws: dict[str, str] = {}
    answers = operations_of(plain(document, strict=True))
    for name, status, _media in successes(document):
        example = recorded().get(name, {}).get(status)
        if example is None:
            flaws[name] = f"{status} has no example"
            continue
        schema = answers[name]["responses"][status]["content"]["application/json"]["schema"]
        for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(example):
            flaws[name] = f"{status} at {error.json_path}: {error.message[:200]}"
    return flaws
