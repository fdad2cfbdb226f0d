"""What figures are made of: parts that add up, shares with their interval, and why a share changed.

What does not belong here: the database, and what is counted (`transparency.catalogue`).

Sources: E. B. Wilson, Probable inference (1927), by `executors.measurement`; E. M. Kitagawa, Components of a difference
between two rates (1955).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from casework.clock import BEIJING
from executors.measurement import wilson

FEWEST = 30
"""Cases below which a share says more about chance than about anybody's work."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Parts:
    """Of `n` cases `k` had what is asked; how many took so many full hours. What was counted apart adds up."""

    n: int = 0
    k: int = 0
    hours: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(self.n + other.n, self.k + other.k, Counter(self.hours) + Counter(other.hours))

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.k, self.n) if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies with 95 % confidence (Wilson)."""
        return wilson(self.k, self.n) if self.n else None

    @property
    def is_enough(self) -> bool:
        return self.n >= FEWEST

    def within(self, share: Fraction) -> int | None:
        """The full hours within which at least this share of the cases ended; None of no case."""
        needed, found = share * self.n, 0
        for hour in sorted(self.hours):
            found += self.hours[hour]
            if found >= needed:
                return hour
        return None

    @property
    def median(self) -> int | None:
        return self.within(Fraction(1, 2))

    @property
    def p90(self) -> int | None:
        return self.within(Fraction(9, 10))


def added(parts: Iterable[Parts]) -> Parts:
    """All of them together."""
    n, k, hours = 0, 0, Counter[int]()
    for each in parts:
        n, k = n + each.n, k + each.k
        hours.update(each.hours)
    return Parts(n, k, hours)


def full_hours(since: datetime, until: datetime) -> int:
    """The hours within which it ended, counted up: 1 for what took less than one."""
    return max(0, int((until - since) // timedelta(hours=1))) + 1


# — periods —


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Beijing, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def before(self) -> "Period":
        """As many days, just before these."""
        return Period(self.since - timedelta(days=self.days), self.since - DAY)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.since, time(), BEIJING)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.until + DAY, time(), BEIJING)

    def __contains__(self, day: date) -> bool:
        return self.since <= day <= self.until

    def steps(self) -> "list[Period]":
        """Its days; its weeks from Monday where it has more than 62 days, its months where more than 400."""
        found, since = [], self.since
        while since <= self.until:
            if self.days <= 62:
                until = since
            elif self.days <= 400:
                until = since + timedelta(days=6 - since.weekday())
            else:
                until = (since.replace(day=1) + timedelta(days=32)).replace(day=1) - DAY
            found.append(Period(since, min(until, self.until)))
            since = until + DAY
        return found


def quarter_of(day: date) -> Period:
    """The quarter of the calendar year in which the day lies."""
    since = date(day.year, day.month - (day.month - 1) % 3, 1)
    return Period(since, (since + timedelta(days=95)).replace(day=1) - DAY)


def quarter_name(quarter: Period) -> str:
    return f"{quarter.since.year}-Q{(quarter.since.month + 2) // 3}"


def quarter_named(name: str) -> Period | None:
    """The quarter of a name such as `2026-Q3`; None of anything else."""
    year, _q, no = name.partition("-Q")
    if not (len(year) == 4 and year.isascii() and year.isdigit() and no in ("1", "2", "3", "4") and int(year)):
        return None
    return quarter_of(date(int(year), 3 * int(no) - 2, 1)) if int(year) < 9999 else None


# — why a share changed —


@dataclass(frozen=True, slots=True)
class Effect:
    """What one value of a cut gave to the change of a share: by having more or fewer of the cases, and by its own."""

    value: str
    before: Parts
    after: Parts
    mix: Fraction
    rate: Fraction

    @property
    def total(self) -> Fraction:
        return self.mix + self.rate


def decomposed(before: Mapping[str, Parts], after: Mapping[str, Parts]) -> list[Effect]:
    """The change of the whole share between two periods by value, the largest effect first; empty where one has no
    case. All effects together are exactly the change.

    Of a value with share w of the cases and rate r, the rate effect is (w₀+w₁)/2 · (r₁−r₀), the mix effect
    (w₁−w₀) · ((r₀+r₁)/2 − (R₀+R₁)/2), R being the rates of the whole. A value that one period does not have gets the
    rate of the other there: all that it does is mix.
    """
    whole = added(before.values()), added(after.values())
    if not whole[0].n or not whole[1].n:
        return []
    middle = (Fraction(whole[0].k, whole[0].n) + Fraction(whole[1].k, whole[1].n)) / 2
    found = []
    for value in sorted({*before, *after}):
        was, now = before.get(value, Parts()), after.get(value, Parts())
        if not was.n and not now.n:
            continue
        w0, w1 = Fraction(was.n, whole[0].n), Fraction(now.n, whole[1].n)
        r0 = was.rate if was.rate is not None else now.rate
        r1 = now.rate if now.rate is not None else was.rate
        assert r0 is not None
        assert r1 is not None
        found.append(Effect(value, was, now, (w1 - w0) * ((r0 + r1) / 2 - middle), (w0 + w1) / 2 * (r1 - r0)))
    return sorted(found, key=lambda each: (-abs(each.total), each.value))


def rounded(parts: Iterable[Fraction], unit: Fraction) -> list[int]:
    """Each in whole units, so that they add up to the sum in whole units (largest remainder)."""
    exact = [each / unit for each in parts]
    down = [each.numerator // each.denominator for each in exact]
    missing = round(sum(exact, Fraction(0))) - sum(down)
    by_rest = sorted(range(len(exact)), key=lambda i: (down[i] - exact[i], i))
    for i in by_rest[:missing]:
        down[i] += 1
    return down
