"""Describes every operation in the OpenAPI document, read off the view that carries it out."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_array_type, resolve_type_hint
from drf_spectacular.types import OpenApiTypes
from rest_framework.serializers import ChoiceField, Field

from surfaces.api import slim
from surfaces.api.error_codes import CODES
from surfaces.api.field_words import words_for
from surfaces.api.inputs import Empty, Input, Text
from surfaces.api.pagination import DEFAULT_LIMIT, MAX_LIMIT
from surfaces.api.parsers import MAX_PATH_NUMBER
from surfaces.api.problems import KNOWN, PROBLEM_SCHEMA, body_of
from surfaces.api.rendering import PROBLEM
from surfaces.api.serializers import Amount, Code, Computed

Schema = dict[str, Any]

ALWAYS = (400, 401, 403, 404, 405, 406, 429, 500, 503, 507)
WITH_BODY = (409, 413, 415, 422)
DECIDING = (412, 428)
MAX_CURSOR = 500
FORM = "multipart/form-data"

NOW: Schema = {"type": "string", "format": "date-time", "description": "The server's clock when it answered."}
EMPTY_TEXT: Schema = {"type": "string", "maxLength": 0}
EMPTY_BODY: Schema = {"type": "object", "additionalProperties": False, "maxProperties": 0}

# What casework.text refuses, as far as a regular expression of every dialect can say it.
TEXT_PATTERN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
LINE_PATTERN = r"^[^\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]*$"


class TextField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Text says which characters it refuses."""

    target_class = Text
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:
        schema: Schema = auto_schema._map_serializer_field(  # type: ignore[no-untyped-call]
            self.target, direction, bypass_extensions=True
        )
        schema.setdefault("maxLength", self.target.max_length)
        schema.setdefault("pattern", self.target.pattern or (LINE_PATTERN if self.target.one_line else TEXT_PATTERN))
        if not self.target.allow_blank:
            schema.setdefault("minLength", 1)
        return schema


class CodeField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A closed value with its codes."""

    target_class = Code

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:
        code = {"type": "string", "enum": [str(value) for value in self.target.words]}
        return {
            "type": "object",
            "required": ["code", "label"],
            "properties": {"code": code, "label": {"type": "string"}},
        }


class AmountField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Money."""

    target_class = Amount

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:
        return {
            "type": "object",
            "required": ["amount_minor", "currency"],
            "properties": {"amount_minor": {"type": "integer"}, "currency": {"type": "string"}},
        }


