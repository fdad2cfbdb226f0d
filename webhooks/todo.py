"""What waits for somebody, in every kind of case at once: here, since webhooks know them all, and for `GET todo`."""

from dataclasses import dataclass, replace
from datetime import datetime

import appeals.queries
import disputes.queries
import executors.queries.todo
from accounts.models import Party, PartyKind, User
from accounts.queries import actor_of_user
from casework.actor import Actor, Via
from casework.canonical import digest
from casework.clock import with_offset
from rules.queries import asked_to_agree

VERBS = {
    "answer": "answer",
    "prove": "prove",
    "reply": "reply",
    "offer": "answer-offer",
    "determined": "read",
    "owed": "report",
}
"""The verb of each kind of card that disputes deal out."""
OF_EXECUTORS = frozenset({"incident", "instruction"})


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
    unread: int = 0  # messages of others in it

    @property
    def href(self) -> str:
        return f"/api/v1/{self.case}s/{self.ref}"


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
        Card("dispute", todo.kind, todo.ref, todo.number, VERBS[todo.kind], todo.due_at, todo.subject, todo.unread)
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


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for one person in the cases of one party. `digest` differs whenever any of it does."""

    todo: int = 0
    unread: int = 0
    digest: str = ""


def counts_of(user: User, party: Party, *, now: datetime) -> Counts:
    """Nothing for whoever does not act for the party any more."""
    if not user.is_active:
        return Counts()
    actor = actor_of_user(user, via=Via.WORKER)
    held = {pk: role for pk, role in actor.parties.items() if pk == party.pk}
    named = {case: role for case, role in actor.cases.items() if case[-1] == party.pk}
    theirs = replace(actor, parties=held, cases=named)
    if not theirs.acts or theirs.roles:
        return Counts()
    cards = [
        card for card in cards_for(theirs, now=now) if card.case not in OF_EXECUTORS or party.kind == PartyKind.EXECUTOR
    ]
    unread = disputes.queries.unread_of(theirs)
    if not cards and not unread.count:
        return Counts()
    what = [[card.case, card.kind, card.ref, card.due_at and with_offset(card.due_at)] for card in cards]
    return Counts(len(cards), unread.count, digest({"cards": what, "unread": [unread.count, unread.newest]}))
