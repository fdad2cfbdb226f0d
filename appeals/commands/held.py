"""The first step of every verb: find the appeal that this actor may see, hold it, and check the version they read."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from appeals.models import Appeal
from appeals.policies import visible_to
from casework.actor import Actor
from casework.errors import LeaseLost, NotFound
from casework.firing import expect_version
from casework.models import Event
from notices.commands import release_from_appeal
from notices.queries import is_under_appeal, lock_notice


def held(actor: Actor, ref: str, expected_version: int | None = None) -> Appeal:
    """The appeal, locked until the transaction ends. Raises `NotFound` alike for missing and foreign, and `Stale`."""
    try:
        seen = Appeal.objects.filter(visible_to(actor), ref=ref).values("pk")[:1]
        appeal = Appeal.lock(Q(pk__in=list(seen.values_list("pk", flat=True))))
    except Appeal.DoesNotExist:
        raise NotFound() from None
    if expected_version is None or not _only_triage_since(appeal, expected_version):
        expect_version(appeal, expected_version)
    return appeal


def _only_triage_since(appeal: Appeal, version: int) -> bool:
    """Whether triage alone has moved the case since: it changes nothing that a reader of that version saw."""
    if not 0 < version < appeal.version:
        return False
    since = Event.objects.filter(case_kind=appeal.KIND, case_id=appeal.pk, sequence__gt=version)
    return not since.exclude(type="appeal.triaged").exists()


def require_lease(appeal: Appeal, *, now: datetime) -> None:
    """Raises `LeaseLost` when the holder's lease has run out: someone else may be reading the case by now."""
    if appeal.lease_is_free(now):
        raise LeaseLost()


def lease_until(now: datetime) -> datetime:
    return now + timedelta(minutes=settings.REVIEW_LEASE_MINUTES)


def release_notice(appeal: Appeal, *, actor: Actor, now: datetime) -> None:
    """The notice is no longer under appeal; nothing to do where an earlier outcome had already undone it."""
    notice = lock_notice(Q(), pk=appeal.notice_id)
    if is_under_appeal(notice):
        release_from_appeal(notice, actor=actor, now=now, appeal=appeal.ref)
