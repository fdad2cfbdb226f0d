"""Queues deliveries for an endpoint: an event, a test, and either once more. Nothing is sent here."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from archive.checkpoints import signed_note
from archive.models import Checkpoint
from casework import requests
from casework.actor import Actor
from casework.errors import Invalid, NotFound, NotYourTurn, require
from casework.firing import command
from casework.models import Event
from casework.named import named
from casework.refs import new_ref
from operations import tracing
from webhooks.bodies import about, told
from webhooks.commands.endpoints import lock_endpoint
from webhooks.event_types import CHECKPOINT, TEST
from webhooks.machine import EndpointState
from webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from webhooks.policies import cases_visible_to, may_steer, visible_to

KEPT_FOR = timedelta(days=30)
"""So long what happens is kept for an endpoint that is switched off."""
REPLAYED_AT_ONCE = 1000
REPLAYED_OF_A_PERIOD = 10_000


@command
def announce(events: Sequence[Event], *, now: datetime) -> int:
    """Queues a delivery of each event, once, for every endpoint that asked for its type and whose client sees its case;
    returns how many.
    """
    on = Q(state=EndpointState.ACTIVE) | Q(disabled_at__gt=now - KEPT_FOR)
    owed = []
    for endpoint in WebhookEndpoint.objects.filter(on).select_related("client"):
        heard = [e for e in events if endpoint.wants(e.type) and endpoint.created_at <= e.at]
        seen = cases_visible_to(endpoint, heard)
        for event in heard:
            case = seen.get((event.case_kind, event.case_id))
            if case is not None:
                body = body_of(event.type, event.at, about(event, case))
                owed.append(queued(endpoint, event.type, body, event=event, now=now))
    WebhookDelivery.objects.bulk_create(owed, ignore_conflicts=True)
    return len(owed)


@command
def announce_checkpoint(row: Checkpoint, *, now: datetime) -> int:
    """Queues a delivery of the signed checkpoint for every endpoint that named its type; returns how many."""
    body = body_of(CHECKPOINT, row.at, signed_note(row))
    asked = endpoints_naming(CHECKPOINT)
    WebhookDelivery.objects.bulk_create(queued(each, CHECKPOINT, body, event=None, now=now) for each in asked)
    return len(asked)


def endpoints_naming(type_: str) -> list[WebhookEndpoint]:
    """Those that are on, of active clients, and named this type."""
    active = WebhookEndpoint.objects.filter(state=EndpointState.ACTIVE, client__is_active=True).select_related("client")
    return [endpoint for endpoint in active.order_by("pk") if type_ in endpoint.event_types]


@command
def send_test(*, actor: Actor, ref: str, now: datetime) -> WebhookDelivery:
    """Queues an event of type `webhook.test`. Raises `NotFound`, `NotAllowed`, `NotYourTurn` if switched off."""
    endpoint = lock_endpoint(actor, ref)
    require(may_steer(actor, endpoint))
    if endpoint.state != EndpointState.ACTIVE:
        raise NotYourTurn(_("The endpoint is switched off. Switch it on first."))
    about = {"ref": endpoint.ref, "kind": "webhook", "number": endpoint.number, "version": endpoint.version}
    delivery = queued(endpoint, TEST, body_of(TEST, now, about), event=None, now=now)
    delivery.save(force_insert=True)
    return delivery


@command
def replay_delivery(*, actor: Actor, ref: str, now: datetime) -> WebhookDelivery:
    """Queues a delivery to be sent now under the same id, with a full set of attempts, whether it had arrived or waits
    for its next attempt. An endpoint that rests after failures is called at once.

    Raises `NotFound`, `NotAllowed`, and `NotYourTurn` while it is being sent or its endpoint is switched off.
    """
    within = Q(endpoint__in=WebhookEndpoint.objects.filter(visible_to(actor)))
    try:
        delivery = WebhookDelivery.objects.filter(within).select_related("endpoint__client").get(ref=ref)
    except WebhookDelivery.DoesNotExist:
        raise NotFound() from None
    require(may_steer(actor, delivery.endpoint))
    if delivery.endpoint.state != EndpointState.ACTIVE:
        raise NotYourTurn(_("The endpoint is switched off. Switch it on first."))
    as_read = Q(**named(delivery, lambda d: (d.pk, d.state, d.attempts, d.next_attempt_at)))
    is_due = delivery.can_go_now(now)
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(rests_until=None)  # first, as whoever sends does
    if not is_due or _again(as_read, now=now) != 1:
        raise NotYourTurn(_("It is being sent already."))
    delivery.refresh_from_db()
    return delivery


@command
def replay_given_up(*, actor: Actor, ref: str, now: datetime) -> int:
    """Queues what was given up of one endpoint again, oldest first, a thousand at once; returns how many.

    Raises as `replay_delivery`.
    """
    endpoint = lock_endpoint(actor, ref)
    require(may_steer(actor, endpoint))
    if endpoint.state != EndpointState.ACTIVE:
        raise NotYourTurn(_("The endpoint is switched off. Switch it on first."))
    lost = endpoint.deliveries.filter(state=DeliveryState.GIVEN_UP).order_by("created_at", "pk")
    keys = list(lost.values_list("pk", flat=True)[:REPLAYED_AT_ONCE])
    return _again(Q(pk__in=keys, state=DeliveryState.GIVEN_UP), now=now)


@command
def replay_period(
    *, actor: Actor, ref: str, since: datetime, until: datetime, now: datetime, dry_run: bool = False
) -> int:
    """Queues again what one endpoint was owed from `since` until before `until`, whether it had arrived or was given
    up; what waits is left alone. Returns how many, with `dry_run` how many it would be.

    Raises as `replay_delivery`, and `Invalid` for no period, or one of more than can be sent again at once.
    """
    endpoint = lock_endpoint(actor, ref)
    require(may_steer(actor, endpoint))
    if endpoint.state != EndpointState.ACTIVE:
        raise NotYourTurn(_("The endpoint is switched off. Switch it on first."))
    if since >= until:
        raise Invalid.field("/until", "order", _("The end lies before the beginning."))
    which = Q(endpoint=endpoint, created_at__gte=since, created_at__lt=until) & ~Q(state=DeliveryState.PENDING)
    found = WebhookDelivery.objects.filter(which).order_by().values("pk")[: REPLAYED_OF_A_PERIOD + 1].count()
    if found > REPLAYED_OF_A_PERIOD:
        raise Invalid.field("/until", "too-many", _("These are more than 10,000. Choose a shorter period."))
    return found if dry_run else _again(which, now=now)


def body_of(type_: str, at: datetime, about: Mapping[str, Any]) -> str:
    """Returns the thin body: what happened to which object. What it is about is read over REST, by whoever may."""
    return json.dumps(told(type_, at, about), ensure_ascii=False, separators=(",", ":"))


def queued(endpoint: WebhookEndpoint, type_: str, body: str, *, event: Event | None, now: datetime) -> WebhookDelivery:
    """A delivery that is due now, to be stored."""
    return WebhookDelivery(
        ref=new_ref(WebhookDelivery.REF_PREFIX),
        endpoint=endpoint,
        event=event,
        type=type_,
        body=body,
        next_attempt_at=now,
        created_at=now,
        request_id=requests.current() if event is None else event.request_id,
        traceparent=tracing.traceparent() if event is None else event.traceparent,
    )


def _again(which: Q, *, now: datetime) -> int:
    return WebhookDelivery.objects.filter(which).update(
        state=DeliveryState.PENDING,
        attempts=0,
        replays=F("replays") + 1,
        next_attempt_at=now,
        delivered_at=None,
    )
