"""Database work beside the event loop."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError, connections


class DatabaseThreads(ThreadPoolExecutor):
    """A pool whose threads each keep one database connection, and drop it after an error of the connection."""

    def __init__(self, name: str, count: int = 2) -> None:
        super().__init__(count, thread_name_prefix=f"{name}-reader")
        self._everybody = threading.Barrier(count)

    async def run[T](self, work: Callable[[], T]) -> T:
        """Runs `work` in one of the threads and returns or raises what it does."""
        return await asyncio.get_running_loop().run_in_executor(self, _carried_out, work)

    def stop(self) -> None:
        """Ends the threads and their connections once what was queued is done; nothing more may be queued."""
        for _thread in range(self._everybody.parties):
            self.submit(self._close)
        self.shutdown(wait=False)

    def join(self) -> None:
        """Waits, after `stop`, until the threads have ended."""
        self.shutdown(wait=True)

    def _close(self) -> None:
        self._everybody.wait(10)  # seconds; each thread takes one of these jobs, so each closes its own connection
        connections.close_all()


def _carried_out[T](work: Callable[[], T]) -> T:
    try:
        return work()
    except (OperationalError, InterfaceError):
        connections.close_all()
        raise
