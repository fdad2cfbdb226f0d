"""Recourse: the claims on executors, each with its ledger, and the steps that are open."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from casework.actor import Actor
from casework.errors import NotFound
from casework.templatetags.casework_tags import money, officer
from console.executors import showing
from console.executors.forms import Form, PaymentForm, SettleForm, WordsForm
from console.executors.frame import seen_version, staff, surface
from console.executors.steps import RETRY
from console.frame import ROWS, show
from executors import commands, queries
from executors.machine import OPEN_RECOURSE
from executors.models import Recourse
from executors.queries.pages import codes_of, money_on, open_on, paid_on


@surface("GET", "HEAD")
def recourses(request: HttpRequest) -> HttpResponse:
    """Every claim, open ones first, with what was claimed and what came in."""
    actor = staff(request)
    every = queries.recourses_for(actor)
    is_open = Case(When(state__in=OPEN_RECOURSE, then=0), default=1)
    paging = Paginator(every.order_by(is_open, "-created_at", "-id"), ROWS).get_page(request.GET.get("page"))
    claimed, paid, waits = money_on(every)
    return show(
        request,
        "executors/recourses.html",
        place="recourses",
        totals=[
            {"label": _("amount claimed"), "value": money(claimed)},
            {"label": _("amount received"), "value": money(paid)},
            {"label": _("still open"), "value": money(waits)},
        ],
        rows=[_row(row) for row in paging],
        paging=paging,
    )


def _row(row: Recourse) -> dict[str, Any]:
    return {
        "number": row.number,
        "url": reverse("executing:recourse", args=[row.ref]),
        "executor": row.executor.party.name,
        "incident": row.incident.number,
        "incident_url": reverse("executing:incident", args=[row.incident.ref]),
        "state": str(row.state),
        "label": row.get_state_display(),
        "claimed": money(row.claimed_minor, row.currency),
        "got": money(paid_on(row), row.currency),
        "open": money(open_on(row), row.currency),
    }


@surface("GET", "HEAD")
def recourse(request: HttpRequest, ref: str) -> HttpResponse:
    """One claim with every entry of its ledger."""
    return _recourse(request, ref)


TAKE_MONEY = ("pay", "settle")
FORMS: Mapping[str, Callable[..., Form]] = {"pay": PaymentForm, "settle": SettleForm, "write-off": WordsForm}


@surface("POST")
def take_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """A payment, a settlement or a write-off is entered."""
    actor = staff(request)
    if step not in FORMS:
        raise NotFound()
    form = FORMS[step](request.POST, prefix=step)
    if form.is_valid():
        try:
            _enter(actor, ref, step, form, seen_version(request))
        except RETRY as refused:
            form.take(refused)
        else:
            messages.success(request, _("It is in the ledger."))
            return redirect("executing:recourse", ref=ref)
    return _recourse(request, ref, typed={step: form})


def _enter(actor: Actor, ref: str, step: str, form: Form, version: int) -> None:
    said = form.cleaned_data
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
    codes = codes_of(entry.by_ref for entry in row.entries.all())
    stands = row.incident.finding_stands(now)
    texts = {
        "pay": (_("A part was paid"), "", _("Enter the payment"), "outline"),
        "settle": (_("Settle"), _("What is paid last; the rest is waived."), _("Settle the claim"), ""),
        "write-off": (_("Write off"), _("Nothing more is expected."), _("Write it off"), "danger"),
    }
    forms = [
        {
            "name": name,
            "url": reverse("executing:recourse-step", args=[ref, name]),
            "form": typed.get(name) or FORMS[name](prefix=name),
            "title": texts[name][0],
            "hint": texts[name][1],
            "button": texts[name][2],
            "css": texts[name][3],
        }
        for name in FORMS
        if name not in TAKE_MONEY or stands or name in typed
    ]
    return show(
        request,
        "executors/recourse.html",
        status=400 if refused is not None else 200,
        place="recourses",
        form=refused,
        recourse={
            "ref": row.ref,
            "number": row.number,
            "version": row.version,
            "state": str(row.state),
            "label": row.get_state_display(),
            "executor": row.executor.party.name,
            "executor_url": reverse("executing:executor", args=[row.executor.ref]),
            "incident": row.incident.number,
            "incident_url": reverse("executing:incident", args=[row.incident.ref]),
        },
        totals=[
            {"label": _("amount claimed"), "value": money(row.claimed_minor, row.currency)},
            {"label": _("amount received"), "value": money(paid_on(row), row.currency)},
            {"label": _("still open"), "value": money(open_on(row), row.currency)},
        ],
        said=showing.rows_of(
            [(_("What is claimed and why"), row.words), (_("Why it is disputed"), row.dispute_reasons)]
        ),
        ledger=[
            {
                "at": entry.at,
                "kind": entry.get_kind_display(),
                "words": " · ".join(filter(None, (entry.reference, entry.words))),
                "by": by_text(codes.get(entry.by_ref, "")),
                "amount": money(entry.amount_minor, row.currency) if entry.kind != "DISPUTE" else "",
            }
            for entry in row.entries.all()
        ],
        forms=forms if row.is_open else [],
        waits=row.is_open and not stands,
        waits_until=row.incident.contest_by if row.incident.may_still_be_contested(now) else None,
    )


def by_text(code: str) -> str:
    """Who entered it: somebody of an executor by their code, an officer as one; without a code it was no person."""
    if not code:
        return _("the platform's back end")
    return code if code.startswith("X-") else officer(code)
