"""What is promised at a given moment: one source for rule pages, notices, letters, the API and the clocks.

A case reads its terms at the moment at which it began, so that it keeps them when a later version says otherwise:
a notice, its appeals and its remedies at the service of the notice; a dispute at its opening.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from casework.compiled import compiled
from casework.working_days import Calendar, DueTime, add_days, add_months, add_working_days
from rules.applying import parties_apart, versions_for
from rules.choices import OF_A_CLAUSE, PROMISES, Promise, Unit, phrase
from rules.models import ClauseTerm

type Terms = Mapping[str, "Term"]


@dataclass(frozen=True, slots=True)
class Term:
    """The value of one promise, and the clause that makes it; none where no published clause does."""

    key: str
    amount: int
    unit: Unit
    rule: str = ""
    version: str = ""
    clause: str = ""

    @property
    def promise(self) -> Promise:
        return PROMISES[self.key]

    def due(self, start: datetime) -> DueTime:
        """When the time ends that begins at `start`; provisional where a year has no calendar of working days yet."""
        if self.unit == Unit.WORKING_DAYS:
            return add_working_days(start, self.amount, calendar=Calendar.current())
        if self.unit == Unit.MONTHS:
            return DueTime(add_months(start, self.amount), provisional=False, calendar_version="")
        if self.unit == Unit.DAYS:
            return DueTime(add_days(start, self.amount), provisional=False, calendar_version="")
        return DueTime(start + self.length, provisional=False, calendar_version="")

    def ends(self, start: datetime) -> datetime:
        """As `due`, where it does not matter whether it is provisional."""
        return self.due(start).at

    @property
    def length(self) -> timedelta:
        """The length of a time in hours or days, counted from the very moment. Raises `ValueError` for other units."""
        if self.unit == Unit.HOURS:
            return timedelta(hours=self.amount)
        if self.unit == Unit.DAYS:
            return timedelta(days=self.amount)
        raise ValueError(f"{self.key} has no length in hours")

    def said(self, language: str = "") -> str:
        """In words, as its clause says it; in the active language unless another is asked for."""
        return phrase(self.amount, self.unit, language or get_language() or "")

    def __str__(self) -> str:
        return self.said()


SHIPPED: Terms = {key: Term(key, each.amount, each.unit) for key, each in PROMISES.items()}
"""What holds where no clause makes the promise."""


def terms_at(at: datetime, parties: Collection[int] = ()) -> Terms:
    """Every promise as it stood at that moment; for these parties where they are given, who may have left rather than
    accept a version. One statement.
    """
    rows = _rows(at, sorted(parties))
    return {**SHIPPED, **{key: Term(key, amount, Unit(unit), *where) for key, amount, unit, *where in rows}}


@compiled
def _rows(at: datetime, parties: Collection[int]) -> QuerySet[ClauseTerm, tuple[Any, ...]]:
    return (
        ClauseTerm.objects.filter(version__in=versions_for(at, parties).order_by().values("pk"))
        .exclude(key__in=list(OF_A_CLAUSE))
        .order_by("version__effective_from")
        .values_list("key", "amount", "unit", "version__rule__code", "version__number", "clause__number")
    )


def terms_by_party(at: datetime, parties: Collection[int]) -> Mapping[int, Terms]:
    """As `terms_at`, for each of many parties: one statement for all to whom the versions in force apply."""
    apart = parties_apart(at, parties) if len(parties) > 1 else set(parties)
    common = terms_at(at) if len(apart) < len(parties) else SHIPPED
    return {party: terms_at(at, [party]) if party in apart else common for party in parties}


def longest(key: str) -> timedelta:
    """The longest that this time has been in any published version, and where none says: from then on it is over for
    every case, whichever version it began under."""
    values = set(ClauseTerm.objects.filter(key=key, version__published_at__isnull=False).values_list("amount", "unit"))
    days = {Unit.MONTHS: 31, Unit.WORKING_DAYS: 3}  # longer than any month, and than any run of days off between two
    shipped = PROMISES[key]
    return max(
        timedelta(hours=amount) if unit == Unit.HOURS else timedelta(days=amount * days.get(Unit(unit), 1))
        for amount, unit in {(shipped.amount, shipped.unit), *values}
    )
