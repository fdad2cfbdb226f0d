"""Queues deliveries for public events, and sends them in threads of the worker's.

A thread attends one endpoint, so that one which is slow holds up neither the others nor the worker's round.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection

from accounts.notifications import notify
from accounts.queries import people_in
from accounts.roles import ADMINISTRATOR, COMPLIANCE
from casework import clock
from casework.models import Event
from casework.outbox import Subscriber, in_groups
from webhooks import commands
from webhooks.event_types import TYPES
from webhooks.events import EVENTS
from webhooks.models import WebhookEndpoint

logger = logging.getLogger(__name__)

MAX_AT_ONCE = 8  # endpoints that one worker attends at the same time
_free = threading.BoundedSemaphore(MAX_AT_ONCE)
_attended: dict[int, tuple[threading.Thread, threading.Event]] = {}  # endpoint, its thread, and whether it is to stop


@in_groups
def announce_to_endpoints(events: Sequence[Event], *, now: datetime) -> Iterator[Event]:
    """Queues a delivery of each event for every endpoint that is to hear of it."""
    commands.announce(events, now=now)
    yield from events


def tell_of_failure(event: Event, *, now: datetime) -> None:
    """Notifies compliance and administrators of an endpoint that the program switched off itself."""
    if event.actor_kind != "system":
        return
    endpoint = WebhookEndpoint.objects.get(pk=event.case_id)
    notify(
        [(user.pk, user.email, user.language) for user in people_in(COMPLIANCE, ADMINISTRATOR)],
        event=event,
        what=EVENTS[event.type].staff_message,
        number=endpoint.number,
        path=f"/workbench/webhooks/{endpoint.ref}/",
        now=now,
    )


def send_due(*, now: datetime) -> int:
    """Starts a thread for every endpoint that something is due to, while threads are free; returns how many were
    started.
    """
    places = 0
    while places < MAX_AT_ONCE and _free.acquire(blocking=False):
        places += 1
    begun = 0
    try:
        for pk in commands.lease_endpoints(now=now, limit=places) if places else []:
            stop = threading.Event()
            thread = threading.Thread(target=_deliver_to, args=(pk, stop), name="webhooks", daemon=True)
            _attended[pk] = thread, stop
            thread.start()
            begun += 1  # its thread gives the place back
    finally:
        for _place in range(places - begun):
            _free.release()
    return begun


def _deliver_to(pk: int, stop: threading.Event) -> None:
    try:
        commands.deliver_batch(pk, clock=clock.now, between=connection.close, is_over=stop.is_set)
    except Exception:
        logger.exception("webhook endpoint %s could not be attended", pk)
    finally:
        _attended.pop(pk, None)
        connection.close()
        _free.release()


def stop_sending(*, within: float) -> None:
    """No thread attends an endpoint any more, or its lease is given back after so many seconds; what it began is ended
    or sent again later.
    """
    until = time.monotonic() + within
    going = dict(_attended)
    for _thread, stop in going.values():
        stop.set()
    for thread, _stop in going.values():
        thread.join(max(0.0, until - time.monotonic()))
    commands.give_back([pk for pk, (thread, _stop) in going.items() if thread.is_alive()], now=clock.now())


def renew_leases(*, now: datetime) -> int:
    """No other worker attends the endpoints that a thread of this one attends; returns how many those are."""
    attended = list(_attended)
    return commands.renew_leases(attended, now=now) if attended else 0


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    **{type_: [announce_to_endpoints] for type_ in TYPES},
    "webhook.disabled": [tell_of_failure],
}
ROUTINES = {"to-do lists": commands.tell_of_todo, "webhooks": send_due, "webhook answers": commands.forget_answers}
ENDINGS = {"webhooks": stop_sending}
RENEWALS = {"webhooks": renew_leases}
