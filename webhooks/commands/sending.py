"""Sends deliveries: some at once to an endpoint, those of one case in its order, each end is recorded.

An attempt is begun in one short transaction, made in none, and its end recorded in another. It is leased meanwhile. A
process that dies between the two leaves an attempt that counts and a delivery that is due again once its lease runs
out: the receiver may get it twice, under one id. What does not belong here: threads (subscribers).
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from casework import requests
from casework.actor import Actor
from casework.clock import ahead, with_offset
from casework.firing import command
from operations import metrics, tracing
from operations.outgoing import CallFailed, Deadline, Host, Message, answer_to
from webhooks import signing
from webhooks.commands.endpoints import switch_off
from webhooks.machine import EndpointState
from webhooks.models import (
    MAX_ATTEMPTS,
    DeliveryState,
    DisabledReason,
    WebhookDelivery,
    WebhookEndpoint,
)
from webhooks.policies import admits, cases_visible_to, split

logger = logging.getLogger(__name__)
trail = logging.getLogger("trail.webhook")

SYSTEM = Actor.system("webhooks")
ATTEMPT_TIMEOUT = 15.0  # for a whole attempt: look-up, connection, TLS, answer
MAX_READ = 64 * 1024
BODY_TIMEOUT = 1.0  # seconds in which an answer's body is read; what it says decides nothing
SHOWN_ANSWER = 2048  # bytes of it that are shown to whoever looks for the mistake
SHOWN_ATTEMPTS = 10
ANSWERS_FOR = timedelta(days=30)
FORGOTTEN_AT_ONCE = 500
RETRY_DELAYS = tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
"""After the first attempt and each but the last: 5 s, 5 min, 30 min, 2, 5, 10, 14, 20, 24 h; some 75 hours in all."""
LEASE = timedelta(seconds=6)  # of an attempt; renewed as long as the process that makes it lives
UNSEEN_AT_ONCE = 3  # attempts that are made again at once if nobody saw their end; later ones wait as if they failed
PER_ENDPOINT = 8  # attempts that one worker makes at once at one endpoint
FAILURE_THRESHOLD = 3  # failures in a row after which the endpoint is not sent to for a while
FLAPPING_THRESHOLD = 10  # the same of one that answered well within `FLAPPING`
FLAPPING = timedelta(seconds=30)
WELL_EVERY = timedelta(seconds=1)  # so often it is written down that an endpoint answers well
BACKOFF = tuple(timedelta(seconds=s) for s in (10, 30, 60, 120, 300))
MAX_RETRY_AFTER = timedelta(hours=24)
MAX_THROTTLE = timedelta(hours=1)
DISABLE_AFTER_FAILING = timedelta(days=3)
THROTTLES = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that has begun: everything that sending needs, so that no row is read meanwhile."""

    delivery_id: int
    endpoint_id: int
    number: int
    ref: str
    url: str
    body: str
    secrets: tuple[str, ...]
    at: datetime
    request_id: str = ""
    traceparent: str = ""
    tried: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: the answer's status, or why there was none, as a stable word."""

    status: int | None = None
    error: str = ""
    retry_after: timedelta | None = None
    ms: int = 0
    answer: str = ""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


# — which —


def due_endpoints(*, now: datetime) -> list[int]:
    """The active endpoints that something is due to and that do not rest."""
    due = WebhookDelivery.objects.due(now).values("endpoint_id")
    rested = Q(rests_until__isnull=True) | Q(rests_until__lte=now)
    # Workers of the version before lease an endpoint and know no order in a case. The column goes with the next one.
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    active = WebhookEndpoint.objects.filter(rested, free, state=EndpointState.ACTIVE, pk__in=due)
    return list(active.order_by("pk").values_list("pk", flat=True))


# — leases —


def give_back(attempts: Collection[Attempt], *, now: datetime) -> None:
    """Ends the leases of these attempts, so that any worker can make the next one at once."""
    for each in attempts:
        _own_row(each).update(next_attempt_at=now)


