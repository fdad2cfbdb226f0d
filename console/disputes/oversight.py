"""Pages of oversight: what is owed, what the platform paid first, who a merchant is, outages, reports."""

from datetime import datetime
from itertools import batched
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework import clock
from casework.actor import Actor
from casework.errors import Invalid
from console.disputes.case import act
from console.disputes.forms import Work
from console.disputes.frame import overseer, surface
from console.forms import Mistake, local_moment, number
from console.frame import ROWS, show
from disputes import commands, queries
from disputes.models import Dispute
from disputes.verbs import VERB
from operations import outages
from operations.models import Outage
from surfaces.pages import page_of

BATCH = 200


@surface("POST")
def confirm(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Confirms that what was owed is done."""
    return act(
        request,
        ref,
        lambda actor, _work, now: commands.confirm_obligation(actor=actor, ref=ref, no=no, now=now),
        done=_("It is on file as done."),
        was_done=lambda _actor, _work, dispute: _state_of(dispute, no) == "DONE",
    )


@surface("POST")
def fail(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Records that what was owed cannot be had, and why."""
    return act(
        request,
        ref,
        lambda actor, work, now: commands.fail_obligation(
            actor=actor, ref=ref, no=no, note=work.v.get("obligation_note", ""), now=now
        ),
        done=_("It is on file that this could not be done."),
        forget=("obligation_note",),
        was_done=lambda _actor, _work, dispute: _state_of(dispute, no) == "FAILED",
    )


def _state_of(dispute: Dispute, no: int) -> str:
    return next((str(row.state) for row in dispute.obligations.all() if row.no == no), "")


@surface("POST")
def advance(request: HttpRequest, ref: str) -> HttpResponse:
    """Records that the platform paid a side first, which says nothing about the outcome."""

    def run(actor: Actor, work: Work, now: datetime) -> None:
        amount = work.amount("advance_amount")
        if work.mistakes:
            raise Invalid()
        commands.advance_payment(
            actor=actor,
            ref=ref,
            to_side=work.v.get("advance_to", ""),
            amount_minor=amount or 0,
            reason=work.v.get("advance_reason", ""),
            now=now,
            after=number(request.POST.get("advances")) or 0,
        )

    return act(
        request,
        ref,
        run,
        done=_("It is on file that the platform paid first."),
        prefix="advance",
        forget=("advance_to", "advance_amount", "advance_reason"),
        was_done=_is_advanced,
    )


def _is_advanced(actor: Actor, work: Work, dispute: Dispute) -> bool:
    """Whether the newest payment on file is the typed one."""
    newest = max(dispute.advances.all(), key=lambda row: row.no, default=None)
    return newest is not None and (
        (newest.advanced_by_ref, newest.to_side, newest.amount_minor, newest.reason)
        == (actor.ref, work.v.get("advance_to"), work.amount("advance_amount"), work.v.get("advance_reason"))
    )


@surface("POST")
def settle_advance(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Records how much of an advance came back; the rest is the platform's own."""

    def run(actor: Actor, work: Work, now: datetime) -> None:
        recovered = work.amount("recovered")
        if recovered is None and not work.mistakes:
            work.wrong(_("Say how much came back; 0 where nothing did."), "recovered")
        if work.mistakes or recovered is None:
            raise Invalid()
        commands.settle_advance(actor=actor, ref=ref, no=no, recovered_minor=recovered, now=now)

    return act(
        request,
        ref,
        run,
        done=_("The recovery is on file."),
        forget=("recovered",),
        was_done=lambda _actor, work, dispute: any(
            row.no == no and row.settled_at and row.recovered_minor == work.amount("recovered")
            for row in dispute.advances.all()
        ),
    )


@surface("GET", "HEAD", "POST")
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


@surface("GET", "HEAD")
def reports(request: HttpRequest) -> HttpResponse:
    """Lists the messages that somebody reported, as everybody reads them, with where they stand."""
    actor = overseer(request)
    rows = page_of(queries.reported_messages(actor), request.GET, size=ROWS, by="pk")
    return show(request, "disputes/reports.html", rows=rows, paging=rows)


@surface("GET", "HEAD", "POST")
def outage_ledger(request: HttpRequest) -> HttpResponse:
    """Lists the outages on file and takes one more; windows that it fell into become longer at once."""
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
        if not Outage.objects.filter(**said, recorded_by_ref=actor.ref).exists():  # it may be pressed twice
            outages.record_outage(actor=actor, now=now, **said)
    except Invalid as refused:
        return _ledger(request, now=now, mistakes=[Mistake(e.message, e.pointer.strip("/")) for e in refused.errors])
    longer = _extend(now)
    messages.success(
        request,
        ngettext(
            "The outage is on file. %(n)s time limit became longer.",
            "The outage is on file. %(n)s time limits became longer.",
            longer,
        )
        % {"n": longer},
    )
    return redirect("mediation:outages")


def _extend(now: datetime) -> int:
    """Extends every running window by the ledger; each dispute in a transaction of its own."""
    longer = 0
    for chunk in batched(queries.open_dispute_ids(), BATCH):
        for pk in chunk:
            longer += commands.extend_windows_of(dispute_id=pk, now=now)
    return longer


def _ledger(request: HttpRequest, *, now: datetime, mistakes: list[Mistake] | None = None) -> HttpResponse:
    rows = page_of(Outage.objects.order_by("-started_at", "-pk"), request.GET, size=ROWS, by="pk")
    return show(
        request,
        "disputes/outages.html",
        status=400 if mistakes else 200,
        rows=rows,
        paging=rows,
        errors=mistakes or [],
        typed={name: request.POST.get(name, "") for name in ("started_at", "ended_at", "cause", "is_announced")},
        now=now,
    )
