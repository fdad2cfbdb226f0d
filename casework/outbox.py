"""Reactions to events: written with the event, carried out after it, at least once, keyed by event id.

An app lists them in `subscribers.SUBSCRIPTIONS = {"appeal.decided": [function, …]}`; a function takes `(event, *,
now)`. One that is `in_groups` takes many events at once, one that is `only_for` some owes nothing to the others. A
delivery is leased, retried with backoff, and at last given up where an operator can replay it.
"""

import importlib
import importlib.util
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from casework import observing, requests
from casework.actor import ActorKind
from casework.compiled import insert
from casework.errors import CaseError
from casework.models import Event, OutboxMessage, OutboxPriority, OutboxState

logger = logging.getLogger(__name__)
trail = logging.getLogger("trail.outbox")

Subscriber = Callable[..., Any]
LEASE = timedelta(seconds=6)
"""So long nobody else carries a message out after the worker that had it was killed; a living one renews it."""
HELD = 5.0
"""Seconds for which a worker works on what it claimed at once; whatever it did not reach is free for others."""
MANY = 10
"""Events written together beyond which they are an import."""
BACKOFF = tuple(timedelta(seconds=s) for s in (5, 30, 300, 1800, 7200, 21600, 43200))


_in_hand: dict[int, tuple[list[int], datetime]] = {}
"""By thread, the messages that it has leased and not carried out yet, and until when."""
_hand = threading.Lock()
"""Held while that is changed, never while the database is asked."""

written = threading.Event()
"""Set when something was written that a worker in this process may carry out now."""


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


def in_groups(subscriber: Subscriber) -> Subscriber:
    """Marks a subscriber that takes `(events, *, now)` and yields each event as soon as it is carried out."""
    subscriber.takes_many = True  # type: ignore[attr-defined]
    return subscriber


def takes_many(subscriber: Subscriber | None) -> bool:
    return getattr(subscriber, "takes_many", False)


def only_for(condition: Callable[[Event], bool]) -> Callable[[Subscriber], Subscriber]:
    """Marks a subscriber to which only the events of which the condition is true are owed."""

    def mark(subscriber: Subscriber) -> Subscriber:
        subscriber.wants = condition  # type: ignore[attr-defined]
        return subscriber

    return mark


def write(events: Sequence[Event], *, now: datetime) -> None:
    """Writes one message per event and subscriber that it concerns. The worker of this process looks after the commit;
    those of other processes look within `operations.worker.PAUSE`.
    """
    traceparent = observing.observer.traceparent()
    messages = insert(
        *(
            OutboxMessage(
                event=event,
                subscriber=name_of(subscriber),
                priority=_priority(event, together=len(events)),
                next_attempt_at=now,
                request_id=requests.current(),
                traceparent=traceparent,
            )
            for event in events
            for subscriber in listed("SUBSCRIPTIONS").get(event.type, ())
            if getattr(subscriber, "wants", _everything)(event)
        )
    )
    if messages:
        transaction.on_commit(written.set)


def _everything(_event: Event) -> bool:
    return True


def _priority(event: Event, *, together: int) -> OutboxPriority:
    """People's own acts come first, imports and whatever else is written by the dozen last."""
    if event.actor_kind in (ActorKind.PARTY, ActorKind.STAFF):
        return OutboxPriority.PEOPLE
    return OutboxPriority.BULK if together > MANY else OutboxPriority.ORDINARY


def _never() -> bool:
    return False


def deliver(pk: int, *, now: datetime) -> bool:
    """Attempts one message: it is carried out and deleted, waits for its next attempt, or is given up; False when
    another worker has it.

    It is carried out under a lease, outside any transaction of ours, so of two workers one delivers.
    """
    return _carry_out(_claim(Q(pk=pk), now=now, limit=1), now=now, is_over=_never) == 1


def sweep(*, now: datetime, limit: int = 200, is_over: Callable[[], bool] = _never) -> int:
    """Attempts every message that is due and free once, by priority, the oldest first; returns how many, `limit` at
    most. Once it `is_over`, or has taken long, the rest is given back.
    """
    until = time.monotonic() + HELD
    return _carry_out(_claim(Q(), now=now, limit=limit), now=now, is_over=lambda: is_over() or time.monotonic() > until)


def _claim(which: Q, *, now: datetime, limit: int) -> list[OutboxMessage]:
    """Leases messages that are due and free, in the order in which they are carried out, and returns them."""
    is_free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    due = OutboxMessage.objects.filter(which, is_free, state=OutboxState.PENDING, next_attempt_at__lte=now)
    due = due.order_by("priority", "next_attempt_at", "pk")
    if connection.vendor == "sqlite" and not due.exists():  # whose transaction would hold up every writer
        return []
    with transaction.atomic():
        keys = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
        OutboxMessage.objects.filter(pk__in=keys).update(leased_until=now + LEASE)
    found = OutboxMessage.objects.select_related("event").in_bulk(keys)
    for message in found.values():
        message.event.request_id, message.event.traceparent = message.request_id, message.traceparent
    return [found[key] for key in keys]


