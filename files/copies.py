"""Makes the copy of a file that others than its sender get, in a small process beside this one.

`copy_of` waits for its turn: a few files are cleaned at once by each process of the program, one of each sender, and
who waits is served in turn, so that nobody's many files keep anybody else's waiting. The children may together use less
memory than the program's container has (deploy/kubernetes); one that takes too long is ended. Never call it in a
transaction.
"""

import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from casework.errors import TooManyRequests
from files.cleaning.child import DAMAGED, PROVEN, TOO_MANY_PIXELS
from files.cleaning.refusals import Damaged, TooManyPixels, Unproven

AT_ONCE = 2
MOST_WAITING = 20
"""Files of one sender that wait: as many as one page sends."""
PATIENCE = 60
SECONDS = 10
"""Of computing; twice as many by the clock."""
MEMORY = 320 * 1024 * 1024
_CHUNK = 1024 * 1024
_CHILD = Path(__file__).parent / "cleaning" / "child.py"


class Turns:
    """Lets a few in at once, one of each sender; those who wait are let in sender by sender."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._changed = threading.Condition()
        self._inside: set[str] = set()
        self._waiting: dict[str, deque[object]] = {}

    @contextmanager
    def turn(self, sender: str, patience: float = PATIENCE) -> Iterator[None]:
        """Waits until it is this sender's turn. Raises `TooManyRequests` when too many wait, or for too long."""
        me, until = object(), monotonic() + patience
        with self._changed:
            line = self._waiting.setdefault(sender, deque())
            if len(line) >= MOST_WAITING:
                raise _busy()
            line.append(me)
            while not self._is_next(sender, me):
                if not self._changed.wait(until - monotonic()) and not self._is_next(sender, me):
                    self._leave(sender, me)
                    raise _busy()
            self._leave(sender, me)
            self._inside.add(sender)
        try:
            yield
        finally:
            with self._changed:
                self._inside.discard(sender)
                self._changed.notify_all()

    def _is_next(self, sender: str, me: object) -> bool:
        first = next((one for one in self._waiting if one not in self._inside), None)
        return len(self._inside) < self._at_once and sender == first and self._waiting[sender][0] is me

    def _leave(self, sender: str, me: object) -> None:
        line = self._waiting.pop(sender)
        line.remove(me)
        if line:
            self._waiting[sender] = line  # behind everybody else
        self._changed.notify_all()


def _busy() -> TooManyRequests:
    return TooManyRequests(_("Many files are being checked right now. Please try again in a minute."), retry_after=60)


TURNS = Turns(AT_ONCE)


def copy_of(source: BinaryIO, kind: str, *, sender: str) -> BinaryIO:
    """The clean copy of an `image`, `pdf` or `film`, from its beginning.

    Raises `Damaged`, `TooManyPixels`, `TooManyRequests`, and `Unproven` where no copy could be shown to be clean.
    """
    with TURNS.turn(sender):
        return cleaned(source, kind)


def cleaned(source: BinaryIO, kind: str) -> BinaryIO:
    """As `copy_of`, at once."""
    copy: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  whoever reads it closes it
    try:
        with tempfile.TemporaryFile() as received:
            source.seek(0)
            while piece := source.read(_CHUNK):
                received.write(piece)
            received.seek(0)
            child = [sys.executable, "-I", str(_CHILD), kind, str(MEMORY), str(SECONDS)]
            done = subprocess.run(  # noqa: S603  our own file, and what it reads is data
                child, stdin=received, stdout=copy, stderr=subprocess.DEVNULL, timeout=2 * SECONDS, check=False
            )
        if done.returncode != PROVEN:
            raise {DAMAGED: Damaged, TOO_MANY_PIXELS: TooManyPixels}.get(done.returncode, Unproven)
    except subprocess.TimeoutExpired:
        copy.close()
        raise Unproven from None
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy
