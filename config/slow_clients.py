"""The HTTP protocol of `manage.py serve`: uvicorn's, which ends connections of clients that never finish.

Uvicorn itself bounds only how long an idle connection is kept. A client that sends a byte of its head every minute, or
a body that never ends, or reads nothing of its answer, would keep its connection for ever.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
STEP_SECONDS = 30.0
STEP_BYTES = 30 * 1024  # of a body in each step; a phone at the edge of a network sends ten times as much
TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class SlowClientProtocol(H11Protocol):
    """Closes a connection whose request head takes longer than `HEAD_SECONDS`, whose body brings less than
    `STEP_BYTES` in `STEP_SECONDS`, or whose answer is not taken for `STEP_SECONDS`.
    """

    _head: asyncio.TimerHandle | None = None
    _body: asyncio.TimerHandle | None = None
    _answer: asyncio.TimerHandle | None = None
    _received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)

    def handle_events(self) -> None:
        super().handle_events()
        self._watch()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        super().handle_websocket_upgrade(event)
        self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._answer = self.loop.call_later(STEP_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop("_answer")

    def _watch(self) -> None:
        """Sets the clock of what is awaited from the client, and stops those of what has come."""
        state: Any = self.conn.their_state
        if state is not h11.IDLE or self.transport.is_closing():
            self._stop("_head")
        elif self._head is None:
            self._head = self.loop.call_later(HEAD_SECONDS, self._head_is_late)
        if state is not h11.SEND_BODY:
            self._stop("_body")
        elif self._body is None:
            self._begin_step()

    def _begin_step(self) -> None:
        self._received = 0
        self._body = self.loop.call_later(STEP_SECONDS, self._end_step)

    def _end_step(self) -> None:
        if self._received < STEP_BYTES and not self.flow.read_paused:
            self.transport.close()
        else:
            self._begin_step()

    def _head_is_late(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(TIMED_OUT)
            self.transport.close()

    def _forget(self) -> None:
        for clock in ("_head", "_body", "_answer"):
            self._stop(clock)

    def _stop(self, clock: str) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, clock)
        if timer is not None:
            timer.cancel()
            setattr(self, clock, None)