def _carry_out(messages: Sequence[OutboxMessage], *, now: datetime, is_over: Callable[[], bool]) -> int:
    """Attempts the leased messages and returns how many; those of a subscriber that takes many go together. What is not
    reached before it `is_over` is given back.
    """
    waiting, alone, count, me = list(messages), set[int](), 0, threading.get_ident()
    until = now + LEASE
    while waiting:
        with _hand:
            until = _in_hand.get(me, ([], until))[1]
            _in_hand[me] = [m.pk for m in waiting], until
        if count and is_over():
            give_back(me)
            break
        first = waiting[0]
        if takes_many(_by_name().get(first.subscriber)) and first.pk not in alone:
            group = [m for m in waiting if m.subscriber == first.subscriber and m.pk not in alone]
            left, failed = _together(group, now=now, is_over=is_over)
            if failed:  # one of them: so that it spoils no other, each is tried by itself
                alone |= {m.pk for m in left}
        else:
            group, left = [first], []
            with requests.during(first.request_id):
                _by_itself(first, now=now)
        finished = {m.pk for m in group} - {m.pk for m in left}
        waiting = [m for m in waiting if m.pk not in finished]
        count += len(finished)
    with _hand:
        _in_hand.pop(me, None)
    return count


def give_back(*threads: int) -> None:
    """Ends the leases of what these threads of this process have in hand, or all, so that any worker can carry it out
    at once.
    """
    with _hand:
        ours = [_in_hand[thread] for thread in threads or list(_in_hand)]
    for keys, until in ours:
        _leased(keys, until).update(leased_until=None)


def renew(*, now: datetime) -> int:
    """Renews the leases of what this process has in hand; returns how many messages that were. One that somebody else
    took meanwhile stays theirs.
    """
    with _hand:
        ours = dict(_in_hand)
    count, renewed = 0, now + LEASE
    for thread, (keys, until) in ours.items():
        if until < renewed:
            count += _leased(keys, until).update(leased_until=renewed)
            with _hand:
                if thread in _in_hand:
                    _in_hand[thread] = _in_hand[thread][0], renewed
    return count


def _leased(keys: Sequence[int], until: datetime) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(pk__in=keys, leased_until=until, state=OutboxState.PENDING)


def _together(
    group: Sequence[OutboxMessage], *, now: datetime, is_over: Callable[[], bool]
) -> tuple[list[OutboxMessage], bool]:
    """Carries out a subscriber's messages in one go; returns those that were not reached, and whether one failed."""
    messages = {message.event_id: message for message in group}
    done: list[int] = []
    failed = False
    try:
        with _traced(group):
            marked = time.monotonic()
            for event in _by_name()[group[0].subscriber]([m.event for m in group], now=now):
                message = messages.pop(event.pk)
                done.append(message.pk)
                _tell(message)
                if is_over():
                    break
                if time.monotonic() - marked > 1:  # whoever is killed repeats no more than a second's work
                    _forget(group[0].subscriber, done)
                    done, marked = [], time.monotonic()
    except Exception:
        logger.warning("a group of %s deliveries to %s broke off", len(group), group[0].subscriber, exc_info=True)
        failed = True
    _forget(group[0].subscriber, done)
    return list(messages.values()), failed


def _by_itself(message: OutboxMessage, *, now: datetime) -> None:
    try:
        subscriber = _by_name()[message.subscriber]
        with _traced([message]):
            if takes_many(subscriber):
                list(subscriber([message.event], now=now))
            else:
                subscriber(message.event, now=now)
    except Exception as error:  # noqa: BLE001  one poisoned message keeps nobody else waiting
        _mark_failed(message, error, now=now)
    else:
        _forget(message.subscriber, [message.pk])
        _tell(message)


def _traced(group: Sequence[OutboxMessage]) -> AbstractContextManager[None]:
    about = {"subscriber": group[0].subscriber, "event": group[0].event.type, "messages": len(group)}
    causes = [message.traceparent for message in group]
    return observing.observer.span(f"outbox {group[0].subscriber}", "CONSUMER", causes=causes, about=about)


def _tell(message: OutboxMessage) -> None:
    told = {"event": message.event.type, "subscriber": message.subscriber}
    level = logging.DEBUG if message.priority == OutboxPriority.BULK else logging.INFO  # else three lines a notice
    with requests.during(message.request_id):
        trail.log(level, "%(event)s done by %(subscriber)s", told, extra=told)


def _forget(subscriber: str, keys: Sequence[int]) -> None:
    """What is carried out is owed no longer: the event stays, and what followed is on record where it happened."""
    done, _rows = OutboxMessage.objects.filter(pk__in=keys, state=OutboxState.PENDING).delete()
    observing.observer.messages_attempted(subscriber, "done", done)


def _mark_failed(message: OutboxMessage, error: Exception, *, now: datetime) -> None:
    """It waits for its next attempt, or is given up."""
    attempts = message.attempts + 1
    dead = attempts > len(BACKOFF)
    if isinstance(error, CaseError) and error.status == 503:  # another system is down: no fault of the program
        logger.warning("outbox message %s has to wait, attempt %s: %s", message.pk, attempts, error)
    else:
        logger.error("outbox message %s failed, attempt %s", message.pk, attempts, exc_info=error)
    observing.observer.messages_attempted(message.subscriber, "given-up" if dead else "failed")
    OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.PENDING).update(
        attempts=attempts,
        state=OutboxState.DEAD if dead else OutboxState.PENDING,
        next_attempt_at=now if dead else now + BACKOFF[attempts - 1],
        leased_until=None,
        last_error=f"{type(error).__name__}: {error}"[:300],
    )


def replay(message: OutboxMessage, *, now: datetime) -> None:
    """Queues a message that was given up again, with a full set of attempts."""
    with transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.DEAD).update(
            state=OutboxState.PENDING, attempts=0, next_attempt_at=now, leased_until=None
        )
