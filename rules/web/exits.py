"""Agreeing to a version, leaving rather than accepting one, and the exit as the party reads it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from casework import clock
from rules import commands, queries
from rules.policies import may_request_exit
from rules.verbs import actions_for
from surfaces.asks import PARTY
from surfaces.web import actor_of, page


@never_cache
@page("GET", "HEAD", "POST")
def leave(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Says what leaving means, and for which party; POST opens the exit."""
    actor, now = actor_of(request), clock.now()
    version = queries.version_by_number(code, number)
    if request.method == "POST":
        made = commands.request_exit(
            actor=actor, rule=code, number=number, party=request.POST.get("party", "")[:40], now=now
        )
        return redirect("rules:exit", ref=made.ref)
    able = [party for party in queries.parties_bound(actor, version) if may_request_exit(actor, party) is None]
    context = {
        "version": version,
        "rule": version.rule,
        "before": version.before,
        "parties": able,
        "exits": list(queries.exits_for(actor).filter(rejected__rule=version.rule_id, withdrawn_at=None)),
        "days": commands.REFUND_DAYS,
        "answer_days": commands.ANSWER_WORKING_DAYS,
        "now": now,
    }
    return render(request, "rules/leave.html", context)


@never_cache
@page("GET", "HEAD", "POST")
def agree(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Says what agreeing means, with no choice made beforehand, and for which party; POST puts it on record."""
    actor, now = actor_of(request), clock.now()
    version = queries.version_by_number(code, number)
    if request.method == "POST":
        party = request.POST.get("party", "")[:40]
        commands.agree_to_version(actor=actor, rule=code, number=number, party=party, now=now)
        messages.success(request, _("Your agreement is on record."))
        return redirect("rules:agree", code=code, number=number)
    given = list(queries.consents_for(actor).filter(version=version))
    has_agreed = {each.party_id for each in given}
    able = [party for party in queries.parties_bound(actor, version) if may_request_exit(actor, party) is None]
    context = {
        "version": version,
        "rule": version.rule,
        "before": version.before,
        "parties": [party for party in able if party.pk not in has_agreed],
        "given": given,
        "is_asked": any(version.asks(party) for party in able),
        "now": now,
    }
    return render(request, "rules/agree.html", context)


@never_cache
@page("GET", "HEAD")
def exits(request: HttpRequest, ref: str) -> HttpResponse:
    """One exit: under which version, what is refunded and how that comes about, by when, and what can be done."""
    actor, now = actor_of(request), clock.now()
    row = queries.exit_for(actor, ref)
    actions = [action for action in actions_for(actor, row, now=now) if action.verb.page_for(PARTY)]
    context = {"row": row, "actions": actions, "now": now}
    return render(request, "rules/exit.html", context)
