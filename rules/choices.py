"""The promises of the procedure: how long each step may take, in which unit, and within which bounds.

What is promised to parties stands once, in `promises.toml`. A clause of a published rule may set its own value
(`models.ClauseTerm`), inside the bounds; where none does, `amount` and `unit` hold. What a term is at a given moment is
`rules.terms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.toml import read_sentences


class Unit(models.TextChoices):
    HOURS = "hours", pgettext_lazy("unit", "hours")
    DAYS = "days", pgettext_lazy("unit", "days")
    WORKING_DAYS = "working_days", pgettext_lazy("unit", "working days")
    MONTHS = "months", pgettext_lazy("unit", "months")
    TIMES = "times", pgettext_lazy("unit", "times")
    MEGABYTES = "megabytes", pgettext_lazy("unit", "megabytes")
    PERCENT = "percent", pgettext_lazy("unit", "percent")
    POINTS = "points", pgettext_lazy("unit", "points")


_WORDS = {
    Unit.HOURS: ("{n}小时", "{n} hour", "{n} hours"),
    Unit.DAYS: ("{n}日", "{n} day", "{n} days"),
    Unit.WORKING_DAYS: ("{n}个工作日", "{n} working day", "{n} working days"),
    Unit.MONTHS: ("{n}个月", "{n} month", "{n} months"),
    Unit.TIMES: ("{n}次", "{n} time", "{n} times"),
    Unit.MEGABYTES: ("{n} MB", "{n} MB", "{n} MB"),
    Unit.PERCENT: ("{n}%", "{n}%", "{n}%"),
    Unit.POINTS: ("{n}分", "{n} point", "{n} points"),
}

LONGEST = 3660
"""The most days of a period that is only bounded from below: ten years (`casework.working_days.LONGEST`)."""


def phrase(amount: int, unit: str, language: str) -> str:
    """The value in words, as clauses, letters and pages all print it: `5个工作日`, `5 working days`.

    Not translated by the catalogue, since the text of a rule must not change with a translation.
    """
    zh, one, many = _WORDS[Unit(unit)]
    words = (one if amount == 1 else many) if language.startswith("en") else zh
    return words.format(n=amount)


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: what it is, whose time it is, the value that holds where no clause sets one, and its bounds.

    `bounds` gives for each unit that the value may have the least and the most. Where the time is a party's own the
    bound is a floor, where it is the platform's a ceiling; where one side waits for the other it is both.
    """

    label: str | Lazy
    whose: str | Lazy
    amount: int
    unit: Unit
    bounds: Mapping[Unit, tuple[int, int]]


_MOST = {Unit.HOURS: 24 * LONGEST, Unit.MONTHS: LONGEST // 31, Unit.TIMES: 1000, Unit.MEGABYTES: 100_000}


def _promise(row: Mapping[str, Any]) -> Promise:
    bounds = {Unit(unit): (least, _MOST.get(Unit(unit), LONGEST)) for unit, least in row.get("at_least", {}).items()}
    bounds |= {Unit(unit): (1, most) for unit, most in row.get("at_most", {}).items()}
    bounds |= {Unit(unit): (least, most) for unit, (least, most) in row.get("between", {}).items()}
    return Promise(row["label"], row["whose"], row["amount"], Unit(row["unit"]), bounds)


PROMISES: Mapping[str, Promise] = {
    key: _promise(row) for key, row in read_sentences(Path(__file__).with_name("promises.toml")).items()
}

POINTS, POINTS_LAST, POINTS_THRESHOLD = "points", "points_last", "points_threshold"

_PARTY = _("The party that breached it")
_COUNTED = {Unit.POINTS: (1, 1000)}
OF_A_CLAUSE: Mapping[str, Promise] = {
    POINTS: Promise(_("Points that a breach of this clause costs"), _PARTY, 1, Unit.POINTS, _COUNTED),
    POINTS_LAST: Promise(_("When those points end"), _PARTY, 12, Unit.MONTHS, {Unit.MONTHS: (1, 36)}),
    POINTS_THRESHOLD: Promise(_("Sum of points at which this clause applies"), _PARTY, 12, Unit.POINTS, _COUNTED),
}
"""Values that clauses set each for itself: they are no promise, and nothing holds where no clause sets one."""

VALUES: Mapping[str, Promise] = {**PROMISES, **OF_A_CLAUSE}


def within_bounds() -> Q:
    """The rows whose key is known and whose value that key may have."""
    return reduce(
        or_,
        (
            Q(key=key, unit=str(unit), amount__gte=least, amount__lte=most)
            for key, promise in VALUES.items()
            for unit, (least, most) in promise.bounds.items()
        ),
    )
