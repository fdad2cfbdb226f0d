"""The platform's orders and records: what is accepted, within which time and size, and that the token stays with us."""

import json
import logging
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from accounts import commands as accounts
from casework import clock
from casework.canonical import canonical, digest
from casework.errors import CaseError
from disputes import records
from disputes.choices import Record
from disputes.default_table import GROUNDS
from disputes.records import Gap, HttpPlatformRecords, OrderRecord, RecordsUnavailable
from operations import outgoing
from sample.content.orders import ORDERS, At, InProcessPlatform
from sample.web import platform as sample_platform
from tests import factories as make
from tests.races.conftest import transactional_db  # noqa: F401  the fixture

pytestmark = pytest.mark.once

TOKEN = "tok-5f2b-secret"
ORDER = {
    "order_ref": "O-1",
    "title": "头戴耳机",
    "amount_minor": 79900,
    "currency": "CNY",
    "buyer": "U-1",
    "seller": "S-1",
    "placed_at": "2026-11-20T18:04:05+08:00",
    "received_at": None,
    "tags": ["durable"],
}
RECORD = {"kind": "logistics", "source": "tms", "recorded_at": "2026-11-21T01:00:00Z", "content": {"weight_g": 38}}
RECORDS = {
    "order_ref": "O-1",
    "records": [RECORD],
    "gaps": [{"kind": "chat", "reason": "not-kept", "detail": "deleted after 90 days"}],
}

Answering = Callable[[BaseHTTPRequestHandler], None]


class Quiet(ThreadingHTTPServer):
    daemon_threads = True
    seen: list[tuple[str, dict[str, str]]]

    def handle_error(self, *_args: Any) -> None:
        """The client hung up on purpose."""


