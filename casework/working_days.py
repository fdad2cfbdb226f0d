"""Days as the law counts them: working days by the State Council's calendar, natural days and months, in Beijing time.

The day on which something happens is not counted, and a period of days ends at 24:00:00 Beijing time of its last day.
That moment is written as 00:00:00 of the next day, in UTC, and belongs to the period: what is received at `due_at`
exactly is in time. The calendar is data (`data/cn_calendar_<version>.json`), never code: a year without
a published arrangement is counted Monday to Friday and the result is provisional.

What does not belong here: setting or firing a deadline (firing, deadlines), and how long any period is (`rules.terms`).
"""

import functools
import json
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Self

from casework.clock import BEIJING

DATA = Path(__file__).resolve().parent / "data"
LONGEST = 3660  # days or working days in one period: ten years, so that no input can keep us counting

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """One published state of the calendar. A correction or a new year is a new version, never an edit."""

    version: str
    years: frozenset[int]
    days_off: frozenset[date]
    days_worked: frozenset[date]  # weekend days worked instead (调休)

    @classmethod
    def current(cls) -> "Calendar":
        """The newest calendar that we ship."""
        return _load(max(versions(), key=_rank))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """A calendar from its published form. Raises `ValueError` when it contradicts itself."""
        off: set[date] = set()
        worked: set[date] = set()
        for year, arrangement in data["years"].items():
            run_days = [day for run in arrangement["off"] for day in _run(run["from"], run["to"])]
            make_up = [date.fromisoformat(day) for day in arrangement["work"]]
            if any(day.year != int(year) for day in (*run_days, *make_up)):
                raise ValueError(f"{year}: a day of another year")
            if len(set(run_days)) != len(run_days) or len(set(make_up)) != len(make_up):
                raise ValueError(f"{year}: a day is listed twice")
            if set(run_days) & set(make_up):
                raise ValueError(f"{year}: a day is both off and worked")
            if any(day.weekday() < _SATURDAY for day in make_up):
                raise ValueError(f"{year}: a day worked instead is no weekend day")
            off.update(run_days)
            worked.update(make_up)
        _rank(data["version"])
        return cls(data["version"], frozenset(map(int, data["years"])), frozenset(off), frozenset(worked))

    def is_working_day(self, day: date) -> bool | None:
        """Whether `day` is worked; None when the arrangement of its year is not published here."""
        if day.year not in self.years:
            return None
        return day in self.days_worked or (day not in self.days_off and day.weekday() < _SATURDAY)

    def is_newer_than(self, version: str) -> bool:
        return _rank(self.version) > _rank(version)


@dataclass(frozen=True, slots=True)
class DueTime:
    """The end of a period. While `provisional`, a year it runs through has no published calendar yet."""

    at: datetime  # UTC; the instant 24:00 Beijing time of the last day, which is still in time
    provisional: bool
    calendar_version: str

    @property
    def last_day(self) -> date:
        """The day to print with “24:00” beside it."""
        return last_day(self.at)


def versions() -> list[str]:
    """The versions that we ship."""
    return [path.stem.removeprefix("cn_calendar_") for path in DATA.glob("cn_calendar_*.json")]


def add_working_days(start: datetime, n: int, *, calendar: Calendar) -> DueTime:
    """When a period of `n` working days from `start` ends; provisional if it runs through an unpublished year."""
    day = _beijing_day(start, n)
    provisional = False
    left = n
    while left:
        day += _DAY
        works = calendar.is_working_day(day)
        if works is None:
            provisional = True
            works = day.weekday() < _SATURDAY
        left -= works
    return DueTime(_end_of(day), provisional, calendar.version)


def recompute(old: DueTime, *, start: datetime, n: int, calendar: Calendar) -> DueTime:
    """The same period under a newer calendar: it may end later than promised, never earlier.

    Raises `ValueError` for an older calendar: a deadline does not go back to what was known before.
    """
    if _rank(calendar.version) < _rank(old.calendar_version):
        raise ValueError(f"calendar {calendar.version} is older than {old.calendar_version}")
    new = add_working_days(start, n, calendar=calendar)
    return DueTime(max(old.at, new.at), new.provisional, new.calendar_version)


def add_days(start: datetime, n: int) -> datetime:
    """When a period of `n` natural days from `start` ends, in UTC."""
    return _end_of(_beijing_day(start, n) + n * _DAY)


def add_months(start: datetime, n: int) -> datetime:
    """When a period of `n` months from `start` ends, in UTC: on that day of its month, or the last (民法典 202)."""
    return _end_of(_months_from(_beijing_day(start, n), n))


def begun_before(at: datetime, n: int) -> datetime:
    """Every period of `n` months that began before this is over at `at`: the beginning of a day in Beijing, in UTC."""
    return _end_of(_months_from(_beijing_day(at, n), -n) - _DAY)


def at_law(ends: datetime, *, calendar: Calendar) -> DueTime:
    """The end of a period that the law itself sets: a last day that is not worked moves it on (民法典 203(1)).

    `ends` is what `add_days` or `add_months` say, which do not count the first day (201(1)) and run to 24:00 (203(2)).
    """
    day, provisional = last_day(ends), False
    while True:
        works = calendar.is_working_day(day)
        provisional = provisional or works is None
        if works or (works is None and day.weekday() < _SATURDAY):
            return DueTime(_end_of(day), provisional, calendar.version)
        day += _DAY


def last_day(due_at: datetime) -> date:
    """The Beijing day that a period ending at `due_at` ends on: 24:00 is printed with the day it closes."""
    _require_aware(due_at)
    return (due_at - timedelta(microseconds=1)).astimezone(BEIJING).date()


def _beijing_day(start: datetime, n: int) -> date:
    _require_aware(start)
    if not 0 < n <= LONGEST:
        raise ValueError("number of days out of range")
    return start.astimezone(BEIJING).date()


def _months_from(day: date, n: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _end_of(day: date) -> datetime:
    return datetime.combine(day + _DAY, time.min, tzinfo=BEIJING).astimezone(UTC)


def _require_aware(moment: datetime) -> None:
    if moment.utcoffset() is None:
        raise ValueError("a legal time has a zone")


def _run(first: str, last: str) -> Iterator[date]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    if day > end:
        raise ValueError(f"{first} is after {last}")
    while day <= end:
        yield day
        day += _DAY


def _rank(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@functools.cache
def _load(version: str) -> Calendar:
    calendar = Calendar.from_data(json.loads((DATA / f"cn_calendar_{version}.json").read_text(encoding="utf-8")))
    if calendar.version != version:
        raise ValueError(f"the file of calendar {version} says {calendar.version}")
    return calendar
