"""Counts of lists that can grow without end: exact while they are short, and no dearer when they are long.

The order of `rows` is kept: a list that is read along an index, most of it passed over, is counted along the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Min, QuerySet, Subquery

CAP = 1_000
"""What is counted stops here; it is shown as `999+`."""
BADGE = 100
"""As `CAP`, for what every page counts."""
WATCHED = 10_000
"""As `CAP`, for the figures that operators watch."""


def capped_count(rows: QuerySet[Any, Any], most: int | None = None) -> int:
    """How many rows there are; `most` (`CAP`) stands for that many and more."""
    return rows.values("pk")[: most or CAP].count()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits, at most `WATCHED`; since when the oldest of it does, and what of it was or is due first."""

    count: int
    oldest: datetime | None = None
    due: datetime | None = None
    failing: int = 0


def waiting(rows: QuerySet[Any, Any], by: str, **figures: Any) -> Waiting:
    """What of these rows waits: one statement over the first `WATCHED` by the column `by`, which says when each is due.

    `figures` are aggregates for the other fields of `Waiting`.
    """
    first = rows.order_by(by, "pk")[:WATCHED]
    return Waiting(**first.aggregate(count=Count("pk"), **{"due": Min(by)} | figures))


class CappedCount(Subquery):
    """As `capped_count`, as an expression of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        super().__init__(rows.values("pk")[:CAP])
