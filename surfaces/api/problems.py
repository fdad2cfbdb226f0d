"""Renders every refusal as `application/problem+json` (RFC 9457), with the same code and words as pages and sockets."""

import errno
import logging
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from casework.errors import (
    PROBLEMS,
    CaseError,
    FieldError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooLarge,
    TooManyRequests,
)
from casework.firing import refusal_of
from casework.text import TextRefused
from surfaces.api.rendering import PROBLEM, to_bytes

logger = logging.getLogger(__name__)

MAX_ERRORS = 100
CODES = {  # the words this project uses for what the framework calls otherwise
    "blank": "required",
    "invalid-choice": "unknown",
    "max-length": "too-long",
    "max-string-length": "too-long",
    "max-value": "too-large",
    "min-length": "too-short",
    "min-value": "too-small",
    "null-characters-not-allowed": "nul",
    "surrogate-characters-not-allowed": "surrogate",
}


class MethodNotAllowed(CaseError):  # noqa: N818  named as in casework.errors
    code, status = "method-not-allowed", 405
    title = _("This address does not answer to that method.")


class NotAcceptable(CaseError):  # noqa: N818  named as in casework.errors
    code, status = "not-acceptable", 406
    title = _("This address answers in application/json.")


class UnsupportedMediaType(CaseError):  # noqa: N818  named as in casework.errors
    code, status = "unsupported-media-type", 415
    title = _("Send application/json without compression, or multipart/form-data where files are accepted.")


class ServerError(CaseError):
    code, status = "server-error", 500
    title = _("Something went wrong on our side. Nothing was changed; please try again.")


class Unavailable(CaseError):  # noqa: N818  named as in casework.errors
    code, status = "unavailable", 503
    title = _("The service is busy or being maintained. Nothing was changed; please try again shortly.")


class DiskFull(CaseError):  # noqa: N818  named as in casework.errors
    code, status = "disk-full", 507
    title = _("There is no room to store this at the moment. Nothing was changed; please try again later.")


SURFACE: dict[str, type[CaseError]] = {
    cls.code: cls for cls in (MethodNotAllowed, NotAcceptable, UnsupportedMediaType, ServerError, Unavailable, DiskFull)
}
KNOWN: dict[str, type[CaseError]] = PROBLEMS | SURFACE

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457). `type` is stable; `title` and `detail` are for people.",
    "required": ["type", "title", "status", "detail", "instance", "errors", "actions"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "enum": [f"/problems/{code}" for code in KNOWN]},
        "title": {"type": "string", "description": "What this type is, in the language of the answer."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "As of the answer."},
        "detail": {"type": "string", "description": "What it was this time, in the language of the answer."},
        "instance": {
            "type": "string",
            "format": "uri-reference",
            "description": "The address; of a fault of ours a number to tell us, of a 404 the route.",
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "additionalProperties": False,
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body, or /parameter."},
                    "code": {"$ref": "#/components/schemas/ErrorCode"},
                    "message": {"type": "string", "description": "For people, in the language of the answer."},
                },
            },
        },
        "actions": {
            "type": "array",
            "description": "What can be done instead, where there is something.",
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "enum": ["escalate", "late-request", "view"]},
                    "appeal": {"type": "string", "description": "`view`: the appeal that there is, by `ref`."},
                    "field": {"type": "string", "description": "`late-request`: the member of the body to send."},
                    "from": {"type": "string", "format": "date-time", "description": "`escalate`: possible from then."},
                },
            },
        },
    },
}


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The framework's exception handler: renders every exception as a problem, and reveals nothing internal."""
    request: Request | None = context.get("request")
    return answer(error, request._request if request is not None else None)


def answer(error: Exception, request: HttpRequest | None) -> HttpResponse:
    """Renders the problem for `error`. What nobody foresaw is logged and reported."""
    refusal = refusal_for(error)
    instance = _instance(refusal, request)
    if refusal.status >= 500:
        logger.error("%s %s", instance, type(error).__name__, exc_info=error)
    if isinstance(refusal, ServerError):
        got_request_exception.send(sender=None, request=request)
    return response_of(refusal, instance=instance)


