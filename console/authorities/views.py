"""Registers matters; one matter, one seat; and what the holder of a seat reads."""

from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import AUTHORITY
from authorities import commands, queries
from authorities.inputs import ExportMatterInput, RegisterMatterInput
from authorities.models import Matter, Page
from authorities.verbs import actions_for
from casework import clock
from console.frame import OVERSEES, show, staff, surface, version_of
from rules.queries import rules_with_history
from surfaces.asks import STAFF
from surfaces.input_forms import InputForm
from transparency.web.views import of_quarter

READS = (AUTHORITY,)


def _form(request: HttpRequest, form: InputForm, **words: Any) -> HttpResponse:
    status = 400 if form.errors else 200
    return show(request, "authorities/form.html", status=status, form=form, **words)


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=tuple(RegisterMatterInput().fields))
def register(request: HttpRequest) -> HttpResponse:
    """Registers what an authority asks, orders or hands over."""
    actor, form, made = staff(request, *OVERSEES), InputForm(RegisterMatterInput, request.POST or None), list[Matter]()
    if form.carried_out(lambda said: made.append(commands.register_matter(actor=actor, now=clock.now(), **said))):
        messages.success(request, _("The matter is registered."))
        return redirect("authorities:matter", ref=made[0].ref)
    return _form(
        request,
        form,
        heading=_("Register a matter"),
        lede=_("What stands in the document stays as it came. Compliance is told when the answer is late."),
        button=_("Register it"),
        back=(reverse("authorities:matters"), _("Matters of authorities")),
    )


@surface("GET", "HEAD", roles=OVERSEES)
def seat(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one seat, and what is to be done about it."""
    actor = staff(request, *OVERSEES)
    row = queries.seat_for(actor, ref)
    actions = [each for each in actions_for(actor, row, now=clock.now()) if each.verb.page_for(STAFF)]
    return show(request, "authorities/seat.html", row=row, actions=actions)


@surface("GET", "HEAD", roles=OVERSEES)
def matter(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one matter with what was handed over for it, and what is to be done about it."""
    actor = staff(request, *OVERSEES)
    row = queries.matter_for(actor, ref)
    actions = [each for each in actions_for(actor, row, now=clock.now()) if each.verb.page_for(STAFF)]
    return show(request, "authorities/matter.html", row=row, actions=actions)


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=tuple(ExportMatterInput().fields))
def export(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Answers the file that is handed over, whose SHA-256 the matter has."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row, form = queries.matter_for(actor, ref), InputForm(ExportMatterInput, request.POST or None)
    about: dict[str, Any] = {"actor": actor, "ref": ref, "now": now}
    with ExitStack() as refused:
        out = refused.enter_context(TemporaryFile())
        if form.carried_out(
            lambda said: commands.export_matter(out, expected_version=version_of(request), **about, **said)
        ):
            refused.pop_all()  # the response closes it
            out.seek(0)
            return FileResponse(out, as_attachment=True, filename=f"{row.number}.zip", content_type="application/zip")
    return _form(
        request,
        form,
        heading=_("Hand over a sealed file for %(number)s") % {"number": row.number},
        lede=_(
            "Case files are whole: nobody is masked in them. Their cases are kept from deletion until the matter is "
            "closed. The SHA-256 of the file is noted here; the file itself is not kept, so save it."
        ),
        button=_("Make and save the file"),
        version=row.version,
        saves=True,
        back=(reverse("authorities:matter", args=[row.ref]), row.number),
    )


# — by a seat —


@surface("GET", "HEAD", roles=READS)
def figures(request: HttpRequest, quarter: str = "") -> HttpResponse:
    """Shows one quarter, the newest where the address names none; the look is on record."""
    context = of_quarter(quarter, withheld="<5")
    about = str(context.get("name", ""))
    seat = commands.record_look(actor=staff(request, *READS), page=Page.FIGURES, about=about, now=clock.now())
    return show(request, "authorities/figures.html", seat=seat, **context)


@surface("GET", "HEAD", roles=READS)
def rules(request: HttpRequest) -> HttpResponse:
    """Lists the rules with all their versions; the look is on record."""
    seat = commands.record_look(actor=staff(request, *READS), page=Page.RULES, now=clock.now())
    return show(request, "authorities/rules.html", seat=seat, rules=rules_with_history())


@surface("GET", "HEAD", roles=READS)
def case(request: HttpRequest) -> HttpResponse:
    """Shows the case that is open to the seat, with masked parties; the look is on record."""
    now = clock.now()
    seat = commands.record_look(actor=staff(request, *READS), page=Page.CASE, now=now)
    return show(request, "authorities/case.html", seat=seat, sections=list(queries.case_read_by(seat, now)))