class ComputedField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A computed value is described by its shape."""

    target_class = Computed
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:
        shape = self.target.shape
        if isinstance(shape, Field):
            found: Schema = auto_schema._map_serializer_field(shape, "response")  # type: ignore[no-untyped-call]
            return found
        return dict(resolve_type_hint(shape))  # type: ignore[no-untyped-call]


class Operations(AutoSchema):
    """One operation per view and method, with its headers, its success, and every problem it can answer."""

    view: Any

    def get_operation_id(self) -> str:
        named = self.view.operation.get(self.method)
        stem = _snake(named or type(self.view).__name__.removesuffix("View"))
        if named or self.method != "GET":
            return stem
        return f"{'list' if hasattr(self.view, 'rows') else 'read'}_{stem}"

    def get_summary(self) -> str:
        return self.get_operation_id().replace("_", " ").capitalize()

    def get_description(self) -> str:  # type: ignore[override]
        verb = getattr(self.view, "verb", None)
        about = verb.about if verb is not None else self._docstring()
        return " ".join(f"{about or ''} {self._order()}".split())

    def _order(self) -> str:
        """In which order a list is that offers no other."""
        if self.method != "GET" or not hasattr(self.view, "rows") or "order" in self.view.filters:
            return ""
        column = self.view.order[0]
        which = "newest" if column.startswith("-") else "oldest"
        return f"In the order of `{column.lstrip('-')}`, the {which} first."

    def _docstring(self) -> Any:
        """That of the view, or, where it serves two methods, of what carries this one out."""
        view = type(self.view)
        if sum(hasattr(view, method) for method in ("get", "post", "delete")) > 1:
            names = {"GET": ("rows", "read"), "POST": ("perform",), "DELETE": ("delete",)}[self.method]
            return next((vars(view)[name].__doc__ for name in names if name in vars(view)), None)
        return vars(view).get("__doc__")

    def get_request_serializer(self) -> Any:
        takes = getattr(self.view, "takes", None)
        if self._form() is not None:
            return {"application/json": takes, FORM: self._form()}
        return None if takes is None or takes is Empty else takes

    def _form(self) -> Any:
        return getattr(self.view, "takes_form", None)

    def get_response_serializers(self) -> Any:
        if self.method == "GET" and self._is_file():
            return {(200, media): OpenApiTypes.BINARY for media in self.view.media}
        if self.method == "GET":
            return {200: getattr(self.view, "shows", None)}
        if self.method == "POST":
            first = {self.view.status if self.view.gives else 204: self.view.gives}
            return first | dict(self.view.also)
        return {204: None}

    def _is_file(self) -> bool:
        return hasattr(self.view, "media")

    def map_renderers(self, attribute: str) -> list[str]:
        return ["application/json"]

    def get_auth(self) -> list[Schema]:
        auth: list[Schema] = super().get_auth()
        return [*auth, {}] if self.view.admits_anybody(self.method) else auth

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> Any:
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None:
            return None
        operation["parameters"] = [*self._bounded(operation.get("parameters", ())), *self._own_parameters()]
        if self.method == "POST":
            operation["requestBody"] = self._with_example(operation.get("requestBody"))
        for status, response in operation["responses"].items():
            self._complete(status, response)
        operation["responses"] |= self._problems()
        return operation

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Schema:
        schema: Schema = super()._map_serializer_field(  # type: ignore[no-untyped-call]
            field, direction, bypass_extensions
        )
        if schema.get("type") == "array" and getattr(field, "max_length", None) is not None:
            schema.setdefault("maxItems", field.max_length)
        return schema

    def _insert_field_validators(self, field: Any, schema: Schema) -> None:
        super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]
        if "oneOf" in schema and schema["oneOf"][-1] == EMPTY_TEXT:
            # Empty text fits the first branch, too, so that it fits none; and it makes a class in generated clients.
            schema |= schema.pop("oneOf")[0]

    def _get_serializer_field_meta(self, field: Any, direction: str) -> Schema:
        meta: Schema = super()._get_serializer_field_meta(field, direction)  # type: ignore[no-untyped-call]
        asks = getattr(field, "style", {}).get("asks")
        if asks is not None and "description" not in meta and not words_for(field.field_name or ""):
            label, hint = str(asks.label), str(asks.hint)
            if "%(" not in label + hint:
                meta["description"] = f"{label}. {hint}" if hint else label
        if isinstance(field, ChoiceField) and meta.get("default") == "":
            del meta["default"]  # it may be left empty, but the empty text is none of its codes
        if isinstance(field, Text) and meta.get("default") == "" and not field.allow_blank:
            del meta["default"]  # it may be left out, but not be sent empty
        return meta

    def _postprocess_serializer_schema(self, schema: Schema, serializer: Any, direction: str) -> Schema:
        schema = super()._postprocess_serializer_schema(  # type: ignore[no-untyped-call]
            schema, serializer, direction
        )
        if isinstance(serializer, Input):
            schema["additionalProperties"] = False
            if schema.get("description", "").startswith("A body of which every field is known"):
                del schema["description"]  # of the base class, not of this body
            if (example := getattr(serializer, "example", None)) is not None:  # {} where all can be left out
                schema["examples"] = [dict(example)]
        return schema

    def _bounded(self, parameters: Iterable[Schema]) -> Iterable[Schema]:
        for parameter in parameters:
            if parameter["schema"].get("type") == "string":
                parameter["schema"].setdefault("maxLength", 200)
            yield parameter

    def _own_parameters(self) -> Iterable[Schema]:
        view = self.view
        if self.method == "GET" and hasattr(view, "rows"):
            yield _parameter("limit", "query", _shape_of("limit", view), "How many items at most.")
            cursor = {"type": "string", "maxLength": MAX_CURSOR}
            yield _parameter("cursor", "query", cursor, "`next_cursor` of the page before.")
            if view.synced_by is not None:
                since = {"type": "string", "format": "date-time", "maxLength": 40}
                yield _parameter("updated_since", "query", since, "`sync_from` of the first page of the last round.")
        for name, described in getattr(view, "filters", {}).items():
            if self.method == "GET":
                yield _parameter(name, "query", _shape_of(name, view), str(described))
        if self.method == "GET" and not self._is_file():
            yield {"$ref": "#/components/parameters/Fields"}
        if self.method == "GET" and not hasattr(view, "rows") and not self._is_file():
            tag: Schema = {"type": "string", "maxLength": 200}
            yield _parameter("If-None-Match", "header", tag, "304 when it still holds.")
        language: Schema = {"type": "string", "maxLength": 200, "examples": ["en"]}
        yield _parameter("Accept-Language", "header", language, "Of labels and messages; `zh-Hans` unless asked.")
        if self.method == "POST" and view.needs_key:
            key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"}
            key["examples"] = ["0b9d6c1e-6f0a-4a57-9a53-0f3f1d6a2c11"]
            words = "Chosen by the client, best a UUID. A repetition with the same key gets the same answer, once done."
            yield _parameter("Idempotency-Key", "header", key, words, required=True)
        if self.method == "POST" and view.decides:
            tag = {"type": "string", "maxLength": 100, "pattern": r'^"\d{1,9}(-[0-9a-f]+)?"$', "examples": ['"3"']}
            yield _parameter("If-Match", "header", tag, 'The ETag that was read, or `"<version>"`.', required=True)

    def _with_example(self, body: Schema | None) -> Schema:
        if body is None:
            return {"content": {"application/json": {"schema": EMPTY_BODY, "examples": {"empty": {"value": {}}}}}}
        if self._form() is not None:
            body["required"] = True
        for kind, media in body["content"].items():
            takes = self._form() if kind == FORM and self._form() is not None else self.view.takes
            example = getattr(takes, "example", None)
            if example is not None:
                media["examples"] = {"complete": {"value": dict(example)}}
        return body

    def _complete(self, status: str, response: Schema) -> None:
        headers = response.setdefault("headers", {})
        if self.method == "POST" and self.view.needs_key:
            headers["Idempotent-Replayed"] = {"schema": {"type": "string", "enum": ["true"]}}
        if self.method == "GET" and self._is_file():
            response["description"] = response.get("description") or HTTPStatus.OK.phrase
            return
        if not (self.method == "GET" and hasattr(self.view, "rows")):
            headers["ETag"] = {
                "schema": {"type": "string"},
                "description": "For `If-None-Match`; of a case its version comes first.",
            }
        response["description"] = response.get("description") or HTTPStatus(int(status)).phrase
        for media in response.get("content", {}).values():
            shown = media["schema"]
            if self.method == "GET" and hasattr(self.view, "rows"):
                media["schema"] = self._page(shown)
            elif self.method == "GET" and getattr(self.view, "is_list", False):
                listed = {"items": build_array_type(shown), "server_now": NOW}
                media["schema"] = {"type": "object", "required": list(listed), "properties": listed}
            else:
                extra = {"type": "object", "required": ["server_now"], "properties": {"server_now": NOW}}
                media["schema"] = {"allOf": [shown, extra]}

    def _page(self, item: Schema) -> Schema:
        properties: Schema = {
            "items": {**build_array_type(item), "maxItems": MAX_LIMIT},
            "next_cursor": {"type": ["string", "null"], "maxLength": MAX_CURSOR},
            "server_now": NOW,
        }
        if self.view.synced_by is not None:
            words = "Send it as `updated_since` in the next round; some items may come twice."
            properties["sync_from"] = {"type": "string", "format": "date-time", "description": words}
        return {"type": "object", "required": list(properties), "properties": properties}

    def _problems(self) -> Schema:
        statuses = [*ALWAYS, *self.view.problems]
        if self.method == "POST":
            statuses += WITH_BODY
            if self.view.decides:
                statuses += DECIDING
        responses: Schema = {str(n): {"$ref": f"#/components/responses/Problem{n}"} for n in sorted({*statuses})}
        if self.method == "GET" and not hasattr(self.view, "rows") and not self._is_file():
            responses["304"] = {"description": HTTPStatus(304).phrase}
        return responses


def add_problems(result: Schema, **_context: Any) -> Schema:
    """A postprocessing hook: the problem document and one response per status, with an example of every type."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components["schemas"]["ErrorCode"] = {
        "type": "string",
        "enum": sorted(CODES),
        "description": "What is wrong with one field. Codes are added: read one that you do not know as `invalid`.",
        "x-enum-descriptions": {code: f"{cause} {remedy}" for code, (cause, remedy) in sorted(CODES.items())},
    }
    components["parameters"] = {"Fields": slim.IN_DOCUMENT}
    responses = components.setdefault("responses", {})
    for status in sorted({*ALWAYS, *WITH_BODY, *DECIDING}):
        examples = {
            code: {"value": body_of(kind(), instance="/api/v1/appeals")}
            for code, kind in KNOWN.items()
            if kind.status == status
        }
        media: Schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
        if examples:
            media["examples"] = examples
        responses[f"Problem{status}"] = {"description": HTTPStatus(status).phrase, "content": {PROBLEM: media}}
    return result


