"""How fast one person may write in one room: a bucket per person and room, kept in this process.

What does not belong here: limits of requests to the API, which are its throttle's.
"""

import threading
import time

from django.conf import settings

_MOST = 10_000  # buckets; full ones are forgotten beyond it, which changes nothing
_lock = threading.Lock()
_buckets: dict[tuple[int, int], tuple[float, float]] = {}


def may_write(person: int, room_id: int) -> bool:
    """Whether one more message of this person is within the limit now; it is counted when it is."""
    at, burst = time.monotonic(), float(settings.ROOM_MESSAGES_AT_ONCE)
    with _lock:
        left, since = _buckets.get((person, room_id), (burst, at))
        left = min(burst, left + (at - since) * settings.ROOM_MESSAGES_A_SECOND)
        if left < 1:
            return False
        if len(_buckets) > _MOST:
            _forget_the_full(at, burst)
        _buckets[(person, room_id)] = (left - 1, at)
        return True


def forget() -> None:
    """Empties all counters."""
    with _lock:
        _buckets.clear()


def _forget_the_full(at: float, burst: float) -> None:
    rate = settings.ROOM_MESSAGES_A_SECOND
    for key in [key for key, (left, since) in _buckets.items() if left + (at - since) * rate >= burst]:
        del _buckets[key]
