"""One trace joins a request, what the outbox owes and the webhooks that tell of it; nobody's words are in it."""

import asyncio
import gzip
import io
import json
import logging
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import AsyncClient, Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from accounts import commands as accounts
from accounts.models import Party, User
from casework import clock, deadlines, outbox
from casework.models import OutboxMessage
from config import checks
from config.logs import Json, NoPersonalData
from config.settings import traces_asked_for
from disputes.commands.room import Post
from disputes.consumers.writer import written
from operations import tracing
from tests import factories as make
from tests.surfaces.operations import a_notice
from tests.surfaces.people import Http, token_of
from tests.webhooks.receiving import deliver_batch, endpoint, receiver

pytestmark = pytest.mark.once

OFFERED = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{OFFERED}-b7ad6b7169203331-01"
ATTRIBUTES = {
    "http.request.method http.response.status_code http.route request_id error.type",
    "db.system.name db.operation.name db.collection.name",
    "subscriber event messages deadline deadlines delivery attempt",
}


@pytest.fixture(scope="module")
def now():
    """The real time: the worker reads the clock itself."""
    return datetime.now(UTC)


@pytest.fixture
def spans(monkeypatch):
    """Whatever was done, once it has ended."""
    kept = InMemorySpanExporter()
    monkeypatch.setattr(tracing, "_tracer", None)
    tracing.start(SimpleSpanProcessor(kept))
    yield kept.get_finished_spans
    while tracing._statement in connection.execute_wrappers:
        connection.execute_wrappers.remove(tracing._statement)


def client_of(world):
    plain, _row = accounts.issue_token(actor=make.CONSOLE, client=world.client, now=world.now)
    return Http(plain)


def traces(spans):
    return {f"{span.context.trace_id:032x}" for span in spans}


def test_one_trace_goes_from_a_client_s_request_to_the_webhook(world, now, spans):
    with receiver() as there:
        made = endpoint(world, there.url, event_types=["notice.issued"])
        OutboxMessage.objects.all().delete()
        answer = client_of(world)("POST", "/api/v1/notices", a_notice(world), traceparent=TRACEPARENT)
        assert answer.status_code == 201, answer.content
        assert {text[3:35] for text in OutboxMessage.objects.values_list("traceparent", flat=True)} == {OFFERED}

        assert outbox.sweep(now=clock.now()) > 0
        assert deliver_batch(made, clock.now()) == 1

    found = {span.name: span for span in spans()}
    assert traces(spans()) == {OFFERED}
    assert {"INSERT notices_notice", "INSERT casework_outboxmessage"} <= found.keys()
    request, sent = found["POST notices"], found["POST webhook"]
    handled = found["outbox webhooks.subscribers.announce_to_endpoints"]
    assert (request.kind.name, handled.kind.name, sent.kind.name) == ("SERVER", "CONSUMER", "CLIENT")
    assert f"{request.parent.span_id:016x}" == "b7ad6b7169203331"
    assert handled.parent.span_id == sent.parent.span_id == request.context.span_id
    assert there.got[0].headers["traceparent"] == f"00-{OFFERED}-{sent.context.span_id:016x}-01"
    assert request.attributes["request_id"] == sent.attributes["request_id"] == answer["X-Request-ID"]


def test_nobody_but_a_client_has_its_trace_continued(world, now, spans):
    alice = Http(token_of(User.objects.get(pk=world.alice.user_id), now=now))
    for caller in (alice, Http("tok_of-nobody"), Http()):
        caller("GET", "/api/v1/me", traceparent=TRACEPARENT)
    client_of(world)("GET", "/api/v1/notices", traceparent="00-" + "0" * 32 + "-b7ad6b7169203331-01")
    for path in ("/healthz", "/rules/"):
        Client().get(path, headers={"traceparent": TRACEPARENT})

    served = [span for span in spans() if span.kind.name == "SERVER"]
    assert [(span.name, span.attributes["http.response.status_code"], span.parent) for span in served] == [
        ("GET me", 200, None),
        ("GET me", 401, None),
        ("GET me", 401, None),
        ("GET notices", 200, None),
        ("GET rules:list", 200, None),
    ]
    assert len(traces(served)) == 5
    asked = {span.context.trace_id for span in spans() if span.name.startswith("SELECT ")}
    assert served[-1].context.trace_id in asked  # from its beginning: nobody is waited for
    assert OFFERED not in traces(spans())


async def test_requests_at_once_have_a_trace_each(spans):
    await asyncio.gather(*(AsyncClient().get(f"/api/v1/nothing-{number}") for number in range(5)))

    assert [(span.name, span.attributes["http.response.status_code"]) for span in spans()] == [("GET none", 404)] * 5
    assert len(traces(spans())) == 5
    assert tracing.traceparent() == ""


def test_what_follows_from_a_deadline_is_a_trace_and_several_together_link_to_theirs(world, now, spans):
    for notice in (world.notice(), world.notice()):
        appeal = make.file(world.alice, notice, now=now)
        make.ready_to_decide(world.rita, appeal, now=now)
    OutboxMessage.objects.all().delete()

    assert deadlines.fire_due(now=now + timedelta(days=400)) > 1
    owed = OutboxMessage.objects.filter(subscriber__endswith="announce_to_endpoints")
    causes = set(owed.values_list("traceparent", flat=True))
    fired = {f"{span.context.span_id:016x}" for span in spans() if span.name.startswith("deadline ")}
    assert len(causes) > 1
    assert {text[36:52] for text in causes} <= fired

    before = len(spans())
    outbox.sweep(now=now + timedelta(days=400))
    [told] = [s for s in spans()[before:] if s.name.endswith("announce_to_endpoints")]
    assert told.parent is None
    assert {f"{link.context.span_id:016x}" for link in told.links} == {text[36:52] for text in causes}


