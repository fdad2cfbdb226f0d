"""What a dispute came to: the result in one card, what is owed by whom, what the platform paid first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.queries import people_of
from casework.actor import Actor
from casework.errors import or_not_found
from casework.formats import deadline_text, moment_text, money, officer
from disputes.choices import Side
from disputes.fast_refund import can_be_taken, fast_refund_of
from disputes.machine import BEFORE_MEDIATOR, UNDER_REVIEW, DisputeState
from disputes.models import Dispute, ObligationState, OfferState
from disputes.verbs import Action
from disputes.web import sentences


def owed(dispute: Dispute, side: Side | None, actions: Sequence[Action], now: datetime) -> list[dict[str, Any]]:
    """Each thing that is owed, as a line of the money's way: owed, said to be done, done."""
    can, counts = {(a.name, a.obligation): a for a in actions}, not dispute.state_row.is_paused
    return [
        {
            "no": row.no,
            "text": sentences.obligation_sentence(dispute, row),
            "state": "LATE" if row.is_late and row.state == ObligationState.OWED else row.state,
            "label": sentences.OWED["LATE" if row.is_late and row.state == ObligationState.OWED else row.state],
            "due": row.due_at if counts and row.state == ObligationState.OWED else None,
            "counts_from": row.confirm_due_at
            if row.state == ObligationState.REPORTED and not dispute.state_row.is_paused
            else None,
            "waits": row.due_at is None and row.state == ObligationState.OWED,
            "reported_at": row.reported_at,
            "done_at": row.done_at,
            "note": row.note,
            "report_url": reverse("disputes:report", args=[dispute.ref, row.no])
            if ("report-obligation", row.no) in can
            else "",
            "confirm_url": reverse("disputes:confirm", args=[dispute.ref, row.no])
            if ("confirm-obligation", row.no) in can
            else "",
            "not_received_url": reverse("disputes:not-received", args=[dispute.ref, row.no])
            if ("not-received", row.no) in can
            else "",
            "not_received": not_received_text(dispute, row, now)
            if row.not_received_at is not None and row.state == ObligationState.OWED
            else "",
            "payment": row.payment_ref,
            "actions": {name: action for (name, no), action in can.items() if no == row.no},
        }
        for row in sorted(dispute.obligations.all(), key=lambda o: o.no)
    ]


def not_received_text(dispute: Dispute, row: Any, now: datetime) -> str:
    """That it did not arrive, and what the platform does by when; or that the platform is late with it."""
    names = {
        "at": moment_text(row.not_received_at),
        "due": deadline_text(row.platform_due_at),
        "creditor": sentences.role_label(dispute, row.creditor),
    }
    if row.platform_due_at <= now:
        return _("Said on %(at)s not to have arrived. The platform was to step in by %(due)s and is late.") % names
    if row.is_guaranteed:
        text = _("Said on %(at)s not to have arrived. By %(due)s the platform pays the %(creditor)s itself.")
        return text % names
    return _("Said on %(at)s not to have arrived. A person of the platform steps in by %(due)s.") % names


def advance_card(dispute: Dispute, row: Any) -> dict[str, Any]:
    names = {"amount": money(row.amount_minor, dispute.currency), "side": sentences.role_label(dispute, row.to_side)}
    return {
        "text": _(
            "The platform paid %(amount)s to the %(side)s first. This does not say how the dispute is determined."
        )
        % names,
        "reason": row.reason,
        "at": row.advanced_at,
        "label": row.get_state_display(),
    }


def fast_refund_card(
    dispute: Dispute, side: Side | None, actions: Sequence[Action], now: datetime
) -> dict[str, Any] | None:
    """The fast refund that was taken, or that can be, with who bears it; None where there is neither."""
    row = fast_refund_of(dispute)
    is_open = row is not None and dispute.state in BEFORE_MEDIATOR and can_be_taken(dispute, now)
    if row is None or not (is_open or row.accepted_at):
        return None
    names = {"amount": money(row.amount_minor, dispute.currency), "version": row.opt_in and row.opt_in.version}
    if row.opt_in is None:
        text = _("The platform refunds %(amount)s at its own cost. This does not decide who is right.")
    else:
        text = _(
            "The shop refunds %(amount)s by its standing consent, version %(version)s. "
            "This does not decide who is right."
        )
    if is_open and side is Side.CLAIMANT:
        more = _("You need not show anything. You can take it until a mediator joins, or go on without it.")
    elif is_open:
        more = _("The buyer can take it until a mediator joins. Nothing of it counts against the seller.")
    else:
        more = _("Nothing of it counts against the seller.")
    may_take = any(action.name == "accept-fast-refund" for action in actions)
    return {
        "text": text % names,
        "more": more,
        "is_open": is_open,
        "payer": row.payer,
        "url": reverse("disputes:accept-fast-refund", args=[dispute.ref]) if may_take else "",
    }


def owed_effect(_actor: Actor, dispute: Dispute, no: int) -> str:
    """What is owed, in one sentence."""
    row = or_not_found(next((each for each in dispute.obligations.all() if each.no == no), None))
    return sentences.obligation_sentence(dispute, row)


def result_card(dispute: Dispute) -> dict[str, Any] | None:
    """How it ended or stands decided, in one card; None before that."""
    newest = max(dispute.determinations.all(), key=lambda d: d.round, default=None)
    agreed = next((o for o in dispute.offers.all() if o.state == OfferState.ACCEPTED), None)
    state = str(dispute.state)
    if state == DisputeState.WITHDRAWN:
        return {"tone": "calm", "icon": "undo", "text": _("This dispute was taken back.")}
    if agreed is not None:
        terms = sentences.terms_text(dispute, agreed)
        return {"tone": "good", "icon": "check", "text": _("Both sides agreed: %(terms)s.") % {"terms": terms}}
    if newest is None:
        return None
    lines = str(newest.get_outcome_display())
    if newest.remedy:
        lines += _(": ") + sentences.terms_text(dispute, newest)
    return {
        "tone": "wait" if dispute.state in UNDER_REVIEW else "calm",
        "icon": "scale",
        "text": str(capfirst(lines)) + _("."),
        "letter_url": reverse("disputes:decision", args=[dispute.ref]),
        "under_review": dispute.state in UNDER_REVIEW,
        "officer": officer(newest.mediator.officer_code),
        "at": newest.decided_at,
    }


def missing_side_sentence(dispute: Dispute, side: Side | None) -> str:
    """What the page says where nobody acts for the other side any more."""
    if side not in (Side.CLAIMANT, Side.RESPONDENT) or not dispute.is_open:
        return ""
    other = dispute.party_id_of(side.other)
    if other is None or people_of(other):
        return ""
    return _(
        "Nobody acts for the other side here any more. The dispute goes on without them, and the platform sees to it "
        "that the result is carried out."
    )
