"""Registers endpoints, switches them on and off, and rotates their secrets."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor, ActorKind
from casework.canonical import digest
from casework.errors import Invalid, NotYourTurn, require
from casework.firing import command, fire, locked, open_case
from casework.refs import new_ref
from webhooks import policies, signing
from webhooks.event_types import ASKABLE
from webhooks.machine import EndpointState
from webhooks.models import DisabledReason, WebhookEndpoint, WebhookSecret

OVERLAP = timedelta(hours=24)
MAX_URL = 500


@command
def create_endpoint(
    *, actor: Actor, url: str, now: datetime, event_types: Sequence[str] = ()
) -> tuple[WebhookEndpoint, WebhookSecret]:
    """Registers an address that is told what happens from now on in cases that the client may see; of no types: of
    all that happens in cases.

    Raises `NotAllowed`, `Invalid` for an address that is not called or a type that there is not, and `NotYourTurn` for
    an address that is active already or one too many.
    """
    require(policies.may_create_endpoint(actor))
    if len(url) > MAX_URL:
        raise Invalid.field("/url", "max-length", _("The address is too long."))
    policies.split(url)
    for index, type_ in enumerate(event_types):
        if type_ not in ASKABLE:
            raise Invalid.field(f"/event_types/{index}", "unknown", _("There is no such type of event."))
    if (
        WebhookEndpoint.objects.filter(client_id=actor.client, state=EndpointState.ACTIVE).count()
        >= policies.MAX_ENDPOINTS
    ):
        raise NotYourTurn(_("You have as many active endpoints as there can be."))
    if same := WebhookEndpoint.objects.filter(client_id=actor.client, state=EndpointState.ACTIVE, url=url).first():
        has_it = _("Your active endpoint %(ref)s has this address already. Its secret is replaced by `rotate-secret`.")
        raise NotYourTurn(has_it % {"ref": same.ref})
    endpoint = WebhookEndpoint(client_id=actor.client, url=url, event_types=sorted(set(event_types)))
    open_case(
        endpoint,
        state=EndpointState.ACTIVE,
        event="webhook.created",
        actor=actor,
        now=now,
        verb="create",
        facts={"url": digest(url), "event_types": endpoint.event_types},
    )
    return endpoint, _new_secret(endpoint, now=now)


@command
def disable_endpoint(*, actor: Actor, ref: str, now: datetime) -> WebhookEndpoint:
    """Switches an endpoint off; what happens meanwhile waits for thirty days.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn` where it is switched off.
    """
    endpoint = lock_endpoint(actor, ref)
    require(policies.may_steer(actor, endpoint))
    reason = DisabledReason.OWNER if actor.kind is ActorKind.CLIENT else DisabledReason.STAFF
    switch_off(endpoint, reason, actor=actor, now=now)
    return endpoint


@command
def enable_endpoint(*, actor: Actor, ref: str, now: datetime) -> WebhookEndpoint:
    """Switches an endpoint on; what waited is sent. Raises `NotFound`, `NotAllowed`, `NotYourTurn` if it is active."""
    endpoint = lock_endpoint(actor, ref)
    require(policies.may_steer(actor, endpoint))
    policies.split(endpoint.url)  # what is not called any more since the settings changed stays off
    fire(
        endpoint,
        "enable",
        actor=actor,
        now=now,
        disabled_reason="",
        disabled_at=None,
        failures=0,
        failing_since=None,
        rests_until=None,
    )
    return endpoint


@command
def rotate_secret(*, actor: Actor, ref: str, now: datetime) -> tuple[WebhookEndpoint, WebhookSecret]:
    """Makes a new secret; the one before signs beside it for a day more, older ones no longer.

    Raises `NotFound`, `NotAllowed` for anybody but the owner.
    """
    endpoint = lock_endpoint(actor, ref)
    require(policies.may_rotate_secret(actor, endpoint))
    fire(endpoint, "rotate_secret", actor=actor, now=now)
    endpoint.secrets.filter(ends_at__gt=now).update(ends_at=now)
    endpoint.secrets.filter(ends_at__isnull=True).update(ends_at=now + OVERLAP)
    return endpoint, _new_secret(endpoint, now=now)


def lock_endpoint(actor: Actor, ref: str) -> WebhookEndpoint:
    """Locks and returns the endpoint, as `casework.firing.locked`."""
    return locked(WebhookEndpoint, policies.visible_to(actor), ref)


def switch_off(endpoint: WebhookEndpoint, reason: DisabledReason, *, actor: Actor, now: datetime) -> None:
    """Disables the endpoint, for this reason. Raises `NotYourTurn` where it was."""
    fire(
        endpoint,
        "disable",
        actor=actor,
        now=now,
        facts={"reason": str(reason)},
        disabled_reason=reason,
        disabled_at=now,
    )


def _new_secret(endpoint: WebhookEndpoint, *, now: datetime) -> WebhookSecret:
    return WebhookSecret.objects.create(
        ref=new_ref("whk_"),
        endpoint=endpoint,
        salt=signing.new_salt(),
        mark=signing.key_fingerprint(),
        created_at=now,
    )
