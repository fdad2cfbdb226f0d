"""Serves the AsyncAPI 3.0 document of the sockets: what each address sends, takes, and closes with. Public."""

import functools
import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.consumers.document import CLOSE_CODES, Schema, SocketDocument
from appeals.consumers.document import QUEUE
from disputes.consumers.document import ROOM

SOCKETS: Mapping[str, SocketDocument] = {"room": ROOM, "review-queue": QUEUE}

ABOUT = """Opened with `?ticket=` of `POST /api/v1/ws-tickets`, or by a page of this site with its session. Frames are
JSON objects in text frames; each has a `type`. Times are written as over REST. A frame of the server may get more
members: ignore those that you do not know. What a dispute's room misses is sent again for `after`; over REST stands all
of it."""


@functools.cache
def document() -> dict[str, Any]:
    """The document, the same for everybody and in English."""
    channels: Schema = {}
    operations: Schema = {}
    messages: Schema = {}
    for name, socket in SOCKETS.items():
        held: Schema = {}
        for action, frames in (("send", socket.pushed), ("receive", socket.taken)):
            keys = [f"{name}.{action}.{kind}" for kind in frames]
            for key, schema in zip(keys, frames.values(), strict=True):
                messages[key] = {"name": schema["properties"]["type"]["const"], "payload": schema}
                held[key] = {"$ref": f"#/components/messages/{key}"}
            if keys:
                operations[f"{name}.{action}"] = {
                    "action": action,
                    "channel": {"$ref": f"#/channels/{name}"},
                    "messages": [{"$ref": f"#/channels/{name}/messages/{key}"} for key in keys],
                }
        channels[name] = {
            "address": socket.address,
            "summary": socket.summary,
            "parameters": {part: {"description": "From the API."} for part in re.findall(r"\{(\w+)\}", socket.address)},
            "messages": held,
            "bindings": {"ws": {"method": "GET", "query": {"type": "object", "properties": dict(socket.query)}}},
        }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Appeals: sockets", "version": "1", "description": " ".join(ABOUT.split())},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
        "x-close-codes": {str(code): words for code, words in sorted(CLOSE_CODES.items())},
    }


def snapshot() -> str:
    """The document as docs/asyncapi.json keeps it."""
    return json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    response = HttpResponse(snapshot(), content_type="application/json")
    response["Cache-Control"] = "no-cache"
    return response