def response_of(refusal: CaseError, *, instance: str) -> HttpResponse:
    """The refusal as it goes out."""
    response = HttpResponse(to_bytes(body_of(refusal, instance=instance)), status=refusal.status, content_type=PROBLEM)
    response["Cache-Control"] = "private, no-store"
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def body_of(refusal: CaseError, *, instance: str = "") -> dict[str, Any]:
    """The members of the problem document, in the active language."""
    return {
        "type": f"/problems/{refusal.code}",
        "title": str(refusal.title),
        "status": refusal.status,
        "detail": str(refusal.detail),
        "instance": instance,
        "errors": [
            {"pointer": error.pointer, "code": error.code, "message": str(error.message)}
            for error in refusal.errors[:MAX_ERRORS]
        ],
        "actions": [dict(action) for action in refusal.actions],
    }


def refusal_for(error: Exception) -> CaseError:
    """The coded refusal that any exception is shown as; `ServerError` for what nobody foresaw."""
    match error:
        case CaseError():
            return error
        case TextRefused():
            return text_refusal(error)
        case exceptions.ValidationError():
            return Invalid(errors=field_errors(error.detail))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return NotSignedIn()
        case Http404() | exceptions.NotFound() | ObjectDoesNotExist():
            return NotFound()
        case PermissionDenied() | exceptions.PermissionDenied():
            return NotAllowed()
        case exceptions.MethodNotAllowed() | exceptions.NotAcceptable() | exceptions.UnsupportedMediaType():
            return SURFACE[error.default_code.replace("_", "-")]()
        case exceptions.Throttled():
            return TooManyRequests(retry_after=max(1, round(getattr(error, "wait", None) or 1)))
        case RequestDataTooBig():
            return TooLarge()
        case exceptions.ParseError() | SuspiciousOperation() | MultiPartParserError():
            return Invalid()
        case IntegrityError():
            return refusal_of(error) or ServerError()
        case DataError():
            return ServerError()
        case OSError() | OperationalError() | InterfaceError():
            return _refusal_of_host(error)
        case _:
            return ServerError()


def _refusal_of_host(error: Exception) -> CaseError:
    """What a disk or a database without room is shown as, as either engine says it; else the database was away."""
    is_full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    if is_full or getattr(error.__cause__, "sqlstate", "") == "53100" or "database or disk is full" in str(error):
        return DiskFull(retry_after=600)
    return ServerError() if isinstance(error, OSError) else Unavailable(retry_after=1)


def text_refusal(error: TextRefused) -> CaseError:
    """A refused text or body as a problem: 413 when it is too large as a whole, else 400 with its place."""
    kind = TooLarge if error.code == "too-large" and not error.pointer else Invalid
    return kind(errors=[FieldError(error.pointer, error.code, error.message)])


def field_errors(detail: Any) -> list[FieldError]:
    """A serializer's errors in order, each with its JSON pointer."""
    return list(_walk(detail, ""))


def _walk(detail: Any, pointer: str) -> Iterator[FieldError]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _walk(inner, pointer if name == "non_field_errors" else f"{pointer}/{_token(name)}")
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            is_sentence = isinstance(inner, str)
            yield from _walk(inner, pointer if is_sentence else f"{pointer}/{index}")
    else:
        code = re.sub(r"[^a-z0-9]+", "-", str(getattr(detail, "code", None) or "invalid").lower())
        message = str(detail) if isinstance(detail, ErrorDetail) else detail
        yield FieldError(pointer, CODES.get(code, code), message)


def _token(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _instance(refusal: CaseError, request: HttpRequest | None) -> str:
    """Which occurrence this was. A missing object and a foreign one get the same bytes, so 404 names the route only."""
    if refusal.status >= 500 or request is None:
        return f"urn:uuid:{uuid.uuid4()}"
    match = request.resolver_match
    if refusal.status == 404:
        route = "" if match is None else re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", match.route)
        return escape_uri_path("/" + route.lstrip("/")) if route else ""
    return escape_uri_path(request.path)[:500]
