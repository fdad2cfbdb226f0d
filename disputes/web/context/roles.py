"""Says which roles act for a side, to somebody who has none of them."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import PartyKind
from accounts.queries import who_holds
from accounts.roles import AGENT, CAN_FILE, CAN_GIVE_UP, CAN_STAGE, CONTACT
from casework.actor import Actor
from disputes.choices import Side
from disputes.models import Dispute
from disputes.policies import MAY_PAY, may_come_to_pay, role_on_side

MANAGES, STAGES = frozenset(CAN_FILE), frozenset(CAN_STAGE)
PAYS = MAY_PAY


def missing_roles(actor: Actor, dispute: Dispute, side: Side | None) -> list[dict[str, Any]]:
    """What somebody on this side cannot do, which role can, and who holds it."""
    party = None if side is None else dispute.party_id_of(side)
    if party is None or not dispute.is_open:
        return []
    assert side is not None
    role = role_on_side(actor, dispute)
    pays_here = may_come_to_pay(dispute, side)
    if role == CONTACT:
        what = _("Offers, agreeing, taking back, saying that you have nothing more, and whatever gives something up")
        return [{"what": what, "roles": _("somebody who signs in, or the human line"), "holders": []}]
    rows = []
    if role not in MANAGES:
        offers_too = _("Answering, submitting evidence, making offers and calling the platform in")
        but_offers = _("Answering, submitting evidence and calling the platform in")
        rows.append(
            {
                "what": but_offers if pays_here and role in PAYS else offers_too,
                "roles": _("an owner or a manager"),
                "holders": who_holds(party, MANAGES),
            }
        )
    if role not in STAGES:
        rows.append(
            {
                "what": _("Adding evidence"),
                "roles": _("an owner, a manager or shop staff"),
                "holders": who_holds(party, STAGES),
            }
        )
    if role == AGENT:
        what = _("Making or accepting an offer, admitting, taking back, confirming, and asking for a review")
        own = dispute.claimant if side is Side.CLAIMANT else dispute.respondent
        is_shop = own is not None and own.kind == PartyKind.MERCHANT
        holders = who_holds(party, CAN_GIVE_UP) if is_shop else []  # a consumer is nobody's colleague
        return [{"what": what, "roles": _("the party, or an agent with special authority"), "holders": holders}]
    return rows + missing_for_money(actor, dispute, side)


def missing_for_money(actor: Actor, dispute: Dispute, side: Side) -> list[dict[str, Any]]:
    """Who may promise this party's money, for somebody on its side who may not; nothing where it never pays."""
    party = dispute.party_id_of(side)
    if party is None or not may_come_to_pay(dispute, side) or role_on_side(actor, dispute) in PAYS:
        return []
    return [
        {
            "what": _("Offering money, or accepting an offer that costs money"),
            "roles": _("an owner or finance"),
            "holders": who_holds(party, PAYS),
        }
    ]
