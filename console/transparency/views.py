"""All figures at a glance, and one metric with its course and why it changed. Everything is in the address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework import clock
from casework.clock import BEIJING
from casework.counts import WATCHED
from casework.errors import NotFound
from console.frame import show, surface
from console.transparency.charts import chart
from surfaces.filters import ListFilter, read_filter
from transparency import queries
from transparency import values as words
from transparency.arithmetic import DAY, Effect, Parts, Period, added, rounded
from transparency.catalogue import BY_CODE, Metric, Unit
from transparency.cohorts import CUTS
from transparency.models import ClosedDay
from transparency.policies import READS
from transparency.queries import Scope

HUNDREDTH = Fraction(1, 10_000)
"""A hundredth of a percentage point, in which effects are shown."""
MOST_VALUES = 20
"""Values of a cut that have a row of their own; the file has them all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: days and, where not everything is shown, the value of a cut."""

    scope: Scope
    typed: ListFilter

    @property
    def address(self) -> str:
        return address_of(self.scope)


def address_of(scope: Scope, **more: str) -> str:
    """The query that asks for the same."""
    only = {"only": f"{scope.cut}:{scope.value}"} if scope.cut else {}
    days = {"from": words.day(scope.period.since), "to": words.day(scope.period.until)}
    return "?" + urlencode(days | only | more)


def scope_of(query: Mapping[str, str], typed: ListFilter, newest: ClosedDay) -> Scope:
    """Days and cut of an address; a cut that there is not is none."""
    cut, _colon, value = query.get("only", "").partition(":")
    period = queries.period_of(typed.since, typed.until, newest=newest.day)
    return Scope(period, cut, value.replace("\x00", "")[:300]) if cut in CUTS else Scope(period)


@dataclass(frozen=True, slots=True)
class Line:
    """One metric as a table shows it."""

    metric: Metric
    now: Parts
    before: Parts
    url: str

    @property
    def value(self) -> str:
        return words.value(self.metric, self.now)

    @property
    def interval(self) -> str:
        return words.interval(self.metric, self.now)

    @property
    def p90(self) -> str:
        return words.hours(self.now.p90) if self.metric.unit is Unit.HOURS else ""

    @property
    def was(self) -> str:
        return words.value(self.metric, self.before)

    @property
    def change(self) -> str:
        return words.change(self.metric, self.now, self.before)

    @property
    def direction(self) -> str:
        return words.direction(self.metric, self.now, self.before)

    @property
    def n(self) -> str:
        return f"{self.now.n:,}" if self.metric.unit in (Unit.RATE, Unit.HOURS) else ""


@surface("GET", "HEAD", roles=READS)
def overview(request: HttpRequest) -> HttpResponse:
    """Shows what is open now, and every metric of some days beside as many days before."""
    now, newest, typed = clock.now(), queries.newest_day(), read_filter(request.GET, states={}, kinds={})
    context: dict[str, Any] = {"newest": newest, "open": _open(queries.open_now(now)), "now": now, "typed": typed}
    if newest is None:
        return show(request, "transparency/overview.html", errors=typed.errors, **context)
    asked = Asked(scope_of(request.GET, typed, newest), typed)
    lines = [
        Line(BY_CODE[code], later, earlier, reverse("figures:metric", args=[code]) + asked.address)
        for code, (later, earlier) in queries.totals(asked.scope).items()
    ]
    context |= {
        "lines": lines,
        "answers": queries.answers(asked.scope.period),
        "grounds": [(f"ground:{code}", label) for code, label in queries.GROUNDS],
        "is_stale": newest.day < now.astimezone(BEIJING).date() - 2 * DAY,
        "goes_on": newest.closed_at > now - DAY / 96,  # the worker closes days now, one after the other
        "rows_url": reverse("figures:rows", args=["all"]) + asked.address,
    }
    return show(request, "transparency/overview.html", errors=typed.errors, **context, **_asked(asked))


def _asked(asked: Asked, one: Metric = BY_CODE["appeals-decided"]) -> dict[str, Any]:
    """What the filter above a page shows."""
    scope = asked.scope
    return {
        "only_label": queries.labels(one, scope.cut, [scope.value])[scope.value] if scope.cut else "",
        "period": scope.period,
        "before": scope.period.before,
        "scope": scope,
        "only": f"{scope.cut}:{scope.value}" if scope.cut else "",
        "begins": queries.first_day_after(scope.period.before.since),
        "only_cut": CUTS.get(scope.cut, ""),
        "everything": address_of(Scope(scope.period)),
    }


def _capped(n: int) -> str:
    """A number of what is open: no more than `WATCHED` were looked at."""
    return f"{n:,}" if n < WATCHED else f"{WATCHED:,}+"


def _open(found: queries.OpenNow) -> dict[str, Any]:
    days = (*queries.AGES, None)
    left = [_("under %(n)s days") % {"n": n} if n is not None else _("%(n)s days and more") % {"n": 7} for n in days]
    left[0], ages = _("under 1 day"), [_("under 1 day"), *left[1:]]
    return {
        "found": found,
        "n": _capped(found.n),
        "late": _capped(found.late),
        "remedies_late": _capped(found.remedies_late),
        "left": [(_("late"), found.late), *zip(left, found.left, strict=True)],
        "ages": list(zip(ages, found.ages, strict=True)),
    }


@surface("GET", "HEAD", roles=READS)
def metric(request: HttpRequest, code: str) -> HttpResponse:
    """Shows one metric: what it says and how sure, its course, its values by one cut, and why it changed."""
    one, newest, typed = BY_CODE.get(code), queries.newest_day(), read_filter(request.GET, states={}, kinds={})
    if one is None or newest is None:
        raise NotFound()
    asked = Asked(scope_of(request.GET, typed, newest), typed)
    if asked.scope.cut and asked.scope.cut not in one.cuts:
        asked = replace(asked, scope=Scope(asked.scope.period))
    scope = asked.scope
    later, earlier = queries.totals(scope)[code]
    steps = queries.course(one, scope)
    by = request.GET.get("by", "")
    by = by if by in one.cuts else next(iter(one.cuts), "")
    context = _asked(asked, one) | {
        "metric": one,
        "newest": newest,
        "reading": words.reading(one, later, earlier),
        "line": Line(one, later, earlier, ""),
        "steps": [(words.days(step.period), Line(one, step.parts, Parts(), "")) for step in steps],
        "is_rate": one.unit is Unit.RATE,
        "is_time": one.unit is Unit.HOURS,
        "by": by,
        "cuts": [(cut, CUTS[cut], address_of(scope, by=cut)) for cut in one.cuts],
        "overview_url": reverse("figures:overview") + asked.address,
        "rows_url": reverse("figures:rows", args=[code]) + address_of(scope),
        "cases_url": reverse("figures:cases", args=[code]) + asked.address if one.has_cases else "",
        "part_url": reverse("figures:cases", args=[code]) + address_of(scope, part="1") if one.part is not None else "",
    }
    context["chart"] = chart(one, steps, f"{one.name}, {words.days(scope.period)}", context["reading"])
    if by and not scope.cut:
        context |= _by(one, by, scope.period)
    return show(request, "transparency/metric.html", errors=typed.errors, **context)


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value of a cut beside the days before, and what it gave to the change of a share, in percentage points."""

    label: str
    line: Line
    mix: str = ""
    rate: str = ""
    total: str = ""
    url: str = ""
    cases_url: str = ""
    part_url: str = ""


