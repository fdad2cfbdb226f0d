"""Reads of endpoints and deliveries for pages and the API, always through what the actor may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from casework.actor import Actor
from casework.counts import WATCHED, Waiting
from casework.errors import or_not_found, require
from casework.models import Event
from webhooks import signing
from webhooks.bodies import about, told
from webhooks.event_types import TYPES
from webhooks.machine import EndpointState
from webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookSecret
from webhooks.policies import cases_seen_by, may_read_events, may_rotate_secret, visible_to

RECENT = timedelta(days=1)


def endpoints_for(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """The endpoints that this actor may see."""
    return WebhookEndpoint.objects.filter(visible_to(actor)).select_related("client").prefetch_related("secrets")


def endpoint_for(actor: Actor, ref: str) -> WebhookEndpoint:
    """Raises `NotFound` alike for missing and foreign."""
    return or_not_found(endpoints_for(actor).filter(ref=ref).first())


def deliveries_for(actor: Actor, *, endpoint: str = "", state: str = "") -> QuerySet[WebhookDelivery]:
    """The deliveries to these endpoints, of one endpoint or in one state where that is asked for."""
    rows = WebhookDelivery.objects.filter(endpoint__in=WebhookEndpoint.objects.filter(visible_to(actor)))
    if endpoint:
        rows = rows.filter(endpoint__ref=endpoint)
    if state:
        rows = rows.filter(state=state)
    return rows.select_related("endpoint__client", "event")


def delivery_for(actor: Actor, ref: str) -> WebhookDelivery:
    """Raises `NotFound` alike for missing and foreign."""
    return or_not_found(deliveries_for(actor).filter(ref=ref).first())


def shown_secret(actor: Actor, endpoint_ref: str, secret_ref: str, *, now: datetime) -> str | None:
    """The secret, for its owner and while it signs; None for anybody and anything else."""
    row = WebhookSecret.objects.select_related("endpoint").filter(ref=secret_ref, endpoint__ref=endpoint_ref).first()
    if row is None or not row.signs_at(now) or may_rotate_secret(actor, row.endpoint) is not None:
        return None
    return plain_of(row)


def plain_of(secret: WebhookSecret) -> str | None:
    """Returns what the owner has been shown; None when the key it follows from is gone."""
    try:
        return signing.secret_of(secret.salt, secret.mark)
    except signing.KeyGone:
        return None


@dataclass(frozen=True, slots=True)
class Feed:
    """A part of everything that happened, in order: the bodies, the event after which the next part begins, and whether
    there is more now.
    """

    bodies: Sequence[Mapping[str, Any]]
    last: Event | None
    has_more: bool


SCANNED = 500
"""Events that one part looks at, at most, whoever's they are."""
SETTLED = timedelta(minutes=1)
"""After so long nothing older is still being committed, so that nobody's place is passed by a later commit."""


def happened(*, now: datetime) -> QuerySet[Event]:
    """Every public event that is settled, in the order of its time."""
    return Event.objects.filter(type__in=TYPES, at__lte=now - SETTLED).order_by("at", "id")


def feed_for(actor: Actor, rows: QuerySet[Event], *, limit: int) -> Feed:
    """The first `limit` of these events whose cases the client sees, as webhooks tell them. Raises `NotAllowed`."""
    require(may_read_events(actor))
    scanned = list(rows[: SCANNED + 1])
    has_more, scanned = len(scanned) > SCANNED, scanned[:SCANNED]
    seen = cases_seen_by(actor, scanned)
    bodies: list[Mapping[str, Any]] = []
    last = None
    for event in scanned:
        if len(bodies) == limit:
            return Feed(bodies, last, has_more=True)
        last = event
        case = seen.get((event.case_kind, event.case_id))
        if case is not None:
            bodies.append(told(event.type, event.at, about(event, case)))
    return Feed(bodies, last, has_more)


@dataclass(frozen=True, slots=True)
class Sending:
    """Whether anything is to be sent now or is being sent, and when the next attempt is due; None where none is."""

    is_busy: bool
    next_at: datetime | None


def sending(now: datetime) -> Sending:
    """How it stands with what active endpoints are owed."""
    rests = Coalesce("endpoint__rests_until", "next_attempt_at")
    owed = WebhookDelivery.objects.filter(state=DeliveryState.PENDING, endpoint__state=EndpointState.ACTIVE)
    ready = owed.filter(Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=now)).due(now).first_of_cases()
    is_going = WebhookDelivery.objects.in_flight(now)
    later = owed.annotate(at=Greatest("next_attempt_at", rests)).filter(at__gt=now)
    return Sending(ready.exists() or is_going.exists(), later.aggregate(first=Min("at"))["first"])


def counts_of(endpoints: QuerySet[WebhookEndpoint], *, now: datetime) -> Mapping[int, Mapping[str, Any]]:
    """By endpoint: how much waits, since when the oldest does, how much was given up, how much arrived within a day."""
    rows: QuerySet[Any, Any] = WebhookDelivery.objects.filter(endpoint__in=endpoints.order_by()).order_by()
    counted = rows.values("endpoint_id").annotate(
        waiting=Count("pk", filter=Q(state=DeliveryState.PENDING)),
        oldest=Min("created_at", filter=Q(state=DeliveryState.PENDING)),
        given_up=Count("pk", filter=Q(state=DeliveryState.GIVEN_UP)),
        delivered=Count("pk", filter=Q(state=DeliveryState.DELIVERED, delivered_at__gt=now - RECENT)),
    )
    return {row["endpoint_id"]: row for row in counted}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """How many endpoints are switched on, how many of them fail, and what waits to be sent to them."""

    active: int
    failing: int
    waiting: Waiting


def endpoints_at_work() -> Endpoints:
    """The endpoints that are switched on, for whoever watches the system."""
    pending = WebhookDelivery.objects.filter(state=DeliveryState.PENDING)
    first = pending.filter(endpoint=OuterRef("pk")).order_by("next_attempt_at", "id").values("next_attempt_at")[:1]
    active = WebhookEndpoint.objects.filter(state=EndpointState.ACTIVE).order_by()
    found = active.annotate(first=Subquery(first)).aggregate(
        active=Count("pk"), failing=Count("pk", filter=Q(failures__gt=0)), due=Min("first")
    )
    count = pending.filter(endpoint__in=active).order_by().values("pk")[:WATCHED].count()
    return Endpoints(found["active"], found["failing"], Waiting(count, due=found["due"]))