def renew_leases(attempts: Collection[Attempt], *, now: datetime) -> int:
    """Renews the leases of these attempts, but for what ran out; returns how many.

    What somebody else has locked is being recorded or renewed. An UPDATE that waited for it would hold the other rows,
    in the order in which the plan reads them, and two renewals could wait in a ring.
    """
    running = WebhookDelivery.objects.filter(pk__in=[each.delivery_id for each in attempts], last_error="")
    soon = running.filter(state=DeliveryState.PENDING, next_attempt_at__gt=now, next_attempt_at__lt=now + LEASE)
    with transaction.atomic():
        free = list(soon.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
        return WebhookDelivery.objects.filter(pk__in=free).update(next_attempt_at=now + LEASE)


def _own_row(attempt: Attempt) -> QuerySet[WebhookDelivery]:
    """Its delivery, as long as it is the newest attempt of it and its end is not recorded."""
    newest = {"attempts": attempt.number, "attempted_at": attempt.at, "last_error": ""}
    return WebhookDelivery.objects.filter(pk=attempt.delivery_id, state=DeliveryState.PENDING, **newest)


# — one attempt —


@command
def begin_attempts(pk: int, *, now: datetime, limit: int = 1) -> list[Attempt]:
    """Begins attempts of what has been due longest at this endpoint, of each case the earliest; an endpoint in trouble
    gets one at a time.

    What the client may no longer see, what cannot be signed, and what had all its attempts is given up on the way.
    """
    endpoint = WebhookEndpoint.lock(pk=pk)  # before its deliveries, as whoever records does: they never wait in a ring
    if endpoint.state != EndpointState.ACTIVE or endpoint.rests_at(now):
        return []
    if endpoint.failures >= _threshold(endpoint, now):
        limit = 0 if WebhookDelivery.objects.in_flight(now).filter(endpoint_id=pk).exists() else 1
    due = WebhookDelivery.objects.due(now).filter(endpoint_id=pk)
    found = due.first_of_cases().select_related("event").order_by("next_attempt_at", "pk")
    begun: list[Attempt] = []
    for delivery in found[: limit + 20]:
        if len(begun) >= limit:
            break
        if delivery.attempts >= MAX_ATTEMPTS:  # the end of the last one was seen by nobody
            _give_up(delivery, "unknown")
            continue
        if delivery.event is not None and not cases_visible_to(endpoint, [delivery.event]):
            _give_up(delivery, "not-visible")
            continue
        try:
            secrets = tuple(
                signing.secret_of(each.salt, each.mark) for each in endpoint.secrets.all() if each.signs_at(now)
            )
        except signing.KeyGone:
            _give_up(delivery, "key-gone")
            continue
        number = delivery.attempts + 1
        unseen = timedelta() if number <= UNSEEN_AT_ONCE else _retry_delay(number)
        if due.filter(pk=delivery.pk, attempts=delivery.attempts).update(
            attempts=number,
            attempted_at=now,
            next_attempt_at=now + max(LEASE, unseen),
            last_error="",
        ):
            begun.append(
                Attempt(
                    delivery.pk,
                    pk,
                    number,
                    delivery.ref,
                    endpoint.url,
                    delivery.body,
                    secrets,
                    now,
                    delivery.request_id,
                    delivery.traceparent,
                    tuple(delivery.tried or ()),
                )
            )
    return begun


def carry_out(attempt: Attempt, *, clock: Callable[[], datetime]) -> None:
    """Sends one attempt, records how it ended, and says so in the log."""
    outcome = send(attempt)
    record_outcome(attempt, outcome, now=clock())
    told = {"delivery": attempt.ref, "attempt": attempt.number, "status": outcome.status or outcome.error}
    with requests.during(attempt.request_id):
        trail.info("%(delivery)s attempt %(attempt)s: %(status)s", told, extra=told)


def send(attempt: Attempt) -> Outcome:
    """Sends one attempt and returns how it ended, after at most fifteen seconds. Nothing of ours is read or written
    meanwhile.
    """
    about = {"delivery": attempt.ref, "attempt": attempt.number, "request_id": attempt.request_id}
    with tracing.span("POST webhook", "CLIENT", causes=[attempt.traceparent], about=about):
        began = monotonic()
        outcome = replace(_send(attempt), ms=round((monotonic() - began) * 1000))
        status = {} if outcome.status is None else {"http.response.status_code": outcome.status}
        tracing.result({"http.request.method": "POST", **status}, failure=_error(outcome))
    return outcome


def _send(attempt: Attempt) -> Outcome:
    try:
        parts = split(attempt.url)
    except Exception:  # noqa: BLE001  the settings have changed since
        return Outcome(error="address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    at = attempt.at - ahead()  # which the receiver compares with its own clock
    headers = {
        "Content-Type": "application/json",
        "webhook-id": attempt.ref,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signing.signature(
            attempt.secrets, ref=attempt.ref, at=at.astimezone(UTC), body=attempt.body
        ),
    }
    if settings.SANDBOX:
        headers["Sandbox"] = "true"
    if attempt.request_id:
        headers["X-Request-ID"] = attempt.request_id
    if tracing.is_on():
        headers["traceparent"] = tracing.traceparent()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    proxy = settings.WEBHOOK_PROXY if parts.scheme == "https" else None
    message = Message("POST", path, headers, attempt.body.encode())
    host = Host(parts.scheme, parts.hostname or "", port, proxy)
    deadline, answered = Deadline(ATTEMPT_TIMEOUT), None
    try:
        with answer_to(message, host, deadline, admits=admits) as response:
            asked = response.headers.get("Retry-After")
            answered = Outcome(response.status, retry_after=_retry_after(asked, at))
            deadline.within(BODY_TIMEOUT)  # a connection broken off at once looks like a failure to some receivers
            answered = replace(answered, answer=_as_text(response.read(MAX_READ)))
    except CallFailed as failed:
        return answered or Outcome(error=failed.reason)
    return answered


def _as_text(body: bytes) -> str:
    """The beginning of an answer as text that can be stored and shown: it is a stranger's, and nothing in it acts."""
    text = body[:SHOWN_ANSWER].decode(errors="replace")
    return "".join(each if each.isprintable() or each in "\n\t" else "\ufffd" for each in text)


def _retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Returns how long the receiver asks to wait, as seconds or as a date; None for what is neither."""
    text = (text or "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return None if until.tzinfo is None else max(until - now, timedelta())


@command
def record_outcome(attempt: Attempt, outcome: Outcome, *, now: datetime) -> bool:
    """Records how an attempt ended, on its delivery and on the endpoint's health.

    False when the attempt is no longer the newest one: then somebody else records.
    """
    own_rows = _own_row(attempt)
    told = {"no": attempt.number, "at": with_offset(attempt.at), "status": outcome.status, "error": _error(outcome)}
    tried = [*attempt.tried, {**told, "duration_ms": outcome.ms, "answer": outcome.answer}][-SHOWN_ATTEMPTS:]
    result_fields = {"last_status": outcome.status, "last_error": _error(outcome), "tried": tried}
    if outcome.is_success:
        well = {"failures": 0, "failing_since": None, "rests_until": None}
        is_known = Q(**well, succeeded_at__gt=now - WELL_EVERY)  # and nothing has to be locked
        WebhookEndpoint.objects.filter(pk=attempt.endpoint_id).exclude(is_known).update(**well, succeeded_at=now)
        recorded = own_rows.update(state=DeliveryState.DELIVERED, delivered_at=now, **result_fields)
        metrics.WEBHOOK_ATTEMPTS.labels("delivered").inc(recorded)
        return recorded == 1
    _record_failure(attempt.endpoint_id, outcome, now=now)
    is_last = attempt.number >= MAX_ATTEMPTS
    recorded = own_rows.update(
        state=DeliveryState.GIVEN_UP if is_last else DeliveryState.PENDING,
        next_attempt_at=now + _wait(attempt.number, outcome),
        **result_fields,
    )
    metrics.WEBHOOK_ATTEMPTS.labels("given-up" if is_last else "failed").inc(recorded)
    return recorded == 1


def forget_answers(*, now: datetime) -> int:
    """Forgets how attempts ended that lie so far back that nobody looks for the mistake any more; returns of how many
    deliveries.
    """
    old = WebhookDelivery.objects.filter(tried__isnull=False, attempted_at__lt=now - ANSWERS_FOR)
    keys = list(old.order_by("attempted_at").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    return WebhookDelivery.objects.filter(pk__in=keys).update(tried=None) if keys else 0


def _error(outcome: Outcome) -> str:
    if outcome.is_success:
        return ""
    return outcome.error or f"http-{outcome.status}"


def _retry_delay(number: int) -> timedelta:
    return RETRY_DELAYS[number - 1] if number <= len(RETRY_DELAYS) else timedelta()


def _wait(number: int, outcome: Outcome) -> timedelta:
    asked = outcome.retry_after if outcome.status in THROTTLES else None
    return max(_retry_delay(number), min(asked or timedelta(), MAX_RETRY_AFTER))


def _record_failure(pk: int, outcome: Outcome, *, now: datetime) -> None:
    """Counts one failure more in a row; after some the endpoint rests, after days of them it is off. What was on its
    way when the rest began says nothing new and does not count.
    """
    endpoint = WebhookEndpoint.lock(Q(), pk=pk)
    more = int(not endpoint.rests_at(now))
    over = endpoint.failures + more - _threshold(endpoint, now)
    rest = BACKOFF[min(over, len(BACKOFF) - 1)] if more and over >= 0 else timedelta()
    if outcome.status in THROTTLES and outcome.retry_after is not None:
        rest = max(rest, min(outcome.retry_after, MAX_THROTTLE))
    WebhookEndpoint.objects.filter(pk=pk).update(
        failures=F("failures") + more,
        failing_since=Coalesce("failing_since", now),
        rests_until=now + rest if rest else endpoint.rests_until,
    )
    if endpoint.state != EndpointState.ACTIVE:
        return
    since = endpoint.failing_since or now
    if outcome.status == HTTPStatus.GONE:
        switch_off(endpoint, DisabledReason.GONE, actor=SYSTEM, now=now)
    elif now - since >= DISABLE_AFTER_FAILING:
        switch_off(endpoint, DisabledReason.FAILING, actor=SYSTEM, now=now)


def _threshold(endpoint: WebhookEndpoint, now: datetime) -> int:
    """After how many failures in a row it is left alone: one that answers well between them is not down."""
    well = endpoint.succeeded_at
    return FAILURE_THRESHOLD if well is None or well <= now - FLAPPING else FLAPPING_THRESHOLD


def _give_up(delivery: WebhookDelivery, why: str) -> None:
    """Gives a delivery up without calling anybody."""
    own_rows = WebhookDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.PENDING, attempts=delivery.attempts)
    given_up = own_rows.update(state=DeliveryState.GIVEN_UP, last_status=None, last_error=why)
    metrics.WEBHOOK_ATTEMPTS.labels("given-up").inc(given_up)
