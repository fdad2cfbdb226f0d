"""What the pages of a dispute's verbs offer and carry; all of it is read from the dispute."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casework.actor import Actor
from disputes.ceilings import ceiling_for
from disputes.choices import Payer, Remedy, Side
from disputes.models import Dispute
from disputes.queries import who
from disputes.terms import remedies_to_offer


def offers(actor: Actor, dispute: Dispute, now: datetime) -> Mapping[str, Any]:
    """What the platform can propose here, and who can pay the way back."""
    remedies = [(code, capfirst(Remedy(code).label)) for code in remedies_to_offer(dispute)]
    payers = [(str(Payer.NOBODY), _("Nobody pays")), *_sides(dispute), (str(Payer.PLATFORM), _("The platform"))]
    return {"remedy": remedies, "freight_payer": payers}


def open_of_order(dispute: Dispute) -> Mapping[str, str]:
    """What the order came to and what is open of it, in one sentence."""
    return {"open": ceiling_for(dispute, Remedy.COMPENSATE).hint()}


def sides(actor: Actor, dispute: Dispute, now: datetime) -> Mapping[str, Any]:
    return {"to_side": _sides(dispute)}


def _sides(dispute: Dispute) -> list[tuple[str, str]]:
    parties = [Side.CLAIMANT, *([Side.RESPONDENT] if dispute.respondent_id is not None else [])]
    return [(str(side), capfirst(who(dispute, side, first=True))) for side in parties]


def advances(dispute: Dispute) -> Mapping[str, int]:
    return {"after": max((row.no for row in dispute.advances.all()), default=0)}
