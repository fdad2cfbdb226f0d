"""Reactions to events: written with the event, carried out after it, at least once, keyed by event id.

An app lists them in `subscribers.SUBSCRIPTIONS = {"appeal.decided": [function, …]}`; a function takes `(event, *,
now)`. A delivery is leased, retried with backoff, and at last given up where an operator can replay it.
"""

import importlib
import importlib.util
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.tasks import task

from casework import clock
from casework.errors import CaseError
from casework.models import Event, OutboxMessage, OutboxState

logger = logging.getLogger(__name__)

Subscriber = Callable[..., None]
LEASE = timedelta(minutes=2)
BACKOFF = tuple(timedelta(seconds=s) for s in (5, 30, 300, 1800, 7200, 21600, 43200))


@cache
def listed(attribute: str) -> dict[str, Any]:
    """Merges every app's `subscribers.<attribute>`: lists are joined, single entries may be declared only once."""
    merged: dict[str, Any] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.subscribers"
        if importlib.util.find_spec(config.name) is None or importlib.util.find_spec(name) is None:
            continue
        for key, value in getattr(importlib.import_module(name), attribute, {}).items():
            if isinstance(value, list):
                merged.setdefault(key, []).extend(value)
            elif key in merged:
                raise RuntimeError(f"{key} is declared twice in {attribute}")
            else:
                merged[key] = value
    return merged


def name_of(subscriber: Subscriber) -> str:
    return f"{subscriber.__module__}.{subscriber.__name__}"


@cache
def _by_name() -> dict[str, Subscriber]:
    return {name_of(s): s for subscribers in listed("SUBSCRIPTIONS").values() for s in subscribers}


def write(events: Iterable[Event], *, now: datetime) -> None:
    """Writes one message per event and subscriber, and queues a task to deliver them in the same transaction."""
    messages = OutboxMessage.objects.bulk_create(
        OutboxMessage(event=event, subscriber=name_of(subscriber), next_attempt_at=now)
        for event in events
        for subscriber in listed("SUBSCRIPTIONS").get(event.type, ())
    )
    if messages and settings.CASEWORK_QUEUE_DELIVERIES:
        for start in range(0, len(messages), 100):
            deliver_messages.enqueue([message.pk for message in messages[start : start + 100]])


@task()
def deliver_messages(keys: list[int]) -> int:
    """Attempts the messages with these keys that are still due; returns how many. Run by the task queue."""
    return sum(deliver(key, now=clock.now()) for key in keys)


def deliver(pk: int, *, now: datetime) -> bool:
    """Attempts one message: it is done, waits for its next attempt, or is given up; False when another worker has it.

    The lease is a conditional UPDATE, so of two workers one delivers, outside any transaction of ours.
    """
    updated = OutboxMessage.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=now),
        pk=pk,
        state=OutboxState.PENDING,
        next_attempt_at__lte=now,
    ).update(leased_until=now + LEASE)
    if updated != 1:
        return False
    message = OutboxMessage.objects.select_related("event").get(pk=pk)
    try:
        subscriber = _by_name()[message.subscriber]
        subscriber(message.event, now=now)
    except Exception as error:
        attempts = message.attempts + 1
        dead = attempts > len(BACKOFF)
        if isinstance(error, CaseError) and error.status == 503:  # another system is down: no fault of the program
            logger.warning("outbox message %s has to wait, attempt %s: %s", pk, attempts, error)
        else:
            logger.exception("outbox message %s failed, attempt %s", pk, attempts)
        OutboxMessage.objects.filter(pk=pk, state=OutboxState.PENDING).update(
            attempts=attempts,
            state=OutboxState.DEAD if dead else OutboxState.PENDING,
            next_attempt_at=now if dead else now + BACKOFF[attempts - 1],
            leased_until=None,
            last_error=f"{type(error).__name__}: {error}"[:300],
        )
        return True
    OutboxMessage.objects.filter(pk=pk, state=OutboxState.PENDING).update(
        state=OutboxState.DONE, done_at=now, leased_until=None, attempts=message.attempts + 1, last_error=""
    )
    return True


def sweep(*, now: datetime, limit: int = 200) -> int:
    """Attempts every message that is due and free once, oldest first; returns how many, `limit` at most."""
    due = (
        OutboxMessage.objects.filter(state=OutboxState.PENDING, next_attempt_at__lte=now)
        .filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now))
        .order_by("next_attempt_at", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(deliver(pk, now=now) for pk in list(due))


def replay(message: OutboxMessage, *, now: datetime) -> None:
    """Queues a message that was given up again, with a full set of attempts."""
    with transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.DEAD).update(
            state=OutboxState.PENDING, attempts=0, next_attempt_at=now, leased_until=None
        )
