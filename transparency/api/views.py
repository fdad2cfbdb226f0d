"""Figures of closed days: all metrics of a period beside the one before, and one metric with its course and why."""

from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from casework.actor import ActorKind
from casework.errors import Invalid, NotFound, one_of, require
from surfaces.api.views import Call, ReadView, Reply
from transparency import queries
from transparency.arithmetic import Effect, Parts
from transparency.catalogue import BY_CODE, Metric, Unit
from transparency.cohorts import CUTS
from transparency.policies import FOR_CLIENTS, may_read_figures
from transparency.queries import Scope


class FigurePartsOutput(serializers.Serializer[Any]):
    n = serializers.IntegerField(help_text="So many cases were counted; of a level how many there were at the end.")
    k = serializers.IntegerField(allow_null=True, help_text="So many of them had what is asked; null where nothing is.")
    rate = serializers.FloatField(allow_null=True, help_text="k of n; null of no case.")
    low = serializers.FloatField(allow_null=True, help_text="Low end of the 95 % interval of the rate (Wilson).")
    high = serializers.FloatField(allow_null=True, help_text="High end of the same.")
    median_hours = serializers.IntegerField(allow_null=True, help_text="Full hours within which half of them ended.")
    p90_hours = serializers.IntegerField(allow_null=True, help_text="Full hours within which nine of ten ended.")


class MetricOutput(serializers.Serializer[Any]):
    metric = serializers.CharField(help_text="The code of the metric.")
    version = serializers.IntegerField(help_text="The version of its definition; days closed before may have another.")
    unit = serializers.CharField(help_text="`count`, `rate`, `hours` or `level`.")
    name = serializers.CharField()
    definition = serializers.CharField(help_text="What is counted, of which cases, and which are left out.")
    cuts = serializers.ListField(child=serializers.CharField(), help_text="By what it can be cut.")
    figures = FigurePartsOutput(help_text="Of the period.")
    before = FigurePartsOutput(help_text="Of as many days before.")


class FiguresOutput(serializers.Serializer[Any]):
    since = serializers.DateField(allow_null=True, help_text="The first day of the period, in Beijing.")
    until = serializers.DateField(
        allow_null=True, help_text="The last day of the period: never later than the last closed day."
    )
    closed_through = serializers.DateField(
        allow_null=True, help_text="The last closed day, whose figures never change; null before there is one."
    )
    checkpoint = serializers.IntegerField(allow_null=True, help_text="The checkpoint on which that day rests.")
    metrics = MetricOutput(many=True, help_text="Every metric, in the order of the catalogue.")


class CourseStepOutput(serializers.Serializer[Any]):
    since = serializers.DateField(help_text="The first day of this part of the period.")
    until = serializers.DateField(help_text="The last day of it.")
    figures = FigurePartsOutput(help_text="Of this part; of a level at its end.")


class CutValueOutput(serializers.Serializer[Any]):
    value = serializers.CharField(allow_blank=True, help_text="The value of the cut; empty where a case has none.")
    label = serializers.CharField()
    figures = FigurePartsOutput(help_text="Of this value, in the period.")
    before = FigurePartsOutput(help_text="Of this value, in as many days before.")
    mix = serializers.FloatField(
        allow_null=True,
        help_text="What this value gave to the change of the rate by having more or fewer of the cases.",
    )
    rate_effect = serializers.FloatField(
        allow_null=True, help_text="What it gave by its own rate. Both, of all values, add up to the change."
    )


class FigureOutput(MetricOutput):
    since = serializers.DateField(help_text="The first day of the period, in Beijing.")
    until = serializers.DateField(help_text="The last day of the period.")
    course = CourseStepOutput(many=True, help_text="Day by day; by week over 62 days, by month over 400.")
    by = serializers.CharField(allow_blank=True, help_text="By what `values` are cut.")
    values = CutValueOutput(many=True, help_text="The values of the cut, that with the largest effect first.")


WHEN = {
    "from": "The first day, such as `2026-07-01`; the last 30 closed days unless you say otherwise.",
    "to": "The last day.",
}


class FiguresView(ReadView):
    """What every metric was in a period, beside as many days before. Staff who oversee, and clients with
    `figures:read`."""

    shows = FiguresOutput
    filters = WHEN | {
        "cut": "With `value`, only the cases that have this value: one of "
        + ", ".join(f"`{cut}`" for cut in CUTS)
        + ".",
        "value": "The value of the cut.",
    }

    def read(self, call: Call) -> Reply:
        require(may_read_figures(call.actor))
        if queries.newest_day() is None:
            return self.shown(dict.fromkeys(("since", "until", "closed_through", "checkpoint")) | {"metrics": []}, call)
        scope, newest = _asked(call)
        if scope.cut and "value" not in call.query:
            raise Invalid.field("/value", "required", _("Name the value of the cut."))
        found = queries.totals(scope)
        return self.shown(
            {
                "since": scope.period.since,
                "until": scope.period.until,
                "closed_through": newest.day,
                "checkpoint": newest.checkpoint_id,
                "metrics": [_metric(BY_CODE[code], later, earlier, call) for code, (later, earlier) in found.items()],
            },
            call,
        )


