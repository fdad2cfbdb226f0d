"""Recourse: the claims on executors, each with its ledger, and the steps that are open."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from casework.actor import Actor
from casework.errors import NotFound
from casework.templatetags.casework_tags import officer
from console.executors.forms import Form, PaymentForm, ReasonTextForm, SettleForm
from console.executors.frame import seen_version, staff, surface
from console.frame import list_view, show
from executors import commands, queries
from executors.lists import RECOURSES
from executors.models import IS_ENDED, Recourse
from executors.queries.pages import codes_of, money_on
from surfaces.lists import Asked, Column, Kind, Order, state
from surfaces.lists.cells import Text


def _money(name: str, head: Text, amount: Callable[[Recourse], int]) -> Column[Recourse]:
    return Column(name, head, lambda line: (amount(line.row), line.row.currency), Kind.MONEY)


def _sums(asked: Asked[Recourse]) -> Mapping[str, Any]:
    claimed, received, waits = money_on(asked.every)
    return {"claimed": claimed, "received": received, "open": waits}


recourses = list_view(
    RECOURSES.shown(
        title=gettext_lazy("Recourse"),
        lede=gettext_lazy(
            "What the platform paid to affected parties first and now claims back from executors. It is between the "
            "two; no affected party sees it or waits for it."
        ),
        nothing=gettext_lazy("Nothing is claimed from any executor."),
        rows=lambda asked: queries.recourses_for(asked.actor).annotate(ended=IS_ENDED),
        orders={
            "open": Order(("ended", "-created_at", "-id"), ("recourse_open_first",)),
            "newest": RECOURSES.orders["newest"],
        },
        columns=[
            Column("number", gettext_lazy("Claim"), lambda line: line.row.number, Kind.NUMBER),
            Column("executor", gettext_lazy("Executor"), lambda line: line.row.executor.party.name),
            Column(
                "incident",
                gettext_lazy("Incident"),
                lambda line: line.row.incident.number,
                Kind.NUMBER,
                link=lambda line: reverse("executing:incident", args=[line.row.incident.ref]),
            ),
            state(),
            _money("claimed", gettext_lazy("Claimed"), lambda row: row.claimed_minor),
            _money("received", gettext_lazy("Received"), lambda row: row.received_minor),
            _money("open", gettext_lazy("Still open"), lambda row: row.open_minor),
            Column("day", gettext_lazy("Since"), lambda line: line.row.created_at, Kind.DAY, rank=3, order="newest"),
        ],
        link=lambda line: reverse("executing:recourse", args=[line.row.ref]),
        frame="console/executors/base.html",
        place="recourses",
        template="console/executors/recourses.html",
        test=("recourses", "recourse-row"),
    ),
    who=staff,
    more=_sums,
)
"""Every claim, open ones first, with what was claimed and what came in."""


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
