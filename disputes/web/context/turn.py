"""Says where a dispute is for one reader: what is claimed, whose turn it is, what was the result."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casework.formats import money
from casework.text import clean_end
from disputes import queries
from disputes.choices import Remedy, Side
from disputes.machine import PROVING
from disputes.models import Dispute, Obligation, ObligationState
from disputes.queries import FactView
from disputes.verbs import Action
from disputes.web import sentences
from disputes.web.context.outcome import not_received_text
from disputes.windows import answer_closes


def claim_text(dispute: Dispute) -> str:
    """What is wanted, in one line."""
    text = str(capfirst(Remedy(dispute.claim_remedy).label))
    amount = money(dispute.claim_amount_minor, dispute.currency)
    return f"{text} {amount}".strip()


def turn(
    dispute: Dispute, side: Side | None, views: Sequence[FactView], actions: Sequence[Action], now: datetime
) -> dict[str, Any] | None:
    """Whose turn it is, what they are to do, by when, and where; None where nothing is waited for."""
    row = dispute.state_row
    if row.turn in ("", "reviewers"):  # of a pause and a determination the page says itself what follows, and when
        return None
    turns = queries.turn_of(dispute)
    at = queries.due_at_of(dispute)
    whose = "other" if turns else "nobody"
    if sentences.is_open_talk(dispute):
        whose = "both"
    elif side in turns:
        whose = "you"
    elif turns == [Side.PLATFORM]:
        whose = "platform"
    made: dict[str, Any] = {"turn": whose, "text": row.next_step, "at": at, "action_url": "", "action": ""}
    if row.turn == "sides":
        return made | _talking_turn(dispute, side, actions, whose)
    if row.turn == "bearers":
        return made | _proof_turn(dispute, side, views, whose)
    if any(a.name == "answer" for a in actions):  # the platform was called in before the time to answer was over
        url = reverse("disputes:answer", args=[dispute.ref])
        return made | {"turn": "you", "at": answer_closes(dispute), "action_url": url, "action": _("Answer")}
    if row.turn == "debtors":
        return made | _owing_turn(dispute, side, actions, whose, now)
    return made


def _talking_turn(dispute: Dispute, side: Side | None, actions: Sequence[Action], whose: str) -> dict[str, Any]:
    if dispute.answered_at is not None:
        offers = any(a.name == "offer" for a in actions)  # an agent with general authority, for one, may not
        if dispute.refused_at is not None:
            if offers:
                return {"text": _("The claim was refused. You can make an offer, or call the platform in at once.")}
            return {"text": _("The claim was refused. You can call the platform in at once.")}
        if offers:
            return {"text": _("Talk to each other, make an offer, or call the platform in.")}
        return {"text": _("Talk to each other, or call the platform in.")}
    if whose == "you" and any(a.name == "answer" for a in actions):
        return {
            "text": _("Please answer the claim. If no answer comes in time, the platform joins by itself."),
            "action_url": reverse("disputes:answer", args=[dispute.ref]),
            "action": _("Answer"),
        }
    if whose == "you":
        return {"text": _("Somebody who may answer for your side has to answer the claim.")}
    return {}


def _proof_turn(dispute: Dispute, side: Side | None, views: Sequence[FactView], whose: str) -> dict[str, Any]:
    if whose == "you":
        mine = [v for v in views if v.yours and v.closes_at is not None] or [v for v in views if v.yours]
        first = min(mine, key=lambda v: (v.closes_at is None, v.closes_at or dispute.created_at))
        return {
            "text": _("Please show something about fact %(no)d: “%(fact)s”.")
            % {"no": first.no, "fact": clean_end(first.statement)},
            "at": first.closes_at,
            "action_url": reverse("disputes:fact", args=[dispute.ref, first.no]),
            "action": _("Submit evidence"),
        }
    if whose == "platform":
        return {"text": _("Everything is in, or can still be answered or added to. Then the mediator rules.")}
    return {}


def _owing_turn(
    dispute: Dispute, side: Side | None, actions: Sequence[Action], whose: str, now: datetime
) -> dict[str, Any]:
    rows = [o for o in dispute.obligations.all() if o.due_at is not None]
    owed = [o for o in rows if o.state == ObligationState.OWED and o.debtor == side]
    said = [o for o in rows if o.state == ObligationState.REPORTED and o.creditor == side]
    missing = [o for o in rows if o.state == ObligationState.OWED and o.creditor == side and is_over(o, now)]
    if whose == "you" and owed:
        first = min(owed, key=lambda o: o.due_at or dispute.created_at)
        return {
            "text": sentences.obligation_sentence(dispute, first) + _("."),
            "at": first.due_at,
            "action_url": reverse("disputes:report", args=[dispute.ref, first.no]),
            "action": _("Say that it is done"),
        }
    if missing:
        return _missing_turn(dispute, missing[0], actions, now)
    if whose == "you" and said:
        return {
            "text": _("The other side says that it is done: %(what)s. Please say whether it arrived.")
            % {"what": sentences.obligation_sentence(dispute, said[0])},
            "at": None,
            "action_url": "#owed",
            "action": _("See what is owed"),
        }
    return {}


def is_over(row: Obligation, now: datetime) -> bool:
    """Whether the time to do what is owed has passed, or it is said not to have arrived."""
    return row.not_received_at is not None or (row.due_at is not None and row.due_at <= now)


def _missing_turn(dispute: Dispute, row: Obligation, actions: Sequence[Action], now: datetime) -> dict[str, Any]:
    """What the side that is owed something can do once the time for it is over, and what the platform does."""
    what = sentences.obligation_sentence(dispute, row)
    if row.not_received_at is not None:
        text = what + _(": ") + not_received_text(dispute, row, now)
        return {"turn": "platform", "text": text, "at": row.platform_due_at}
    text = _("%(what)s: this was due, and is late. If it has not arrived, say so, and the platform steps in.")
    made: dict[str, Any] = {"text": text % {"what": what}, "at": row.due_at}
    if any(a.name == "not-received" and a.obligation == row.no for a in actions):
        url = reverse("disputes:not-received", args=[dispute.ref, row.no])
        made |= {"turn": "you", "action_url": url, "action": _("It has not arrived")}
    return made


def reply(dispute: Dispute, side: Side | None, views: Sequence[FactView], now: datetime) -> dict[str, Any] | None:
    """Until when this side can answer what was submitted against it, and about which facts."""
    if side is None or dispute.state not in PROVING:
        return None
    open_now = [
        (s.answerable_until, view)
        for view in views
        for s in view.submissions
        if s.side != side and s.answered_at is None and s.answerable_until >= now
    ]
    if not open_now:
        return None
    facts = sorted({view.no for _at, view in open_now})
    return {
        "until": max(at for at, _view in open_now),
        "facts": [{"no": no, "url": reverse("disputes:fact", args=[dispute.ref, no])} for no in facts],
    }
