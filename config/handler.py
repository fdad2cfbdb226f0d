"""How a request is carried out: in a thread that it enters once, for its middleware and its view together."""

from typing import Any

from asgiref.sync import AsyncToSync, sync_to_async
from django.core.handlers.asgi import ASGIHandler


class Handler(ASGIHandler):
    """Django's for ASGI, with a synchronous chain of middleware behind what serves files.

    Django's own has a request enter its thread twice for each middleware that is not written with `async`: 21 times for
    an address that there is not, which was more than half of its CPU. No view here is a coroutine.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)
        outermost: Any = self._middleware_chain  # type: ignore[has-type]
        if isinstance(outermost, AsyncToSync):  # what serves files is a coroutine, and was wrapped for a WSGI server
            self._middleware_chain = outermost.awaitable
        else:
            self._middleware_chain = sync_to_async(outermost)
