"""Webhooks for compliance and administrators: how each endpoint does, what did not arrive, sending again."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from casework.errors import Invalid, NotFound
from console.frame import OVERSEES, staff, surface
from console.webhooks.lists import counted, replayed
from surfaces.filters import start_of
from webhooks import commands

STEPS: Mapping[str, tuple[Callable[..., Any], str | Promise]] = {
    "disable": (commands.disable_endpoint, gettext_lazy("It is switched off. What happens meanwhile waits.")),
    "enable": (commands.enable_endpoint, gettext_lazy("It is switched on. What waited is being sent.")),
    "test": (commands.send_test, gettext_lazy("A test is on its way. Look again in a moment.")),
}


@surface("POST", roles=OVERSEES)
def take_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """Switches the endpoint on or off, tries it, or sends again what was given up."""
    actor, now = staff(request, *OVERSEES), clock.now()
    if step == "replay-all":
        n = commands.replay_given_up(actor=actor, ref=ref, now=now)
        messages.success(request, replayed(n))
    elif step == "replay-period":
        only_count = "count" in request.POST
        n = commands.replay_period(actor=actor, ref=ref, now=now, dry_run=only_count, **_period(request))
        messages.success(request, (counted if only_count else replayed)(n))
    elif step in STEPS:
        verb, told = STEPS[step]
        verb(actor=actor, ref=ref, now=now)
        messages.success(request, str(told))
    else:
        raise NotFound()
    return redirect("hooks:endpoint", ref=ref)


def _period(request: HttpRequest) -> Mapping[str, datetime]:
    """The days that were typed, whole, in Beijing. Raises `Invalid` for what is none."""
    try:
        since, until = (date.fromisoformat(request.POST.get(name, "")) for name in ("since", "until"))
        return {"since": start_of(since), "until": start_of(until) + timedelta(days=1)}
    except (ValueError, OverflowError):
        raise Invalid.field("/since", "invalid", _("Choose the first and the last day.")) from None


@surface("POST", roles=OVERSEES)
def replay(request: HttpRequest, ref: str) -> HttpResponse:
    """Sends one delivery again."""
    delivery = commands.replay_delivery(actor=staff(request, *OVERSEES), ref=ref, now=clock.now())
    messages.success(request, _("It is being sent again."))
    return redirect("hooks:endpoint", ref=delivery.endpoint.ref)
