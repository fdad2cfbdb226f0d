"""Notices that rest on a clause of another one, in whichever version."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from notices.models import Basis
from rules.models import Clause


def on_the_same_clause(notice: int, among: QuerySet[Any, Any], *, most: int) -> set[int]:
    """The newest that rest on a clause of this notice, at most so many, and all such of these; not the notice itself.

    `among` are keys of notices, of which the caller bounds the number.
    """
    cited = Basis.objects.filter(
        notice=notice, clause__number=OuterRef("number"), clause__version__rule=OuterRef("version__rule")
    )
    clauses = list(Clause.objects.filter(Exists(cited)).values_list("pk", flat=True))
    bases = Basis.objects.filter(clause__in=clauses).order_by("-notice").values_list("notice", flat=True)
    return {*bases[:most], *bases.filter(notice__in=among)} - {notice}
