"""Queues deliveries for public events, and sends them in threads of the worker's.

A thread makes one attempt after the other at one endpoint, some threads at once, so that a receiver which is slow holds
up neither the others, nor the worker's round, nor what else it is owed.
"""

import logging
import threading
import time
from collections import Counter
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
from webhooks.commands.sending import PER_ENDPOINT, Attempt
from webhooks.event_types import TYPES
from webhooks.events import EVENTS
from webhooks.models import WebhookEndpoint

logger = logging.getLogger(__name__)

MAX_AT_ONCE = 64  # attempts that one worker makes at the same time
_in_hand: dict[threading.Thread, Attempt] = {}
_told_to_stop: set[threading.Thread] = set()


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
    """Begins what is due, while threads are free, first where least is being sent; returns how many were begun."""
    if len(_in_hand) >= MAX_AT_ONCE:
        return 0
    going = Counter(attempt.endpoint_id for attempt in list(_in_hand.values()))
    begun = 0
    for pk in sorted(commands.due_endpoints(now=now), key=lambda pk: going[pk]):
        places = min(PER_ENDPOINT - going[pk], MAX_AT_ONCE - len(_in_hand))
        for attempt in commands.begin_attempts(pk, now=now, limit=places) if places > 0 else []:
            thread = threading.Thread(target=_make, args=(attempt,), name="webhooks", daemon=True)
            _in_hand[thread] = attempt
            thread.start()
            begun += 1
    return begun


def _make(attempt: Attempt) -> None:
    """Makes this attempt and then what is due next at its endpoint, while no other endpoint waits for a thread."""
    me, following = threading.current_thread(), [attempt]
    try:
        while following:
            _in_hand[me] = following[0]
            connection.close()  # none is held while the receiver is asked
            commands.carry_out(following[0], clock=clock.now)
            is_over = me in _told_to_stop or len(_in_hand) >= MAX_AT_ONCE
            following = [] if is_over else commands.begin_attempts(attempt.endpoint_id, now=clock.now())
    except Exception:
        logger.exception("webhook endpoint %s could not be attended", attempt.endpoint_id)
    finally:
        _in_hand.pop(me, None)
        _told_to_stop.discard(me)
        connection.close()


def stop_sending(*, within: float) -> None:
    """Nothing more is begun, and what was is ended, or its lease is given back after so many seconds and another worker
    sends it again.
    """
    until = time.monotonic() + within
    going = list(_in_hand)
    _told_to_stop.update(going)
    for thread in going:
        thread.join(max(0.0, until - time.monotonic()))
    commands.give_back(list(_in_hand.values()), now=clock.now())


def renew_leases(*, now: datetime) -> int:
    """No other worker sends what this one is sending; returns how many those are."""
    attempts = list(_in_hand.values())
    return commands.renew_leases(attempts, now=now) if attempts else 0


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    **{type_: [announce_to_endpoints] for type_ in TYPES},
    "webhook.disabled": [tell_of_failure],
}
ROUTINES = {"to-do lists": commands.tell_of_todo, "webhooks": send_due, "webhook answers": commands.forget_answers}
ENDINGS = {"webhooks": stop_sending}
RENEWALS = {"webhooks": renew_leases}
