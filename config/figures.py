"""What the database says of the whole system, and this process of its sockets, as metrics for Prometheus.

Each statement looks at no more than `counts.WATCHED` rows, and that number stands for as many and more. The database is
asked once in `KEPT_FOR` seconds, however often somebody asks here.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import Error as DatabaseError
from django.db.models import Count, Q
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

import appeals.queries
import disputes.queries
import triage.queries
import webhooks.queries
from accounts.consumers import sockets
from archive.verification import last_done
from casework import clock, deadlines
from casework.counts import WATCHED, capped_count, waiting
from casework.models import Deadline, DeadlineState, OutboxMessage, OutboxPriority, OutboxState
from files import disk
from operations import metrics
from operations.models import Tick

logger = logging.getLogger(__name__)

KEPT_FOR = 5.0

type Gauges = Iterator[GaugeMetricFamily]


def exposition() -> bytes:
    """What this process counted and what the database says, in the text format of Prometheus."""
    return metrics.exposition() + generate_latest(FIGURES)


class Figures(Collector):
    """The gauges; those of the database as last read. While it does not answer, `appeals_database_up` is 0 and the
    others that need it are missing.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = -KEPT_FOR
        self._kept: list[GaugeMetricFamily] = []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return [*self._of_the_database(), *_of_this_process()]

    def forget(self) -> None:
        """Has the next question read anew."""
        self._read_at = -KEPT_FOR

    def _of_the_database(self) -> list[GaugeMetricFamily]:
        with self._lock:  # who asks meanwhile waits for the same answer
            if time.monotonic() - self._read_at >= KEPT_FOR:
                try:
                    self._kept = [*_up(1), *_read(clock.now())]
                except DatabaseError as error:
                    logger.warning("metrics: %s", type(error).__name__)
                    self._kept = [*_up(0)]
                self._read_at = time.monotonic()
            return self._kept


FIGURES = CollectorRegistry()
OF_THE_SYSTEM = Figures()
FIGURES.register(OF_THE_SYSTEM)


def _gauge(name: str, what: str, samples: dict[str, float] | float, *, label: str = "") -> GaugeMetricFamily:
    """A gauge with one value, or one for each value of its label."""
    if not isinstance(samples, dict):
        return GaugeMetricFamily(name, what, value=samples)
    family = GaugeMetricFamily(name, what, labels=[label])
    for value, figure in samples.items():
        family.add_metric([value], figure)
    return family


def _up(works: int) -> Gauges:
    yield _gauge("appeals_database_up", "Whether the database answered (1) or not (0).", works)


def _read(now: datetime) -> Gauges:
    yield from _queues(now)
    yield from _outbox(now)
    yield from _deadlines(now)
    yield from _webhooks(now)
    yield from _worker(now)
    live = triage.queries.live_model()
    yield _gauge(
        "appeals_triage_model_live",
        "The version of the triage model that is live; none without one.",
        {} if live is None else {live.version: 1},
        label="version",
    )


def _age(since: datetime | None, now: datetime) -> float:
    """Seconds since then; 0 without a beginning, and before it."""
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)


def _queues(now: datetime) -> Gauges:
    queues = {
        "appeals": appeals.queries.waiting_for_review(now=now),
        "disputes": disputes.queries.waiting_for_mediation(),
    }
    yield _gauge(
        "appeals_queue_waiting",
        "Cases that wait for a reviewer or a mediator.",
        {name: found.count for name, found in queues.items()},
        label="queue",
    )
    yield _gauge(
        "appeals_queue_oldest_seconds",
        f"Age of the oldest case among the {WATCHED} most urgent that wait.",
        {name: _age(found.oldest, now) for name, found in queues.items()},
        label="queue",
    )
    yield _gauge(
        "appeals_queue_overdue_seconds",
        "How long the most overdue case that waits should have been decided.",
        {name: _age(found.due, now) for name, found in queues.items()},
        label="queue",
    )


def _outbox(now: datetime) -> Gauges:
    due = OutboxMessage.objects.filter(state=OutboxState.PENDING, next_attempt_at__lte=now)
    found = {each.name.lower(): waiting(due.filter(priority=each), "next_attempt_at") for each in OutboxPriority}
    yield _gauge(
        "appeals_outbox_waiting",
        "Messages of the outbox that are due.",
        {name: each.count for name, each in found.items()},
        label="priority",
    )
    yield _gauge(
        "appeals_outbox_lag_seconds",
        "How long the message that is due longest has waited.",
        {name: _age(each.due, now) for name, each in found.items()},
        label="priority",
    )
    dead = OutboxMessage.objects.filter(state=OutboxState.DEAD)
    yield _gauge(
        "appeals_outbox_dead",
        "Messages of the outbox that were given up and wait for an operator.",
        capped_count(dead, WATCHED),
    )


def _deadlines(now: datetime) -> Gauges:
    late = now - deadlines.grace()
    due = Deadline.objects.filter(state=DeadlineState.OPEN, due_at__lte=late)
    found = waiting(due, "due_at", failing=Count("pk", filter=Q(attempts__gt=0)))
    yield _gauge("appeals_deadlines_waiting", "Deadlines that are due and not carried out.", found.count)
    yield _gauge(
        "appeals_deadlines_lag_seconds",
        "How late the oldest deadline is that is due and not carried out, beyond the grace for requests.",
        _age(found.due, late),
    )
    yield _gauge("appeals_deadlines_failing", "Deadlines that are due and failed at least once.", found.failing)


def _webhooks(now: datetime) -> Gauges:
    found = webhooks.queries.endpoints_at_work()
    yield _gauge(
        "appeals_webhook_waiting",
        "Webhook deliveries to active endpoints that have not arrived, retries included.",
        found.waiting.count,
    )
    yield _gauge(
        "appeals_webhook_lag_seconds",
        "How long the delivery to an active endpoint that is due longest has waited.",
        _age(found.waiting.due, now),
    )
    yield _gauge(
        "appeals_webhook_endpoints",
        "Webhook endpoints that are switched on: those whose latest attempts failed, and the others.",
        {"well": found.active - found.failing, "failing": found.failing},
        label="state",
    )


def _worker(now: datetime) -> Gauges:
    beat = Tick.objects.filter(name=Tick.WORKER).values_list("at", flat=True).first()
    yield _gauge(
        "appeals_worker_silent_seconds",
        "Time since the last sign of life of any worker; -1 when there never was one.",
        -1 if beat is None else _age(beat, now),
    )
    done = last_done()
    yield _gauge(
        "appeals_last_seconds",
        "Time since the last whole backup, verification without a fault, checkpoint, and time stamp; -1 without one.",
        {name: -1 if at is None else _age(at, now) for name, at in done.items()},
        label="what",
    )
    yield _gauge(
        "appeals_clock_ahead_seconds",
        "How far this host's clock is ahead of the database's.",
        (timezone.now() - (now - clock.ahead())).total_seconds(),
    )


def _of_this_process() -> Gauges:
    open_now = Counter(socket.hub.group for mine in list(sockets.OPEN.values()) for socket in list(mine))
    yield _gauge(
        "appeals_sockets_open", "Sockets open in this process.", {k: float(n) for k, n in open_now.items()}, label="hub"
    )
    free, reserve = disk.free_megabytes(), settings.DISK_RESERVE_MB
    yield _gauge("appeals_disk_free_bytes", "Room on the fullest disk of this host.", free * disk.MEGABYTE)
    yield _gauge("appeals_disk_reserve_bytes", "Below so much room nothing is taken in.", reserve * disk.MEGABYTE)
