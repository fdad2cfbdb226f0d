"""The sentences about each event of an appeal on a party's page, and about what comes next."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mandates import names_of_agents
from appeals.events import EVENTS, text_of
from appeals.models import Appeal, Outcome
from appeals.queries import officer_codes
from casework.actor import Actor, ActorKind
from casework.models import Event

type Text = str | Promise

OUTCOMES: dict[str, Text] = {
    Outcome.OVERTURNED: gettext_lazy("Your appeal succeeds."),
    Outcome.VARIED: gettext_lazy("Your appeal succeeds in part."),
    Outcome.UPHELD: gettext_lazy("Your appeal does not succeed."),
}


def timeline(events: Iterable[Event], *, appeal: Appeal, actor: Actor) -> list[dict[str, Any]]:
    """The events as the timeline shows them, newest first; a person on our side is a code, on yours a word."""
    shown = [event for event in events if EVENTS[event.type].party]
    codes = officer_codes(e.actor_ref for e in shown if e.actor_kind == ActorKind.STAFF)
    agents = names_of_agents({event.actor_ref for event in shown if event.facts.get("agent")}, [appeal.party_id])
    is_own = actor.role_in(appeal.party_id, appeal.matter) is not None
    return [_entry(event, codes, agents, actor, is_own) for event in reversed(shown)]


def _entry(event: Event, codes: dict[str, str], agents: dict[str, str], actor: Actor, is_own: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"at": event.effective_at, "text": _sentence(event), "actor": "system"}
    if event.actor_kind == ActorKind.PARTY:
        entry["actor"] = "you"
        if is_own:
            entry["receipt"] = reverse("appeals:receipt", args=[event.case_ref, event.sequence])
        if event.facts.get("agent"):
            entry["who"] = _by_agent(event, agents, actor)
        elif actor.kind is not ActorKind.PARTY:
            entry["who"] = _("Appellant")
        elif event.actor_ref != actor.ref:
            entry["who"] = _("A colleague of yours")
    elif event.actor_kind == ActorKind.STAFF:
        entry |= {"actor": "officer", "officer": codes.get(event.actor_ref, "")}
    elif event.actor_kind == ActorKind.CLIENT:
        entry["actor"] = "platform"
    return entry


def _by_agent(event: Event, agents: dict[str, str], actor: Actor) -> str:
    if event.actor_ref == actor.ref:
        return _("You, as agent")
    name = agents.get(event.actor_ref, "")
    if actor.kind is ActorKind.PARTY:
        return _("%(name)s, agent, for you") % {"name": name}
    return _("%(name)s, agent of the appellant") % {"name": name}


def _sentence(event: Event) -> str:
    text = str(text_of(event.type, event.facts).party)
    return text % event.facts if event.type == "appeal.evidence_submitted" else text


def next_step(appeal: Appeal) -> dict[str, Any] | None:
    """What comes next and by when; None once the appeal is closed."""
    if not appeal.is_open:
        return None
    return {"text": appeal.state_row.next_step, "at": appeal.due_at}


def turn(appeal: Appeal) -> str:
    """Whose turn it is, as the turn banner names it."""
    return {"": "nobody", "appellant": "you"}.get(whose := appeal.state_row.turn, whose)


def outcome_sentence(appeal: Appeal) -> str:
    """How a decided appeal ended, in one sentence."""
    return str(OUTCOMES[Outcome(appeal.outcome)]) if appeal.outcome else ""


def state_of(appeal: Appeal) -> tuple[str, Text]:
    """The state to show as a tag: of a decided appeal its outcome, which is said of the measure."""
    if appeal.outcome and appeal.has_known_state:
        return appeal.outcome, appeal.get_outcome_display()
    return appeal.state, appeal.get_state_display()


def overdue(appeal: Appeal, now: datetime) -> bool:
    """Whether we are late."""
    return appeal.state_row.turn == "platform" and appeal.due_at is not None and now > appeal.due_at
