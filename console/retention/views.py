"""The plan of what ends when and why; proposing a run; one run with its certificate; one legal hold."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from casework import clock
from console.frame import OVERSEES, show, staff, surface
from retention import commands, queries
from retention.due import class_of
from retention.inputs import ProposeRunInput, PutHoldInput
from retention.verbs import actions_for
from rules.models import CatalogueChange
from surfaces.asks import STAFF
from surfaces.input_forms import InputForm


@surface("GET", "HEAD", roles=OVERSEES)
def plan(request: HttpRequest) -> HttpResponse:
    """Shows every class of records with what of it is due, by when, and what holds it."""
    return show(request, "retention/plan.html", planned=queries.plan(clock.now()), days=queries.SOON)


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=tuple(ProposeRunInput().fields))
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Proposes that what is due of a class ends; another person signs it."""
    actor, row, now = staff(request, *OVERSEES), class_of(code), clock.now()
    form, made = InputForm(ProposeRunInput, request.POST or None), list[CatalogueChange]()
    if form.carried_out(
        lambda said: made.append(commands.propose_run(actor=actor, record_class=row.code, now=now, **said))
    ):
        messages.success(request, _("Entered under your name. Another person signs it."))
        return redirect("catalogues:change", ref=made[0].ref)
    status = 400 if form.errors else 200
    return show(request, "retention/propose.html", status=status, form=form, planned=queries.planned(row, now))


@surface("GET", "HEAD", roles=OVERSEES)
def run(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one run, and the certificate of what was destroyed."""
    row = queries.run_for(staff(request, *OVERSEES), ref)
    return show(request, "retention/run.html", row=row, destroyed=queries.destroyed_by(row))


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=tuple(PutHoldInput().fields))
def put_hold(request: HttpRequest) -> HttpResponse:
    """Puts a legal hold on a party or a case."""
    actor, form, made = staff(request, *OVERSEES), InputForm(PutHoldInput, request.POST or None), list[str]()
    if form.carried_out(lambda said: made.append(commands.put_hold(actor=actor, now=clock.now(), **said).ref)):
        messages.success(request, _("It is held: nothing of it is deleted."))
        return redirect("retention:hold", ref=made[0])
    return show(request, "retention/put_hold.html", status=400 if form.errors else 200, form=form)


@surface("GET", "HEAD", roles=OVERSEES)
def hold(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one hold, and what is to be done about it."""
    actor = staff(request, *OVERSEES)
    row = queries.hold_for(actor, ref)
    actions = [each for each in actions_for(actor, row, now=clock.now()) if each.verb.page_for(STAFF)]
    return show(request, "retention/hold.html", row=row, actions=actions)
