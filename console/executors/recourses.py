"""Recourse: the claims on executors, each with its ledger, and the steps that are open."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from casework import clock
from casework.actor import Actor
from casework.errors import NotFound
from casework.formats import officer
from console.executors.forms import Form, PaymentForm, ReasonTextForm, SettleForm
from console.executors.frame import seen_version, staff, surface
from console.frame import ROWS, show
from executors import commands, queries
from executors.models import IS_ENDED
from executors.queries.pages import codes_of, money_on
from surfaces.pages import page_of


@surface("GET", "HEAD")
def recourses(request: HttpRequest) -> HttpResponse:
    """Lists every claim, open ones first, with what was claimed and what came in."""
    every = queries.recourses_for(staff(request))
    paging = page_of(every.annotate(ended=IS_ENDED).order_by("ended", "-created_at", "-id"), request.GET, size=ROWS)
    claimed, received, waits = money_on(every)
    return show(
        request,
        "executors/recourses.html",
        place="recourses",
        claimed=claimed,
        received=received,
        open=waits,
        paging=paging,
    )


@surface("GET", "HEAD")
def recourse(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one claim with every entry of its ledger."""
    return _recourse(request, ref)


TAKE_MONEY = ("pay", "settle")
FORMS: Mapping[str, Callable[..., Form]] = {"pay": PaymentForm, "settle": SettleForm, "write-off": ReasonTextForm}


@surface("POST")
def take_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """Enters a payment, a settlement or a write-off."""
    actor = staff(request)
    if step not in FORMS:
        raise NotFound()
    form = FORMS[step](request.POST, prefix=step)
    if form.carried_out(lambda said: _enter(actor, ref, step, said, seen_version(request))):
        messages.success(request, _("It is in the ledger."))
        return redirect("executing:recourse", ref=ref)
    return _recourse(request, ref, typed={step: form})


def _enter(actor: Actor, ref: str, step: str, said: Mapping[str, Any], version: int) -> None:
    asked: dict[str, Any] = {"actor": actor, "ref": ref, "expected_version": version, "now": clock.now()}
    if step == "pay":
        commands.record_part_payment(amount_minor=said["amount"], reference=said["reference"], **asked)
    elif step == "settle":
        commands.settle_recourse(amount_minor=said["amount"], reference=said["reference"], words=said["words"], **asked)
    else:
        commands.write_off_recourse(reason=said["words"], **asked)


def _recourse(request: HttpRequest, ref: str, *, typed: Mapping[str, Form] | None = None) -> HttpResponse:
    row, now = queries.recourse_for(staff(request), ref), clock.now()
    typed = typed or {}
    refused = next(iter(typed.values()), None)
    entries = list(row.entries.all())
    codes = codes_of(entry.by_ref for entry in entries)
    is_final = row.incident.finding_is_final(now)
    texts = {
        "pay": (_("A part was paid"), "", _("Enter the payment"), "outline"),
        "settle": (_("Settle"), _("What is paid last; the rest is waived."), _("Settle the claim"), ""),
        "write-off": (_("Write off"), _("Nothing more is expected."), _("Write it off"), "danger"),
    }
    open_now = [name for name in FORMS if name not in TAKE_MONEY or is_final or name in typed] if row.is_open else []
    return show(
        request,
        "executors/recourse.html",
        status=400 if refused is not None else 200,
        place="recourses",
        form=refused,
        recourse=row,
        ledger=[(entry, by_text(codes.get(entry.by_ref, ""))) for entry in entries],
        forms=[(name, typed.get(name) or FORMS[name](prefix=name), *texts[name]) for name in open_now],
        waits=row.is_open and not is_final,
        waits_until=row.incident.contest_by if row.incident.may_still_be_contested(now) else None,
    )


def by_text(code: str) -> str:
    """Who entered it: somebody of an executor by their code, an officer as one; without a code it was no person."""
    if not code:
        return _("the platform's back end")
    return code if code.startswith("X-") else officer(code)
