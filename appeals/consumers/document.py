"""The socket of the review queue as the AsyncAPI document describes it."""

from typing import Final

from accounts.consumers.document import ERROR, HEARTBEAT, MOMENT, NUMBER, TICKET, SocketDocument, frame, one_of
from appeals.queries import CHANGES, TABS

QUEUE: Final = SocketDocument(
    address="/ws/v1/review-queue/",
    summary="What changes in your own review queue. The list over REST is the record; a frame may be missing.",
    query={"ticket": TICKET},
    pushed={
        "queue": frame("queue", head=NUMBER, **dict.fromkeys(TABS, NUMBER)),
        "change": frame(
            "change",
            ref={"type": "string"},
            change=one_of(*CHANGES),
            tab=one_of(*TABS, None),
            due_at={**MOMENT, "type": ["string", "null"]},
        ),
        "heartbeat": HEARTBEAT,
        "error": ERROR,
    },
    taken={},
)