@contextmanager
def serving(answer: Answering, context: ssl.SSLContext | None = None) -> Iterator[Quiet]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.seen.append((self.path, dict(self.headers)))
            with suppress(OSError):
                answer(self)

        def log_message(self, *_args: Any) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    server.seen = []
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def raw(*parts: bytes, pause: float = 0.0) -> Iterator[int]:
    """A server that knows no HTTP: it sends these bytes, part by part, to one caller. Yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def run() -> None:
        with suppress(OSError):
            caller, _address = listener.accept()
            with caller:
                caller.recv(4096)
                for part in parts:
                    caller.sendall(part)
                    if over.wait(pause):
                        break

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()
        thread.join()


def says(body: bytes | dict[str, Any], status: int = 200, **headers: str) -> Answering:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def asking(server: Quiet, *, timeout: float = 2.0, path: str = "/records/") -> HttpPlatformRecords:
    return HttpPlatformRecords(f"http://127.0.0.1:{server.server_port}{path}", TOKEN, timeout)


def order_from(body: bytes | dict[str, Any], **more: Any) -> OrderRecord | None:
    with serving(says(body, **more)) as server:
        return asking(server).order("O-1")


def records_from(body: bytes | dict[str, Any], *kinds: Record) -> tuple[list[records.FetchedRecord], list[Gap]]:
    with serving(says(body)) as server:
        return asking(server).records("O-1", kinds or (Record.LOGISTICS, Record.CHAT))


@contextmanager
def unavailable(reason: str) -> Iterator[None]:
    with pytest.raises(RecordsUnavailable) as caught:
        yield
    assert caught.value.reason == reason


# — what is asked and what is understood —


def test_an_order_is_read() -> None:
    more = {"unknown": {"x": 1}, "product_url": "https://shop.example/1", "listing_version": "7"}
    more |= {"warranty_until": "2027-11-20", "best_before": None, "paid_by": "wallet", "bought_as": "consumer"}
    order = order_from({**ORDER, **more})

    assert order == OrderRecord(
        ref="O-1",
        title="头戴耳机",
        amount_minor=79900,
        currency="CNY",
        buyer="U-1",
        seller="S-1",
        placed_at=datetime(2026, 11, 20, 10, 4, 5, tzinfo=UTC),
        received_at=None,
        tags=("durable",),
        product_url="https://shop.example/1",
        listing_version="7",
        warranty_until=date(2027, 11, 20),
        paid_by="wallet",
        bought_as="consumer",
    )


def test_records_are_sealed_with_how_they_were_had() -> None:
    before = clock.now()
    with serving(says(RECORDS)) as server:
        found, gaps = asking(server).records("O-1", [Record.LOGISTICS, Record.CHAT])
        host = f"127.0.0.1:{server.server_port}"

    assert gaps == [Gap(Record.CHAT, "not-kept", "deleted after 90 days")]
    (record,) = found
    assert (record.kind, record.content) == (Record.LOGISTICS, {"weight_g": 38})
    assert (record.source, record.collector, record.method) == (f"tms ({host})", "appeals", "http-pull (UTC)")
    assert record.recorded_at == datetime(2026, 11, 21, 1, tzinfo=UTC)
    assert before <= record.collected_at <= clock.now()
    assert record.sha256 == digest(canonical({"weight_g": 38})) == digest(record.content)


def test_the_request_is_what_the_interface_says() -> None:
    with serving(says(RECORDS)) as server:
        asking(server).records("O-1", [Record.LOGISTICS, Record.CHAT, Record.CHAT])

    (path, headers), *more = server.seen
    assert more == []
    assert path == "/records/orders/O-1/records?kinds=logistics,chat"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Host"] == f"127.0.0.1:{server.server_port}"
    assert headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("ref", "path"),
    [
        ("a/../../admin", "/orders/a%2F..%2F..%2Fadmin"),
        ("订单 1?x#y", "/orders/%E8%AE%A2%E5%8D%95%201%3Fx%23y"),
        ("a\r\nX: y", "/orders/a%0D%0AX%3A%20y"),
    ],
)
def test_an_order_ref_stays_one_part_of_the_path(ref: str, path: str) -> None:
    with serving(says(b"", 404)) as server:
        assert asking(server, path="").order(ref) is None

    assert [seen for seen, _headers in server.seen] == [path]


@pytest.mark.parametrize("ref", ["", ".", "..", "x" * 101, "a\0b", "\ud800"])
def test_what_can_be_no_order_ref_is_not_asked_for(ref: str) -> None:
    with serving(says(ORDER)) as server:
        assert asking(server).order(ref) is None
        assert asking(server).records(ref, [Record.CHAT]) == ([], [Gap(Record.CHAT, "not-held")])

    assert server.seen == []


def test_no_kinds_ask_for_nothing() -> None:
    with serving(says(RECORDS)) as server:
        assert asking(server).records("O-1", []) == ([], [])

    assert server.seen == []


def test_404_is_no_order_and_nothing_held() -> None:
    assert order_from({"order_ref": "O-1"}, status=404) is None
    with serving(says(b"?", 404)) as server:
        found, gaps = asking(server).records("O-1", [Record.ORDER, Record.CHAT])

    assert (found, [(gap.kind, gap.reason) for gap in gaps]) == ([], [("order", "not-held"), ("chat", "not-held")])


def test_a_kind_that_the_answer_passes_over_is_unreachable_and_one_not_asked_for_is_left_out() -> None:
    found, gaps = records_from(RECORDS, Record.LOGISTICS, Record.RISK)

    assert [record.kind for record in found] == [Record.LOGISTICS]
    assert gaps == [Gap(Record.RISK, "unreachable")]

    found, gaps = records_from(RECORDS, Record.RISK)
    assert (found, gaps) == ([], [Gap(Record.RISK, "unreachable")])


def test_an_answer_in_chunks_is_read() -> None:
    body = json.dumps(ORDER).encode()
    pieces = [body[at : at + 40] for at in range(0, len(body), 40)]
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    with raw(head, *(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces), b"0\r\n\r\n") as port:
        order = HttpPlatformRecords(f"http://127.0.0.1:{port}", TOKEN, 2.0).order("O-1")

    assert order is not None
    assert order.title == "头戴耳机"


# — what is refused —


@pytest.mark.parametrize(
    "change",
    [
        {"order_ref": "O-2"},
        {"order_ref": 1},
        {"title": None},
        {"title": " "},
        {"title": "x" * 301},
        {"title": "a\0b"},
        {"title": "\ud83d"},
        {"amount_minor": "79900"},
        {"amount_minor": 799.0},
        {"amount_minor": True},
        {"amount_minor": -1},
        {"amount_minor": 2**60},
        {"currency": "cny"},
        {"buyer": ""},
        {"seller": ["S-1"]},
        {"placed_at": None},
        {"placed_at": "2026-11-20T18:04:05"},
        {"placed_at": "2026-11-20"},
        {"placed_at": "2026-13-20T18:04:05Z"},
        {"placed_at": "0001-01-01T00:00:00+23:00"},
        {"placed_at": 1763632800},
        {"received_at": "soon"},
        {"warranty_until": "2026-02-30"},
        {"warranty_until": "2026-11-20T18:04:05Z"},
        {"best_before": 20261120},
        {"paid_by": "shells"},
        {"bought_as": ["consumer"]},
        {"tags": "durable"},
        {"tags": [1]},
        {"tags": ["x"] * 21},
        {"product_url": "javascript:alert(1)"},
        {"extra": 1.5},
        {"extra": float("nan")},
        {"extra": json.loads("[" * 60 + "]" * 60)},
        {"\0": 1},
    ],
)
def test_an_order_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    with unavailable("malformed"):
        order_from({**ORDER, **change})


@pytest.mark.parametrize("name", ["order_ref", "title", "amount_minor", "currency", "buyer", "seller", "placed_at"])
def test_an_order_without_a_needed_member_is_refused(name: str) -> None:
    with unavailable("malformed"):
        order_from({key: value for key, value in ORDER.items() if key != name})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b'"O-1"',
        b'{"order_ref": "O-1"',
        json.dumps(ORDER).encode("utf-16"),
        b"\xff\xfe",
        json.dumps(ORDER).encode()[:-1] + b', "title": "twice"}',
        b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1e5}',
        b'{"a": Infinity}',
    ],
)
def test_a_body_that_is_no_strict_json_is_refused(body: bytes) -> None:
    with unavailable("malformed"):
        order_from(body)
    with unavailable("malformed"):
        records_from(body)


@pytest.mark.parametrize(
    "change",
    [
        {"order_ref": "O-2"},
        {"records": None},
        {"records": {"kind": "chat"}},
        {"records": [1]},
        {"gaps": None},
        {"gaps": [{"kind": "chat", "reason": "lost"}]},
        {"gaps": [{"kind": "chat"}]},
        {"gaps": [{"kind": "chat", "reason": "not-kept", "detail": 5}]},
        {"records": [{**RECORD, "content": "text"}]},
        {"records": [{**RECORD, "content": {}}]},
        {"records": [{**RECORD, "content": {"weight_kg": 0.038}}]},
        {"records": [{**RECORD, "content": {"text": "a\0"}}]},
        {"records": [{**RECORD, "content": {"text": "\udc00"}}]},
        {"records": [{**RECORD, "recorded_at": "2026-11-21 01:00"}]},
        {"records": [{**RECORD, "source": "x" * 61}]},
        {"records": [{**RECORD, "kind": None}]},
    ],
)
def test_records_of_another_shape_are_refused_as_a_whole(change: dict[str, Any]) -> None:
    with unavailable("malformed"):
        records_from({**RECORDS, **change})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with serving(says(ORDER)) as other:
        there = f"http://127.0.0.1:{other.server_port}/orders/O-1"
        with serving(says(b"", status, Location=there)) as server:
            with unavailable(f"http-{status}"):
                asking(server).order("O-1")
            with unavailable(f"http-{status}"):
                asking(server).records("O-1", [Record.CHAT])
    assert (len(server.seen), other.seen) == (2, [])


@pytest.mark.parametrize("status", [201, 204, 206, 400, 401, 403, 410, 429, 500, 502, 503])
def test_every_other_status_is_unavailable(status: int) -> None:
    with unavailable(f"http-{status}"):
        order_from(ORDER if status != 204 else b"", status=status)


def test_a_compressed_answer_is_refused() -> None:
    with serving(says(ORDER, Content_Encoding="gzip")) as server, unavailable("malformed"):
        asking(server).order("O-1")


def test_a_body_said_to_be_huge_is_not_read() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**10))
        handler.end_headers()

    with serving(answer) as server, unavailable("too-large"):
        asking(server).order("O-1")


def test_an_endless_body_is_cut_off() -> None:
    sent = 0

    def answer(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        while True:
            sent += handler.wfile.write(b" " * 65536)

    with serving(answer) as server, unavailable("too-large"):
        asking(server, timeout=10).order("O-1")
    assert sent < 30_000_000


def test_a_large_answer_just_within_the_limit_is_read() -> None:
    filler = "x" * (records.MAX_BODY - len(json.dumps({**ORDER, "filler": ""})))

    assert order_from({**ORDER, "filler": filler}) is not None
    with unavailable("too-large"):
        order_from({**ORDER, "filler": filler + "x"})


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((b"",), "broken"),
        ((b"SSH-2.0-OpenSSH\r\n",), "malformed"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",), "broken"),
        ((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",), "malformed"),
        ((b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",), "malformed"),
        ((b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000,), "malformed"),
    ],
)
def test_an_answer_that_breaks_off_or_is_no_http_is_unavailable(parts: tuple[bytes, ...], reason: str) -> None:
    with raw(*parts) as port, unavailable(reason):
        HttpPlatformRecords(f"http://127.0.0.1:{port}", TOKEN, 2.0).order("O-1")


# — time —


@contextmanager
def within(seconds: float) -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


DRIP = [b"%c" % byte for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 500]


@pytest.mark.parametrize(
    "parts",
    [
        [b""] * 500,
        DRIP,
        [b"HTTP/1.1 100 Continue\r\n\r\n"] * 500,
        [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *[b" "] * 500],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1\r\n \r\n"] * 500],
    ],
    ids=["silence", "headers", "continues", "body", "chunks"],
)
def test_the_time_limit_holds_for_the_whole_call_however_the_answer_drips(parts: list[bytes]) -> None:
    with raw(*parts, pause=0.05) as port, within(1.5), unavailable("timeout"):
        HttpPlatformRecords(f"http://127.0.0.1:{port}", TOKEN, 0.4).order("O-1")


def test_a_host_that_accepts_nobody_is_given_up_in_time() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        try:
            with within(1.5), unavailable("timeout"):
                HttpPlatformRecords(f"http://127.0.0.1:{port}", TOKEN, 0.4).order("O-1")
        finally:
            for filler in fillers:
                filler.close()


def test_a_name_look_up_that_hangs_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: over.wait(5) and [])
    try:
        with within(1.5), unavailable("timeout"):
            HttpPlatformRecords("http://trade.example", TOKEN, 0.3).order("O-1")
    finally:
        over.set()


def test_a_handshake_that_hangs_is_given_up_in_time() -> None:
    with raw(*[b""] * 100, pause=0.05) as port, within(1.5), unavailable("timeout"):
        HttpPlatformRecords(f"https://127.0.0.1:{port}", TOKEN, 0.4).order("O-1")


def test_a_closed_port_and_an_unknown_host_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with unavailable("refused"):
        HttpPlatformRecords(f"http://127.0.0.1:{port}", TOKEN, 2.0).order("O-1")

    def unknown(*_args: Any, **_more: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with unavailable("refused"):
        HttpPlatformRecords("http://nowhere.example", TOKEN, 2.0).order("O-1")


def test_the_next_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    with serving(says(ORDER)) as server:
        found = [
            *real("127.0.0.1", closed, type=socket.SOCK_STREAM),
            *real("127.0.0.1", server.server_port, type=socket.SOCK_STREAM),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
        assert HttpPlatformRecords("http://trade.example", TOKEN, 2.0).order("O-1") is not None


# — TLS —


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    x509 = pytest.importorskip("cryptography.x509")
    from ipaddress import ip_address

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def serving_tls(certificate: Path) -> Iterator[Quiet]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(says(RECORDS), context) as server:
        yield server


def test_a_certificate_that_nobody_vouches_for_gets_no_token(certificate: Path) -> None:
    with serving_tls(certificate) as server, unavailable("tls"):
        HttpPlatformRecords(f"https://127.0.0.1:{server.server_port}", TOKEN, 5.0).order("O-1")

    assert server.seen == []


def test_records_come_over_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "tls", lambda: ssl.create_default_context(cafile=str(certificate)))
    with serving_tls(certificate) as server:
        found, _gaps = HttpPlatformRecords(f"https://127.0.0.1:{server.server_port}", TOKEN, 5.0).records(
            "O-1", [Record.LOGISTICS]
        )
        with unavailable("tls"):  # the name is checked too
            HttpPlatformRecords(f"https://localhost:{server.server_port}", TOKEN, 5.0).order("O-1")

    assert [record.method for record in found] == ["https-pull (UTC)"]


# — the token, the settings, the error —


def test_the_token_is_in_no_log_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    with serving(says(TOKEN.encode(), 200, X_Echo=TOKEN)) as server:
        client = asking(server)
        said += [repr(client), str(client)]
        for call in (lambda: client.order("O-1"), lambda: client.records("O-1", [Record.CHAT])):
            with pytest.raises(RecordsUnavailable) as caught:
                call()
            error = caught.value
            said += [repr(error), str(error), str(error.detail), repr(error.args), repr(error.__cause__)]
    with raw(f"{TOKEN} not http\r\n".encode()) as port, pytest.raises(RecordsUnavailable) as caught:
        HttpPlatformRecords(f"http://127.0.0.1:{port}", TOKEN, 2.0).order("O-1")
    said += [repr(caught.value), str(caught.value)]

    assert caplog.messages == ["platform records: malformed at the body"] * 2 + ["platform records: malformed"]
    assert not any(TOKEN in text for text in [*said, caplog.text])


@pytest.mark.parametrize("token", ["a\r\nX-Other: b", "a b", "密", "a\0"])
def test_a_token_that_would_break_the_request_is_refused_without_being_told(token: str) -> None:
    with pytest.raises(ValueError, match="visible ASCII") as caught:
        HttpPlatformRecords("http://127.0.0.1", token)
    assert token not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["", "trade.example", "ftp://trade.example", "file:///etc/passwd", "http://", "http://u:p@trade.example",
                "http://trade.example/?q=1", "http://a\r\nb", "http://trade.example/#x"]
)  # fmt: skip
def test_only_a_plain_web_address_is_asked(address: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        HttpPlatformRecords(address, TOKEN)


def test_without_an_address_nothing_is_available(settings: Any) -> None:
    settings.PLATFORM_RECORDS_URL = ""
    with unavailable("not-configured"):
        records.current().order("O-1")
    with unavailable("not-configured"):
        records.current().records("O-1", [Record.CHAT])


def test_the_settings_name_the_platform(settings: Any) -> None:
    with serving(says(ORDER)) as server:
        settings.PLATFORM_RECORDS_URL = f"http://127.0.0.1:{server.server_port}/trade"
        settings.PLATFORM_RECORDS_TOKEN = TOKEN
        settings.PLATFORM_RECORDS_TIMEOUT = 2.0
        assert records.current().order("O-1") is not None

    assert server.seen[0][0] == "/trade/orders/O-1"


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"PLATFORM_RECORDS_URL": "https://trade.example:x"}, "PLATFORM_RECORDS_URL"),
        ({"PLATFORM_RECORDS_URL": "https://trade.example", "PLATFORM_RECORDS_TOKEN": ""}, "PLATFORM_RECORDS_TOKEN"),
        ({"PLATFORM_RECORDS_TOKEN": "a b"}, "PLATFORM_RECORDS_TOKEN"),
        ({"PLATFORM_RECORDS_TIMEOUT": "60"}, "PLATFORM_RECORDS_TIMEOUT"),
    ],
)
def test_a_bad_setting_stops_the_start(environment: dict[str, str], reason: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"PLATFORM_RECORDS_TOKEN": TOKEN} | environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode != 0
    assert reason in answer.stderr.splitlines()[-1]
    assert TOKEN not in answer.stderr


def test_unavailable_is_a_refusal_that_says_when_to_come_back() -> None:
    error = RecordsUnavailable("timeout")

    assert isinstance(error, CaseError)
    assert (error.code, error.status, error.retry_after) == ("unavailable", 503, 60)
    assert RecordsUnavailable("not-configured").retry_after is None


# — the sample's own platform —


@pytest.fixture
def sample(
    transactional_db: None,  # noqa: F811
    live_server: Any,
    settings: Any,
    now: datetime,
) -> Iterator[records.PlatformRecords]:
    """Disputes ask the sample's views, served by Django, on a sample database loaded at `now`."""
    accounts.mark_sample(actor=make.CONSOLE, now=now)
    host, _colon, port = live_server.url.removeprefix("http://").rpartition(":")
    settings.PLATFORM_RECORDS_URL = ""
    sample_platform.stand_in(host=host, port=int(port))
    settings.PLATFORM_RECORDS_TIMEOUT = 10.0
    return records.current()


