"""Webhooks for compliance and administrators: how each endpoint does, what did not arrive, sending again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from casework import clock
from casework.errors import NotFound
from casework.formats import moment_text
from console.frame import OVERSEES, list_view, staff, surface
from surfaces.lists import Act, Asked, Choice, Column, Kind, Line, Listing, Order, Tab
from surfaces.lists.cells import Text
from surfaces.lists.words import in_columns
from webhooks import commands, queries
from webhooks.lists import DELIVERIES
from webhooks.machine import EndpointState
from webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint

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


def _replayed(n: int) -> str:
    return ngettext("%(n)s is being sent again.", "%(n)s are being sent again.", n) % {"n": n}


def _endpoint_state(line: Line[WebhookEndpoint]) -> tuple[str, Text]:
    row = line.row
    return ("FAILING", _("failing")) if row.is_failing else (str(row.state), row.get_state_display())


def _trouble(line: Line[WebhookEndpoint]) -> Text:
    row = line.row
    if row.disabled_reason:
        return str(row.get_disabled_reason_display())
    if row.failing_since is None:
        return ""
    return _("First failure: %(at)s") % {"at": moment_text(row.failing_since)}


def _count(name: str, head: Text) -> Column[WebhookEndpoint]:
    return Column(name, head, lambda line: (line.beside or {}).get(name, 0), Kind.FIGURE)


endpoints = list_view(
    Listing[WebhookEndpoint](
        title=gettext_lazy("Webhooks"),
        lede=gettext_lazy(
            "Where the platform's own systems are told what happens. Their owners set them up by REST; here you see "
            "whether it arrives."
        ),
        nothing=gettext_lazy("No system is told of anything yet. An API client sets an endpoint up by REST."),
        rows=lambda asked: queries.endpoints_for(asked.actor),
        orders={
            "trouble": Order(("-state", "-failures", "-created_at", "-id")),  # they are few
            "newest": Order(("-created_at", "-id")),
        },
        filters=[Choice("state", gettext_lazy("State"), dict(EndpointState.choices))],
        search=in_columns("number", "url", "client__name"),
        searched=gettext_lazy("Search by number, address or client"),
        columns=[
            Column(
                "number",
                gettext_lazy("Endpoint"),
                lambda line: line.row.number,
                Kind.NUMBER,
                note=lambda line: line.row.url,
            ),
            Column("client", gettext_lazy("API client"), lambda line: line.row.client.name),
            Column("state", gettext_lazy("State"), _endpoint_state, Kind.STATE, rank=1, note=_trouble, order="trouble"),
            Column("success", gettext_lazy("Last success"), lambda line: line.row.succeeded_at, Kind.MOMENT),
            _count("waiting", gettext_lazy("Waiting to be sent")),
            _count("given_up", gettext_lazy("Given up")),
            _count("delivered", gettext_lazy("Delivered in 24 hours")),
            Column("since", gettext_lazy("Since"), lambda line: line.row.created_at, Kind.DAY, rank=3, order="newest"),
        ],
        beside=lambda asked, rows: queries.counts_of(
            queries.endpoints_for(asked.actor).filter(pk__in=[each.pk for each in rows]), now=asked.now
        ),
        link=lambda line: reverse("hooks:endpoint", args=[line.row.ref]),
        template="console/webhooks/list.html",
        test=("webhooks", "webhook-row"),
    ),
    roles=OVERSEES,
)
"""Every endpoint with how it does, those in trouble first."""


def _endpoint(asked: Asked[WebhookDelivery]) -> WebhookEndpoint:
    return queries.endpoint_for(asked.actor, asked.path["ref"])


def _shown(asked: Asked[WebhookDelivery]) -> Mapping[str, Any]:
    row = asked.beside["endpoint"]
    return {
        "endpoint": row,
        "signing": sum(each.signs_at(asked.now) for each in row.secrets.all()),
        "is_on": asked.beside["is_on"],
    }


def _beside(asked: Asked[WebhookDelivery], _rows: Sequence[WebhookDelivery]) -> Mapping[Any, Any]:
    row = _endpoint(asked)
    return {"endpoint": row, "is_on": row.state == EndpointState.ACTIVE}


def _when(line: Line[WebhookDelivery]) -> datetime:
    row = line.row
    at: datetime = row.delivered_at or row.attempted_at or row.created_at
    return at


def _next_attempt(line: Line[WebhookDelivery]) -> str:
    if line.of_all["is_on"] and line.row.next_attempt_at is not None:
        return moment_text(line.row.next_attempt_at)
    return _("once it is switched on")


endpoint = list_view(
    DELIVERIES.shown(
        title=gettext_lazy("What it was sent"),
        tabs=[Tab(name, label, Q(state=state)) for name, (state, label) in TABS.items()],
        filters=[],
        columns=[
            Column(
                "event",
                gettext_lazy("Event"),
                lambda line: line.row.type,
                note=lambda line: (line.row.event.case_ref if line.row.event is not None else "") or line.row.ref,
            ),
            Column("attempts", gettext_lazy("Attempts"), lambda line: line.row.attempts, Kind.FIGURE),
            Column("failure", gettext_lazy("Last failure"), lambda line: capfirst(failure_text(line.row.last_error))),
            Column("next", gettext_lazy("Next attempt"), _next_attempt, on=["waiting"]),
            Column("when", gettext_lazy("When"), _when, Kind.MOMENT, on=["lost", "delivered"]),
            Column("made", gettext_lazy("Since"), lambda line: line.row.created_at, Kind.DAY, rank=3, order="newest"),
        ],
        beside=_beside,
        acts=[
            Act(
                "replay",
                gettext_lazy("Send again"),
                "hooks:replay",
                run=commands.replay_delivery,
                many=gettext_lazy("Send those that are ticked again"),
                done=_replayed,
                on=["lost", "delivered"],
                when=lambda line: bool(line.of_all["is_on"]),
            )
        ],
        template="console/webhooks/endpoint.html",
        test=("deliveries", "delivery-row"),
    ),
    roles=OVERSEES,
    more=_shown,
)
"""One endpoint and what it was sent."""


@surface("POST", roles=OVERSEES)
def take_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """Switches the endpoint on or off, tries it, or sends again what was given up."""
    actor, now = staff(request, *OVERSEES), clock.now()
    if step == "replay-all":
        n = commands.replay_given_up(actor=actor, ref=ref, now=now)
        messages.success(request, _replayed(n))
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
