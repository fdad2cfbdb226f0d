"""Traces for OpenTelemetry, an option: until `start` nothing of it is imported, and every function here does nothing.

A trace goes the way of the request's id: from the request into the outbox, the worker and the webhooks that follow. A
span says words of the program, numbers and references that the log says as well; no address, parameter or message of an
exception, in which people's words could stand.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.signals import connection_created

from casework import requests

PACKAGES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
BEFORE_TABLE = {"SELECT": ' FROM "', "INSERT": ' INTO "', "UPDATE": 'UPDATE "', "DELETE": ' FROM "'}

_tracer: Any = None
_served: ContextVar["_Served | None"] = ContextVar("served", default=None)
_off = nullcontext()


def start(processor: Any = None) -> None:
    """Has this process make spans from now on, and send them where the variables of OpenTelemetry say, or to the
    processor. Without either nothing happens.
    """
    global _tracer
    if _tracer is not None or not (processor or settings.TRACING):
        return
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    is_named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    provider = TracerProvider(resource=Resource.create({} if is_named else {"service.name": "appeals"}))
    provider.add_span_processor(processor or _sending())
    _tracer = provider.get_tracer("appeals")
    connection_created.connect(_watch, dispatch_uid="tracing")
    for connection in connections.all(initialized_only=True):
        _watch(connection=connection)


def _sending() -> Any:
    """Sends in the background; what is left is sent when the process ends."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return BatchSpanProcessor(OTLPSpanExporter())


def is_on() -> bool:
    """Whether this process makes spans."""
    return _tracer is not None


def traceparent() -> str:
    """The current span as W3C writes it in a header, to store or to send; empty where there is none."""
    if _tracer is None:
        return ""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")


def ids() -> dict[str, str]:
    """`trace_id` and `span_id` of the current span in hexadecimal, as log lines say them; empty where there is none."""
    _version, trace, parent, *_flags = [*traceparent().split("-"), "", "", ""]
    return {"trace_id": trace, "span_id": parent} if trace else {}


def _context_of(parent: str) -> Any:
    """The context of a stored or received `traceparent`; an empty one for what is none."""
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent}, context=Context())


# — what is done —


def span(
    name: str, kind: str = "INTERNAL", *, causes: Iterable[str] = (), about: Mapping[str, Any] | None = None
) -> AbstractContextManager[None]:
    """What is done inside is a span, and failed if it raises. The one `traceparent` among the causes is its parent;
    several are linked. Without any it continues what this task does.
    """
    return _off if _tracer is None else _span(name, kind, {cause for cause in causes if cause}, about or {})


@contextmanager
def _span(name: str, kind: str, causes: set[str], about: Mapping[str, Any]) -> Iterator[None]:
    from opentelemetry.trace import Link, SpanKind, get_current_span

    found = [_context_of(cause) for cause in causes]
    context = found[0] if len(found) == 1 else _context_of("") if found else None
    links = [Link(get_current_span(each).get_span_context()) for each in found] if len(found) > 1 else []
    with _tracer.start_as_current_span(
        name,
        context=context,
        kind=SpanKind[kind],
        links=links,
        attributes=dict(about),
        record_exception=False,  # what it says may quote a row
        set_status_on_exception=False,
    ) as made:
        try:
            yield
        except Exception as error:
            _end(made, {}, type(error).__name__)
            raise


def result(about: Mapping[str, Any], *, failure: str = "") -> None:
    """Says how the current span ended; `failure` is a word of the program."""
    if _tracer is not None:
        from opentelemetry.trace import get_current_span

        _end(get_current_span(), about, failure)


def _end(made: Any, about: Mapping[str, Any], failure: str) -> None:
    made.set_attributes(about)
    if failure:
        from opentelemetry.trace import StatusCode

        made.set_attribute("error.type", failure)
        made.set_status(StatusCode.ERROR)


# — requests —


class _Served:
    """The span of a request whose caller's trace, if one is offered, waits until it is known who the caller is."""

    def __init__(self, offered: str) -> None:
        self.offered, self.since = offered, time.time_ns()
        self.span: Any = None

    def begin(self, *, is_believed: bool) -> None:
        if self.span is None:
            from opentelemetry.context import attach
            from opentelemetry.trace import SpanKind, set_span_in_context

            parent = _context_of(self.offered if is_believed else "")
            self.span = _tracer.start_span("request", context=parent, kind=SpanKind.SERVER, start_time=self.since)
            attach(set_span_in_context(self.span))


def serving(offered: str = "") -> AbstractContextManager[None]:
    """What is done inside is the span of a request. Where the caller offers its `traceparent`, it begins with `believe`
    or, if nobody says, with the answer.
    """
    return _off if _tracer is None else _serving(offered)


@contextmanager
def _serving(offered: str) -> Iterator[None]:
    from opentelemetry.context import Context, attach, detach

    before, mine = attach(Context()), _Served(offered)
    token = _served.set(mine)
    if not offered:
        mine.begin(is_believed=False)
    try:
        yield
    finally:
        mine.begin(is_believed=False)
        mine.span.end()
        _served.reset(token)
        detach(before)


def believe(caller: bool) -> None:
    """Begins the span of the request: in the trace that the caller offered, or in one of our own."""
    if mine := _served.get():
        mine.begin(is_believed=caller)


def answered(name: str, about: Mapping[str, Any], *, failure: str = "") -> None:
    """Gives the span of the request its name, and says how it ended."""
    if mine := _served.get():
        mine.begin(is_believed=False)
        mine.span.update_name(name)
        _end(mine.span, {**about, "request_id": requests.current()}, failure)


# — statements —


def _watch(*, connection: Any, **_signal: Any) -> None:
    if _statement not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _statement)  # who adds one for a while takes the last away


def _statement(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
    """A span for a statement of something that has one: its verb and first table, neither its text nor its values."""
    if _tracer is None:
        return execute(sql, params, many, context)
    from opentelemetry.trace import get_current_span

    text = str(sql)
    if not get_current_span().is_recording() or text.startswith(("SAVEPOINT", "RELEASE")):
        return execute(sql, params, many, context)
    first, *_rest = text.split(maxsplit=1) or [""]
    verb = first.upper() if first.isalpha() else "SQL"
    table = text.partition(BEFORE_TABLE[verb])[2].partition('"')[0] if verb in BEFORE_TABLE else ""
    about = {"db.system.name": context["connection"].vendor, "db.operation.name": verb}
    if table:
        about["db.collection.name"] = table
    with _span(f"{verb} {table}" if table else verb, "CLIENT", set(), about):
        return execute(sql, params, many, context)
