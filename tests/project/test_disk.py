"""A nearly full disk: nothing new is taken in, everything is still read, and operators saw it coming."""

import errno
import io
import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.utils import OperationalError
from django.test import AsyncClient, Client

from archive import checkpoints
from casework import clock
from config.api import health
from files import disk
from operations.models import Tick
from surfaces.api import problems
from tests import factories as make
from tests.conftest import World
from tests.surfaces.people import user_of


@pytest.fixture
def full(settings: Any) -> None:
    settings.DISK_RESERVE_MB = disk.free_megabytes() + 1_000_000


def test_a_full_disk_refuses_writes_and_serves_reads(db: None, full: None) -> None:
    client = Client()

    api = client.post("/api/v1/auth/token", data="{}", content_type="application/json")
    page = client.post("/account/login/", {"login": "x", "password": "y"}, headers={"accept-language": "zh-hans"})

    assert (api.status_code, api.json()["type"], api["Retry-After"]) == (507, "/problems/disk-full", "600")
    assert page.status_code == 507
    assert "暂时无法保存" in page.content.decode()
    assert client.get("/account/login/").status_code == 200
    assert client.get("/problems/disk-full").status_code == 200


@pytest.mark.django_db
async def test_it_is_the_same_under_asgi(full: None, async_client: AsyncClient) -> None:
    assert (await async_client.post("/account/login/", {})).status_code == 507
    assert (await async_client.get("/healthz")).status_code == 200


def test_with_room_left_nothing_is_refused(db: None) -> None:
    assert Client().post("/account/login/", {"login": "x", "password": "y"}).status_code == 200


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), OperationalError("database or disk is full")]
)
def test_what_still_meets_a_full_disk_says_so(error: Exception) -> None:
    assert problems.refusal_for(error).status == 507


def test_postgresql_says_it_by_its_code() -> None:
    class NoRoomError(Exception):
        sqlstate = "53100"

    error = OperationalError("could not extend file")
    error.__cause__ = NoRoomError()

    assert problems.refusal_for(error).status == 507
    assert problems.refusal_for(OperationalError("server closed the connection")).status == 503


def test_operators_read_what_will_go_wrong(world: World, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    now = clock.now()
    Tick.objects.create(name="worker", at=now)
    make.file(world.alice, world.notice(), now=now - timedelta(days=30))
    operator, reviewer = Client(), Client()
    operator.force_login(user_of(world.carl))
    reviewer.force_login(user_of(world.rita))

    details = operator.get("/readyz").json()["details"]

    assert details["disk"]["free_mb"] == pytest.approx(disk.free_megabytes(), abs=2000)
    assert details["backlog"]["outbox"] > 0
    assert details["backlog"]["deadlines"] > 0
    assert details["backlog"]["oldest_deadline_seconds"] > 24 * 3600
    assert abs(details["clock"]["ahead_of_database_seconds"]) < 60
    assert details["signing_key"] is details["certificate"] is None
    assert details["last"] == dict.fromkeys(("backup", "verified", "checkpoint", "time_stamp"))
    call_command("verify", stdout=io.StringIO())
    Tick.mark(Tick.BACKUP, now - timedelta(hours=30))
    checkpoints.make_if_due(now=now - timedelta(hours=2))
    said = operator.get("/readyz").json()["details"]["last"]
    assert [said[name]["hours"] for name in ("backup", "verified", "checkpoint")] == [30.0, 0.0, 2.0]
    assert said["time_stamp"] is None
    for somebody in (reviewer, Client()):
        assert set(somebody.get("/readyz").json()) == {"status", "checks"}


def test_operators_read_how_long_the_certificate_is_good(settings: Any, tmp_path: Path) -> None:
    names = (
        "-keyout",
        str(tmp_path / "key.pem"),
        "-out",
        str(tmp_path / "cert.pem"),
        "-subj",
        "/CN=appeals",
        "-days",
        "9",
    )
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    now = datetime.now(UTC)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError), server.accept()[0] as plain, context.wrap_socket(plain, server_side=True):
                pass

        threading.Thread(target=answer, daemon=True).start()
        settings.PUBLIC_URL = f"https://127.0.0.1:{server.getsockname()[1]}"
        assert health.certificate(now)["days"] == 8
    assert health.certificate(now) == {"expires_at": None, "days": None}
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert health.certificate(now) is None
