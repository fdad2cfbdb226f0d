"""Refuses a request line or head that is longer than any of ours, before anything reads, logs or matches it."""

from typing import Any

MOST_LINE = 8 * 1024
MOST_HEADERS = 32 * 1024


class BoundedHeads:
    """Answers 414 to a long address and 431 to long headers, and closes a socket that begins so."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        line = len(scope.get("raw_path") or scope.get("path", "")) + len(scope.get("query_string", b""))
        head = sum(len(name) + len(value) for name, value in scope.get("headers", ()))
        if line <= MOST_LINE and head <= MOST_HEADERS:
            await self.application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4400})
        else:
            status = 414 if line > MOST_LINE else 431
            await send({"type": "http.response.start", "status": status, "headers": [(b"connection", b"close")]})
            await send({"type": "http.response.body"})
