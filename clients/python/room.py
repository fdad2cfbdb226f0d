"""The room of a dispute, in which nothing is lost and nothing comes twice, whatever the network does.

`on_entry` gets every message and event once, in order. Keep `last` and `outbox` where your app keeps things: with both,
a `Room` goes on after a restart where it was.
"""

import contextlib
import json
import random
import socket
import threading
import time
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import httpx
from appeals_client import AuthenticatedClient
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

SILENCE = 30  # seconds: a heartbeat comes every ten
FOR_GOOD = {4403, 4404}  # not allowed any more, no such room
LATER = {"too-many-requests", "unavailable", "server-error", "in-progress", "disk-full"}
LONGEST_PAUSE = 30.0


class Room:
    """One person's line to the room. `run` stays in it; everything else may be called from any thread."""

    def __init__(self, client: AuthenticatedClient, ref: str, on_entry: Callable[[dict[str, Any]], None]) -> None:
        self.api, self.ref, self.on_entry = client.get_httpx_client(), ref, on_entry
        self.on_refused: Callable[[str, str], None] = lambda client_id, code: None
        self.on_todo_changed: Callable[[dict[str, Any]], None] = lambda todo: None
        self.last = 0  # the number of the last entry that `on_entry` got
        self.outbox: MutableMapping[str, str] = {}  # what is not on record yet: text by `client_id`
        self.line: ClientConnection | None = None
        self.left, self.woken, self.todo = threading.Event(), threading.Event(), ""

    def say(self, text: str) -> str:
        """Puts the text into the outbox, which it leaves once it is on record; its `client_id`."""
        client_id = str(uuid.uuid4())
        self.outbox[client_id] = text
        self._send(self.line, client_id, text)
        return client_id

    def pushed(self) -> None:
        """For the handler of pushes (`person.todo_changed`): reads what waits, and ends a pause between two lines."""
        self.woken.set()
        todo = self.api.get("/api/v1/todo", headers={"If-None-Match": self.todo} if self.todo else {})
        if todo.status_code != 304:
            self.todo = todo.raise_for_status().headers["ETag"]
            self.on_todo_changed(todo.json())

    def drop(self) -> None:
        """Cuts the line without a word, as a tunnel does; `run` makes another."""
        line, self.line = self.line, None
        if line is not None:
            with contextlib.suppress(OSError):  # it was cut already
                line.socket.shutdown(socket.SHUT_RDWR)

    def leave(self) -> None:
        """Ends `run`."""
        self.left.set()
        self.woken.set()
        self.drop()

    def run(self) -> None:
        """Stays in the room until `leave`; raises once this person has to sign in again, or is let in no more."""
        pause = 0.0
        while not self.left.is_set():
            try:
                with connect(self._address(), close_timeout=1) as line:
                    self._take(line, json.loads(line.recv(timeout=SILENCE)))  # a heartbeat: both sides are there
                    self._resend(line)
                    self.line, pause = line, 0.0
                    while True:
                        self._take(line, json.loads(line.recv(timeout=SILENCE)))
            except (OSError, httpx.TransportError, WebSocketException) as lost:
                if isinstance(lost, ConnectionClosed) and lost.rcvd is not None and lost.rcvd.code in FOR_GOOD:
                    raise
            self.line = None
            self.woken.wait(pause)
            self.woken.clear()
            pause = min(LONGEST_PAUSE, 2 * pause + random.random())  # noqa: S311  not everybody at the same moment

    def _address(self) -> str:
        """With a ticket, which is good for one line, and the number after which to go on."""
        ticket = self.api.post("/api/v1/ws-tickets", json={}).raise_for_status().json()["ticket"]
        site = str(self.api.base_url).rstrip("/").replace("http", "ws", 1)
        return f"{site}/ws/v1/disputes/{self.ref}/?ticket={ticket}&after={self.last}"

    def _take(self, line: ClientConnection, frame: dict[str, Any]) -> None:
        if frame["type"] in ("message", "event"):
            if frame["sequence"] > self.last:
                self.on_entry(frame)
            self.last = max(self.last, frame["sequence"])
            self.outbox.pop(frame.get("client_id", ""), None)
        elif frame["type"] == "error" and frame["code"] in LATER:
            time.sleep(frame.get("retry_after", 1))
            self._resend(line)
        elif frame["type"] == "error" and self.outbox.pop(frame.get("client_id", ""), None) is not None:
            self.on_refused(frame["client_id"], frame["code"])

    def _resend(self, line: ClientConnection) -> None:
        for client_id, text in list(self.outbox.items()):
            self._send(line, client_id, text)

    def _send(self, line: ClientConnection | None, client_id: str, text: str) -> None:
        with contextlib.suppress(OSError, WebSocketException):  # it stays in the outbox, and goes with the next line
            if line is not None:
                line.send(json.dumps({"type": "message", "client_id": client_id, "text": text}))
