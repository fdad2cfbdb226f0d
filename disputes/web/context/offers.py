"""Offers side by side, and those that were; a merchant's own consent to bear a refund without return."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.queries import who_holds
from accounts.roles import CAN_GIVE_UP
from casework.actor import Actor
from casework.formats import money
from disputes import queries
from disputes.choices import Remedy, Side
from disputes.machine import BEFORE_DECISION
from disputes.models import Dispute, NoReturnConsent, OfferState
from disputes.policies import pays, role_on_side, sees_offers
from disputes.verbs import Action
from disputes.web import sentences
from disputes.web.context.roles import PAYS


def offer_columns(
    actor: Actor, dispute: Dispute, side: Side | None, actions: Sequence[Action], now: datetime
) -> list[dict[str, Any]]:
    """The open offers, side by side: the claimant's, the respondent's, the platform's proposal."""
    if not sees_offers(actor, dispute):
        return []
    open_now = {o.side: o for o in queries.offers_shown_to(actor, dispute) if o.state == OfferState.OPEN}
    return [
        {
            "side": each,
            "who": sentences.who(dispute, each, side),
            "is_own": each == side,
            "offer": offer_card(actor, dispute, open_now[each], side, actions, now),
        }
        for each in (Side.CLAIMANT, Side.RESPONDENT, Side.PLATFORM)
        if each in open_now
    ]


def offer_card(
    actor: Actor, dispute: Dispute, offer: Any, side: Side | None, actions: Sequence[Action], now: datetime
) -> dict[str, Any]:
    mine = {a.name: a for a in actions if a.offer == offer.ref}
    answered = {a.side: a.accepted for a in offer.answers.all()}
    accepting = PAYS if side is not None and pays(dispute, offer.remedy, side) else CAN_GIVE_UP
    may_accept = "accept-offer" in mine and role_on_side(actor, dispute) in accepting
    waits = side is not None and offer.side != side and side not in answered and now <= offer.expires_at
    party = None if side is None else dispute.party_id_of(side)
    return {
        "ref": offer.ref,
        "no": offer.no,
        "waits": waits,
        "terms": sentences.terms_text(dispute, offer),
        "remedy": capfirst(Remedy(offer.remedy).label),
        "amount": money(offer.amount_minor, dispute.currency) if offer.amount_minor is not None else "",
        "goods": _("go back") if offer.goods_back else _("stay"),
        "freight": sentences.payer_label(dispute, offer.freight_payer),
        "note": offer.note,
        "until": offer.expires_at,
        "by_system": offer.by_system,
        "accepted_by": [sentences.who(dispute, s, side) for s, yes in answered.items() if yes],
        "you_accepted": side is not None and answered.get(side) is True,
        "accept_url": reverse("disputes:accept-offer", args=[dispute.ref, offer.ref]) if may_accept else "",
        "refuse_url": reverse("disputes:refuse-offer", args=[offer.ref]) if "refuse-offer" in mine else "",
        "withdraw_url": reverse("disputes:withdraw-offer", args=[offer.ref]) if "withdraw-offer" in mine else "",
        "actions": mine,
        "accept_holders": who_holds(party, accepting) if waits and not may_accept and party is not None else [],
        "accept_roles": _("an owner or finance") if accepting == PAYS else _("an owner or a manager"),
        "accept_is_anothers": waits and not may_accept and party is not None,
    }


def past_offers(actor: Actor, dispute: Dispute, side: Side | None) -> list[dict[str, Any]]:
    """Every offer that is no longer open, newest first."""
    if not sees_offers(actor, dispute):
        return []
    rows = [o for o in queries.offers_shown_to(actor, dispute) if o.state != OfferState.OPEN]
    return [
        {
            "no": o.no,
            "who": sentences.who(dispute, o.side, side),
            "terms": sentences.terms_text(dispute, o),
            "state": o.state,
            "label": o.get_state_display(),
            "at": o.ended_at,
        }
        for o in reversed(rows)
    ]


def no_return_consent(actor: Actor, dispute: Dispute, side: Side | None) -> dict[str, Any] | None:
    """A merchant's own consent to bear a refund without return; None where none is at stake."""
    party = None if side is None else dispute.party_id_of(side)
    wanted = dispute.claim_remedy == Remedy.REFUND_NO_RETURN and dispute.state in BEFORE_DECISION
    if not wanted or party is None or side is not Side.RESPONDENT:
        return None
    given = NoReturnConsent.objects.filter(dispute=dispute, party_id=party).first()
    return {
        "given_at": None if given is None else given.given_at,
        "may": role_on_side(actor, dispute) in PAYS,
        "holders": who_holds(party, PAYS),
        "url": reverse("disputes:consent", args=[dispute.ref]),
    }
