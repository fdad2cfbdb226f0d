"""Burden tables for everybody: the one in force, and any that was ever published, with all its parts."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from casework import clock
from casework.errors import or_not_found
from disputes.counsel import signatures_of
from disputes.models import BurdenTable, GroundRow, Relaxation
from rules.paragraphs import Library


def table_in_force(at: datetime) -> BurdenTable:
    """The table that a dispute about an order placed at that moment rests on. Raises `NotFound`."""
    rows = _published().filter(version__effective_from__lte=at).exclude(version__effective_to__lte=at)
    return _found(rows.order_by("-version__effective_from"))


def table_of(rule: str, number: str) -> BurdenTable:
    """The table of one rule version, the rule by its ref or code. Raises `NotFound`."""
    named = Q(version__rule__ref=rule) | Q(version__rule__code=rule)
    return _found(_published().filter(named, version__number=number))


def _published() -> QuerySet[BurdenTable]:
    rows = BurdenTable.objects.filter(published_at__isnull=False, version__published_at__isnull=False)
    grounds = GroundRow.objects.order_by("position").prefetch_related(
        "facts__steps", Prefetch("facts__relaxations", Relaxation.objects.prefetch_related("controls"))
    )
    return rows.select_related("version__rule").prefetch_related(Prefetch("grounds", grounds))


def _found(rows: QuerySet[BurdenTable]) -> BurdenTable:
    table = or_not_found(rows.first())
    grounds = list(table.grounds.all())
    read_paragraphs(grounds)
    history = signatures_of(grounds)
    for ground in grounds:
        ground.signatures = history.get(ground.code, [])
    return table


def read_paragraphs(grounds: Iterable[GroundRow]) -> None:
    """The signed texts are read once for all steps of these grounds."""
    library = Library(clock.now())
    for ground in grounds:
        ground.library = library
