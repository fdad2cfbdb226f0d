"""Webhooks for compliance and administrators: how each endpoint does, what did not arrive, sending again."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from casework.errors import NotFound
from console.frame import OVERSEES, staff, surface
from console.webhooks.lists import replayed
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
    elif step in STEPS:
        verb, told = STEPS[step]
        verb(actor=actor, ref=ref, now=now)
        messages.success(request, str(told))
    else:
        raise NotFound()
    return redirect("hooks:endpoint", ref=ref)


@surface("POST", roles=OVERSEES)
def replay(request: HttpRequest, ref: str) -> HttpResponse:
    """Sends one delivery again."""
    delivery = commands.replay_delivery(actor=staff(request, *OVERSEES), ref=ref, now=clock.now())
    messages.success(request, _("It is being sent again."))
    return redirect("hooks:endpoint", ref=delivery.endpoint.ref)
