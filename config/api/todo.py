"""Lists what waits for somebody, in every kind of case at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework import serializers

import appeals.queries
import disputes.queries
import executors.queries.todo
from casework.actor import Actor
from rules.queries import asked_to_agree
from surfaces.api.views import Call, ReadView, Reply

VERBS = {
    "answer": "answer",
    "prove": "prove",
    "reply": "reply",
    "offer": "answer-offer",
    "determined": "read",
    "owed": "report",
}
"""The verb of each kind of card that disputes deal out."""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that waits: in which kind of case, the verb to press, and by when."""

    case: str
    kind: str
    ref: str
    number: str
    verb: str
    due_at: datetime | None
    subject: str

    @property
    def href(self) -> str:
        return f"/api/v1/{self.case}s/{self.ref}"


class TodoOutput(serializers.Serializer[Any]):
    case = serializers.CharField(
        help_text="`notice`, `appeal`, `dispute`, `incident`, `instruction` or `rule`; `ref` is its reference."
    )
    kind = serializers.CharField()
    ref = serializers.CharField()
    number = serializers.CharField()
    verb = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    subject = serializers.CharField()
    href = serializers.CharField()


class TodoView(ReadView):
    """What waits for you in every kind of case, most urgent first."""

    shows, is_list = TodoOutput, True

    def read(self, call: Call) -> Reply:
        cards = cards_for(call.actor, now=call.now)
        return Reply({"items": self.rendered(self.shows, cards, call, many=True)})


def cards_for(actor: Actor, *, now: datetime) -> list[Card]:
    """Every card of this actor, by due time; those without one last."""
    cards = [
        Card(
            "notice" if todo.kind in ("appeal", "draft") else "appeal",
            todo.kind,
            todo.ref,
            todo.number,
            todo.verb,
            todo.due_at,
            todo.subject,
        )
        for todo in appeals.queries.todo_for(actor, now=now)
    ]
    cards += [
        Card("dispute", todo.kind, todo.ref, todo.number, VERBS[todo.kind], todo.due_at, todo.subject)
        for todo in disputes.queries.todo_for(actor, now=now)
    ]
    cards += [
        Card(todo.case, todo.verb, todo.ref, todo.number, todo.verb, todo.due_at, todo.subject)
        for todo in executors.queries.todo.todo_for(actor)
    ]
    cards += [
        Card("rule", "consent", version.rule.ref, version.number, "agree", None, version.rule.name)
        for version, _party in asked_to_agree(actor, now)
    ]
    return sorted(cards, key=lambda card: (card.due_at is None, card.due_at or now))