def describe_fields(result: Schema, **_context: Any) -> Schema:
    """A postprocessing hook: a field that says nothing of itself is described by what its name means everywhere."""
    for schema in result.get("components", {}).get("schemas", {}).values():
        for name, field in schema.get("properties", {}).items():
            words = "" if "description" in field else words_for(name)
            if words and "null" not in str(field):
                words = re.sub("; null [^.]*", "", words)
            if words:
                field["description"] = words
    return result


def add_tags(result: Schema, **_context: Any) -> Schema:
    """A postprocessing hook: every tag of an operation is declared."""
    named = {tag for methods in result["paths"].values() for each in methods.values() for tag in each.get("tags", ())}
    result["tags"] = [{"name": tag} for tag in sorted(named)]
    return result


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _shape_of(name: str, view: Any) -> Schema:
    if name == "limit":
        return {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    if name in getattr(view, "numbers", ()):
        return {"type": "integer", "minimum": 0, "maximum": MAX_PATH_NUMBER}
    return {"type": "string", "maxLength": 200}


def _parameter(name: str, place: str, schema: Mapping[str, Any], words: str, *, required: bool = False) -> Schema:
    parameter: Schema = {"name": name, "in": place, "schema": dict(schema), "description": words}
    if required:
        parameter["required"] = True
    return parameter
