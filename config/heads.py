"""Refuses a request line, head or body that is longer than any of ours, before anything reads, logs or keeps it.

What one operation takes, which is less, its view says (`surfaces.api.parsers`): Django has read the body by then.
"""

from typing import Any

from casework.errors import TooLarge
from surfaces.api.problems import body_of
from surfaces.api.rendering import PROBLEM, to_bytes

MOST_LINE = 8 * 1024
MOST_HEADERS = 32 * 1024
MOST_BODY = 5 * 1024 * 1024  # a batch of 500 notices
MOST_FORM = 420 * 1024 * 1024  # two of the largest films, with what else stands in the form


class BoundedHeads:
    """Answers 414 to a long address, 431 to long headers and 413 to a long body, as soon as it is known to be, and
    closes a socket that begins so.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        line = len(scope.get("raw_path") or scope.get("path", "")) + len(scope.get("query_string", b""))
        head = sum(len(name) + len(value) for name, value in scope.get("headers", ()))
        if line <= MOST_LINE and head <= MOST_HEADERS:
            if scope["type"] == "http":
                await self._bounded(scope, receive, send)
            else:
                await self.application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4400})
        else:
            status = 414 if line > MOST_LINE else 431
            await send({"type": "http.response.start", "status": status, "headers": [(b"connection", b"close")]})
            await send({"type": "http.response.body"})

    async def _bounded(self, scope: Any, receive: Any, send: Any) -> None:
        """Carries the request out as long as its body is no longer than any of ours, whatever its head says of that."""
        heads = {name.lower(): value for name, value in scope.get("headers", ())}
        is_form = heads.get(b"content-type", b"").lower().startswith(b"multipart/")
        said, most, read = heads.get(b"content-length", b"0"), MOST_FORM if is_form else MOST_BODY, 0

        async def counted() -> Any:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            return message if read <= most else {"type": "http.disconnect"}  # on which Django leaves without an answer

        if not said.isdigit() or int(said) <= most:
            await self.application(scope, counted, send)
        if read > most or (said.isdigit() and int(said) > most):
            kind = [(b"content-type", PROBLEM.encode()), (b"cache-control", b"no-store"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 413, "headers": kind})
            await send({"type": "http.response.body", "body": to_bytes(body_of(TooLarge()))})
