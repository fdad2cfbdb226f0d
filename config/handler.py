"""How a request is carried out: in one thread, which it enters once, and which is there before and after it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from asgiref.sync import AsyncToSync, ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections, connections

IDLE = 32
"""Threads that are kept for the next requests; so many more as are needed at once end with their request."""


class Handler(ASGIHandler):
    """Django's for ASGI, with a synchronous chain of middleware behind what serves files, in threads that are kept.

    Django's own has a request enter its thread twice for each middleware that is not written with `async`: 21 times for
    an address that there is not, which was more than half of its CPU. No view here is a coroutine. It also makes a
    thread for each request; where connections belong to threads, as on SQLite, the next request would open its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self._idle: list[ThreadPoolExecutor] = []

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)
        outermost: Any = self._middleware_chain  # type: ignore[has-type]
        if isinstance(outermost, AsyncToSync):  # what serves files is a coroutine, and was wrapped for a WSGI server
            self._middleware_chain = outermost.awaitable
        else:
            self._middleware_chain = sync_to_async(outermost)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with self._thread() as thread:
            async with ThreadSensitiveContext(executor=thread):
                await super().__call__(scope, receive, send)

    @contextmanager
    def _thread(self) -> Iterator[ThreadPoolExecutor]:
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            yield thread
        finally:
            thread.submit(self._keep, thread)

    def _keep(self, thread: ThreadPoolExecutor) -> None:
        """Done by the thread itself, after the last of its request: who hung up may have left it at work."""
        close_old_connections()  # Django does so at the end of a request, unless that was cancelled
        if len(self._idle) < IDLE:
            self._idle.append(thread)
        else:
            connections.close_all()
            thread.shutdown(wait=False)
