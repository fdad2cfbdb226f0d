"""Time stamps of checkpoints by a real service on this machine, which `openssl ts` answers for."""

import base64
import json
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from appeals.queries import write_case_file
from archive import case_file, checkpoints, offline, signing, time_stamps
from archive.models import Checkpoint, CheckpointStamp
from casework import canonical, clock
from config.checks import time_stamps_can_be_checked
from operations import worker
from tests import factories as make
from tests.archive.test_forgeries import fitting, forge
from tests.case_files import contents, packed, written
from tests.conftest import World

pytest.importorskip("rfc3161_client")

pytestmark = pytest.mark.once

CONFIG = """
[ tsa ]
default_tsa = here
[ here ]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
signer_digest = sha256
[ stamping ]
extendedKeyUsage = critical,timeStamping
"""


def openssl(folder: Path, *order: str) -> str:
    done = subprocess.run(["openssl", *order], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def certified(folder: Path, name: str) -> Path:
    """A root, and a service that it certifies for time stamps."""
    folder.mkdir()
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl(
        folder, "req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-subj", f"/CN={name}", "-days", "9"
    )
    openssl(folder, "req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", f"/CN={name} stamps")
    issued = ("-CA", "root.pem", "-CAkey", "root.key", "-days", "9", "-extfile", "tsa.cnf", "-extensions", "stamping")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *issued)
    return folder


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = certified(tmp_path_factory.mktemp("tsa") / "ours", "Ours")
    found = SimpleNamespace(folder=folder, asked=0, says=None)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.asked += 1
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            signed = ("-queryfile", "query", "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "answer")
            openssl(folder, "ts", "-reply", "-config", "tsa.cnf", *signed)
            answer = (folder / "answer").read_bytes() if found.says is None else found.says
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/tsa"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def stamped(service: Any, settings: Any) -> Any:
    settings.CHECKPOINT_TSA_URL = service.url
    settings.CHECKPOINT_TSA_CERTIFICATES = str(service.folder / "root.pem")
    service.says = None
    time_stamps.certificates.cache_clear()
    return service


@pytest.fixture
def row(db: None, stamped: Any) -> Checkpoint:
    now = clock.now()
    checkpoints.make_if_due(now=now)
    return Checkpoint.objects.get()


def test_a_stamp_is_kept_given_away_and_verified(row: Checkpoint, stamped: Any, tmp_path: Path) -> None:
    made = time_stamps.stamp(row)

    assert abs(made.at - row.at) < timedelta(seconds=5)
    assert list(checkpoints.faults()) == []
    given = json.loads(Client().get("/.well-known/appeals-checkpoint.json").content)
    (tmp_path / "stamp").write_bytes(base64.b64decode(given["time_stamp"]))
    digest = str(canonical.digest(row.note))
    order = ("ts", "-verify", "-in", str(tmp_path / "stamp"), "-CAfile", "root.pem", "-digest")
    assert "Verification: OK" in openssl(stamped.folder, *order, digest)
    with pytest.raises(AssertionError, match="imprint mismatch"):
        openssl(stamped.folder, *order, "0" * 64)


class AtOnce:
    """A thread that has ended once it was started; what it uses of the database is the test's."""

    def __init__(self, target: Any, args: Any, **_more: Any) -> None:
        self.start = lambda: target(*args)


def test_the_worker_asks_once_and_again_after_a_while(
    db: None, stamped: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_stamps, "_tried_at", float("-inf"))
    monkeypatch.setattr(time_stamps, "threading", SimpleNamespace(Thread=AtOnce))
    monkeypatch.setattr(time_stamps.connection, "close", lambda: None)
    asked = stamped.asked
    stamped.says = b"no answer"
    worker.tick()
    worker.tick()
    assert (stamped.asked - asked, CheckpointStamp.objects.count()) == (1, 0)

    stamped.says = None
    monkeypatch.setattr(time_stamps, "_tried_at", float("-inf"))
    worker.tick()
    worker.tick()
    assert (stamped.asked - asked, CheckpointStamp.objects.get().checkpoint_id) == (2, 1)


def test_off_nobody_is_asked(db: None) -> None:
    checkpoints.make_if_due(now=clock.now())

    assert time_stamps.ask_if_due() is False


def answer_about_something_else(service: Any) -> bytes:
    openssl(service.folder, "ts", "-query", "-data", "tsa.cnf", "-sha256", "-cert", "-out", "other.query")
    signed = ("-queryfile", "other.query", "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "other")
    openssl(service.folder, "ts", "-reply", "-config", "tsa.cnf", *signed)
    return (service.folder / "other").read_bytes()


def test_an_answer_about_something_else_is_not_kept(row: Checkpoint, stamped: Any, settings: Any) -> None:
    for said in (answer_about_something_else(stamped), b"", b"no answer"):
        stamped.says = said
        with pytest.raises(time_stamps.NotStamped):
            time_stamps.stamp(row)
    settings.CHECKPOINT_TSA_URL = "http://127.0.0.1:9/"
    with pytest.raises(time_stamps.NotStamped, match="refused"):
        time_stamps.stamp(row)

    assert not CheckpointStamp.objects.exists()
    assert list(checkpoints.faults()) == []


def test_a_service_that_nobody_certified_is_not_believed(
    row: Checkpoint, stamped: Any, settings: Any, tmp_path: Path
) -> None:
    made = time_stamps.stamp(row)
    settings.CHECKPOINT_TSA_CERTIFICATES = str(certified(tmp_path / "other", "Other") / "root.pem")

    with pytest.raises(time_stamps.NotStamped):
        time_stamps.checked(row, bytes(made.response))
    assert any(fault.startswith("checkpoint 1: its time stamp does not hold") for fault in checkpoints.faults())
    settings.CHECKPOINT_TSA_CERTIFICATES = ""
    assert any("names no certificates" in fault for fault in checkpoints.faults())


def forged_note(row: Checkpoint) -> None:
    """The checkpoint signed anew for another list, as whoever has the key could; the stamp stays."""
    note = row.note | {"root": "0" * 64}
    signature = signing.sign(offline.CHECKPOINT_PURPOSE, canonical.canonical(note), now=row.at)
    changes = f"note = '{json.dumps(note)}', signature = '{json.dumps(signature)}'"
    forge(f"UPDATE archive_checkpoint SET {changes} WHERE no = {row.no}")


def test_what_the_holder_of_the_key_rewrites_does_not_have_its_stamp(row: Checkpoint, stamped: Any) -> None:
    time_stamps.stamp(row)
    forged_note(row)

    assert any("its time stamp does not hold" in fault for fault in checkpoints.faults())
    row.refresh_from_db()
    assert offline.is_signed_checkpoint(checkpoints.signed_note(row), signing.public_keys())  # nothing else tells


def test_a_stamp_of_another_time_is_told(row: Checkpoint, stamped: Any, capsys: Any) -> None:
    made = time_stamps.stamp(row)
    forge(f"UPDATE archive_checkpointstamp SET at = '{made.at - timedelta(days=3)}'")
    assert "checkpoint 1: its time stamp says another time than is on record" in list(checkpoints.faults())

    before = row.at - timedelta(days=3)
    forge(f"UPDATE archive_checkpoint SET at = '{before}'")
    with pytest.raises(CommandError):
        call_command("verify")
    assert "when the checkpoint was not the newest one" in capsys.readouterr().err


def test_a_case_file_brings_the_stamp_and_shows_one_of_something_else(
    world: World, stamped: Any, tmp_path: Path, capsys: Any
) -> None:
    now = world.now
    appeal = make.file(world.alice, world.notice(), now=now)
    checkpoints.make_if_due(now=now + timedelta(minutes=1))
    checkpoint = Checkpoint.objects.get()
    time_stamps.stamp(checkpoint)
    raw = written(write_case_file, actor=world.alice, ref=appeal.ref, now=now)
    keys, said = signing.public_keys(), list[str]()
    file, out = tmp_path / "case.zip", tmp_path / "stamp.tsr"
    file.write_bytes(raw)

    assert offline.report(file, keys, said.append, None, out) == 0
    digest = str(canonical.digest(checkpoint.note))
    assert f"  its time stamp: openssl ts -verify -digest {digest} -in {out} -CAfile CERTIFICATES\n" in said
    order = ("ts", "-verify", "-digest", digest, "-in", str(out), "-CAfile", "root.pem")
    assert "Verification: OK" in openssl(stamped.folder, *order)

    files = contents(raw)
    for other in (base64.b64encode(answer_about_something_else(stamped)).decode(), "no base64"):
        proof = json.loads(files["checkpoint.json"]) | {"time_stamp": other}
        forged = files | {"checkpoint.json": case_file.as_json(proof)}
        manifest = fitting(forged)
        signature = case_file.as_json(signing.sign(offline.PURPOSE, manifest, now=now))
        file.write_bytes(packed(forged | {"manifest.json": manifest, "signature.json": signature}))
        said.clear()
        assert offline.report(file, keys, said.append) == 1
        assert "checkpoint.json: its time stamp is of something else\n" in said


def test_certificates_that_cannot_be_used_are_an_error_at_the_start(
    stamped: Any, settings: Any, tmp_path: Path
) -> None:
    assert time_stamps_can_be_checked() == []
    for file, why in ((stamped.folder / "tsa.pem", "no root"), (tmp_path / "none", "cannot be read")):
        settings.CHECKPOINT_TSA_CERTIFICATES = str(file)
        [error] = time_stamps_can_be_checked()
        assert (error.id, why in error.msg) == ("config.E007", True)