def without(record: records.FetchedRecord) -> tuple[Any, ...]:
    return record.kind, record.content, record.recorded_at, record.collector, record.method, record.sha256


@pytest.mark.exhaustive
def test_every_order_of_the_sample_comes_through_whole(sample: records.PlatformRecords, now: datetime) -> None:
    same = InProcessPlatform(told_from=now, at=now)
    every = list(Record)
    for ref in [ref for ref, order in ORDERS.items() if not order.trouble]:
        assert sample.order(ref) == same.order(ref)
        found, gaps = sample.records(ref, every)
        expected, declared = same.records(ref, every)
        assert [without(record) for record in found] == [without(record) for record in expected]
        assert gaps == declared
        assert {record.kind for record in found} | {gap.kind for gap in gaps} == set(every)
    assert sample.order("O-2026-0000") is None


def test_the_sample_has_systems_that_fail(
    sample: records.PlatformRecords, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up, gone = threading.Event(), threading.Semaphore(0)

    def sleep(_seconds: float) -> None:
        given_up.wait(10)
        gone.release()

    monkeypatch.setattr(sample_platform, "time", SimpleNamespace(sleep=sleep))
    settings.PLATFORM_RECORDS_TIMEOUT = 0.3
    slow = records.current()

    with unavailable("timeout"):
        slow.order("O-2026-9001")
    with unavailable("timeout"):
        slow.records("O-2026-1047", [Record.LOGISTICS])
    given_up.set()
    assert gone.acquire(timeout=10)
    assert gone.acquire(timeout=10), "both answers have gone nowhere before the server stops"
    assert sample.order("O-2026-1047") is not None
    with unavailable("http-503"):
        sample.order("O-2026-9002")
    with unavailable("http-503"):
        sample.records("O-2026-1048", [Record.CHAT])


def test_the_samples_orders_are_shown_to_no_one_without_the_token(sample: Any, client: Any) -> None:
    for path in ("/sample/platform/orders/O-2026-1001", "/sample/platform/orders/O-2026-1001/records"):
        assert client.get(path).status_code == 401
        assert client.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.post(path, headers={"Authorization": f"Bearer {sample_platform.TOKEN}"}).status_code == 405


@pytest.mark.django_db
def test_a_real_database_has_no_sample_platform(client: Any, settings: Any) -> None:
    answer = client.get(
        "/sample/platform/orders/O-2026-1001", headers={"Authorization": f"Bearer {sample_platform.TOKEN}"}
    )

    assert answer.status_code == 404
    settings.PLATFORM_RECORDS_URL = ""
    sample_platform.stand_in(host="127.0.0.1", port=1)
    assert settings.PLATFORM_RECORDS_URL == ""


@pytest.mark.django_db
def test_a_deployed_sample_serves_no_orders_and_asks_nobody(client: Any, settings: Any, now: datetime) -> None:
    accounts.mark_sample(actor=make.CONSOLE, now=now)
    settings.IS_DEPLOYED = True
    settings.PLATFORM_RECORDS_URL = ""

    answer = client.get(
        "/sample/platform/orders/O-2026-1001", headers={"Authorization": f"Bearer {sample_platform.TOKEN}"}
    )

    assert answer.status_code == 404
    sample_platform.stand_in(host="127.0.0.1", port=1)
    assert settings.PLATFORM_RECORDS_URL == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("host", "name"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("localhost", "localhost")])