def _by(one: Metric, cut: str, period: Period) -> dict[str, Any]:
    """The values of a cut and, of a share, what each gave to its change, that with the largest effect first.

    Beyond `MOST_VALUES` they stand together in one row, so that the rows add up to the whole as they are shown.
    """
    values = queries.by_value(one, cut, period)
    effects = queries.why(values) if one.unit is Unit.RATE else []
    order = [each.value for each in effects] or sorted(values, key=lambda each: (-values[each][0].n, each))
    mix, rate = _units(effects)
    labels = queries.labels(one, cut, order[:MOST_VALUES])
    at = reverse("figures:cases", args=[one.code])
    lines = []
    for i, value in enumerate(order[:MOST_VALUES]):
        scope = Scope(period, cut, value)
        own = reverse("figures:metric", args=[one.code]) + address_of(scope)
        leads = {"url": own, "cases_url": at + address_of(scope), "part_url": at + address_of(scope, part="1")}
        lines.append(_value_line(one, labels[value], [values[value]], mix[i : i + 1], rate[i : i + 1], **leads))
    if rest := order[MOST_VALUES:]:
        others = [values[value] for value in rest]
        text = ngettext("%(n)d other together", "%(n)d others together", len(rest)) % {"n": len(rest)}
        lines.append(_value_line(one, text, others, mix[MOST_VALUES:], rate[MOST_VALUES:]))
    return {
        "values": lines,
        "has_effects": bool(effects),
        "whole": _value_line(one, "", values.values(), mix, rate),
        "top": next((f"{each.label} ({each.total})" for each in lines if effects), ""),
    }


def _value_line(
    one: Metric,
    label: str,
    pairs: Iterable[tuple[Parts, Parts]],
    mix: Sequence[int],
    rate: Sequence[int],
    **leads: str,
) -> ValueLine:
    """A row of these figures, now and before, together, with their effects in hundredths of a point."""
    both = list(pairs)
    line = Line(one, added(later for later, _earlier in both), added(earlier for _later, earlier in both), "")
    effects = (words.signed(n * HUNDREDTH) for n in (sum(mix), sum(rate), sum(mix) + sum(rate))) if mix else ()
    return ValueLine(label, line, *effects, **leads)


def _units(effects: Iterable[Effect]) -> tuple[list[int], list[int]]:
    """Mix and rate effects in hundredths of a point, rounded so that all of them add up to the change, rounded."""
    every = list(effects)
    parts = rounded([each.mix for each in every] + [each.rate for each in every], HUNDREDTH)
    return parts[: len(every)], parts[len(every) :]