def test_messages_of_rooms_that_are_written_together_are_one_trace(court, spans):
    room = court.open().rooms.get(lane="both")
    spans_before = len(spans())
    outcomes = written([Post(court.bob, room.pk, f"m{n}", f"13812345678 第{n}条") for n in range(3)])

    assert [outcome.is_new for outcome in outcomes] == [True] * 3
    made = spans()[spans_before:]
    assert len(traces(made)) == 1
    [whole] = [span for span in made if span.parent is None]
    assert (whole.name, dict(whole.attributes)) == ("messages of rooms", {"messages": 3})
    assert "UPDATE disputes_room" in {span.name for span in made}
    assert not any("13812345678" in span.to_json() for span in made)


def test_nobody_s_words_are_in_a_trace(world, now, spans, monkeypatch):
    words = ["王小明", "13812345678", "ntc_SECRET", "reason=", "wang@example.com", world.merchant.ref, "云上数码"]
    body = a_notice(world) | {"facts": "王小明，电话13812345678，邮箱wang@example.com。"}
    platform = client_of(world)
    for answer, status in (
        (platform("POST", "/api/v1/notices", body), 201),
        (platform("GET", "/api/v1/notices?reason=王小明"), 400),
        (platform("GET", "/api/v1/notices/ntc_SECRET"), 404),
        (Client().get("/notices/ntc_SECRET/?next=wang@example.com"), 302),
    ):
        assert answer.status_code == status, answer.content
    with pytest.raises(IntegrityError), tracing.span("work"), transaction.atomic():
        Party.objects.filter(pk=world.merchant.pk).update(name="13812345678", kind="王小明")

    def refuse(event, *, now):
        raise ValueError("王小明, 13812345678")

    monkeypatch.setattr(outbox, "_by_name", lambda: dict.fromkeys(map(outbox.name_of, subscribers), refuse))
    subscribers = [each for several in outbox.listed("SUBSCRIPTIONS").values() for each in several]
    outbox.sweep(now=clock.now())

    failed = {(span.name.split()[0], span.attributes.get("error.type")) for span in spans() if not span.status.is_ok}
    assert failed == {("outbox", "ValueError"), ("work", "IntegrityError"), ("UPDATE", "IntegrityError")}
    assert [span.name for span in spans() if any(word in span.to_json() for word in words)] == []
    assert {key for span in spans() for key in span.attributes} <= set(" ".join(ATTRIBUTES).split())
    assert [span.name for span in spans() if span.events or span.status.description] == []


def test_a_log_line_says_the_trace_and_the_span_in_which_it_was_written(world, now, spans):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Json())
    handler.addFilter(NoPersonalData())
    logger = logging.getLogger("trail.request")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        client_of(world)("POST", "/api/v1/notices", a_notice(world), traceparent=TRACEPARENT)
        logger.warning("outside")
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    answered, outside = (json.loads(line) for line in out.getvalue().splitlines())
    [served] = [span for span in spans() if span.name == "POST notices"]
    assert (answered["trace_id"], answered["span_id"]) == (OFFERED, f"{served.context.span_id:016x}")
    assert "trace_id" not in outside


def test_off_a_message_keeps_no_trace_and_a_webhook_sends_none(world, now):
    with receiver() as there:
        made = endpoint(world, there.url, event_types=["notice.issued"])
        client_of(world)("POST", "/api/v1/notices", a_notice(world), traceparent=TRACEPARENT)
        OutboxMessage.objects.update(traceparent=TRACEPARENT)  # written while it was on
        outbox.sweep(now=clock.now())
        assert deliver_batch(made, clock.now()) == 1

    assert "traceparent" not in there.got[0].headers
    assert tracing.traceparent() == ""


@pytest.mark.exhaustive
def test_a_process_sends_its_spans_to_the_collector_that_the_variables_name():
    received = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            received.append((self.path, ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    there = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_port}"}
    work = "import config.asgi\nfrom operations import tracing\nwith tracing.span('work'): pass"
    try:
        subprocess.run([sys.executable, "-c", work], env=os.environ | there, check=True)
    finally:
        server.shutdown()
        server.server_close()

    [(path, sent)] = received
    assert path == "/v1/traces"
    [resource] = sent.resource_spans
    named = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert named["service.name"] == "appeals"
    assert [span.name for scope in resource.scope_spans for span in scope.spans] == ["work"]


def test_traces_are_asked_for_by_an_address_and_taken_back_by_the_standard_variables():
    there = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}

    assert traces_asked_for(there)
    assert traces_asked_for({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"})
    for no in ({"OTEL_SDK_DISABLED": "TRUE"}, {"OTEL_TRACES_EXPORTER": "none"}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}):
        assert not traces_asked_for(there | no)
    assert not traces_asked_for({"OTEL_SERVICE_NAME": "appeals"})


@pytest.mark.parametrize(
    ("protocol", "missing", "error"),
    [
        ("", "", None),
        ("http/protobuf", "", None),
        ("grpc", "", "config.E010"),
        ("", tracing.PACKAGES[1], "config.E009"),
    ],
)
def test_traces_that_cannot_be_sent_are_an_error_at_the_start(settings, monkeypatch, protocol, missing, error):
    settings.TRACING = True
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)
    if missing:
        monkeypatch.setitem(sys.modules, missing, None)

    found = checks.traces_can_be_sent()

    assert [problem.id for problem in found] == ([error] if error else [])
    assert [problem for problem in found if missing not in problem.msg] == []
    settings.TRACING = False
    assert checks.traces_can_be_sent() == []
