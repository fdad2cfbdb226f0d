"""What happened to a dispute, event by event, in words; without offers for whoever decides or looks on.

What does not belong here: what people wrote to each other (room).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.actor import Actor
from casework.models import Event
from casework.templatetags.casework_tags import moment_text
from disputes.machine import FactState
from disputes.models import Dispute
from disputes.policies import is_between_the_sides, sees_offers
from disputes.queries.cases import events_of
from disputes.queries.letter import who

SAID: Mapping[str, str | Promise] = {
    "dispute.burden_shifted": gettext_lazy("The burden of proof moved."),
    "dispute.fact_defaulted": gettext_lazy("A time limit passed; a fact was found by what is on file."),
    "dispute.opened": gettext_lazy("The dispute was opened."),
    "dispute.answered": gettext_lazy("The first answer was given."),
    "dispute.escalated": gettext_lazy("The platform was called in."),
    "dispute.human_demanded": gettext_lazy("A person was demanded."),
    "dispute.withdrawn": gettext_lazy("The dispute was withdrawn."),
    "dispute.evidence_submitted": gettext_lazy("Fact %(fact)s: evidence was submitted by %(side)s."),
    "dispute.evidence_answered": gettext_lazy("Fact %(fact)s: %(side)s had nothing to add."),
    "dispute.evidence_objected": gettext_lazy("%(side)s objected to evidence %(item)s."),
    "dispute.fact_admitted": gettext_lazy("Fact %(fact)s was conceded by %(side)s."),
    "dispute.offer_made": gettext_lazy("An offer was made."),
    "dispute.offer_accepted": gettext_lazy("One side accepted the platform's proposal."),
    "dispute.offer_refused": gettext_lazy("An offer was refused."),
    "dispute.offer_withdrawn": gettext_lazy("An offer was taken back."),
    "dispute.offer_lapsed": gettext_lazy("An offer lapsed."),
    "dispute.settled": gettext_lazy("Both sides agreed."),
    "dispute.review_requested": gettext_lazy("A review by someone else was asked for."),
    "dispute.determination_accepted": gettext_lazy("%(side)s accepted the determination."),
    "dispute.joined": gettext_lazy("A mediator joined."),
    "dispute.handed_over": gettext_lazy("Another mediator took the dispute over."),
    "dispute.fact_ruled": gettext_lazy("The mediator ruled on fact %(fact)s."),
    "dispute.evidence_reopened": gettext_lazy("Evidence on fact %(fact)s is open again."),
    "dispute.determined": gettext_lazy("The dispute was determined."),
    "dispute.paused": gettext_lazy("The dispute was paused: a court or the police has the matter."),
    "dispute.resumed": gettext_lazy("The dispute goes on; every time limit is later by the pause."),
    "dispute.window_extended": gettext_lazy("Fact %(fact)s: an outage was added to the time, now until %(due)s."),
    "dispute.evidence_closed": gettext_lazy("Evidence is closed."),
    "dispute.overdue": gettext_lazy("The platform's own time limit passed."),
    "dispute.reminded": gettext_lazy("A reminder was sent."),
    "dispute.records_asked": gettext_lazy("Fact %(fact)s: the platform's records were asked for by %(side)s."),
    "dispute.records_sealed": gettext_lazy("Fact %(fact)s: the platform's records are on file."),
    "dispute.carrying_out": gettext_lazy("What was agreed or determined is owed now."),
    "dispute.obligation_followed": gettext_lazy("There is news of what is owed."),
    "dispute.advance_followed": gettext_lazy("The platform paid first, or got back what it had paid."),
    "dispute.closed": gettext_lazy("The dispute is closed."),
}
ACTORS = {"party": "other", "staff": "officer", "system": "system", "client": "platform"}


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """One line, in the shape of components/timeline.html; never with a person's name."""

    at: datetime
    text: str
    actor: str
    type: str
    who: str = ""
    officer: str = ""


def hides(actor: Actor, dispute: Dispute) -> Callable[[Event], bool]:
    """Which events of the ledger this reader is not shown."""
    shows_all = sees_offers(actor, dispute)
    return lambda event: not shows_all and is_between_the_sides(event.type, event.facts)


def course_of(actor: Actor, dispute: Dispute, *, after: int = 0) -> list[CourseEntry]:
    """What happened behind version `after`, newest first, in the active language."""
    is_hidden = hides(actor, dispute)
    rows = events_of(dispute).filter(sequence__gt=after).order_by("-sequence")
    return [_entry(dispute, event) for event in rows if event.type in SAID and not is_hidden(event)]


def _entry(dispute: Dispute, event: Event) -> CourseEntry:
    return CourseEntry(
        at=event.effective_at,
        text=said(dispute, event.type, event.facts),
        actor=ACTORS.get(event.actor_kind, "other"),
        type=event.type,
        who=_("A party") if event.actor_kind == "party" else "",
    )


def said(dispute: Dispute, type_: str, facts: Mapping[str, Any]) -> str:
    """One event as a sentence."""
    if type_ == "dispute.burden_shifted":
        return _shifted(dispute, facts)
    if type_ == "dispute.fact_defaulted":
        return _("Fact %(fact)s: the time passed and %(side)s showed nothing; it is %(state)s.") % {
            "fact": facts["fact"],
            "side": who(dispute, facts["bearer"]),
            "state": FactState(facts["state"]).label,
        }
    if type_ == "dispute.window_extended" and facts.get("why") == "still-open":
        return _("What was submitted can still be answered.")
    if type_ == "dispute.window_extended" and not {"fact", "due"} <= facts.keys():
        return _("An outage was added to the time.")
    side, due = facts.get("side"), facts.get("due")
    values = {
        "fact": facts.get("fact", ""),
        "item": facts.get("item", facts.get("no", "")),
        "side": who(dispute, side, first=type_ in _BEGINS_WITH_SIDE) if side else "",
        "due": moment_text(datetime.fromisoformat(due)) if due else "",
    }
    return str(SAID[type_]) % values


_BEGINS_WITH_SIDE = ("dispute.evidence_objected", "dispute.determination_accepted")


def _shifted(dispute: Dispute, facts: Mapping[str, Any]) -> str:
    values = {"fact": facts["fact"], "from": who(dispute, facts["from"]) if facts.get("from") else ""}
    if not facts.get("to"):
        return _("Fact %(fact)s: %(from)s showed something; it waits for a ruling.") % values
    if facts.get("from") == facts["to"]:
        due = moment_text(datetime.fromisoformat(facts["due"]))
        return _("Fact %(fact)s: %(from)s has more time, until %(due)s.") % {**values, "due": due}
    values |= {"to": who(dispute, facts["to"]), "due": moment_text(datetime.fromisoformat(facts["due"]))}
    return _("Fact %(fact)s: the burden moved from %(from)s to %(to)s, who has until %(due)s.") % values
