"""The sentences about disputes on the pages of both sides: who is who, whose turn it is, what each event means."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from casework.formats import money, officer
from casework.text import clean_end
from disputes.choices import Payer, Record, Remedy, Role, Side
from disputes.events import EVENTS, VARIANTS, for_caller
from disputes.machine import STEP_OF, DisputeState
from disputes.models import Dispute, Obligation, ObligationKind
from disputes.queries.timeline import by_agent

type Text = str | Promise

STEPS: tuple[tuple[str, Text], ...] = (
    ("talk", pgettext_lazy("step of a dispute", "Talking")),
    ("join", pgettext_lazy("step of a dispute", "Platform joins")),
    ("evidence", pgettext_lazy("step of a dispute", "Evidence")),
    ("decide", pgettext_lazy("step of a dispute", "Determination")),
    ("carry", pgettext_lazy("step of a dispute", "Carrying out")),
)
PHRASES: tuple[Text, ...] = (
    gettext_lazy("We have seen your message and are looking into it."),
    gettext_lazy("Could you add a photo that shows the problem?"),
    gettext_lazy("We are sorry about this. We propose to settle it; please see our offer."),
    gettext_lazy("Please tell us the number of the return parcel once you have sent it."),
)
"""What a merchant can put into the field with one press; nothing is sent by itself."""

TALK_ENDS: dict[str, Text] = {
    "CLOSED": gettext_lazy("This conversation is closed. It stays readable."),
    "WITHDRAWN": gettext_lazy("The dispute was taken back, so this conversation is closed. It stays readable."),
}
"""What stands in the place of the field once nothing can be written any more, by the dispute's state."""

CLOSED: dict[str, Text] = {
    "SETTLED": gettext_lazy("closed: settled"),
    "DETERMINED": gettext_lazy("closed: determined"),
    "WITHDRAWN": gettext_lazy("closed: withdrawn"),
    "REFUNDED": gettext_lazy("closed: refunded by the platform"),
}

OWED: dict[str, Text] = {
    "OWED": gettext_lazy("still to be done"),
    "REPORTED": gettext_lazy("said to be done"),
    "DONE": gettext_lazy("done"),
    "FAILED": gettext_lazy("could not be done"),
    "LATE": gettext_lazy("late"),
    "NOT_RECEIVED": gettext_lazy("has not arrived"),
}


def role_label(dispute: Dispute, side: str) -> str:
    """What a side is in the trade, as a noun: buyer, seller, platform."""
    if side == Side.CLAIMANT:
        return str(Role(dispute.ground.claimant_role).label)
    if side == Side.RESPONDENT:
        return str(Role(dispute.ground.respondent_role).label)
    return str(Role.PLATFORM.label)


def opposite(dispute: Dispute) -> Side:
    """The side that answers: the respondent, or the platform where it is the one complained of."""
    return Side.PLATFORM if dispute.respondent_id is None else Side.RESPONDENT


def who(dispute: Dispute, side: str, reader: Side | None) -> str:
    """A side as its own people and everybody else read it."""
    role = role_label(dispute, side)
    if reader is not None and side == reader:
        return _("You (%(role)s)") % {"role": role}
    return str(capfirst(role))


def payer_label(dispute: Dispute, payer: str) -> str:
    return _("each side pays its own") if payer == Payer.NOBODY else role_label(dispute, payer)


def state_of(dispute: Dispute) -> tuple[str, Text]:
    """The state to show as a tag: of a closed dispute, how it closed; while evidence is open, whose turn it is."""
    if dispute.closed_as:
        return dispute.state, CLOSED[dispute.closed_as]
    return dispute.state, dispute.get_state_display()


def is_open_talk(dispute: Dispute) -> bool:
    """Whether the sides talk, the first answer given: either can act, and neither is waited for."""
    return dispute.state == DisputeState.NEGOTIATING and dispute.answered_at is not None


