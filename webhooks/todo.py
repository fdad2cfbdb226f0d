"""What waits for somebody, in every kind of case at once: here, since webhooks know them all, and for `GET todo`."""

from dataclasses import replace
from datetime import datetime

import appeals.queries
import disputes.queries
import executors.queries.todo
import infringements.queries
from accounts.models import Party, User
from accounts.queries import actor_of_user
from casework.actor import Actor, Via
from casework.canonical import digest
from casework.clock import with_offset
from casework.todo import Todo, by_due
from rules.queries import asked_to_agree


def cards_for(actor: Actor, *, now: datetime) -> list[Todo]:
    """Every card of this actor, by due time; those without one last."""
    asked = asked_to_agree(actor, now)
    return by_due(
        [
            *appeals.queries.todo_for(actor, now=now),
            *disputes.queries.todo_for(actor, now=now),
            *executors.queries.todo.todo_for(actor),
            *infringements.queries.todo_for(actor),
            *(Todo("rule", "consent", v.rule.ref, v.number, "agree", None, v.rule.name) for v, _party in asked),
        ]
    )


def counts_of(user: User, party: Party, *, now: datetime) -> tuple[dict[str, int], str]:
    """How much waits for this person in the cases of this party, and a digest that differs whenever any of it does;
    empty where nothing waits, and for whoever does not act for the party any more.
    """
    cards: list[Todo] = []
    unread = newest = 0
    if user.is_active:
        actor = actor_of_user(user, via=Via.WORKER)
        held = {pk: role for pk, role in actor.parties.items() if pk == party.pk}
        named = {case: role for case, role in actor.cases.items() if case[-1] == party.pk}
        theirs = replace(actor, parties=held, cases=named, roles=frozenset())
        if theirs.acts:
            cards, (unread, newest) = cards_for(theirs, now=now), disputes.queries.unread_of(theirs)
    what = [[card.case, card.kind, card.ref, card.due_at and with_offset(card.due_at)] for card in cards]
    return {"todo": len(cards), "unread": unread}, digest([what, newest, unread]) if what or unread else ""
