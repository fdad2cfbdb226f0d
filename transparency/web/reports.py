"""Yearly reports for everybody: the list, one as a page, as a PDF and as data."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from archive.letters import language_for
from casework.canonical import moment
from transparency import queries
from transparency.models import Report
from transparency.yearly import days_of, period_of_year


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Lists the published reports."""
    return render(request, "transparency/reports.html", {"reports": queries.published_reports()})


def _found(year: str) -> Report:
    report = queries.report_of(year)
    if report is None:
        raise Http404
    return report


@require_safe
def report(request: HttpRequest, year: str) -> HttpResponse:
    """Shows one report in the reader's language, its errata on top."""
    return render(request, "transparency/report.html", {"report": queries.shown(_found(year), language_for())})


@require_safe
def as_pdf(_request: HttpRequest, year: str) -> HttpResponse:
    """The report with its errata as a PDF, in the reader's language."""
    from transparency.web import pdf  # with all of fontTools, which only the first PDF has to wait for

    found, language = _found(year), language_for()
    platform = settings.SITE_NAME or _("Appeals centre")
    body = pdf.render_report(queries.shown(found, language), platform=platform, language=language)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="report-{found.year}.pdf"'
    return response


@require_safe
def as_data(_request: HttpRequest, year: str) -> HttpResponse:
    """All that the report says in both languages, and of each closed day the digest and checkpoint it rests on."""
    found = _found(year)
    period = period_of_year(found.year)
    assert period is not None
    errata = [
        {"published_at": moment(row.published_at), "said": row.change.said}
        for row in found.errata.select_related("change")
    ]
    said = {**found.change.said, "published_at": moment(found.published_at), "errata": errata, "days": days_of(period)}
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="report-{found.year}.json"'
    return response
