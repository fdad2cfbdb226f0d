"""Bytes to values. JSON has one meaning or is refused; nothing is decompressed; a body has a size limit before it is read.

What does not belong here: which fields a body has (serializers).
"""

import re
from collections.abc import Mapping
from typing import IO, Any

from django.http import HttpRequest
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from casework.errors import Invalid, NotFound, TooLarge
from casework.text import MAX_BODY, MESSAGES, TextRefused, check_text, parse_json_strict

MAX_PARAMETER = 500
MAX_PATH_PART = 200
MAX_PATH_NUMBER = 2**31 - 1  # the largest that an integer column compares with


class StrictJSONParser(BaseParser):
    """`application/json` read by `casework.text.parse_json_strict`; the view may allow more with `max_body`."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = getattr((parser_context or {}).get("view"), "max_body", MAX_BODY)
        return parse_json_strict(stream.read(limit + 1), max_bytes=limit)


class BoundedMultiPartParser(MultiPartParser):
    """`multipart/form-data` within the view's `max_upload` bytes, as its Content-Length says."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        context = parser_context or {}
        check_upload_size(context["request"], limit=getattr(context.get("view"), "max_upload", MAX_BODY))
        return super().parse(stream, media_type, parser_context)


def check_upload_size(request: Request | HttpRequest, *, limit: int) -> None:
    """A form that says it is larger than `limit` is refused before a byte of it is kept."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > limit:
        raise TooLarge()


def body_of(request: Request) -> Any:
    """The request's body, parsed once: {} when there is none, a mapping of form fields for multipart.

    Reads to the end whatever Content-Length says, so that a chunked body is not mistaken for none.
    """
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in ("", "identity"):
        raise UnsupportedMediaType("compressed")
    parser = request.negotiator.select_parser(request, request.parsers)
    content_type = request.content_type or ""
    if content_type.partition(";")[0].strip().lower().startswith("multipart/") and parser is not None:
        return _form_of(request)
    limit = request.parser_context["view"].max_body
    http = request._request
    raw = http.body if hasattr(http, "_body") else http.read(limit + 1)
    if not raw and http._read_started and hasattr(http, "_post") and http.POST:
        raise UnsupportedMediaType(content_type)  # a urlencoded form, already read by the CSRF check
    if not raw:
        return {}
    if parser is None:
        raise UnsupportedMediaType(content_type)
    return parse_json_strict(raw, max_bytes=limit)


def _form_of(request: Request) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for name, values in request.data.lists():
        if len(values) > 1:
            raise Invalid.field(f"/{name[:MAX_PATH_PART]}", "duplicate-key", MESSAGES["duplicate-key"])
        check_text(name, max_length=MAX_PATH_PART, one_line=True)
        value = values[0]
        if hasattr(value, "chunks"):
            _check(value.name, pointer=f"/{name}", max_length=255)
        elif isinstance(value, str):
            _check(value, pointer=f"/{name}")
        form[name] = value
    return form


def _check(value: object, *, pointer: str, **limits: Any) -> None:
    try:
        check_text(value, **limits)
    except TextRefused as error:
        raise Invalid.field(pointer, error.code, error.message) from None


def check_path(path: Mapping[str, Any]) -> None:
    """Every part of the address may be stored and compared; what may not names nothing."""
    for value in path.values():
        if isinstance(value, int) and abs(value) > MAX_PATH_NUMBER:
            raise NotFound()
        if isinstance(value, str):
            try:
                check_text(value, max_length=MAX_PATH_PART, one_line=True)
            except TextRefused:
                raise NotFound() from None


def check_query(request: HttpRequest) -> None:
    """Every query parameter is storable text of reasonable length; raises `Invalid` naming the parameter."""
    for name, values in request.GET.lists():
        try:
            check_text(name, max_length=MAX_PATH_PART, one_line=True)
        except TextRefused as error:
            raise Invalid.field("", error.code, error.message) from None
        for value in values:
            _check(value, pointer=f"/{re.sub('~', '~0', name).replace('/', '~1')}", max_length=MAX_PARAMETER)
