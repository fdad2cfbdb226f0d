"""Keeps a training's heartbeat while it learns, and ends it in order when its process is told to stop."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from casework import clock
from triage import commands

logger = logging.getLogger(__name__)

BEAT_EVERY = 5.0
"""Seconds; a missed beat or ten are forgiven (commands.training.SILENCE)."""


@contextmanager
def heartbeat(ref: str) -> Iterator[None]:
    """Records the training's heartbeat from a thread of its own, since learning gives no pause in which to do it."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(BEAT_EVERY):
                try:
                    commands.record_triage_training_heartbeat(ref=ref, now=clock.now())
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
    """Raises `KeyboardInterrupt` on SIGTERM, as on Ctrl-C, so that a stopped service leaves nothing open."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
