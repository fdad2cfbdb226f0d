"""Reading lists and exports from a replica of PostgreSQL, where there is one (`DATABASE_REPLICA_URL`).

    rows = replica.read(actor, lambda: list(queryset))

What is read may be `MOST_BEHIND` old, but never older than what the reader wrote last. Everything else, sessions, who
may see what, and whatever a command reads, comes from the primary.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connections, transaction

from casework.actor import Actor, ActorKind
from operations import metrics

logger = logging.getLogger(__name__)

MOST_BEHIND = 10
"""Seconds. Less than `surfaces.api.pagination.SYNC_OVERLAP`, so that who synchronises by time of change misses none."""
REMEMBERED = 60
"""Seconds for which it is known up to where somebody wrote: longer than a replica may be behind and be asked."""
REST = 5.0
"""Seconds for which a process leaves a replica alone that did not answer."""

_reads_replica: ContextVar[bool] = ContextVar("reads_replica", default=False)
_rests_until = float("-inf")

FIT = """SELECT pg_is_in_recovery()
    AND clock_timestamp() - pg_last_xact_replay_timestamp() < make_interval(secs => %s)
    AND pg_last_wal_replay_lsn() >= %s::pg_lsn"""
"""A worker says every second that it lives, so that what was replayed last is never much older than the delay."""


class Router:
    """Rows come from the replica inside `read`, and outside of transactions; all else is the primary's."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        on_replica = _reads_replica.get() and not connections["default"].in_atomic_block
        return "replica" if on_replica else "default"

    def db_for_write(self, model: Any, **_hints: Any) -> str:
        return "default"

    def allow_relation(self, *_rows: Any, **_hints: Any) -> bool:
        return True  # they are one database

    def allow_migrate(self, db: str, *_names: Any, **_hints: Any) -> bool:
        return db == "default"


def is_configured() -> bool:
    return "replica" in settings.DATABASES


def read[R](actor: Actor | None, work: Callable[[], R]) -> R:
    """What `work` returns, which must change nothing: it reads the replica if that has all that the actor wrote, and
    the primary otherwise, or once more if the replica breaks off.
    """
    if is_configured() and _is_fit(actor):
        token = _reads_replica.set(True)
        try:
            found = work()
        except OperationalError as error:  # it went away, or what was read was vacuumed on the primary
            _leave_alone(error)
        else:
            metrics.REPLICA_READS.labels("replica").inc()
            return found
        finally:
            _reads_replica.reset(token)
    if is_configured():
        metrics.REPLICA_READS.labels("primary").inc()
    return work()


def wrote(*actors: Any) -> None:
    """Called in a transaction: once it is committed, what these actors read is no older."""
    if is_configured():
        keys = [_key(each) for each in actors if isinstance(each, Actor) and each.kind is not ActorKind.SYSTEM]
        if keys:  # robust: what is committed is never answered as failed
            transaction.on_commit(lambda: _remember(keys), robust=True)


def _remember(keys: Sequence[str]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        [position] = cursor.fetchone()
    cache.set_many(dict.fromkeys(keys, position), REMEMBERED)


def _is_fit(actor: Actor | None) -> bool:
    if time.monotonic() < _rests_until:
        return False
    try:
        position = None if actor is None else cache.get(_key(actor))
    except Exception:
        logger.warning("where %s wrote is not known", actor.ref if actor else "-", exc_info=True)
        return False
    try:
        with connections["replica"].cursor() as cursor:
            cursor.execute(FIT, [MOST_BEHIND, position or "0/0"])
            [is_fit] = cursor.fetchone()
    except OperationalError as error:
        _leave_alone(error)
        return False
    return bool(is_fit)


def _leave_alone(error: Exception) -> None:
    global _rests_until
    _rests_until = time.monotonic() + REST
    logger.warning("the replica is not read for %s s: %s", REST, error)


def _key(actor: Actor) -> str:
    return f"wrote:{actor.ref}"
