"""A training's process says that it lives while it learns, and a process that is told to stop ends in order."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from appeals import commands
from casework import clock

logger = logging.getLogger(__name__)

BEAT_EVERY = 5.0
"""Seconds; a missed beat or ten are forgiven (commands.training.SILENCE)."""


@contextmanager
def heartbeat(ref: str) -> Iterator[None]:
    """The training of that ref beats from a thread of its own, since learning gives no pause in which to beat."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(BEAT_EVERY):
                try:
                    commands.beat_triage_training(ref=ref, now=clock.now())
                except Exception as error:  # noqa: BLE001  the next beat tries again; silence is somebody else's to judge
                    logger.warning("training %s could not beat: %s", ref, error)
        finally:
            connection.close()

    heart = threading.Thread(target=beat, name="heart", daemon=True)
    heart.start()
    try:
        yield
    finally:
        stop.set()
        heart.join()


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """SIGTERM comes as `KeyboardInterrupt`, as Ctrl-C does, so that whoever stops the service leaves nothing open."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