def state_line(dispute: Dispute) -> list[dict[str, Any]]:
    """The five steps with where the dispute stands; of one that was settled or taken back, those that it came to."""
    here = next((step for state, step in STEP_OF.items() if state == (dispute.paused_from or dispute.state)), 1)
    steps = [(no, name, label) for no, (name, label) in enumerate(STEPS, start=1)]
    if here > STEP_OF[DisputeState.DELIBERATING]:
        came_to = {
            "talk": True,
            "join": dispute.escalated_at is not None,
            "evidence": dispute.joined_at is not None,
            "decide": bool(dispute.determinations.all()),
            "carry": dispute.state == DisputeState.SETTLED or bool(dispute.obligations.all()),
        }
        steps = [(no, name, label) for no, name, label in steps if came_to[name]]
    return [
        {"no": shown, "label": label, "status": "done" if no < here else "here" if no == here else "later"}
        for shown, (no, _name, label) in enumerate(steps, start=1)
    ]


def terms_text(dispute: Dispute, terms: Any) -> str:
    """Terms in one line: what, how much, the goods, the freight."""
    parts = [str(capfirst(Remedy(terms.remedy).label))]
    if terms.amount_minor is not None:
        parts[0] += f" {money(terms.amount_minor, dispute.currency)}"
    parts.append(_("the goods go back") if terms.goods_back else _("the goods stay"))
    if terms.freight_payer != Payer.NOBODY:
        parts.append(_("freight paid by the %(payer)s") % {"payer": payer_label(dispute, terms.freight_payer)})
    return pgettext("between parts of terms", ", ").join(parts)


def obligation_sentence(dispute: Dispute, row: Obligation) -> str:
    """One obligation in one sentence."""
    names = {
        "debtor": capfirst(role_label(dispute, row.debtor)),
        "creditor": role_label(dispute, row.creditor),
        "amount": money(row.amount_minor, dispute.currency) if row.amount_minor else "",
    }
    text = {
        ObligationKind.PAY: _("%(debtor)s pays %(amount)s to the %(creditor)s"),
        ObligationKind.RETURN_GOODS: _("%(debtor)s sends the goods back to the %(creditor)s"),
        ObligationKind.SEND_GOODS: _("%(debtor)s sends goods to the %(creditor)s"),
        ObligationKind.REPAIR: _("%(debtor)s repairs the goods of the %(creditor)s"),
        ObligationKind.PAY_FREIGHT: _("%(debtor)s pays the freight to the %(creditor)s"),
        ObligationKind.LIFT: _("%(debtor)s lifts the measure against the %(creditor)s"),
    }[ObligationKind(row.kind)]
    return text % names


def record_label(kind: str) -> str:
    return str(capfirst(Record(kind).label)) if kind in Record.values else kind


def records_text(kinds: Sequence[str]) -> str:
    return _(", ").join(str(Record(kind).label) for kind in kinds if kind in Record.values)


def due_of_event(facts: Mapping[str, Any]) -> datetime | None:
    """The time limit that an event set, where it set one."""
    value = facts.get("due") or facts.get("expires")
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def source_name(source: str) -> str:
    """Which of the platform's systems a record came from; on which host it runs is for the case file."""
    return source.rpartition(" (")[0] or _("the platform's own system")


def due_label(event: str, facts: Mapping[str, Any]) -> str:
    """What the time limit that an event set is for."""
    what = {"dispute.opened": "answer", "dispute.determined": "review"}.get(event) or str(facts.get("what", ""))
    if event == "dispute.offer_made":
        return _("The offer stands until")
    if event == "dispute.evidence_closed":
        return _("Decision due")
    if event == "dispute.obligation_not_received":
        return _("The platform steps in by")
    if fact := facts.get("fact") or (what if what.isdigit() else ""):
        return _("Fact %(fact)s to be shown by") % {"fact": fact}
    extended = {
        "answer": _("The claim to be answered by"),
        "answering": _("What was submitted can be answered until"),
        "confirmation": _("You can say that it was not done until"),
        "review": _("Review possible until"),
    }
    return extended.get(what, _("Evidence closes by"))


def event_sentence(
    dispute: Dispute, event: str, facts: Mapping[str, Any], *, codes: Mapping[str, str], agent: str = ""
) -> str:
    """What an event of the room says to everybody in it. `codes`: officer codes by people's refs; `agent`: the name of
    the agent who did it, for those who may have it.
    """
    key = _variant(event, facts)
    text = (for_caller(event, facts) or VARIANTS.get(key) or EVENTS[key]).party
    return by_agent(str(text) % _Names(dispute, facts, codes), facts, agent)


def _refused(event: str, facts: Mapping[str, Any]) -> str:
    """The name of what is said of a no; empty for all else."""
    if event == "dispute.answered" and facts.get("refuses"):
        return "dispute.refused"
    if event == "dispute.appraisal_answered" and not facts.get("agrees"):
        return "dispute.appraisal_refused"
    if event == "dispute.identity_answered" and facts.get("answer") != "GIVEN":
        return "dispute.identity_refused"
    return ""


CALLED_IN_BY = {
    "silence": "dispute.escalated_by_silence",
    "talk": "dispute.escalated_by_talk",
    "demanded": "dispute.escalated_by_demand",
}


def _variant(event: str, facts: Mapping[str, Any]) -> str:
    if refused := _refused(event, facts):
        return refused
    if event == "dispute.escalated":
        return CALLED_IN_BY.get(str(facts.get("why")), event)
    if event == "dispute.settled" and facts.get("why") == "claim":
        return "dispute.settled_by_agreeing"
    if event == "dispute.fast_refunded" and facts.get("opt_in"):
        return "dispute.fast_refunded_by_opt_in"
    if event == "dispute.offer_made" and facts.get("by_system"):
        return "dispute.offer_made_by_system"
    if event == "dispute.offer_lapsed" and facts.get("why") == "human-demanded":
        return "dispute.offer_lapsed_by_demand"
    if event == "dispute.fact_defaulted" and "state" not in facts:
        return "dispute.silence_left_to_ruling"
    if event == "dispute.burden_shifted":
        if not facts.get("to"):
            return "dispute.burden_met"
        return "dispute.burden_shifted_by_mediator" if facts.get("basis") == "mediator" else event
    if event == "dispute.window_extended" and facts.get("why") == "still-open":
        return "dispute.answering_goes_on"
    if event == "dispute.window_extended" and facts.get("fact") is None:
        return "dispute.limit_extended"
    if event == "dispute.fact_ruled":
        return "dispute.fact_proved" if facts.get("proved") else "dispute.fact_not_proved"
    if event == "dispute.records_sealed" and not facts.get("records"):
        return "dispute.records_missing"
    if event == "dispute.advance_followed" and facts.get("state") != "ADVANCED":
        return "dispute.advance_settled"
    return event


class _Names(dict[str, str]):
    """The blanks of the sentences above, filled from an event's codes when they are asked for."""

    def __init__(self, dispute: Dispute, facts: Mapping[str, Any], codes: Mapping[str, str]) -> None:
        super().__init__()
        self.dispute, self.facts, self.codes = dispute, facts, codes

    def __missing__(self, name: str) -> str:
        facts = self.facts
        if name in ("claimant", "respondent"):
            return role_label(self.dispute, Side.CLAIMANT if name == "claimant" else opposite(self.dispute))
        if name in ("side", "from", "to", "bearer"):
            return role_label(self.dispute, str(facts.get(name, "")))
        if name == "mediator":
            return officer(self.codes.get(str(facts.get("mediator") or facts.get("to")), ""))
        if name in ("statement", "silence"):
            return self._of_fact(name)
        if name == "owed":
            return self._owed()
        return str(facts.get(name, ""))

    def _of_fact(self, name: str) -> str:
        fact = next((f for f in self.dispute.facts.all() if f.no == self.facts.get("fact")), None)
        if fact is None:
            return ""
        if name == "statement":
            return clean_end(fact.row.statement)
        step = next((s for s in fact.row.steps.all() if s.no == self.facts.get("step")), fact.step)
        return step.in_language("silence")

    def _owed(self) -> str:
        row = next((o for o in self.dispute.obligations.all() if o.no == self.facts.get("obligation")), None)
        if row is None:
            return ""
        state = OWED.get(str(self.facts.get("state")), "")
        if self.facts.get("payment"):
            state = _("paid, as the payment channel proves")
        if self.facts.get("why") == "no-objection":
            state = _("counts as done, because nobody said otherwise in time")
        said = {"what": obligation_sentence(self.dispute, row), "state": state}
        return _("%(what)s: %(state)s") % said
