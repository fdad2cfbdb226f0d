"""The page of a shop's consent to fast refunds: what it means, the sum in a case, every version, and the way out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.queries import who_holds
from casework import clock
from disputes import commands, queries
from disputes.inputs import FastRefundOptInInput
from disputes.policies import MAY_FORGO_RETURN, may_opt_in_to_no_return
from surfaces.input_forms import InputForm
from surfaces.web import actor_of, page


@page("GET", "HEAD", "POST")
def opt_in(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the consent and its versions; an owner or finance gives one, or another sum."""
    actor, now = actor_of(request), clock.now()
    party, versions = queries.opt_ins_of(actor, ref)
    form = InputForm(FastRefundOptInInput, request.POST or None)
    if form.carried_out(lambda said: commands.opt_in_to_fast_refunds(actor=actor, party_ref=ref, now=now, **said)):
        messages.success(request, _("Your consent is on file. It holds for disputes that are opened from now on."))
        return redirect("disputes:fast-refunds", ref=ref)
    context = {
        "party": party,
        "live": next((row for row in versions if row.ended_at is None), None),
        "versions": versions,
        "rules": queries.fast_refund_rules(now),
        "may": may_opt_in_to_no_return(actor, party.pk) is None,
        "holders": who_holds(party.pk, MAY_FORGO_RETURN),
        "form": form,
        "now": now,
    }
    return render(request, "disputes/fast_refunds.html", context, status=400 if form.errors else 200)


@page("POST")
def opt_out(request: HttpRequest, ref: str) -> HttpResponse:
    """Ends the consent, without a reason and without another question."""
    commands.opt_out_of_fast_refunds(actor=actor_of(request), party_ref=ref, now=clock.now())
    messages.success(request, _("Your consent has ended. Disputes that are opened from now on come without it."))
    return redirect("disputes:fast-refunds", ref=ref)
