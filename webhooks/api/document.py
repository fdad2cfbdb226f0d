"""The webhooks in the OpenAPI document: one for each public type of event, all of one shape."""

from typing import Any

from webhooks.event_types import ASKABLE, CHECKPOINT, TEST, TODO_CHANGED, TYPES

type Schema = dict[str, Any]

EVENT: Schema = {
    "type": "object",
    "description": "What happened, in which case; what it was is read over REST.",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"type": "string", "enum": [*TYPES, TEST]},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": {
            "type": "object",
            "properties": {
                "ref": {"type": "string"},
                "kind": {"type": "string", "description": "Of the case, such as `appeal`."},
                "number": {"type": "string"},
                "version": {"type": "integer", "description": "The event's sequence in its case."},
                "external_ref": {"type": "string", "description": "Of a notice, as you sent it."},
            },
        },
    },
}
KEPT: Schema = {
    "type": "object",
    "description": "A signed root over all cases, as `/.well-known/appeals-checkpoint.json` has it: keep it.",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"const": CHECKPOINT},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": {
            "type": "object",
            "required": ["checkpoint", "algorithm", "key_id", "signature"],
            "properties": {
                "checkpoint": {"type": "object", "description": "Number, time, size and root of the list; see docs."},
                "algorithm": {"type": "string"},
                "key_id": {"type": "string", "description": "Of `/.well-known/appeals-keys.json`."},
                "signature": {"type": "string"},
            },
        },
    },
}
TODO: Schema = {
    "type": "object",
    "description": "What waits for one person in the cases of one party differs from what was told last.",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"const": TODO_CHANGED},
        "timestamp": {"type": "string", "format": "date-time", "description": "Of two the later one holds."},
        "data": {
            "type": "object",
            "required": ["person", "party", "todo", "unread", "devices"],
            "properties": {
                "person": {"type": "string", "description": "`usr_…`, as among the people of the party."},
                "party": {
                    "type": "object",
                    "required": ["ref", "external_ref"],
                    "properties": {
                        "ref": {"type": "string"},
                        "external_ref": {"type": "string", "description": "As you sent it; may be empty."},
                    },
                },
                "todo": {"type": "integer", "description": "Entries of `GET todo`, of this party."},
                "unread": {"type": "integer", "description": "Messages not read, in disputes that are not over."},
                "devices": {
                    "type": "array",
                    "description": "Where that person is signed in and asked to be woken, the newest first.",
                    "items": {
                        "type": "object",
                        "required": ["ref", "kind", "app", "token_sha256"],
                        "properties": {
                            "ref": {"type": "string", "description": "As `POST me/devices` answered the app."},
                            "kind": {"type": "string", "enum": ["webpush", "apns", "fcm"]},
                            "app": {"type": "string", "description": "As the app said."},
                            "token_sha256": {"type": "string", "description": "Of its token, in hex."},
                        },
                    },
                },
            },
        },
    },
}
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
    result["components"]["schemas"]["WebhookTodoChanged"] = TODO
    result["components"]["parameters"] = {
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
