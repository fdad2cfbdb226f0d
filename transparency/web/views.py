"""The figures that everybody reads, quarter by quarter, as a page and as a file."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surfaces.lists.files import TYPES, csv_pieces
from transparency import queries
from transparency import values as words
from transparency.arithmetic import Period, quarter_name
from transparency.catalogue import Unit
from transparency.cohorts import CUTS
from transparency.queries import Published
from transparency.suppressing import LEAST, WITHHELD


@require_safe
def figures(request: HttpRequest, quarter: str = "") -> HttpResponse:
    """Shows one quarter, the newest where the address names none. A quarter is published once its last day is closed,
    and stays as it is.
    """
    return render(request, "transparency/public.html", of_quarter(quarter))


def of_quarter(quarter: str, *, withheld: str = WITHHELD) -> dict[str, Any]:
    """What a page says of the quarter of this name, or of the newest. Raises `Http404` where it is not published."""
    every = queries.quarters()
    one = queries.quarter_published(quarter) if quarter else next(iter(every), None)
    if quarter and one is None:
        raise Http404
    context: dict[str, Any] = {"quarters": [(quarter_name(each), each == one) for each in every], "least": LEAST}
    if one is not None:
        metrics = list(_by_metric(queries.published(one), withheld))
        context |= {"quarter": one, "name": quarter_name(one), "metrics": metrics}
    return context


def _by_metric(lines: list[Published], withheld: str) -> Iterator[dict[str, Any]]:
    for metric, group in groupby(lines, key=lambda line: line.metric):
        whole, *others = group
        parts = [
            {"label": CUTS[cut], "lines": [said(line, withheld) for line in some]}
            for cut, some in groupby(others, key=lambda line: line.cut)
        ]
        yield {"metric": metric, "whole": said(whole, withheld), "parts": parts, "is_rate": metric.unit is Unit.RATE}


def said(line: Published, withheld: str = WITHHELD) -> dict[str, Any]:
    """One row as it is read, with a sign that stands for a number that is withheld."""
    metric, parts = line.metric, line.parts
    if metric.unit is Unit.HOURS:
        value = words.hours(line.median) if line.median is not None else words.NOTHING
    elif metric.unit is Unit.RATE:
        value = words.value(metric, parts) if parts is not None else words.NOTHING
    else:
        value = withheld if line.n is None else f"{line.n:,}"
    return {
        "label": line.label,
        "value": value,
        "interval": words.interval(metric, parts) if parts is not None else "",
        "p90": words.hours(line.p90) if line.p90 is not None else "",
        "n": withheld if line.n is None else f"{line.n:,}",
        "k": "" if metric.unit is not Unit.RATE else withheld if line.k is None else f"{line.k:,}",
    }


SHARES = ("appeals-changed", "appeals-by-person", "appeals-in-time")


def visitors_figures() -> dict[str, Any]:
    """What the first page says of the newest quarter: a few rows of the same table; empty before there is one."""
    found = queries.published_of_last_quarter()
    if found is None:
        return {}
    quarter, wholes = found
    shares = [{"name": wholes[code].metric.name, **said(wholes[code])} for code in SHARES if wholes[code].parts]
    return {"quarter": quarter_name(quarter), "decided": said(wholes["appeals-decided"])["value"], "shares": shares}


@require_safe
def as_file(request: HttpRequest, quarter: str) -> HttpResponse:
    """The same rows as a CSV file."""
    one = queries.quarter_published(quarter)
    if one is None:
        raise Http404
    response = HttpResponse(b"".join(csv_pieces([[_head()], list(_file_rows(one))])), content_type=TYPES["csv"])
    response["Content-Disposition"] = f'attachment; filename="figures-{quarter_name(one)}.csv"'
    return response


def _head() -> list[str]:
    return [
        _("Quarter"),
        _("Metric"),
        _("Metric (code)"),
        _("Version"),
        _("Cut by"),
        _("Of which"),
        _("Of which (code)"),
        _("Cases (n)"),
        _("Of them (k)"),
        _("Share"),
        _("Low end of the 95% range"),
        _("High end of the 95% range"),
        _("Median (hours)"),
        _("Nine of ten (hours)"),
    ]


def _file_rows(quarter: Period) -> Iterator[list[object]]:
    for line in queries.published(quarter):
        parts = line.parts
        low, high = (parts.interval if parts is not None else None) or ("", "")
        is_rate = line.metric.unit is Unit.RATE
        yield [
            quarter_name(quarter),
            str(line.metric.name),
            line.metric.code,
            line.metric.version,
            str(CUTS.get(line.cut, "")),
            line.label,
            line.value,
            WITHHELD if line.n is None else line.n,
            ("" if not is_rate else WITHHELD) if line.k is None else line.k,
            f"{float(parts.rate):.6f}" if parts is not None and parts.rate is not None else "",
            *(f"{end:.6f}" if end != "" else "" for end in (low, high)),
            "" if line.median is None else line.median,
            "" if line.p90 is None else line.p90,
        ]
