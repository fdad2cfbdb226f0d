"""The clock of a sandbox on its way: it stops at every moment at which anything is due, and stands until that is done.

So what falls due on the way happens once, in its order and at its own time, by the worker that does it elsewhere. What
does not belong here: asking the clock to move (`accounts.commands.ask_clock_to_move`).
"""

from datetime import datetime, time, timedelta

from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce, Greatest

from accounts.commands import move_clock
from accounts.queries import clock_of_sandbox
from casework.clock import BEIJING
from casework.deadlines import ALARM_AFTER, grace
from casework.models import Deadline, DeadlineState, OutboxMessage, OutboxState
from webhooks.queries import sending

SECOND = timedelta(seconds=1)


def move_on(*, now: datetime) -> int:
    """The clock goes to its next stop once nothing of the present moment is left to do; returns 1 when it did.

    For the worker's rounds; of several workers one moves it.
    """
    row = clock_of_sandbox()
    if row is None or row.clock_moves_to is None or _is_busy(now):
        return 0
    stop = max(min(_next_stop(now), row.clock_moves_to), now)
    is_there = stop == row.clock_moves_to or row.clock_moves_to <= now
    return int(move_clock(row=row, ahead=row.clock_ahead + (stop - now), is_there=is_there))


def _open_deadlines() -> Q:
    """Those that the clock waits for: one that fails again and again is tried again, and holds up no time."""
    return Q(state=DeadlineState.OPEN, attempts__lt=ALARM_AFTER)


def _is_busy(now: datetime) -> bool:
    due = Deadline.objects.filter(_open_deadlines(), due_at__lte=now - grace())
    is_left = due.filter(Q(retry_at=None) | Q(retry_at__lte=now)).exists()
    owed = OutboxMessage.objects.filter(state=OutboxState.PENDING, next_attempt_at__lte=now)
    return is_left or owed.exists() or sending(now).is_busy


def _next_stop(now: datetime) -> datetime:
    """The next moment at which anything is due; the end of this day at the latest, when days are counted."""
    midnight = datetime.combine(now.astimezone(BEIJING).date() + timedelta(days=1), time(), BEIJING) + SECOND
    fires_at = Greatest(F("due_at") + grace(), Coalesce("retry_at", "due_at"))
    deadlines = Deadline.objects.filter(_open_deadlines()).annotate(fires_at=fires_at).filter(fires_at__gt=now)
    owed = OutboxMessage.objects.filter(state=OutboxState.PENDING, next_attempt_at__gt=now)
    found: list[datetime | None] = [
        midnight,
        deadlines.aggregate(at=Min("fires_at"))["at"],
        owed.aggregate(at=Min("next_attempt_at"))["at"],
        sending(now).next_at,
    ]
    return min(at for at in found if at is not None)
