"""Every webhook endpoint with how it does, and what one was sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from casework.formats import moment_text
from console.frame import OVERSEES, list_view
from surfaces.lists import Act, Asked, Column, Kind, Line, Listing, Order, Tab, number, since, states
from surfaces.lists.cells import Text
from surfaces.lists.words import in_columns
from webhooks import commands, queries
from webhooks.lists import DELIVERIES
from webhooks.machine import EndpointState
from webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint

TABS: Mapping[str, tuple[DeliveryState, Text]] = {
    "lost": (DeliveryState.GIVEN_UP, _("Given up")),
    "waiting": (DeliveryState.PENDING, _("Waiting to be sent")),
    "delivered": (DeliveryState.DELIVERED, _("Delivered")),
}
SHOWN = 300
"""Characters of an answer in a line; all of it that is kept stands in `GET webhook-deliveries`."""
FAILURES: Mapping[str, Text] = {
    "timeout": _("no answer within 15 seconds"),
    "refused": _("nobody accepts a connection there, or the name is unknown"),
    "address": _("the name leads to an address that is not called"),
    "proxy": _("the proxy does not connect there"),
    "tls": _("its certificate is not valid for this name"),
    "broken": _("the connection broke off"),
    "malformed": _("what it answers is no HTTP"),
    "unknown": _("how the last attempt ended is not known"),
    "not-visible": _("the client may no longer see this case"),
    "key-gone": _("the key that its secret follows from is gone; its owner has to renew the secret"),
}


def failure_text(error: str) -> str:
    """Why the last attempt failed, in words."""
    if error.startswith("http-"):
        return _("it answered %(status)s") % {"status": error.removeprefix("http-")}
    return str(FAILURES.get(error, error))


def replayed(n: int) -> str:
    return ngettext("%(n)s is being sent again.", "%(n)s are being sent again.", n) % {"n": n}


def counted(n: int) -> str:
    return ngettext("%(n)s would be sent again.", "%(n)s would be sent again.", n) % {"n": n}


def _answer(line: Line[WebhookDelivery]) -> Text:
    """How the newest attempt ended, with the beginning of what was answered, which is a stranger's text."""
    if not line.row.tried:
        return ""
    newest = line.row.tried[-1]
    said = " ".join(newest["answer"].split())[:SHOWN]
    facts = {"status": newest["status"] or "–", "ms": newest["duration_ms"]}
    ended = _("%(status)s after %(ms)s ms") % facts
    return _("%(ended)s: %(answer)s") % {"ended": ended, "answer": said} if said else ended


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
        title=_("Webhooks"),
        lede=_(
            "Where the platform's own systems are told what happens. Their owners set them up by REST; here you see "
            "whether it arrives."
        ),
        nothing=_("No system is told of anything yet. An API client sets an endpoint up by REST."),
        rows=lambda asked: queries.endpoints_for(asked.actor),
        orders={
            "trouble": Order(("-state", "-failures", "-created_at", "-id")),  # they are few
            "newest": Order(("-created_at", "-id")),
        },
        filters=[states(EndpointState)],
        search=in_columns("number", "url", "client__name"),
        searched=_("Search by number, address or client"),
        columns=[
            number(_("Endpoint"), note=lambda line: line.row.url),
            Column("client", _("API client"), lambda line: line.row.client.name),
            Column("state", _("State"), _endpoint_state, Kind.STATE, rank=1, note=_trouble, order="trouble"),
            Column("success", _("Last success"), lambda line: line.row.succeeded_at, Kind.MOMENT),
            _count("waiting", _("Waiting to be sent")),
            Column("behind", _("Behind since"), lambda line: (line.beside or {}).get("oldest"), Kind.MOMENT),
            _count("given_up", _("Given up")),
            _count("delivered", _("Delivered in 24 hours")),
            since(),
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
        **queries.counts_of(queries.endpoints_for(asked.actor).filter(pk=row.pk), now=asked.now).get(row.pk, {}),
    }


def _beside(asked: Asked[WebhookDelivery], _rows: Sequence[WebhookDelivery]) -> Mapping[Any, Any]:
    row = _endpoint(asked)
    return {"endpoint": row, "is_on": row.state == EndpointState.ACTIVE}


def _when(line: Line[WebhookDelivery]) -> datetime:
    row = line.row
    at: datetime = row.delivered_at or row.attempted_at or row.created_at
    return at


def _next_attempt(line: Line[WebhookDelivery]) -> Text:
    if line.of_all["is_on"] and line.row.next_attempt_at is not None:
        return moment_text(line.row.next_attempt_at)
    return _("once it is switched on")


endpoint = list_view(
    DELIVERIES.shown(
        title=_("What it was sent"),
        tabs=[Tab(name, label, Q(state=state)) for name, (state, label) in TABS.items()],
        filters=[],
        columns=[
            Column(
                "event",
                _("Event"),
                lambda line: line.row.type,
                note=lambda line: (line.row.event.case_ref if line.row.event is not None else "") or line.row.ref,
            ),
            Column("attempts", _("Attempts"), lambda line: line.row.attempts, Kind.FIGURE),
            Column("failure", _("Last answer"), lambda line: capfirst(failure_text(line.row.last_error)), note=_answer),
            Column("next", _("Next attempt"), _next_attempt, on=["waiting"]),
            Column("when", _("When"), _when, Kind.MOMENT, on=["lost", "delivered"]),
            since(),
        ],
        beside=_beside,
        acts=[
            Act(
                "replay",
                _("Send again"),
                "hooks:replay",
                run=commands.replay_delivery,
                many=_("Send those that are ticked again"),
                done=replayed,
                on=["lost", "delivered"],
                when=lambda line: bool(line.of_all["is_on"]),
            ),
            Act(
                "send-now",
                _("Send now"),
                "hooks:replay",
                run=commands.replay_delivery,
                many=_("Send those that are ticked now"),
                done=replayed,
                on=["waiting"],
                when=lambda line: bool(line.of_all["is_on"]) and line.row.can_go_now(line.now),
            ),
        ],
        template="console/webhooks/endpoint.html",
        test=("deliveries", "delivery-row"),
    ),
    roles=OVERSEES,
    more=_shown,
)
"""One endpoint and what it was sent."""
