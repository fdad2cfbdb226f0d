"""Webhooks for compliance and administrators: how each endpoint does, what did not arrive, sending again."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from casework import clock
from casework.counts import capped_count
from casework.errors import NotFound
from console.frame import OVERSEES, ROWS, show, staff, surface
from surfaces.pages import page_of
from webhooks import commands, queries
from webhooks.machine import EndpointState
from webhooks.models import DeliveryState

TABS: Mapping[str, tuple[DeliveryState, str | Promise]] = {
    "lost": (DeliveryState.GIVEN_UP, gettext_lazy("Given up")),
    "waiting": (DeliveryState.PENDING, gettext_lazy("Waiting to be sent")),
    "delivered": (DeliveryState.DELIVERED, gettext_lazy("Delivered")),
}
FAILURES: Mapping[str, str | Promise] = {
    "timeout": gettext_lazy("no answer within 15 seconds"),
    "refused": gettext_lazy("nobody accepts a connection there, or the name is unknown"),
    "address": gettext_lazy("the name leads to an address that is not called"),
    "proxy": gettext_lazy("the proxy does not connect there"),
    "tls": gettext_lazy("its certificate is not valid for this name"),
    "broken": gettext_lazy("the connection broke off"),
    "malformed": gettext_lazy("what it answers is no HTTP"),
    "unknown": gettext_lazy("how the last attempt ended is not known"),
    "not-visible": gettext_lazy("the client may no longer see this case"),
    "key-gone": gettext_lazy("the key that its secret follows from is gone; its owner has to renew the secret"),
}
STEPS: Mapping[str, tuple[Callable[..., Any], str | Promise]] = {
    "disable": (commands.disable_endpoint, gettext_lazy("It is switched off. What happens meanwhile waits.")),
    "enable": (commands.enable_endpoint, gettext_lazy("It is switched on. What waited is being sent.")),
    "test": (commands.send_test, gettext_lazy("A test is on its way. Look again in a moment.")),
}


@surface("GET", "HEAD", roles=OVERSEES)
def endpoints(request: HttpRequest) -> HttpResponse:
    """Lists every endpoint with how it does, those in trouble first."""
    actor, now = staff(request, *OVERSEES), clock.now()
    every = queries.endpoints_for(actor)
    counts = queries.counts_of(every, now=now)
    rows = [(row, counts.get(row.pk, {})) for row in every.order_by("-state", "-failures", "-created_at")]
    return show(request, "webhooks/list.html", rows=rows)


@surface("GET", "HEAD", roles=OVERSEES)
def endpoint(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one endpoint and what it was sent."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = queries.endpoint_for(actor, ref)
    tab = request.GET.get("tab", "lost")
    if tab not in TABS:
        raise NotFound()
    counts = {
        name: capped_count(queries.deliveries_for(actor, endpoint=ref, state=state))
        for name, (state, _l) in TABS.items()
    }
    found = queries.deliveries_for(actor, endpoint=ref, state=TABS[tab][0]).order_by("-created_at", "-id")
    paging = page_of(found, request.GET, size=ROWS)
    return show(
        request,
        "webhooks/endpoint.html",
        endpoint=row,
        signing=sum(each.signs_at(now) for each in row.secrets.all()),
        is_on=row.state == EndpointState.ACTIVE,
        tabs=[(name, label, counts[name]) for name, (_state, label) in TABS.items()],
        tab=tab,
        rows=[(each, failure_text(each.last_error)) for each in paging],
        paging=paging,
        now=now,
    )


@surface("POST", roles=OVERSEES)
def take_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """Switches the endpoint on or off, tries it, or sends again what was given up."""
    actor, now = staff(request, *OVERSEES), clock.now()
    if step == "replay-all":
        n = commands.replay_given_up(actor=actor, ref=ref, now=now)
        messages.success(request, ngettext("%(n)s is being sent again.", "%(n)s are being sent again.", n) % {"n": n})
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


def failure_text(error: str) -> str:
    """Why the last attempt failed, in words."""
    if error.startswith("http-"):
        return _("it answered %(status)s") % {"status": error.removeprefix("http-")}
    return str(FAILURES.get(error, error))
