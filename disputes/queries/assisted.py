"""What officers of the human line took down in a dispute, as each reader may see it."""

from dataclasses import dataclass
from datetime import datetime

from casework.actor import Actor
from disputes.choices import Side
from disputes.models import Dispute
from disputes.policies import sees_who_called


@dataclass(frozen=True, slots=True)
class AssistedView:
    """What an officer took down for one side, as this reader may see it: to the other side only that an officer did."""

    what: str
    side: str
    for_whom: str
    taken_at: datetime
    correction: str
    officer_code: str = ""
    identified_by: str = ""
    how: str = ""
    answered_at: datetime | None = None


def assisted_shown_to(actor: Actor, dispute: Dispute) -> list[AssistedView]:
    """What officers took down on the phone, for each side."""
    roles = {
        Side.CLAIMANT: dispute.ground.get_claimant_role_display,
        Side.RESPONDENT: dispute.ground.get_respondent_role_display,
    }
    views = []
    for row in dispute.assisted.all():
        whole = {name: getattr(row, name) for name in ("officer_code", "identified_by", "how", "answered_at")}
        views.append(
            AssistedView(
                what=row.what,
                side=row.side,
                for_whom=roles[Side(row.side)](),
                taken_at=row.taken_at,
                correction=row.correction,
                **(whole if sees_who_called(actor, dispute, row) else {}),
            )
        )
    return views
