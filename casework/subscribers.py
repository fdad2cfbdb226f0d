"""What the worker sees to in the kernel: idempotency keys end with their cases, once a day."""

from datetime import datetime, timedelta

from casework.idempotency import end_keys
from casework.models import IDEMPOTENCY_YEARS

AGAIN = timedelta(days=1)
_after = 0
_next: datetime | None = None


def end_old_keys(*, now: datetime) -> int:
    """Ends some of the keys that are old enough; of this process's round of all of them the next part."""
    global _after, _next
    if _next is not None and now < _next:
        return 0
    before = now.replace(year=now.year - IDEMPOTENCY_YEARS, day=min(now.day, 28))  # there is no 29 February each year
    ended = end_keys(before, after=_after)
    _after = ended.after or 0
    if ended.after is None:
        _next = now + AGAIN
    return ended.count


ROUTINES = {"idempotency keys": end_old_keys}
