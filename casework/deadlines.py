"""Fires deadlines that come due: claimed, carried out and recorded in one transaction, dated `due_at` however late.

An app lists what follows in `subscribers.DEADLINES = {"appeal.information": function}`; a function takes
`(*, case_id, deadline, effective_at, now)` and calls one command, as those do that `calls` makes; one that is
`in_groups` takes `(deadlines, *, now)`, of different cases, and carries out all or none. A deadline fires only once the
grace has passed in which a request received in time may still be on its way to its commit.
"""

import inspect
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from casework import observing, outbox
from casework.errors import UnknownState
from casework.ledger import case_models
from casework.machine import states_of
from casework.models import Case, Deadline, DeadlineState
from casework.outbox import takes_many
from casework.row_digests import recording

logger = logging.getLogger(__name__)

ALARM_AFTER = 3

type Follow = Callable[..., None]


def calls(command: Callable[..., object], case: str, *, key: str = "", number: str = "", **more: Any) -> Follow:
    """What follows where that is this command alone: it is given the case's key under the name `case`, and the
    deadline's own key under the name `key` or, as a number, `number`.

    Raises `TypeError` where the command takes nothing of such a name.
    """
    inspect.signature(command).bind_partial(**dict.fromkeys(filter(None, (case, key, number, *more))))

    def follow(*, case_id: int, deadline: Deadline, effective_at: datetime, now: datetime) -> None:
        about: dict[str, Any] = {case: case_id, **more}
        if key:
            about[key] = deadline.key
        if number:
            about[number] = int(deadline.key)
        command(effective_at=effective_at, now=now, **about)

    return follow


def grace() -> timedelta:
    """How long after `due_at` a deadline waits, so that what was received in time has committed or failed."""
    return timedelta(seconds=getattr(settings, "CASEWORK_DEADLINE_GRACE", 30))


def fire_due(*, now: datetime, limit: int = 500, is_over: Callable[[], bool] = lambda: False) -> int:
    """Fires every deadline that is due, once, in due order; returns how many, `limit` at most. Once it `is_over`, what
    is begun is finished and the rest stays due.

    Those of one kind whose function takes many go together, so that between cases the order holds but for `limit`
    deadlines; of one case each waits for the one before. One that fails is tried again later and keeps nobody else
    waiting. One whose case got an earlier one meanwhile, that is due as well, waits for it: what an outage moved, for
    instance. The next call carries both out in their order.
    """
    due = (
        Deadline.objects.filter(state=DeadlineState.OPEN, due_at__lte=now - grace())
        .filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))
        .order_by("due_at", "pk")
    )
    page = list(due[:limit])
    fired = _fire_all(page, now=now, is_over=is_over)
    while len(page) == limit and not fired and not is_over():  # another worker is at these
        last = page[-1]
        page = list(due.filter(Q(due_at__gt=last.due_at) | Q(due_at=last.due_at, pk__gt=last.pk))[:limit])
        fired = _fire_all(page, now=now, is_over=is_over)
    return fired


def _fire_all(due: Sequence[Deadline], *, now: datetime, is_over: Callable[[], bool]) -> int:
    """Fires these deadlines, of each case one after the other; returns how many."""
    waiting, fired = list(due), 0
    while waiting and not is_over():
        first: dict[tuple[str, int], Deadline] = {}
        for deadline in waiting:
            first.setdefault((deadline.case_kind, deadline.case_id), deadline)
        for group in _groups(first.values()):
            if is_over():
                break
            fired += _fire_together(group, now=now) if len(group) > 1 else _fire(group[0], now=now)
        begun = {deadline.pk for deadline in first.values()}
        waiting = [deadline for deadline in waiting if deadline.pk not in begun]
    return fired


def _groups(due: Iterable[Deadline]) -> list[list[Deadline]]:
    """The deadlines in their order, those of a kind that takes many together where the first of them stands."""
    groups: list[list[Deadline]] = []
    of_kind: dict[str, list[Deadline]] = {}
    for deadline in due:
        if deadline.kind in of_kind:
            of_kind[deadline.kind].append(deadline)
            continue
        group = [deadline]
        groups.append(group)
        if takes_many(outbox.listed("DEADLINES").get(deadline.kind)):
            of_kind[deadline.kind] = group
    return groups


