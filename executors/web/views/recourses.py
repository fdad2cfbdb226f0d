"""What the platform claims back from this executor: for whoever speaks for it, with the way to dispute it."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework import clock
from casework.formats import money
from executors import queries
from executors.verbs import RECOURSE
from executors.web.frame import reader, show
from surfaces.asks import PARTY
from surfaces.verb_pages import Step, open_steps
from surfaces.web import page


def show_recourse(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the claim's page; `typed` is the step that was refused."""
    actor, _person = reader(request)
    row = queries.recourse_for(actor, ref)
    return show(
        request,
        "recourse.html",
        status=200 if typed is None else typed.status,
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
        form=typed.form if typed else None,
        steps=open_steps(RECOURSE, PARTY, actor, row, clock.now(), typed),
    )


recourse = page("GET", "HEAD")(show_recourse)
"""Shows one claim with its ledger."""
