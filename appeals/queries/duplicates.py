"""Which earlier appeals a case repeats, for a reviewer who has locked their own first view."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appeals.models import LikelyDuplicate, Outcome
from appeals.policies import visible_to
from appeals.queries.cases import appeal_for
from appeals.queries.review import suggestion_for
from casework.actor import Actor


@dataclass(frozen=True, slots=True)
class Repeated:
    """An earlier appeal whose words this one repeats. `ref` is empty where the reader may not open it."""

    number: str
    ref: str
    overlap: int
    is_own: bool
    filed_at: datetime
    outcome: str
    was_undone: bool


def likely_duplicates_for(actor: Actor, ref: str) -> Sequence[Repeated]:
    """The earlier appeals that this one repeats, the most alike first.

    Raises as `suggestion_for`: it is part of the system's view, so nobody reads it before their own is locked.
    """
    suggestion_for(actor, ref)
    appeal = appeal_for(actor, ref)
    rows = list(LikelyDuplicate.objects.filter(appeal=appeal).select_related("earlier"))
    earlier = [row.earlier_id for row in rows]
    readable = set(type(appeal).objects.filter(visible_to(actor), pk__in=earlier).values_list("pk", flat=True))
    return [
        Repeated(
            number=row.earlier.number,
            ref=row.earlier.ref if row.earlier_id in readable else "",
            overlap=round(row.overlap_permille / 10),
            is_own=row.earlier.party_id == appeal.party_id,
            filed_at=row.earlier.filed_at,
            outcome=str(row.earlier.get_outcome_display() or ""),
            was_undone=row.earlier.outcome in (Outcome.OVERTURNED, Outcome.VARIED),
        )
        for row in rows
    ]
