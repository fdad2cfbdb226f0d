"""Counts of lists that can grow without end: exact while they are short, and no dearer when they are long.

The order of `rows` is kept: a list that is read along an index, most of it passed over, is counted along the same.
"""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

CAP = 1_000
"""What is counted stops here; it is shown as `999+`."""
BADGE = 100
"""As `CAP`, for what every page counts."""


def capped_count(rows: QuerySet[Any, Any], most: int | None = None) -> int:
    """How many rows there are; `most` (`CAP`) stands for that many and more."""
    return rows.values("pk")[: most or CAP].count()


class CappedCount(Subquery):
    """As `capped_count`, as an expression of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        super().__init__(rows.values("pk")[:CAP])