def _fire_together(group: Sequence[Deadline], *, now: datetime) -> int:
    """Fires deadlines of one kind and different cases in one transaction; returns how many. A case that somebody holds
    is left to the next round, and where one fails each is fired by itself.
    """
    try:
        with _traced(group), transaction.atomic(), recording():
            held = _held(group)
            first = Deadline.objects.filter(~Exists(_earlier()), pk__in=held, state=DeadlineState.OPEN)
            keys = set(first.values_list("pk", flat=True))
            ready = [deadline for deadline in group if deadline.pk in keys]
            if not ready:
                return 0
            Deadline.objects.filter(pk__in=keys).update(state=DeadlineState.FIRED, fired_at=now)
            outbox.listed("DEADLINES")[group[0].kind](ready, now=now)
    except Exception:
        logger.warning("%s deadlines of kind %s are fired one by one", len(group), group[0].kind, exc_info=True)
        return sum(_fire(deadline, now=now) for deadline in group)
    observing.observer.deadlines_fired(group[0].kind, len(ready))
    return len(ready)


def _traced(group: Sequence[Deadline]) -> AbstractContextManager[None]:
    return observing.observer.span(
        f"deadline {group[0].kind}", about={"deadline": group[0].kind, "deadlines": len(group)}
    )


def _held(group: Sequence[Deadline]) -> list[int]:
    """Locks the cases that nobody holds until the transaction ends, as `_hold_case` does; returns their deadlines."""
    model = _model_of(group[0])
    if model is None:
        return []
    rows = model._default_manager.filter(pk__in=[deadline.case_id for deadline in group]).order_by("pk")
    free = dict(rows.select_for_update(of=("self",), skip_locked=True).values_list("pk", "state"))  # type: ignore[misc]  # each case has one
    _require_known(model, free.values())
    return [deadline.pk for deadline in group if deadline.case_id in free]


def _model_of(deadline: Deadline) -> type[Case] | None:
    return next((model for model in case_models() if deadline.case_kind == model.KIND), None)


def _hold_case(deadline: Deadline) -> None:
    """Locks the deadline's case until the transaction ends. Every command locks the case first and its deadlines after,
    and so does this: in the other order a command and a firing that meet would each wait for the other.
    """
    model = _model_of(deadline)
    if model is not None:
        rows = model._default_manager.filter(pk=deadline.case_id).select_for_update(of=("self",))
        _require_known(model, list(rows.values_list("state", flat=True)))  # type: ignore[misc]  # each case has one


def _require_known(model: type[Case], states: Iterable[str]) -> None:
    """Raises `UnknownState` where a newer version wrote one: what is due then is its to carry out, and tried again."""
    if not states_of(model).keys() >= set(states):
        raise UnknownState()


def _earlier() -> QuerySet[Deadline]:
    """The open deadlines of the same case as an outer one that are due before it; one that failed and waits to be
    retried is none.
    """
    return Deadline.objects.filter(
        case_kind=OuterRef("case_kind"),
        case_id=OuterRef("case_id"),
        state=DeadlineState.OPEN,
        due_at__lt=OuterRef("due_at"),
        attempts=0,
    )


def _fire(deadline: Deadline, *, now: datetime) -> bool:
    try:
        with _traced([deadline]), transaction.atomic(), recording():
            _hold_case(deadline)
            updated = Deadline.objects.filter(~Exists(_earlier()), pk=deadline.pk, state=DeadlineState.OPEN).update(
                state=DeadlineState.FIRED, fired_at=now
            )
            if updated != 1:
                return False
            follow = outbox.listed("DEADLINES")[deadline.kind]
            if takes_many(follow):
                follow([deadline], now=now)
            else:
                follow(case_id=deadline.case_id, deadline=deadline, effective_at=deadline.due_at, now=now)
    except Exception as error:  # noqa: BLE001  one poisoned deadline keeps nobody else waiting
        attempts = deadline.attempts + 1
        log = logger.critical if attempts >= ALARM_AFTER else logger.warning
        log("deadline %s (%s) failed, attempt %s", deadline.pk, deadline.kind, attempts, exc_info=True)
        observing.observer.deadline_failed(deadline.kind)
        Deadline.objects.filter(pk=deadline.pk, state=DeadlineState.OPEN).update(
            attempts=F("attempts") + 1,
            retry_at=now + timedelta(seconds=min(30 * 2**deadline.attempts, 3600)),
            last_error=f"{type(error).__name__}: {error}"[:300],
        )
        return False
    observing.observer.deadlines_fired(deadline.kind, 1)
    return True
