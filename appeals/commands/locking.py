"""Locks the appeal that this actor may see and checks the version they read: the first step of every command."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from appeals.models import Appeal
from appeals.policies import visible_to
from casework.actor import Actor
from casework.errors import LeaseLost
from casework.firing import locked
from notices.commands import release_from_appeal
from notices.queries import is_under_appeal, lock_notice


def lock_appeal(actor: Actor, ref: str, expected_version: int | None = None) -> Appeal:
    """Locks and returns the appeal, as `casework.firing.locked`."""
    return locked(Appeal, visible_to(actor), ref, expected_version)


def require_lease(appeal: Appeal, *, now: datetime) -> None:
    """Raises `LeaseLost` when the holder's lease has run out: somebody else may be reading the case by now."""
    if appeal.lease_is_free(now):
        raise LeaseLost()


def lease_until(now: datetime) -> datetime:
    return now + timedelta(minutes=settings.REVIEW_LEASE_MINUTES)


def release_notice(appeal: Appeal, *, actor: Actor, now: datetime) -> None:
    """Ends the notice's being under appeal; does nothing where an earlier outcome has undone the measures."""
    notice = lock_notice(Q(), pk=appeal.notice_id)
    if is_under_appeal(notice):
        release_from_appeal(notice, actor=actor, now=now, appeal=appeal.ref)
