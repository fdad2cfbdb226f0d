"""The `Idempotency-Key` header: how it is read, and how a stored answer goes out again byte for byte.

What does not belong here: that an effect happens once (`casework.idempotency`).
"""

import re

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework.errors import IdempotencyKeyRequired, Invalid
from casework.idempotency import Answer
from surfaces.api.rendering import JSON

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
MAX_KEY = 255

_KEY = re.compile(rf"[\x21-\x7e]{{1,{MAX_KEY}}}")


def key_of(request: HttpRequest) -> str:
    """The key that the client chose. Raises `IdempotencyKeyRequired`, or `Invalid` for what is no key or for two."""
    if isinstance(request, ASGIRequest) and _times_sent(request) > 1:  # the framework would join them with a comma
        raise Invalid.field("", "idempotency-key-repeated", _("Send one Idempotency-Key."))
    key = request.headers.get(HEADER, "").strip()
    if len(key) > 1 and key[0] == key[-1] == '"':  # the quoted form of the IETF draft means the same key
        key = key[1:-1]
    if not key:
        raise IdempotencyKeyRequired()
    if not _KEY.fullmatch(key):
        message = _("Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID.")
        raise Invalid.field("", "idempotency-key-malformed", message)
    return key


def _times_sent(request: ASGIRequest) -> int:
    return sum(name.lower() == HEADER.lower().encode() for name, _value in request.scope["headers"])


def response_of(answer: Answer, *, is_replay: bool) -> HttpResponse:
    """The answer as it goes out."""
    response = HttpResponse(answer.body, status=answer.status)
    if answer.status in (204, 304):
        del response["Content-Type"]
    else:
        response["Content-Type"] = JSON
    for name, value in answer.headers.items():
        response[name] = value
    if is_replay:
        response[REPLAYED] = "true"
    return response
