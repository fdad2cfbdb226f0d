"""The room's socket as the AsyncAPI document describes it."""

from typing import Final

from accounts.consumers.document import ERROR, HEARTBEAT, MOMENT, NUMBER, TEXT, TICKET, SocketDocument, frame, one_of
from disputes.choices import Lane, Side
from disputes.commands.room import MAX_CLIENT_ID, MAX_TEXT
from disputes.models import EntryKind
from disputes.participants import MEDIATOR, role_of

_LANE = one_of(*Lane.values)
_ROLE = one_of(*sorted({MEDIATOR, *(role_of(side) for side in Side)}))
_CLIENT_ID = {"type": "string", "minLength": 1, "maxLength": MAX_CLIENT_ID}
_WORDS = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}

ROOM: Final = SocketDocument(
    address="/ws/v1/disputes/{ref}/",
    summary="The talk of one dispute: every entry once, in order, with its number; resumable.",
    query={
        "ticket": TICKET,
        "lane": {"enum": ["private", *Lane.values], "default": str(Lane.BOTH)},
        "after": {**NUMBER, "description": "The number of the last entry that you have; what follows it is sent."},
    },
    pushed={
        "message": frame(
            "message",
            sequence=NUMBER,
            client_id={**TEXT, "description": "As sent, to its author alone."},
            sender=TEXT,
            role=_ROLE,
            side=one_of(*Side.values),
            text=TEXT,
            sent_at=MOMENT,
            at={**MOMENT, "description": "The same, under the name that it has in an event and over REST."},
            lane=_LANE,
            kind=one_of(*(kind for kind in EntryKind.values if kind != EntryKind.EVENT)),
            mine={"type": "boolean"},
            optional={
                "recalls": {**NUMBER, "description": "This entry recalls that one."},
                "recalled": {**NUMBER, "description": "The entry that recalled this one; the text is empty."},
            },
        ),
        "event": frame(
            "event",
            sequence=NUMBER,
            lane=_LANE,
            kind=one_of(str(EntryKind.EVENT)),
            event={**TEXT, "description": "A type of event, such as `dispute.answered`."},
            facts={"type": "object", "description": "Codes and references, as in `GET disputes/{ref}/events`."},
            at=MOMENT,
        ),
        "presence": frame("presence", sides={"type": "array", "items": _ROLE}),
        "typing": frame("typing", role=_ROLE),
        "read": frame("read", role=_ROLE, sequence=NUMBER),
        "heartbeat": HEARTBEAT,
        "error": ERROR,
    },
    taken={
        "message": frame("message", client_id=_CLIENT_ID, text=_WORDS),
        "typing": frame("typing"),
        "read": frame("read", sequence={"type": "integer", "minimum": 1}),
        "recall": frame("recall", sequence={"type": "integer", "minimum": 1}),
        "resume": frame("resume", after=NUMBER),
    },
)
