"""Parses bodies and parameters: JSON has one meaning or is refused, nothing is decompressed, sizes are limited."""

from collections.abc import Collection, Mapping
from typing import IO, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
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
    """`multipart/form-data`, for views that take files; `check_head` has refused what is too large."""


def is_form(request: Request) -> bool:
    """Whether the body is a form with files, in which every value is text."""
    return request.content_type.partition(";")[0].strip().lower().startswith("multipart/")


def check_head(request: Request, view: Any) -> None:
    """Checks the headers of the body before anything, the CSRF check included, reads a byte of it.

    Raises `UnsupportedMediaType` for another type or any compression, and `TooLarge`.
    """
    length = _length(request)
    if length == 0:
        return
    if request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in ("", "identity"):
        raise UnsupportedMediaType("compressed")
    if request.content_type and not _has_parser(request):
        raise UnsupportedMediaType(request.content_type)
    if length is not None and length > (view.max_upload if is_form(request) else view.max_body):
        raise TooLarge()


def _has_parser(request: Request) -> bool:
    negotiator, parsers = request.negotiator, request.parsers
    return negotiator is not None and negotiator.select_parser(request, parsers or ()) is not None


def _length(request: Request) -> int | None:
    """The body's length as its header says; None when only reading will tell."""
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return None
    try:
        return max(0, int(request.META.get("CONTENT_LENGTH") or 0))
    except ValueError:
        return None


def body_of(request: Request) -> Any:
    """The request's body, parsed once: {} when there is none, a mapping of form fields for multipart.

    Reads to the end whatever Content-Length says, so that a chunked body is not mistaken for none.
    """
    if is_form(request):
        return _form_of(request)
    limit = request.parser_context["view"].max_body
    http = request._request
    raw = http.body if hasattr(http, "_body") else http.read(limit + 1)
    if not raw:
        return {}
    if not _has_parser(request):
        raise UnsupportedMediaType(request.content_type)
    return parse_json_strict(raw, max_bytes=limit)


def _form_of(request: Request) -> dict[str, Any]:
    form: dict[str, Any] = {}
    data: Any = request.data
    for name, values in data.lists():
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
    """Checks that every part of the address can be stored and compared; raises `NotFound` otherwise."""
    for value in path.values():
        if isinstance(value, int) and abs(value) > MAX_PATH_NUMBER:
            raise NotFound()
        if isinstance(value, str):
            try:
                check_text(value, max_length=MAX_PATH_PART, one_line=True)
            except TextRefused:
                raise NotFound() from None


def check_query(request: HttpRequest, known: Collection[str]) -> None:
    """Every query parameter is a known one, said once, and storable text of reasonable length.

    Raises `Invalid` naming the parameter.
    """
    for name, values in request.GET.lists():
        try:
            check_text(name, max_length=MAX_PATH_PART, one_line=True)
        except TextRefused as error:
            raise Invalid.field("", error.code, error.message) from None
        pointer = f"/{name.replace('~', '~0').replace('/', '~1')}"
        if name not in known:
            there_are = _("There is no such parameter here. There are: %(names)s.") % {
                "names": ", ".join(sorted(known))
            }
            message = there_are if known else _("There is no such parameter here.")
            raise Invalid.field(pointer, "unknown-parameter", message)
        if len(values) > 1:
            raise Invalid.field(pointer, "duplicate-parameter", _("Give this parameter once."))
        _check(values[0], pointer=pointer, max_length=MAX_PARAMETER)
