"""Yearly reports: which there are, drafting one beside what the records say, and an erratum of one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from archive.letters import language_for
from casework import clock
from casework.errors import NotFound
from console.frame import OVERSEES, show, staff, surface
from rules.models import CatalogueChange
from surfaces.input_forms import InputForm
from transparency import commands, queries
from transparency.inputs import DraftErratumInput, DraftReportInput
from transparency.yearly import frozen, years_closed


@surface("GET", "HEAD", roles=OVERSEES)
def reports(request: HttpRequest) -> HttpResponse:
    """Lists the closed years, with what is published of each and what waits for a signature."""
    return show(request, "transparency/reports.html", years=queries.years())


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=tuple(DraftReportInput().fields))
def draft(request: HttpRequest, year: str) -> HttpResponseBase:
    """Shows what the records say of a closed year, and asks for what people write."""
    if year not in years_closed() or queries.report_of(year) is not None:
        raise NotFound()
    return _proposes(
        request,
        InputForm(DraftReportInput, request.POST or None, initial=queries.last_written(year)),
        partial(commands.propose_report, year=year),
        heading=_("Draft the compliance report %(year)s") % {"year": year},
        lede=_(
            "The figures are those of closed days and cannot be changed here. Another person reads it and signs it."
        ),
        report=lambda: queries.drafted(frozen(year), language_for()),
    )


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=tuple(DraftErratumInput().fields))
def erratum(request: HttpRequest, year: str) -> HttpResponseBase:
    """Asks what a published report says wrongly."""
    if queries.report_of(year) is None:
        raise NotFound()
    return _proposes(
        request,
        InputForm(DraftErratumInput, request.POST or None),
        partial(commands.propose_erratum, year=year),
        heading=_("Erratum of the compliance report %(year)s") % {"year": year},
        lede=_("The report stays as it was published. The erratum stands above it once another person has signed."),
    )


def _proposes(
    request: HttpRequest, form: InputForm, command: Callable[..., CatalogueChange], **words: Any
) -> HttpResponseBase:
    actor, made = staff(request, *OVERSEES), list[CatalogueChange]()
    if form.carried_out(lambda said: made.append(command(actor=actor, now=clock.now(), **said))):
        messages.success(request, _("Entered under your name. Another person signs it."))
        return redirect("catalogues:change", ref=made[0].ref)
    back, status = (reverse("figures:reports"), _("Compliance reports")), 400 if form.errors else 200
    return show(request, "transparency/draft.html", status=status, form=form, button=_("Enter it"), back=back, **words)
