"""Who is told what the kernel does: metrics, traces, a replica. Nobody, until a program says so with `observe_with`.

What does not belong here: reactions to events, which an app lists in `subscribers.py`.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any


class Observer:
    """Does nothing; what overrides it must not raise, and changes nothing of what it is told."""

    def wrote(self, *actors: Any) -> None:
        """A command began its transaction for these actors."""

    def deadlines_fired(self, kind: str, count: int) -> None: ...

    def deadline_failed(self, kind: str) -> None: ...

    def messages_attempted(self, subscriber: str, outcome: str, count: int = 1) -> None:
        """`outcome` is `done`, `failed` (it is tried again later) or `given-up`."""

    def traceparent(self) -> str:
        """The trace in which something is done, as W3C writes it in a header; empty where there is none."""
        return ""

    def span(
        self, name: str, kind: str = "INTERNAL", *, causes: Iterable[str] = (), about: Mapping[str, Any] | None = None
    ) -> AbstractContextManager[None]:
        """What is done inside is one step of a trace; `causes` are the `traceparent`s that it follows from."""
        return nullcontext()


observer = Observer()


def observe_with(other: Observer) -> None:
    """Has `other` be told from now on, in the place of whoever was told before."""
    global observer
    observer = other
