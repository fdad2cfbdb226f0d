"""The thread that writes messages: what is queued meanwhile goes together."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, connections

from casework import clock
from casework.errors import CaseError
from disputes.commands.room import Post, Posted, post_batch
from operations import tracing

logger = logging.getLogger(__name__)

MAX_BATCH = 500
TRIES = 4
PAUSE = 0.1

type Outcome = Posted | CaseError | None
"""What came of a post; None when the database did not answer, so that nobody knows."""


class Writer:
    """A thread that writes everything queued meanwhile in one transaction, and then reports what came of it.

    On SQLite it is the process's one writer of messages; on PostgreSQL it makes one commit of many messages.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, done: Callable[[list[tuple[Any, Outcome]]], None]) -> None:
        self._loop, self._done = loop, done
        self._posts: queue.SimpleQueue[tuple[Any, Post] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="room-writer", daemon=True)
        self._thread.start()

    def write(self, whose: Any, post: Post) -> None:
        """Queues the post; `done` will get it with `whose` beside what came of it, after the commit."""
        self._posts.put((whose, post))

    def stop(self) -> None:
        """Ends the thread once what is queued is written."""
        self._posts.put(None)

    def join(self, patience: float = 10.0) -> None:
        """Waits, after `stop`, until the thread and its connection have ended."""
        self._thread.join(patience)

    def _run(self) -> None:
        try:
            while (first := self._posts.get()) is not None:
                batch, is_last = self._with_the_rest(first)
                outcomes = written([post for _whose, post in batch])
                pairs = [(whose, outcome) for (whose, _post), outcome in zip(batch, outcomes, strict=True)]
                if not self._loop.is_closed():
                    self._loop.call_soon_threadsafe(self._done, pairs)
                if is_last:
                    return
        finally:
            connections.close_all()

    def _with_the_rest(self, first: tuple[Any, Post]) -> tuple[list[tuple[Any, Post]], bool]:
        batch = [first]
        while len(batch) < MAX_BATCH:
            try:
                item = self._posts.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False


def written(posts: Sequence[Post]) -> list[Outcome]:
    """Writes the posts. When a batch fails its posts go one by one, so that none takes others down with it.

    A commit whose answer was lost may be tried again, because of `client_id`.
    """
    is_first_try = True
    for turn in range(TRIES):
        try:
            with tracing.span("messages of rooms", about={"messages": len(posts)}):
                return list(post_batch(posts=posts, now=clock.now(), is_first_try=is_first_try))
        except (OperationalError, InterfaceError):
            logger.exception("the database did not take %s messages", len(posts))
            connections.close_all()
            is_first_try = False
            if turn + 1 < TRIES:
                threading.Event().wait(PAUSE * 2**turn)
        except Exception as error:
            if is_first_try:  # most likely one of them was sent before
                is_first_try = False
                continue
            if len(posts) > 1:
                return [outcome for post in posts for outcome in written([post])]
            if isinstance(error, CaseError):
                return [error]
            logger.exception("a message could not be written")
            return [None]
    return [None] * len(posts)
