"""Database work beside the event loop: threads that keep their connection, and the one that writes messages.

What does not belong here: what is read or written.
"""

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

logger = logging.getLogger(__name__)

BATCH_MOST = 500
TRIES = 4
PAUSE = 0.1

type Outcome = Posted | CaseError | None
"""What came of a post; None when the database did not answer, so that nobody knows."""


class Readers:
    """A few threads that read. Each keeps its connection while it works and lets go of it after a mishap."""

    def __init__(self, count: int = 2) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._run, name=f"room-reader-{i}", daemon=True) for i in range(count)]
        for thread in self._threads:
            thread.start()

    async def run[T](self, work: Callable[[], T]) -> T:
        """What `work` returns or raises in one of the threads."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001  raised where it is awaited
                if isinstance(error, (OperationalError, InterfaceError)):
                    connections.close_all()
                _settle(loop, future, error=error)
            else:
                _settle(loop, future, result=result)

        self._jobs.put(job)
        return await future

    def stop(self) -> None:
        for _thread in self._threads:
            self._jobs.put(None)

    def join(self, patience: float = 10.0) -> None:
        """After `stop`: the threads have ended, and their connections with them."""
        for thread in self._threads:
            thread.join(patience)

    def _run(self) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                job()
        finally:
            connections.close_all()


class Writer:
    """One thread that writes everything queued meanwhile in one transaction, and then says what came of it.

    On SQLite it is the process's one writer of messages; on PostgreSQL it makes one commit of many messages.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, done: Callable[[list[tuple[Any, Outcome]]], None]) -> None:
        self._loop, self._done = loop, done
        self._posts: queue.SimpleQueue[tuple[Any, Post] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="room-writer", daemon=True)
        self._thread.start()

    def write(self, whose: Any, post: Post) -> None:
        """The post is queued; `done` will get it with `whose` beside what came of it, after the commit."""
        self._posts.put((whose, post))

    def stop(self) -> None:
        """What is queued is still written."""
        self._posts.put(None)

    def join(self, patience: float = 10.0) -> None:
        """After `stop`: the thread has ended, and its connection with it."""
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
        while len(batch) < BATCH_MOST:
            try:
                item = self._posts.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False


def written(posts: Sequence[Post]) -> list[Outcome]:
    """What came of each post. When a batch fails its posts go one by one, so that none takes others down with it.

    A commit whose answer was lost may be tried again, because of `client_id`.
    """
    is_first_try = True
    for turn in range(TRIES):
        try:
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


def _settle(
    loop: asyncio.AbstractEventLoop, future: Any, *, result: Any = None, error: Exception | None = None
) -> None:
    def settle() -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)
