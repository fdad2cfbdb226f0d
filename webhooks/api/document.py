"""The webhooks in the OpenAPI document: one for each public type of event, all of one shape."""

from collections.abc import Sequence
from typing import Any

from accounts.models.devices import PushKind
from webhooks.event_types import ASKABLE, CHECKPOINT, TEST, TODO_CHANGED, TYPES

type Schema = dict[str, Any]


def _text(about: str, **more: Any) -> Schema:
    return {"type": "string", "description": about, **more}


def _object(about: str, *, optional: Sequence[str] = (), **members: Schema) -> Schema:
    required = [name for name in members if name not in optional]
    return {"type": "object", "description": about, "required": required, "properties": members}


def _body(about: str, type_: Schema, data: Schema) -> Schema:
    at = _text("When it happened, in UTC; of two bodies about the same the later one holds.", format="date-time")
    return _object(about, type=type_, timestamp=at, data=data)


EVENT = _body(
    "What happened, in which case; what it was is read over REST.",
    _text("What happened.", enum=[*TYPES, TEST]),
    _object(
        "The case.",
        ref=_text("Its reference."),
        kind=_text("Of the case, such as `appeal`."),
        number=_text("Of the case, for people."),
        version={"type": "integer", "description": "The event's sequence in its case."},
        external_ref=_text("Of a notice, as you sent it."),
        optional=["external_ref"],
    ),
)
KEPT = _body(
    "A signed root over all cases, as `/.well-known/appeals-checkpoint.json` has it: keep it.",
    {"const": CHECKPOINT},
    _object(
        "The signed checkpoint.",
        checkpoint={"type": "object", "description": "Number, time, size and root of the list; see docs."},
        algorithm=_text("How it is signed."),
        key_id=_text("Of `/.well-known/appeals-keys.json`."),
        signature=_text("In base64."),
    ),
)
CHANGED = _body(
    "What waits for one person in the cases of one party differs from what was told last.",
    {"const": TODO_CHANGED},
    _object(
        "Who, for which party, how much, and where to wake them.",
        person=_text("`usr_…`, as among the people of the party."),
        party=_object("Yours.", ref=_text("Its reference."), external_ref=_text("As you sent it; may be empty.")),
        todo={"type": "integer", "description": "Entries of `GET todo`, of this party."},
        unread={"type": "integer", "description": "Messages not read, in disputes that are not over."},
        devices={
            "type": "array",
            "description": "Where they are signed in and asked to be woken, the newest first.",
            "items": _object(
                "One device.",
                ref=_text("As `POST me/devices` answered the app."),
                kind=_text("Who carries the message.", enum=PushKind.values),
                app=_text("As the app said."),
            ),
        },
    ),
)
HEADERS = {
    "webhook-id": "The same for every attempt; remember it, since an event may come twice.",
    "webhook-timestamp": "Seconds since 1970, of this attempt.",
    "webhook-signature": "Standard Webhooks 1.0.0: `v1,` and a base64 HMAC-SHA256, several with blanks between them.",
}
MAY_COME = {
    "X-Request-ID": "The id of the request that caused the event, where one did: as in its answer and in our log.",
    "traceparent": "This attempt in the trace of what caused the event (W3C Trace Context), if traces are collected.",
}
ANSWERS: Schema = {
    "2XX": {"description": "Taken. Answer within 15 seconds."},
    "410": {"description": "The endpoint is switched off."},
    "default": {"description": "Sent again later, for three days."},
}


def add_webhooks(result: Schema, **_context: Any) -> Schema:
    """A postprocessing hook: `webhooks`, and the schema of their body."""
    result["components"].setdefault("schemas", {})["WebhookEvent"] = EVENT
    result["components"]["schemas"]["WebhookCheckpoint"] = KEPT
    result["components"]["schemas"]["WebhookTodoChanged"] = CHANGED
    result["components"]["parameters"] |= {
        name: {
            "name": name,
            "in": "header",
            "required": name in HEADERS,
            "schema": {"type": "string"},
            "description": words,
        }
        for name, words in (HEADERS | MAY_COME).items()
    }
    result["webhooks"] = {type_: {"post": _operation(type_)} for type_ in [*ASKABLE, TEST]}
    return result


def _operation(type_: str) -> Schema:
    own = {CHECKPOINT: "WebhookCheckpoint", TODO_CHANGED: "WebhookTodoChanged"}.get(type_)
    body: Schema = {"$ref": f"#/components/schemas/{own or 'WebhookEvent'}"}
    if own is None:
        body = {"allOf": [body, {"properties": {"type": {"const": type_}}}]}
    return {
        "operationId": "on_" + type_.replace(".", "_"),
        "summary": f"{type_} was sent to an endpoint",
        "security": [],  # the signature stands in the headers
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in HEADERS | MAY_COME],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": body}},
        },
        "responses": ANSWERS,
    }
