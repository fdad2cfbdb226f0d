"""Publishes the procedure: its time limits, and how to reach a person. Open to everybody."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.queries import parties_of
from casework import clock
from operations import first_answers
from rules.quotas import quotas_of
from rules.terms import terms_at


@require_safe
def times(request: HttpRequest) -> HttpResponse:
    """Shows how long each step may take for what begins now, each with the clause that promises it, and how soon people
    of the platform answered.

    Somebody who acts for parties reads what applies to the one that the address names, else to the first.
    """
    now, actor = clock.now(), getattr(request, "actor", None)
    own = [party for party, _role in parties_of(actor)] if actor is not None else []
    party = next((each for each in own if each.ref == request.GET.get("party")), next(iter(own), None))
    terms = terms_at(now, [party.pk] if party is not None else [])
    context = {
        "terms": terms.values(),
        "party": party,
        "parties": own,
        "used": quotas_of(party.pk, now=now, terms=terms.values()) if party is not None else [],
        "reads": settings.API_RATES["person_reads"],
        "writes": settings.API_RATES["person_writes"],
        "now": now,
        "answers": first_answers.figures(now),
    }
    return render(request, "appeals/help_times.html", context)


@require_safe
def human(request: HttpRequest) -> HttpResponse:
    """Shows how to speak to a person, and what they can do."""
    return render(request, "appeals/help_human.html", {"now": clock.now()})
