"""Tells metrics, traces and the replica what the kernel does."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from casework.observing import Observer
from operations import metrics, replica, tracing


class Operations(Observer):
    """Counts for Prometheus, spans for OpenTelemetry, and up to where somebody wrote for the replica."""

    def wrote(self, *actors: Any) -> None:
        replica.wrote(*actors)

    def deadlines_fired(self, kind: str, count: int) -> None:
        metrics.DEADLINES_FIRED.labels(kind).inc(count)

    def deadline_failed(self, kind: str) -> None:
        metrics.DEADLINES_FAILED.labels(kind).inc()

    def messages_attempted(self, subscriber: str, outcome: str, count: int = 1) -> None:
        metrics.MESSAGES.labels(subscriber, outcome).inc(count)

    def traceparent(self) -> str:
        return tracing.traceparent()

    def span(
        self, name: str, kind: str = "INTERNAL", *, causes: Iterable[str] = (), about: Mapping[str, Any] | None = None
    ) -> AbstractContextManager[None]:
        return tracing.span(name, kind, causes=causes, about=about)