def test_the_samples_address_can_be_reached(settings: Any, now: datetime, host: str, name: str) -> None:
    accounts.mark_sample(actor=make.CONSOLE, now=now)
    settings.PLATFORM_RECORDS_URL = ""

    sample_platform.stand_in(host=host, port=8123)

    address: str = settings.PLATFORM_RECORDS_URL
    assert address == f"http://{name}:8123/sample/platform"
    sample_platform.stand_in(host=host, port=1)
    assert address == settings.PLATFORM_RECORDS_URL, "an address that is set is kept"


# — the orders themselves —


def test_there_are_orders_for_every_ground() -> None:
    told = {ground for order in ORDERS.values() for ground in order.grounds}

    assert len(ORDERS) >= 45
    assert told == {ground.slug for ground in GROUNDS}
    assert all(ref == order.ref for ref, order in ORDERS.items())
    amounts = {order.amount_minor for order in ORDERS.values()}
    assert (min(amounts), max(amounts)) == (990, 1_280_000)


@pytest.mark.parametrize("hour", [0, 4, 15, 16, 23])
def test_no_order_tells_of_the_future_and_none_is_received_before_it_is_placed(hour: int) -> None:
    now = datetime(2026, 11, 25, hour, 1, tzinfo=UTC)
    for order in ORDERS.values():
        moments = [order.moment(at, now) for plan in order.records for at in moments_in(plan.content)]
        moments += [order.moment(plan.recorded, now) for plan in order.records if plan.recorded]
        assert max(moments) < now, order.ref
        if order.received is not None:
            assert order.moment(order.placed, now) < order.moment(order.received, now) < now


