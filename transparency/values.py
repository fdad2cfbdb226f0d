"""What a figure is in words: value, interval and change, for pages and files alike."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transparency.arithmetic import Parts, Period
from transparency.catalogue import Metric, Unit
from transparency.judging import Agreed, Measured

NOTHING = "—"


def percent(share: Fraction | float, digits: int = 1) -> str:
    """`12.5%`, and `100%` of all alone: of nearly all it is rounded down, of hardly any up."""
    exact = float(100 * share)
    least = 10**-digits
    if 0 < exact < 100:
        exact = min(max(exact, least), 100 - least)
    return f"{exact:.{digits}f}%"


def hours(n: int | None) -> str:
    """A time of full hours; of days with one decimal from three days on."""
    if n is None:
        return NOTHING
    if n < 72:
        return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}
    return _("%(n)s days") % {"n": f"{n / 24:.1f}"}


def value(metric: Metric, parts: Parts) -> str:
    """What the metric was: a dash where nothing was counted of which it could be said."""
    match metric.unit:
        case Unit.RATE:
            return percent(parts.rate) if parts.rate is not None else NOTHING
        case Unit.HOURS:
            return hours(parts.median)
        case _:
            return f"{parts.n:,}"


def interval(metric: Metric, parts: Parts) -> str:
    """Where the true share lies with 95 % confidence."""
    if metric.unit is not Unit.RATE or parts.interval is None:
        return ""
    low, high = parts.interval
    return f"{100 * low:.1f}–{100 * high:.1f}%"


def signed(change: Fraction, digits: int = 2) -> str:
    """A change of a share, in percentage points, where its unit stands above it."""
    return f"{float(100 * change):+.{digits}f}".replace("-", "−")


def points(change: Fraction, digits: int = 1) -> str:
    """A change of a share, in percentage points."""
    return _("%(n)s points") % {"n": signed(change, digits)}


def change(metric: Metric, now: Parts, before: Parts) -> str:
    """The change against the period before; empty where there is nothing to compare with."""
    match metric.unit:
        case Unit.RATE:
            if now.rate is None or before.rate is None:
                return ""
            return points(now.rate - before.rate)
        case Unit.HOURS:
            if now.median is None or before.median is None:
                return ""
            more = now.median - before.median
            return (ngettext("%(n)s hour", "%(n)s hours", abs(more)) % {"n": f"{more:+,}"}).replace("-", "−")
        case _:
            if not before.n:
                return ""
            share = float(100 * (Fraction(now.n, before.n) - 1))
            return f"{now.n - before.n:+,} ({share:+.0f}%)".replace("-", "−")


def direction(metric: Metric, now: Parts, before: Parts) -> str:
    """`better` or `worse`, where a rise is one or the other and the ranges of the shares do not meet."""
    if metric.unit is not Unit.RATE or not metric.more_is or now.interval is None or before.interval is None:
        return ""
    if now.interval[0] > before.interval[1]:
        return "better" if metric.more_is == "good" else "worse"
    if now.interval[1] < before.interval[0]:
        return "worse" if metric.more_is == "good" else "better"
    return ""


def day(at: date) -> str:
    return f"{at:%Y-%m-%d}"


def days(period: Period) -> str:
    """A part of a period, as an axis and a table name it."""
    return day(period.since) if period.days == 1 else f"{day(period.since)} – {day(period.until)}"


def reading(metric: Metric, now: Parts, before: Parts) -> str:
    """One sentence that says what the metric was, how it changed, and how sure that is."""
    said = {"name": metric.name, "value": value(metric, now), "n": f"{now.n:,}", "change": change(metric, now, before)}
    if not now.n:
        return _("Nothing was counted in this period.")
    match metric.unit:
        case Unit.RATE:
            said |= {"interval": interval(metric, now), "k": f"{now.k:,}"}
            text = _("%(k)s of %(n)s cases, that is %(value)s (95%% range %(interval)s).") % said
        case Unit.HOURS:
            said |= {"p90": hours(now.p90)}
            text = _("Half of %(n)s cases took at most %(value)s, nine of ten at most %(p90)s.") % said
        case Unit.LEVEL:
            text = _("At the end of the last day it was %(value)s.") % said
        case _:
            text = _("%(value)s in this period.") % said
    if not said["change"]:
        return text
    text = _("%(text)s Change against the days before: %(change)s.") % {"text": text, **said}
    if metric.unit is not Unit.RATE:
        return text
    sure = (
        _("The ranges of both periods do not meet: chance alone hardly explains this.")
        if now.interval and before.interval and not _meet(now.interval, before.interval)
        else _("The ranges of both periods meet: chance alone may explain this.")
    )
    return f"{text} {sure}"


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


@dataclass(frozen=True, slots=True)
class Judged:
    """How people judge, in words: `transparency.queries.Judged`."""

    agreement: Agreed
    raw: str
    kappa: str
    ac1: str
    decisions: int
    unopened: str


def judged(found: Any) -> Judged:
    """The figures of `transparency.queries.judged` in words."""
    one, unread = found.agreement, found.unread_share
    share = "" if unread is None else _percent(Measured(*unread))
    return Judged(one, _percent(one.raw), _decimal(one.kappa), _decimal(one.ac1), found.decisions, share)


def _percent(found: Measured | None) -> str:
    return "—" if found is None else f"{100 * found.value:.0f}% ({100 * found.low:.0f}–{100 * found.high:.0f})"


def _decimal(found: Measured | None) -> str:
    if found is None:
        return "—"
    low, value, high = (f"{each:.2f}".replace("-", "−") for each in (found.low, found.value, found.high))
    return _("%(value)s (%(low)s to %(high)s)") % {"value": value, "low": low, "high": high}
