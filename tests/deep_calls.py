"""Room for calls that go deep: CPython keeps the frames of a thread in pieces of 16 KiB.

A call that does not fit into the rest of a piece has another mapped, which is unmapped as soon as that call returns. A
loop whose calls cross the end of a piece maps memory and gives it back each time, and below pytest, the client and the
middleware that is where Django makes SQL. Under a server it is not: its threads begin without pytest.
"""

from collections.abc import Callable
from typing import Any

SLOTS = 70_000
"""Pieces are doubled until a frame fits. 560,000 bytes fit into one of 1 MiB, and leave the rest to what is called."""


def with_room[T](function: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
    """What the function returns; it and all that it calls share one piece. Only what is touched takes memory."""
    return function(*args, **kwargs)


with_room.__code__ = with_room.__code__.replace(co_stacksize=SLOTS)
