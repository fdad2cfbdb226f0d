"""Counts of what this process does, for Prometheus. Each process has its own, and is asked for them by itself.

A label is a word of the program (a type of event, a subscriber, the name of a route), never of a case or a person.
What the database says of all processes together is read by `config.figures`.
"""

import hmac
import threading
from collections.abc import Callable, Iterable, Sequence
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4  # what `generate_latest` writes
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

EVENTS = Counter("appeals_events", "Events of cases that this process recorded.", ["type"], registry=REGISTRY)
DEADLINES_FIRED = Counter("appeals_deadlines_fired", "Deadlines carried out.", ["kind"], registry=REGISTRY)
DEADLINES_FAILED = Counter("appeals_deadlines_failed", "Deadlines tried in vain.", ["kind"], registry=REGISTRY)
MESSAGES = Counter(
    "appeals_outbox_attempts",
    "Messages of the outbox that were attempted: done, failed (tried again later) or given-up.",
    ["subscriber", "outcome"],
    registry=REGISTRY,
)
WEBHOOK_ATTEMPTS = Counter(
    "appeals_webhook_attempts",
    "Attempts to deliver a webhook: delivered, failed (tried again later) or given-up.",
    ["outcome"],
    registry=REGISTRY,
)
REPLICA_READS = Counter(
    "appeals_replica_reads",
    "Lists and exports read from the replica, or from the primary where the replica was behind or gone.",
    ["source"],
    registry=REGISTRY,
)
ROUNDS = Counter("appeals_worker_rounds", "Rounds that the worker made.", registry=REGISTRY)
REQUESTS = Histogram(
    "appeals_http_request_duration_seconds",
    "Time until an answer begins, by the name of the route.",
    ["operation", "method", "status"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)


def count_events(events: Sequence[Any]) -> None:
    """Counts recorded events by their type."""
    for event in events:
        EVENTS.labels(event.type).inc()


def exposition() -> bytes:
    """What this process counted, in the text format of Prometheus."""
    return generate_latest(REGISTRY)


def admits(authorization: str) -> bool:
    """Whether the `Authorization` header has the token of the settings; without one there, none does."""
    scheme, _space, token = authorization.partition(" ")
    expected = settings.METRICS_TOKEN
    return bool(expected) and scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), expected.encode())


# — a process without web pages —


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    timeout = 10  # seconds for a request head

    def log_message(self, *_arguments: Any) -> None:
        """Nothing: who asks here is a machine that asks every few seconds."""


def listen(host: str, port: int, *, is_well: Callable[[], bool]) -> WSGIServer:
    """Answers `/metrics` (with the token) and `/healthz` (503 unless `is_well`) from a thread; returns the server."""

    def answer(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], Any]) -> Iterable[bytes]:
        path, status, headers, body = environ.get("PATH_INFO"), "404 Not Found", [("Content-Type", "text/plain")], b""
        if path == "/healthz":
            status = "200 OK" if is_well() else "503 Service Unavailable"
        elif path == "/metrics" and admits(environ.get("HTTP_AUTHORIZATION", "")):
            status, headers, body = "200 OK", [("Content-Type", CONTENT_TYPE)], exposition()
        elif path == "/metrics" and settings.METRICS_TOKEN:
            status = "401 Unauthorized"
            headers.append(("WWW-Authenticate", "Bearer"))
        start(status, [*headers, ("Content-Length", str(len(body)))])
        return [body]

    server = make_server(host, port, answer, _Server, _Silent)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
