"""The rows that figures are made of, day by day, and the cases that a figure counted, each as a page and as a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from casework.errors import NotFound
from console.frame import list_view
from console.transparency.views import scope_of
from surfaces.lists import Asked, Column, Kind, Line, Listing, Order
from transparency import queries
from transparency import values as words
from transparency.catalogue import BY_CODE, Metric
from transparency.cohorts import CUTS
from transparency.models import Figure
from transparency.policies import READS
from transparency.queries import Scope

ALL = "all"
ADDRESSES = {"appeal": "workbench:case", "notice": "notices:detail", "dispute": "mediation:case"}
"""Where staff open a case, by its kind."""


def _scope(asked: Asked[Any]) -> Scope:
    newest = queries.newest_day()
    if newest is None:
        raise NotFound()
    return scope_of(asked.query, asked.filter, newest)


def _metric(asked: Asked[Any]) -> Metric:
    found = BY_CODE.get(asked.path["code"])
    if found is None:
        raise NotFound()
    return found


# — the rows of days —


def _figures(asked: Asked[Figure]) -> QuerySet[Figure]:
    if asked.path["code"] != ALL:
        _metric(asked)
    scope = _scope(asked)
    rows = Figure.objects.filter(day__gte=scope.period.since, day__lte=scope.period.until)
    if asked.path["code"] != ALL:
        rows = rows.filter(metric=asked.path["code"])
    return rows.filter(cut=scope.cut, value=scope.value) if scope.cut or asked.path["code"] == ALL else rows


def _name(line: Line[Figure]) -> str:
    return str(BY_CODE[line.row.metric].name) if line.row.metric in BY_CODE else line.row.metric


def _said(line: Line[Figure]) -> str:
    metric = BY_CODE.get(line.row.metric)
    return words.value(metric, line.row.parts) if metric is not None else ""


def _by(line: Line[Figure]) -> str:
    return str(CUTS.get(line.row.cut, line.row.cut))


rows = list_view(
    Listing[Figure](
        title=gettext_lazy("Figures day by day"),
        hint=gettext_lazy(
            "Rows of closed days, which never change. A share of days together is k of them by n of them."
        ),
        nothing=gettext_lazy("No day is closed yet, or nothing was counted on these."),
        rows=_figures,
        orders={"newest": Order(("-day_id", "metric", "cut", "value", "id"), ("figure_is_counted_once_a_day",))},
        columns=[
            Column("day", gettext_lazy("Day"), lambda line: words.day(line.row.day_id)),
            Column("metric", gettext_lazy("Metric"), _name, code=lambda line: line.row.metric),
            Column("said", gettext_lazy("Value"), _said, rank=1),
            Column("n", gettext_lazy("Cases (n)"), lambda line: line.row.n, Kind.FIGURE),
            Column("k", gettext_lazy("Of them (k)"), lambda line: line.row.k, Kind.FIGURE),
            Column(
                "cut",
                gettext_lazy("Cut by"),
                lambda line: str(CUTS.get(line.row.cut, "")),
                code=lambda line: line.row.cut,
            ),
            Column("value", gettext_lazy("Of which"), lambda line: line.row.value),
            Column("version", gettext_lazy("Version"), lambda line: line.row.version, Kind.FIGURE, 3),
            Column(
                "hours",
                gettext_lazy("Cases by full hours"),
                lambda line: " ".join(f"{hour}:{n}" for hour, n in line.row.hours.items()),
                file_only=True,
            ),
        ],
        by="pk",
    ),
    roles=READS,
)


# — the cases of a figure —


def _cases(asked: Asked[Any]) -> QuerySet[Any]:
    metric = _metric(asked)
    if not metric.has_cases:
        raise NotFound()
    return queries.cases_of(metric, _scope(asked), only_part="part" in asked.query)


def _beside(asked: Asked[Any], some: Sequence[Any]) -> Mapping[Any, Any]:
    """By the key of the case the address of each that the reader may open; and the words of the cuts' values."""
    metric = _metric(asked)
    opens = {
        pk: reverse(ADDRESSES[kind], args=[ref]) for pk, (kind, ref) in queries.cases_seen(asked.actor, some).items()
    }
    labels = {cut: queries.labels(metric, cut, {getattr(row, f"cut_{cut}") for row in some}) for cut in metric.cuts}
    return {"opens": opens, **labels}


def _leads(line: Line[Any]) -> str:
    return str(line.of_all.get("opens", {}).get(queries.case_of(line.row).pk, ""))


def _cut(name: str) -> Column[Any]:
    def said(line: Line[Any]) -> str:
        value = getattr(line.row, f"cut_{name}", None)
        return "" if value is None else str(line.of_all[name].get(value, value))

    return Column(name, CUTS[name], said, code=lambda line: str(getattr(line.row, f"cut_{name}", "")))


cases = list_view(
    Listing[Any](
        title=gettext_lazy("Cases of a figure"),
        hint=gettext_lazy("What the figure counted, the newest first. You open those that you may see."),
        nothing=gettext_lazy("It counted no case."),
        rows=_cases,
        link=_leads,
        beside=_beside,
        orders={"newest": Order(("-happened_at", "-id"))},
        columns=[
            Column("number", gettext_lazy("Case"), lambda line: queries.case_of(line.row).number, Kind.NUMBER),
            Column("day", gettext_lazy("Counted on"), lambda line: line.row.happened_at, Kind.MOMENT, 1),
            *(_cut(name) for name in CUTS),
        ],
        by="pk",
    ),
    roles=READS,
)
