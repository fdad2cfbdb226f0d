"""Pages of oversight: what is owed, what the platform paid first, who a merchant is, outages, reports."""

from datetime import datetime
from itertools import batched
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework import clock
from casework.errors import Invalid
from console.disputes.frame import DESK, overseer
from console.disputes.lists import LEDGER, codes_of
from console.forms import Mistake
from console.frame import show, surface
from disputes import commands, queries
from disputes.verbs import VERB
from operations import outages
from operations.models import Outage
from surfaces.forms import local_moment
from surfaces.lists import context_of
from surfaces.lists.files import TYPES, list_file

BATCH = 200
MOST_SHOWN = 200


@surface("GET", "HEAD", "POST", **DESK)
def read_identity(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks whether to read who the merchant is; shows it once the reading is on record."""
    actor, now = overseer(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    if request.method == "POST":
        card = commands.read_identity(actor=actor, ref=ref, now=now)
        return show(request, "disputes/identity.html", dispute=dispute, card=card)
    verb = VERB["read-identity"]
    if not verb.is_open(actor, dispute, now):
        raise verb.refusal(actor, dispute, now)
    return show(request, "disputes/identity.html", dispute=dispute)


@surface("GET", "HEAD", "POST")
def outage_ledger(request: HttpRequest) -> HttpResponseBase:
    """Lists the outages on file and takes one more, which changes nothing before somebody else confirms it."""
    actor, now = overseer(request), clock.now()
    if request.method != "POST":
        return _ledger(request, now=now)
    mistakes = []
    moments: dict[str, Any] = {}
    for name in ("started_at", "ended_at"):
        read = local_moment(request.POST.get(name, "")[:40])
        if read is None:
            mistakes.append(Mistake(_("Give the time as a date and a time."), name))
        else:
            moments[name] = read
    if mistakes:
        return _ledger(request, now=now, mistakes=mistakes)
    said = {
        **moments,
        "is_announced": request.POST.get("is_announced") == "yes",
        "cause": request.POST.get("cause", "").replace("\r\n", "\n")[:500],
    }
    try:
        found = Outage.objects.filter(**said, recorded_by_ref=actor.ref, dropped_at=None).first()  # pressed twice
        found = found or outages.record_outage(actor=actor, now=now, **said)
    except Invalid as refused:
        return _ledger(request, now=now, mistakes=[Mistake(e.message, e.pointer.strip("/")) for e in refused.errors])
    return redirect("mediation:outage", found.pk)


@surface("GET", "HEAD", "POST")
def outage(request: HttpRequest, no: int) -> HttpResponseBase:
    """Shows what a recorded outage would change; somebody else than who recorded it confirms it, anybody drops it."""
    actor, now = overseer(request), clock.now()
    row = get_object_or_404(Outage, pk=no)
    if request.method == "POST" and "drop" in request.POST:
        outages.drop_outage(actor=actor, no=no, now=now)
        messages.success(request, _("The outage was dropped. Nothing changed by it."))
        return redirect("mediation:outages")
    if request.method == "POST":
        outages.confirm_outage(actor=actor, no=no, now=now)
        longer = _extend(now)
        words = ngettext(
            "The outage is on file. %(n)s time limit became longer.",
            "The outage is on file. %(n)s time limits became longer.",
            longer,
        )
        messages.success(request, words % {"n": longer})
        return redirect("mediation:outages")
    is_open = row.is_proposed and row.dropped_at is None
    changes = commands.rehearse_outage(outage=row, now=now) if is_open and not row.is_announced else []
    return show(
        request,
        "disputes/outage.html",
        outage=row,
        length=row.ended_at - row.started_at,
        recorded_by=codes_of([row.recorded_by_ref]).get(row.recorded_by_ref, ""),
        is_open=is_open,
        is_own=row.recorded_by_ref == actor.ref,
        changes=changes[:MOST_SHOWN],
        count=len(changes),
    )


def _extend(now: datetime) -> int:
    """Extends every running window by the ledger; each dispute in a transaction of its own."""
    longer = 0
    for chunk in batched(queries.open_dispute_ids(), BATCH):
        for pk in chunk:
            longer += commands.extend_windows_of(dispute_id=pk, now=now)
    return longer


def _ledger(request: HttpRequest, *, now: datetime, mistakes: list[Mistake] | None = None) -> HttpResponseBase:
    asked = LEDGER.asked(overseer(request), request.GET.dict(), now)
    if request.GET.get("as") in TYPES:
        return list_file(request, asked, request.GET["as"])
    typed = {name: request.POST.get(name, "") for name in ("started_at", "ended_at", "cause", "is_announced")}
    context = context_of(asked) | {"errors": mistakes or asked.filter.errors, "typed": typed}
    return show(request, "disputes/outages.html", status=400 if mistakes else 200, **context)
