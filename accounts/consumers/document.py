"""What a socket says of itself to the AsyncAPI document: its address, its frames, and why it is closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.consumers.sockets import ABUSE, BAD_TICKET, NOT_ALLOWED, NOT_FOUND, NOT_SIGNED_IN, TOO_MANY, TOO_SLOW
from surfaces.api.problems import KNOWN

type Schema = dict[str, Any]

NUMBER: Final[Schema] = {"type": "integer", "minimum": 0}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
TEXT: Final[Schema] = {"type": "string"}

CLOSE_CODES: Final[Mapping[int, str]] = {
    NOT_SIGNED_IN: "Not signed in, or not any more: get a new ticket.",
    NOT_ALLOWED: "Signed in, but not allowed, or not any more.",
    NOT_FOUND: "There is no such socket for you.",
    TOO_SLOW: "Frames were not taken fast enough: connect again and resume.",
    BAD_TICKET: "The ticket is unknown, was used before, or is older than a minute: get a new one.",
    TOO_MANY: "Too many sockets of this person or address are open.",
    ABUSE: "Too many frames were sent.",
    1011: "A fault of the server: connect again.",
}


def frame(type_: str, /, optional: Mapping[str, Schema] | None = None, **members: Schema) -> Schema:
    """The JSON schema of a frame: an object with this `type`, these members, and no others."""
    properties = {"type": {"const": type_}, **members}
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties | dict(optional or {}),
        "additionalProperties": False,
    }


def one_of(*values: str | None) -> Schema:
    return {"enum": list(values)}


HEARTBEAT: Final = frame("heartbeat", head=NUMBER)
ERROR: Final = frame(
    "error",
    code={"type": "string", "enum": sorted(KNOWN)},
    optional={"reason": TEXT, "client_id": TEXT, "retry_after": NUMBER},
)


@dataclass(frozen=True, slots=True)
class SocketDocument:
    """One socket address. `pushed` are the frames that the server sends, `taken` those that it accepts."""

    address: str
    summary: str
    query: Mapping[str, Schema]
    pushed: Mapping[str, Schema]
    taken: Mapping[str, Schema]


TICKET: Final[Schema] = {"type": "string", "description": "From `POST ws-tickets`, good for one socket and a minute."}