def moments_in(value: Any) -> Iterator[At]:
    if isinstance(value, At):
        yield value
    elif isinstance(value, str) and value.startswith("day "):
        yield At.parsed(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from moments_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from moments_in(inner)


def test_some_orders_have_gaps_of_both_kinds_and_some_fail() -> None:
    reasons = [gap.reason for order in ORDERS.values() for gap in order.gaps]

    assert min(reasons.count("not-kept"), reasons.count("not-held")) >= 5
    assert {order.trouble for order in ORDERS.values()} == {"", "slow", "down", "records-slow", "records-down"}


def test_recent_orders_are_those_of_the_party_the_newest_first() -> None:
    older = ORDER | {"order_ref": "O-0", "placed_at": "2026-11-01T00:00:00Z", "buyer": "S-1", "seller": "U-1"}
    foreign = ORDER | {"order_ref": "O-2", "buyer": "U-2"}
    with serving(says({"orders": [older, foreign, ORDER]})) as server:
        assert [order.ref for order in asking(server).orders_of("U-1")] == ["O-1", "O-0"]
    with serving(says({}, 404)) as server:
        assert asking(server).orders_of("U-1") == []
    with serving(says({"orders": [ORDER | {"amount_minor": "1"}]})) as server, unavailable("malformed"):
        asking(server).orders_of("U-1")
    with serving(says({"orders": {}})) as server, unavailable("malformed"):
        asking(server).orders_of("U-1")
