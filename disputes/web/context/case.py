"""The whole case part of a room: everything but the talk, in one context for its templates."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.mandates import address_to_authorise
from casework.actor import Actor
from casework.machine import verbs_open_to
from disputes import queries
from disputes.choices import Side
from disputes.machine import DisputeState
from disputes.models import Dispute
from disputes.policies import is_mediator, role_on_side, sees_offers, side_of
from disputes.verbs import actions_for
from disputes.web import sentences
from disputes.web.context.evidence import record_items
from disputes.web.context.facts import fact_card, pull_card
from disputes.web.context.offers import no_return_consent, offer_columns, past_offers
from disputes.web.context.outcome import advance_card, fast_refund_card, missing_side_sentence, owed, result_card
from disputes.web.context.roles import MANAGES, missing_roles
from disputes.web.context.turn import claim_text, reply, turn


def case_part(actor: Actor, ref: str, now: datetime) -> dict[str, Any]:
    """Everything of the case itself, without the talk; made anew whenever something happened. Raises `NotFound`."""
    dispute = queries.dispute_for(actor, ref)
    side = side_of(actor, dispute)
    views = queries.facts_of(actor, dispute)
    actions = actions_for(actor, dispute, now=now)
    shown = queries.evidence_shown_to(actor, dispute)
    code, label = sentences.state_of(dispute)
    columns = offer_columns(actor, dispute, side, actions, now)
    cards = [fact_card(dispute, view, side, actions, shown, now) for view in views]
    return {
        "dispute": dispute,
        "side": side,
        "is_side": side in (Side.CLAIMANT, Side.RESPONDENT),
        "authorise_url": address_to_authorise(
            actor, dispute.claimant if side is Side.CLAIMANT else dispute.respondent, dispute.ref
        ),
        "reads_as_mediator": is_mediator(actor, dispute),
        "state": code,
        "label": label,
        "state_line": sentences.state_line(dispute),
        "claim": claim_text(dispute),
        "assisted": queries.assisted_shown_to(actor, dispute),
        "reads_notice": queries.reads_notice(actor, dispute),
        "sides": [
            {"name": sentences.who(dispute, Side.CLAIMANT, side), "party": dispute.claimant.name},
            {
                "name": sentences.who(dispute, sentences.opposite(dispute), side),
                "party": dispute.respondent.name if dispute.respondent else "",
            },
        ],
        "may_offer": "make_offer" in verbs_open_to(dispute) and sees_offers(actor, dispute),
        "turn": turn(dispute, side, views, actions, now),
        "reply": reply(dispute, side, views, now),
        "cards": cards,
        "notes": queries.statutory_notes(dispute),
        "acts": {action.name: action for action in actions},
        "talk_end": sentences.TALK_ENDS.get(str(dispute.state), ""),
        "escalate_from": dispute.escalate_from if _may_escalate_later(dispute, actor, now) else None,
        "records": record_items(dispute, shown),
        "pulls": [pull_card(dispute, view, pull, side) for view in views for pull in view.pulls],
        "columns": columns,
        "waiting_offers": [c for c in columns if c["offer"]["waits"]],
        "agree_url": reverse("disputes:agree", args=[dispute.ref]) if any(a.name == "agree" for a in actions) else "",
        "past_offers": past_offers(actor, dispute, side),
        "owed": owed(dispute, side, actions, now),
        "advances": [advance_card(dispute, row) for row in sorted(dispute.advances.all(), key=lambda a: a.no)],
        "fast_refund": fast_refund_card(dispute, side, actions, now),
        "result": result_card(dispute),
        "read_url": reverse("disputes:read-identity", args=[dispute.ref]),
        "missing": missing_roles(actor, dispute, side),
        "left": missing_side_sentence(dispute, side),
        "consent": no_return_consent(actor, dispute, side),
        "now": now,
    }


def _may_escalate_later(dispute: Dispute, actor: Actor, now: datetime) -> bool:
    return (
        dispute.state == DisputeState.NEGOTIATING
        and dispute.answered_at is None
        and now < dispute.is_called_in_from
        and side_of(actor, dispute) is not sentences.opposite(dispute)
        and role_on_side(actor, dispute) in MANAGES
    )
