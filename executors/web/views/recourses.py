"""What the platform claims back from this executor: for whoever speaks for it, with the way to dispute it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework import clock
from casework.formats import money
from executors import commands, queries
from executors.verbs import actions_for
from executors.web.forms import DisputeForm
from executors.web.frame import reader, show
from surfaces.web import page


@require_safe
@page()
def recourse(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one claim with its ledger."""
    return _recourse(request, ref)


@require_POST
@page(keeps=("text",))
def dispute(request: HttpRequest, ref: str) -> HttpResponse:
    """Disputes the claim."""
    actor, _person = reader(request)
    form = DisputeForm(request.POST)
    if form.carried_out(
        lambda said: commands.dispute_recourse(actor=actor, ref=ref, reasons=said["text"], now=clock.now())
    ):
        messages.success(request, _("Your objection is on file."))
        return redirect("executors:recourse", ref=ref)
    return _recourse(request, ref, form=form)


def _recourse(request: HttpRequest, ref: str, *, form: DisputeForm | None = None) -> HttpResponse:
    actor, _person = reader(request)
    row = queries.recourse_for(actor, ref)
    return show(
        request,
        "recourse.html",
        status=400 if form is not None else 200,
        recourse={
            "ref": row.ref,
            "number": row.number,
            "state": str(row.state),
            "label": row.get_state_display(),
            "incident": row.incident.number,
            "incident_ref": row.incident.ref,
            "words": row.words,
            "dispute": row.dispute_reasons,
            "disputed_at": row.disputed_at,
        },
        totals=[
            {"label": _("amount claimed"), "value": money(row.claimed_minor, row.currency)},
            {"label": _("amount paid"), "value": money(row.received_minor, row.currency)},
            {"label": _("still open"), "value": money(row.open_minor, row.currency)},
        ],
        ledger=[
            {
                "at": entry.at,
                "kind": entry.get_kind_display(),
                "amount": money(entry.amount_minor, row.currency) if entry.kind != "DISPUTE" else "",
                "words": entry.reference,
            }
            for entry in row.entries.all()
        ],
        form=form or DisputeForm(),
        can_dispute="dispute" in {action.name for action in actions_for(actor, row, now=clock.now())},
    )
