"""Threads that start together, and what each of them got. What does not belong here: what they race for."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import close_old_connections, connection

TOO_LONG = 60  # seconds; a thread that waits longer for the others has met a deadlock

Side = Callable[[int], Any]


def race(
    sides: Sequence[Side], *, times: int = 1, jitter: float = 0.0, seed: int = 20261125, patience: float = 2 * TOO_LONG
) -> list[list[Any]]:
    """Each side is called with the number of the race, all sides of one race at once, each in its own thread.

    Returns, for every race, what each side returned or raised. `jitter` is the longest random delay in seconds, and
    `patience` how many each thread may take to its end.
    """
    start = threading.Barrier(len(sides))
    results: list[list[Any]] = [[None] * len(sides) for _ in range(times)]

    def run(place: int) -> None:
        chance = random.Random(seed + place)
        close_old_connections()
        try:
            for turn in range(times):
                start.wait(TOO_LONG)
                if jitter:
                    time.sleep(chance.uniform(0, jitter))
                try:
                    results[turn][place] = sides[place](turn)
                except threading.BrokenBarrierError:
                    raise
                except Exception as error:  # noqa: BLE001  what a side raised is its result
                    results[turn][place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(sides))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience)
    assert not any(thread.is_alive() for thread in threads), "the race did not end"
    return results


def crowd(side: Callable[[int], Any], *, of: int, **more: Any) -> list[Any]:
    """`of` threads call `side` once, together, each with its own number; returns what each got."""
    sides = [(lambda _turn, number=number: side(number)) for number in range(of)]
    return race(sides, **more)[0]


def refused(results: Sequence[Any]) -> list[Exception]:
    return [r for r in results if isinstance(r, Exception)]


def won(results: Sequence[Any]) -> list[Any]:
    return [r for r in results if not isinstance(r, Exception)]
