"""Renders values to bytes: one JSON encoder and one time format for every answer."""

import json
from datetime import datetime
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from casework.clock import with_offset

JSON = "application/json"
PROBLEM = "application/problem+json"


def to_bytes(value: Any) -> bytes:
    """Compact UTF-8 JSON. Words stay readable; what UTF-8 cannot carry becomes `?` rather than a failure."""
    text = json.dumps(value, cls=JSONEncoder, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def moment(value: datetime) -> str:
    """RFC 3339 with the offset of the place whose law applies: `2026-03-01T09:30:00+08:00`."""
    return with_offset(value)


class JsonNegotiation(DefaultContentNegotiation):
    """JSON is the only representation; whoever accepts neither it nor a problem gets 406."""

    def get_accept_list(self, request: Request) -> list[str]:
        accepted: list[str] = super().get_accept_list(request)
        return [JSON if each.partition(";")[0].strip() == PROBLEM else each for each in accepted]


class AnyFile(DefaultContentNegotiation):
    """A file has the type it has, so `Accept` is not asked."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type
