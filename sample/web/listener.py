"""The invented marketplace's back end, which is told what happens and checks every signature, as a real one would.

It exists only on a database that `manage.py demo` made. What does not belong here: its orders (platform).
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import ApiClient, Installation
from accounts.queries import actor_of_client
from casework import clock
from casework.actor import Actor
from casework.models import Event
from sample import progress
from sample.content.people import PLATFORM_CLIENT
from sample.web.platform import own_address
from webhooks import commands, queries
from webhooks.event_types import TYPES
from webhooks.machine import EndpointState

logger = logging.getLogger(__name__)

AT = "/webhooks"
TOLD_AT_FIRST = 20  # so much of what the sample holds is told as soon as somebody listens


def listen(*, host: str, port: int) -> None:
    """On the sample's database, this process is told of what happens from a day before it first listened.

    While the sample is being loaded it is told nothing: what is loaded has happened long ago.
    """
    actor = _platform()
    if actor is None or not settings.WEBHOOK_LOOPBACK:
        return
    if (standing := progress.told()) is not None and standing.is_running:
        return
    url, now = own_address(host, port) + AT, clock.now()
    active = queries.endpoints_for(actor).filter(state=EndpointState.ACTIVE)
    for endpoint in active.filter(url__endswith=AT).exclude(url=url):  # it was served at another port before
        commands.disable_endpoint(actor=actor, ref=endpoint.ref, now=now)
    if active.filter(url=url).exists():
        return
    since = now - timedelta(days=1)
    commands.create_endpoint(actor=actor, url=url, now=since)
    recent = Event.objects.filter(type__in=TYPES, at__gte=since, at__lte=now).order_by("-at", "-pk")[:TOLD_AT_FIRST]
    commands.announce(list(reversed(recent)), now=now)


@csrf_exempt
@require_POST
def webhooks(request: HttpRequest) -> HttpResponse:
    """204 for what is signed with a secret of ours, 401 for everything else, 404 where there is no sample."""
    actor = _platform()
    if actor is None:
        return HttpResponse(status=404)
    for endpoint in queries.endpoints_for(actor).filter(url__endswith=AT):
        for secret in endpoint.secrets.all():
            plain = queries.plain_of(secret)
            if plain is not None and secret.signs_at(clock.now()) and _is_signed(request, plain):
                logger.debug("the sample platform was told %s", request.headers.get("webhook-id", ""))
                return HttpResponse(status=204)
    return HttpResponse(status=401)


def _is_signed(request: HttpRequest, secret: str) -> bool:
    try:
        Webhook(secret).verify(request.body, dict(request.headers))
    except (WebhookVerificationError, ValueError):
        return False
    return True


def _platform() -> Actor | None:
    """The sample's client; None on every other database."""
    if settings.IS_DEPLOYED or not Installation.objects.filter(is_sample=True).exists():
        return None
    client = ApiClient.objects.filter(name=PLATFORM_CLIENT).first()
    return None if client is None else actor_of_client(client)
