"""The timeline of a dispute, event by event, in words; without offers for whoever decides or oversees."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.mandates import names_of_agents
from casework.actor import Actor
from casework.formats import deadline_text
from casework.models import Event
from disputes.events import EVENTS, VARIANTS, for_caller
from disputes.machine import FactState
from disputes.models import Dispute
from disputes.policies import is_between_the_sides, is_for_one_side, sees_offers, side_of
from disputes.queries.cases import events_of
from disputes.queries.letter import who

SENTENCES = {type_: row.staff for type_, row in EVENTS.items() if row.staff}
ACTORS = {"party": "other", "staff": "officer", "system": "system", "client": "platform"}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line, in the shape of components/timeline.html; never with a person's name."""

    at: datetime
    text: str
    actor: str
    type: str
    who: str = ""
    officer: str = ""


def hides(actor: Actor, dispute: Dispute) -> Callable[[Event], bool]:
    """Returns which events of the ledger this reader is not shown."""
    if not sees_offers(actor, dispute):
        return lambda event: is_between_the_sides(event.type, event.facts)
    side = side_of(actor, dispute)
    return lambda event: is_for_one_side(event.type, event.facts) and event.facts["side"] != side


def timeline_of(actor: Actor, dispute: Dispute, *, after: int = 0) -> list[TimelineEntry]:
    """Returns what happened behind version `after`, newest first, in the active language."""
    is_hidden = hides(actor, dispute)
    rows = events_of(dispute).filter(sequence__gt=after).order_by("-sequence")
    return [_entry(dispute, event) for event in rows if event.type in SENTENCES and not is_hidden(event)]


def _entry(dispute: Dispute, event: Event) -> TimelineEntry:
    return TimelineEntry(
        at=event.effective_at,
        text=by_agent(sentence_of(dispute, event.type, event.facts), event.facts),
        actor=ACTORS.get(event.actor_kind, "other"),
        type=event.type,
        who=_("A party") if event.actor_kind == "party" else "",
    )


def by_agent(text: str, facts: Mapping[str, Any], name: str = "") -> str:
    """The sentence of an event; of an agent's act with the words that say so, and the name where there is one."""
    if not facts.get("agent"):
        return text
    if name:
        return _("%(text)s By an agent: %(name)s.") % {"text": text, "name": name}
    return _("%(text)s By an agent.") % {"text": text}


def sentence_of(dispute: Dispute, type_: str, facts: Mapping[str, Any]) -> str:
    """Returns the sentence of one event."""
    is_default, is_shift = type_ == "dispute.fact_defaulted", type_ == "dispute.burden_shifted"
    side, due = facts.get("bearer" if is_default else "side"), facts.get("due")
    values = {
        "fact": facts.get("fact", ""),
        "item": facts.get("item", facts.get("no", "")),
        "side": who(dispute, side, first=type_ in _BEGINS_WITH_SIDE) if side else "",
        "from": who(dispute, facts["from"]) if is_shift and facts.get("from") else "",
        "to": who(dispute, facts["to"]) if is_shift and facts.get("to") else "",
        "opt_in": facts.get("opt_in", ""),
        "due": deadline_text(datetime.fromisoformat(due)) if due else "",
        "state": FactState(facts["state"]).label if facts.get("state") and is_default else "",
    }
    key = _variant(type_, facts)
    return str((for_caller(type_, facts) or VARIANTS.get(key) or EVENTS[key]).staff) % values


def names_of_agents_for(actor: Actor, dispute: Dispute, sequences: Iterable[int]) -> dict[int, str]:
    """Who did each of these events as an agent of the side that this actor speaks for; of the other side nobody."""
    side, wanted = side_of(actor, dispute), list(sequences)
    party_id = None if side is None else dispute.party_id_of(side)
    if not wanted or party_id is None:
        return {}
    refs = dict(events_of(dispute).filter(sequence__in=wanted).values_list("sequence", "actor_ref"))
    names = names_of_agents(refs.values(), [party_id])
    return {sequence: names[ref] for sequence, ref in refs.items() if ref in names}


_BEGINS_WITH_SIDE = ("dispute.evidence_objected", "dispute.determination_accepted", "dispute.filing_confirmed")


def _variant(type_: str, facts: Mapping[str, Any]) -> str:
    """The name under which the sentence stands, where it depends on more than the type."""
    if type_ == "dispute.window_extended" and facts.get("why") == "still-open":
        return "dispute.answering_goes_on"
    if type_ == "dispute.window_extended" and not {"fact", "due"} <= facts.keys():
        return "dispute.limit_extended"
    if type_ == "dispute.appraisal_answered" and not facts.get("agrees"):
        return "dispute.appraisal_refused"
    if type_ == "dispute.identity_answered" and facts.get("answer") != "GIVEN":
        return "dispute.identity_refused"
    if type_ == "dispute.fast_refunded" and facts.get("opt_in"):
        return "dispute.fast_refunded_by_opt_in"
    if type_ == "dispute.fact_defaulted" and "state" not in facts:
        return "dispute.silence_left_to_ruling"
    if type_ == "dispute.burden_shifted" and not facts.get("to"):
        return "dispute.burden_met"
    if type_ == "dispute.burden_shifted" and facts.get("from") == facts["to"]:
        return "dispute.burden_kept"
    if type_ == "dispute.joined" and facts.get("picked"):
        return "dispute.joined_by_choice"
    return type_
