"""The worker's loop: carry out queued tasks, sweep the outbox, fire deadlines, say that it lives.

Many workers on many hosts share one PostgreSQL; every step claims what it does, so none does another's work twice.
"""

import logging
import os
import socket
import threading
import time
from datetime import timedelta

from django.db import close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker

from casework import clock, deadlines, outbox, triggers
from operations import metrics
from operations.models import Tick

logger = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds after which an idle worker looks again, and the longest between two signs of life."""
BREATH = 0.05
"""Seconds that a busy one leaves to others between two rounds."""
STOPS_WITHIN = 7.0
"""Seconds that what is begun has to come to its end once the worker is to stop."""
LEAVES_WITHIN = 2.0
"""Seconds after that for giving leases back; those of whoever cannot run out by themselves."""
RENEWS_EVERY = 1.0
"""Seconds between two renewals of the leases that a process holds: a sixth of the shortest."""
STUCK_AFTER = 120.0
"""Seconds without a round, failed ones included, after which a worker is taken to be stuck."""

_began_at = float("-inf")  # the latest round in this process


def tick(*, limit: int = 500, stop: threading.Event | None = None) -> int:
    """Makes one round: due deadlines, waiting messages and the apps' routines; returns how many were carried out.

    An app lists its routines in `subscribers.ROUTINES = {"what it sees to": function}`; one takes `now`, returns how
    much it did, and never takes long. One that fails holds up nothing else. Once `stop` is set, what is begun is
    finished and the rest is left to others.
    """
    is_over = stop.is_set if stop is not None else lambda: False
    done = deadlines.fire_due(now=clock.now(), limit=limit, is_over=is_over)
    done += outbox.sweep(now=clock.now(), limit=limit, is_over=is_over)
    for name, routine in outbox.listed("ROUTINES").items():
        if is_over():
            break
        try:
            done += routine(now=clock.now())
        except Exception:
            logger.exception("the worker could not see to %s", name)
    now = clock.now()
    if not Tick.objects.filter(name=Tick.WORKER, at__gt=now - timedelta(seconds=PAUSE)).exists():
        Tick.mark(Tick.WORKER, now)
    metrics.ROUNDS.inc()
    return done


def run(stop: threading.Event) -> None:
    """Repeats rounds until `stop` is set. A failing round is logged and the next one comes all the same.

    An idle worker looks ever more seldom, at least every `PAUSE`, and at once when this process wrote something.
    """
    global _began_at
    triggers.require(connection)
    queue = threading.Thread(target=_run_queue, args=(stop,), name="task-queue", daemon=True)
    queue.start()
    threading.Thread(target=_renew_leases, args=(stop,), name="leases", daemon=True).start()
    idle = BREATH
    while not stop.is_set():
        _began_at = time.monotonic()
        close_old_connections()
        outbox.written.clear()
        try:
            busy = tick(stop=stop) > 0
        except Exception:
            logger.exception("a round of the worker failed")
            busy = False
        idle = BREATH if busy else min(2 * idle, PAUSE)
        stop.wait(BREATH)
        if not busy and not stop.is_set():
            outbox.written.wait(idle)
    end(within=STOPS_WITHIN)


def end(*, within: float) -> None:
    """Ends what the apps' threads do, and the leases of what they and the outbox have not ended by then.

    An app lists what ends its threads in `subscribers.ENDINGS = {"what is ended": function}`; one takes `within`,
    seconds. One that fails holds up nothing else.
    """
    until = time.monotonic() + within
    for name, ending in outbox.listed("ENDINGS").items():
        try:
            ending(within=max(0.0, until - time.monotonic()))
        except Exception:
            logger.exception("the worker could not end %s", name)
    outbox.give_back()


def _renew_leases(stop: threading.Event) -> None:
    """Renews what the outbox and the apps' threads lease, as long as this process lives: leases can be short, and what
    a killed worker had in hand is soon free.

    An app lists its own in `subscribers.RENEWALS = {"what is leased": function}`; one takes `now`.
    """
    while not stop.wait(RENEWS_EVERY):
        close_old_connections()
        for name, renewal in {"messages": outbox.renew, **outbox.listed("RENEWALS")}.items():
            try:
                renewal(now=clock.now())
            except Exception:
                logger.exception("the worker could not renew its leases of %s", name)


def leave_in_time(stop: threading.Event) -> None:
    """Ends this process some seconds after `stop` was set, whatever still runs: nothing is lost by that, since what was
    begun is carried out again, and no lease keeps others from it.
    """
    outbox.listed("ENDINGS")  # imported now: seconds that are not to be had at the end
    stop.wait()
    time.sleep(STOPS_WITHIN)
    logger.warning("the worker leaves what did not end within %s seconds to others", STOPS_WITHIN)
    # In a thread of its own, since the database may be what hangs.
    last = threading.Thread(target=end, kwargs={"within": 0}, daemon=True)
    last.start()
    last.join(LEAVES_WITHIN)
    os._exit(0)


def makes_rounds() -> bool:
    """Whether the worker of this process began a round lately. One that fails counts: a restart would not help."""
    return time.monotonic() - _began_at < STUCK_AFTER


def _run_queue(stop: threading.Event) -> None:
    """Runs Django's queued tasks, one after the other. What a killed task leaves behind, the outbox sweep does."""
    while not stop.is_set():
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{socket.gethostname()}-{threading.get_native_id()}"[:60],
            excluded_queue_names=[],
        )
        try:
            worker.run()
        except Exception:
            logger.exception("the task queue failed")
        stop.wait(PAUSE)
