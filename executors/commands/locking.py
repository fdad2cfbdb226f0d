"""Locks the executor that this actor may see and checks the version they read: the first step of every command.

Every verb that gives or takes a permission locks the executor first, so that two of them follow one another and an act
waits for both.
"""

from datetime import datetime
from typing import Any

from django.db.models import Max

from casework.actor import Actor
from casework.errors import require
from casework.firing import locked
from executors.models import Act, Executor
from executors.policies import may_manage_executor, visible_to


def lock_executor(actor: Actor, ref: str, expected_version: int | None = None) -> Executor:
    """Locks and returns the executor, as `casework.firing.locked`."""
    return locked(Executor, visible_to(actor), ref, expected_version)


def after_acts(now: datetime, **which: Any) -> datetime:
    """Returns `now`, or the moment of the last of these acts if that is later.

    A clock that was read before a lock was had may be behind an act that was quicker: what ends a permission ends it
    after what was done under it.
    """
    last: datetime | None = Act.objects.filter(**which).aggregate(last=Max("acted_at"))["last"]
    return now if last is None else max(now, last)


def lock_managed(actor: Actor, ref: str, expected_version: int | None = None) -> Executor:
    """Locks and returns an executor that this actor manages. Raises `NotFound`, `NotAllowed`, `Stale`."""
    executor = lock_executor(actor, ref, expected_version)
    require(may_manage_executor(actor, executor))
    return executor
