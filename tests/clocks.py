"""The clock that surfaces read, where a world stands on a fixed day."""

import functools
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from casework import clock, compiled

LATER = timedelta(days=6)
"""How long after its rows were made the surfaces of such a world are asked: its mandates and tokens live."""


@contextmanager
def standing_near(day: datetime) -> Iterator[None]:
    """Meanwhile it is a few days after that day, and not what the calendar says: `clock.now()` and `this_moment()`.

    The time of the machine stays: sessions, caches, signatures, and processes of their own have it.
    """
    moved = _seconds_to(day + LATER)
    usual, shape = clock.ahead, compiled._shape

    def on_sqlite(self: Now, compiler: Any, connection: Any, **more: Any) -> Any:
        template = f"STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f', 'NOW', '{moved:+} seconds')"
        return self.as_sql(compiler, connection, template=template, **more)

    def on_postgresql(self: Now, compiler: Any, connection: Any, **more: Any) -> Any:
        template = f"(STATEMENT_TIMESTAMP() + INTERVAL '{moved} seconds')"
        return self.as_sql(compiler, connection, template=template, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "ahead", lambda: usual() + timedelta(seconds=moved))
        patched.setattr(Now, "as_sqlite", on_sqlite)
        patched.setattr(Now, "as_postgresql", on_postgresql)
        patched.setattr(compiled, "_shape", lambda value: (moved, shape(value)))  # SQL that is kept has its own clock
        yield


@functools.cache
def _seconds_to(moment: datetime) -> int:
    """Worlds of one day share a clock in each process, and what is kept of it."""
    return math.ceil((moment - timezone.now()).total_seconds())