class FigureView(ReadView):
    """One metric, by its code: its course, its values by a cut, and what each gave to the change."""

    shows = FigureOutput
    filters = WHEN | {"cut": "By what `values` are cut: one of the `cuts` of the metric."}

    def read(self, call: Call) -> Reply:
        require(may_read_figures(call.actor))
        metric = BY_CODE.get(call.path["ref"])
        if metric is None:
            raise NotFound()
        scope, _newest = _asked(call)
        cuts = _cuts(metric, call)
        if scope.cut and scope.cut not in cuts:
            raise Invalid.field("/cut", "unknown", one_of(cuts))
        whole = Scope(scope.period)
        later, earlier = queries.totals(whole)[metric.code]
        values = queries.by_value(metric, scope.cut, scope.period) if scope.cut else {}
        effects = {each.value: each for each in queries.why(values)} if metric.unit is Unit.RATE else {}
        labels = queries.labels(metric, scope.cut, values) if values else {}
        order = [*effects, *(value for value in sorted(values) if value not in effects)]
        answer = _metric(metric, later, earlier, call) | {
            "since": scope.period.since,
            "until": scope.period.until,
            "course": [
                {"since": step.period.since, "until": step.period.until, "figures": _parts(metric, step.parts)}
                for step in queries.course(metric, whole)
            ],
            "by": scope.cut,
            "values": [_value(metric, value, labels[value], *values[value], effects.get(value)) for value in order],
        }
        return self.shown(answer, call)


def _asked(call: Call) -> tuple[Scope, Any]:
    """Raises `NotAllowed`; `Invalid` for what is no day and no cut; `NotFound` before a day is closed."""
    require(may_read_figures(call.actor))
    newest = queries.newest_day()
    if newest is None:
        raise NotFound()
    cut = str(call.query.get("cut", ""))
    allowed = FOR_CLIENTS if call.actor.kind is ActorKind.CLIENT else tuple(CUTS)
    if cut and cut not in allowed:
        raise Invalid.field("/cut", "unknown", one_of(allowed))
    period = queries.period_of(_day(call, "from"), _day(call, "to"), newest=newest.day)
    return Scope(period, cut, str(call.query.get("value", ""))), newest


def _day(call: Call, name: str) -> date | None:
    typed = call.query.get(name)
    if typed is None:
        return None
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        raise Invalid.field(f"/{name}", "invalid", _("Write the day like 2026-03-05.")) from None


def _cuts(metric: Metric, call: Call) -> list[str]:
    return [cut for cut in metric.cuts if call.actor.kind is not ActorKind.CLIENT or cut in FOR_CLIENTS]


def _metric(metric: Metric, later: Parts, earlier: Parts, call: Call) -> dict[str, Any]:
    return {
        "metric": metric.code,
        "version": metric.version,
        "unit": metric.unit.value,
        "name": str(metric.name),
        "definition": f"{metric.sentence} {metric.cohort.sentence} {metric.leaves_out}".strip(),
        "cuts": _cuts(metric, call),
        "figures": _parts(metric, later),
        "before": _parts(metric, earlier),
    }


def _parts(metric: Metric, parts: Parts) -> dict[str, Any]:
    is_rate, is_time = metric.unit is Unit.RATE, metric.unit is Unit.HOURS
    low, high = (parts.interval if is_rate else None) or (None, None)
    return {
        "n": parts.n,
        "k": parts.k if is_rate else None,
        "rate": _float(parts.rate) if is_rate else None,
        "low": low,
        "high": high,
        "median_hours": parts.median if is_time else None,
        "p90_hours": parts.p90 if is_time else None,
    }


def _value(metric: Metric, value: str, label: str, later: Parts, earlier: Parts, effect: Effect | None) -> Any:
    return {
        "value": value,
        "label": label,
        "figures": _parts(metric, later),
        "before": _parts(metric, earlier),
        "mix": _float(effect.mix) if effect is not None else None,
        "rate_effect": _float(effect.rate) if effect is not None else None,
    }


def _float(number: Fraction | None) -> float | None:
    return None if number is None else float(number)
