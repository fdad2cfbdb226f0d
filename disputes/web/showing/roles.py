"""Which roles act for a side, and what somebody is told who has none of them."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.queries import who_holds
from accounts.roles import CAN_FILE, CAN_STAGE, FINANCE, OWNER
from casework.actor import Actor
from disputes.models import Dispute
from disputes.policies import role_on_side
from disputes.words import Side

MANAGES, STAGES = frozenset(CAN_FILE), frozenset(CAN_STAGE)
PAYS = frozenset({OWNER, FINANCE})


def missing_roles(actor: Actor, dispute: Dispute, side: Side | None) -> list[dict[str, Any]]:
    """What somebody on this side cannot do, which role can, and who holds it."""
    party = None if side is None else dispute.party_id_of(side)
    if party is None or not dispute.is_open:
        return []
    role = role_on_side(actor, dispute)
    rows = []
    if role not in MANAGES:
        rows.append(
            {
                "what": _("Answering, submitting evidence, making offers and calling the platform in"),
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
    return rows
