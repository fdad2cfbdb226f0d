"""Compliance's steps in an incident: find, compensate the affected party, claim it back, close."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from casework import clock
from console.executors.forms import ClaimForm, CompensateForm, FindForm, Form
from console.executors.frame import seen_version, staff, surface
from console.executors.incidents import show_incident
from executors import commands


def _take(
    request: HttpRequest, ref: str, form: Form, act: Callable[[dict[str, Any]], object], *, done: str
) -> HttpResponse:
    """Redirects to the incident once the step was taken; refused, shows its page with the refusal in the form."""
    if form.carried_out(act):
        messages.success(request, done)
        return redirect("executing:incident", ref=ref)
    return show_incident(request, ref, typed=form)


def _common_arguments(request: HttpRequest) -> dict[str, Any]:
    return {"actor": staff(request), "expected_version": seen_version(request), "now": clock.now()}


@surface("POST")
def find(request: HttpRequest, ref: str) -> HttpResponse:
    """Records whose fault it was, with reasons."""
    asked = _common_arguments(request)
    return _take(
        request,
        ref,
        FindForm(request.POST),
        lambda said: commands.find_incident(
            ref=ref,
            outcome=said["finding"],
            error_class=said["error_kind"],
            reasons=said["reasons"],
            corrective_step=said["corrective_step"],
            **asked,
        ),
        done=_("The finding is on file. The executor was told."),
    )


@surface("POST")
def compensate(request: HttpRequest, ref: str) -> HttpResponse:
    """Records what the platform paid the affected party, in its own name."""
    asked = _common_arguments(request)
    return _take(
        request,
        ref,
        CompensateForm(request.POST),
        lambda said: commands.compensate_incident(
            ref=ref,
            amount_minor=said["amount"],
            currency="CNY",
            reference=said["reference"],
            words=said["words"],
            **asked,
        ),
        done=_("It is on file that the affected party was made whole."),
    )


@surface("POST")
def claim(request: HttpRequest, ref: str) -> HttpResponse:
    """Claims back what the platform paid, at most that."""
    asked = _common_arguments(request)
    return _take(
        request,
        ref,
        ClaimForm(request.POST),
        lambda said: commands.claim_recourse(
            incident_ref=ref, amount_minor=said["amount"], words=said["words"], **asked
        ),
        done=_("The claim is on file. The executor was told."),
    )


@surface("POST")
def close(request: HttpRequest, ref: str) -> HttpResponse:
    """Closes the incident."""
    asked = _common_arguments(request)
    return _take(
        request,
        ref,
        Form(request.POST),
        lambda _said: commands.close_incident(ref=ref, **asked),
        done=_("The incident is closed."),
    )
