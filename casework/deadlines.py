"""Fires deadlines that come due: claimed, carried out and recorded in one transaction, dated `due_at` however late.

An app lists what follows in `subscribers.DEADLINES = {"appeal.information": function}`; a function takes
`(*, case_id, deadline, effective_at, now)` and calls one command. A deadline fires only once the grace has passed in
which a request received in time may still be on its way to its commit.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Q, QuerySet

from casework import outbox
from casework.ledger import case_models
from casework.models import Deadline, DeadlineState

logger = logging.getLogger(__name__)

ALARM_AFTER = 3


def grace() -> timedelta:
    """How long after `due_at` a deadline waits, so that what was received in time has committed or failed."""
    return timedelta(seconds=settings.CASEWORK_DEADLINE_GRACE)


def fire_due(*, now: datetime, limit: int = 500) -> int:
    """Fires every deadline that is due, once, in due order; returns how many, `limit` at most.

    One that fails is tried again later and keeps nobody else waiting. One whose case got an earlier one meanwhile, that
    is due as well, waits for it: what an outage moved, for instance. The next call carries both out in their order.
    """
    due = (
        Deadline.objects.filter(state=DeadlineState.OPEN, due_at__lte=now - grace())
        .filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))
        .order_by("due_at", "pk")[:limit]
    )
    return sum(_fire(deadline, now=now) for deadline in list(due))


def _hold_case(deadline: Deadline) -> None:
    """Locks the deadline's case until the transaction ends. Every command locks the case first and its deadlines after,
    and so does this: in the other order a command and a firing that meet would each wait for the other.
    """
    model = next((m for m in case_models() if deadline.case_kind == m.KIND), None)
    if model is not None:
        held = model._default_manager.filter(pk=deadline.case_id).select_for_update(of=("self",)).values_list("pk")
        list(held)


def _earlier(deadline: Deadline) -> QuerySet[Deadline]:
    """The open deadlines of the same case that are due before; one that failed and waits to be retried is none."""
    return Deadline.objects.filter(
        case_kind=deadline.case_kind,
        case_id=deadline.case_id,
        state=DeadlineState.OPEN,
        due_at__lt=deadline.due_at,
        attempts=0,
    )


def _fire(deadline: Deadline, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            _hold_case(deadline)
            updated = Deadline.objects.filter(
                ~Exists(_earlier(deadline)), pk=deadline.pk, state=DeadlineState.OPEN
            ).update(state=DeadlineState.FIRED, fired_at=now)
            if updated != 1:
                return False
            follow = outbox.listed("DEADLINES")[deadline.kind]
            follow(case_id=deadline.case_id, deadline=deadline, effective_at=deadline.due_at, now=now)
    except Exception as error:  # noqa: BLE001  one poisoned deadline keeps nobody else waiting
        attempts = deadline.attempts + 1
        log = logger.critical if attempts >= ALARM_AFTER else logger.warning
        log("deadline %s (%s) failed, attempt %s", deadline.pk, deadline.kind, attempts, exc_info=True)
        Deadline.objects.filter(pk=deadline.pk, state=DeadlineState.OPEN).update(
            attempts=F("attempts") + 1,
            retry_at=now + timedelta(seconds=min(30 * 2**deadline.attempts, 3600)),
            last_error=f"{type(error).__name__}: {error}"[:300],
        )
        return False
    return True
