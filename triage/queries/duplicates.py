"""Which earlier appeals a case repeats, for a reviewer who has locked their own first view."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appeals.models import Appeal, Outcome
from appeals.policies import may_read_appeal, visible_to
from appeals.queries.review import suggestion_of
from casework.actor import Actor
from triage.models import LikelyDuplicate


@dataclass(frozen=True, slots=True)
class RepeatedAppeal:
    """An earlier appeal whose words this one repeats. Where the reader may not open it, only how alike and by whom."""

    number: str
    ref: str
    overlap: int
    is_own: bool
    filed_at: datetime | None
    outcome: str
    was_undone: bool


def likely_duplicates_of(actor: Actor, appeal: Appeal) -> Sequence[RepeatedAppeal]:
    """The earlier appeals that this one repeats, the most alike first.

    Raises as `suggestion_of`: it is part of the system's view, so nobody reads it before their own is locked.
    """
    suggestion_of(actor, appeal)
    rows = list(LikelyDuplicate.objects.filter(appeal=appeal).select_related("earlier"))
    earlier = [row.earlier_id for row in rows]
    visible = set(type(appeal).objects.filter(visible_to(actor), pk__in=earlier).values_list("pk", flat=True))
    return [
        _repeated(appeal, row, opens=row.earlier_id in visible and may_read_appeal(actor, row.earlier) is None)
        for row in rows
    ]


def _repeated(appeal: Appeal, row: LikelyDuplicate, *, opens: bool) -> RepeatedAppeal:
    earlier = row.earlier
    return RepeatedAppeal(
        number=earlier.number if opens else "",
        ref=earlier.ref if opens else "",
        overlap=round(row.overlap_permille / 10),
        is_own=earlier.party_id == appeal.party_id,
        filed_at=earlier.filed_at if opens else None,
        outcome=str(earlier.get_outcome_display() or "") if opens else "",
        was_undone=opens and earlier.outcome in (Outcome.OVERTURNED, Outcome.VARIED),
    )
