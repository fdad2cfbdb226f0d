"""Database work beside the event loop: threads that keep their connection.

What does not belong here: what is read.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError, connections


class Readers:
    """A few threads that read. Each keeps its connection while it works and lets go of it after a mishap."""

    def __init__(self, name: str, count: int = 2) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-reader-{i}", daemon=True) for i in range(count)
        ]
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
