"""What two people put beside a clause, of how to read it."""

from collections.abc import Iterable

from rules.machine import ChangeState
from rules.models import CatalogueChange, Subject


def guidance_on(clauses: Iterable[int]) -> dict[int, str]:
    """The guidance that two people put beside each of these clauses, by the clause's key; none where there is none."""
    rows = CatalogueChange.objects.filter(
        subject=Subject.GUIDANCE, state=ChangeState.SIGNED, key__in=[f"clause {pk}" for pk in clauses]
    )
    return {said["clause_id"]: said["guidance"] for said in rows.order_by("pk").values_list("said", flat=True)}
