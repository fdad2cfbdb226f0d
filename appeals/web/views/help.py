"""Publishes the procedure: its time limits, and how to reach a person. Open to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework import clock
from rules.terms import terms_at


@require_safe
def times(request: HttpRequest) -> HttpResponse:
    """Shows how long each step may take for what begins now, each with the clause that promises it."""
    now = clock.now()
    return render(request, "appeals/help_times.html", {"terms": terms_at(now).values(), "now": now})


@require_safe
def human(request: HttpRequest) -> HttpResponse:
    """Shows how to speak to a person, and what they can do."""
    return render(request, "appeals/help_human.html", {"now": clock.now()})
