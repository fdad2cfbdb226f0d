"""Counts of lists that can grow without end: exact while they are short, and no dearer when they are long."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

CAP = 1_000
"""What is counted stops here; it is shown as `999+`."""


def capped_count(rows: QuerySet[Any, Any]) -> int:
    """How many rows there are, `CAP` standing for that many and more."""
    return rows.order_by().values("pk")[:CAP].count()


class CappedCount(Subquery):
    """As `capped_count`, as an expression of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        super().__init__(rows.order_by().values("pk")[:CAP])
