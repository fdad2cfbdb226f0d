"""Where the place of files is gone, whoever needs it is told so with 503, and nothing is stored by half."""

import io
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from appeals import commands as appeals
from appeals.models import EvidenceItem
from archive import verification
from casework import clock
from files import buckets
from files.attachments import store
from files.content import ContentStore, FilesAway
from files.models import Attachment
from operations.models import Tick
from tests import factories as make
from tests.accounts.conftest import token_of
from tests.conftest import World
from tests.operations.test_backup import picture
from tests.surfaces.people import user_of

pytestmark = pytest.mark.once


class Case:
    """An appeal of alice with one picture, her browser, and her app."""

    def __init__(self, world: World, now: Any) -> None:
        self.ref = make.file(world.alice, world.notice(), now=now).ref
        given = {"file": io.BytesIO(picture(7)), "name": "a.png", "caption": "授权书", "now": now}
        appeals.stage_evidence(actor=world.alice, ref=self.ref, **given)
        user: User = user_of(world.alice)
        self.browser, self.app = Client(), Client()
        self.browser.force_login(user)
        self.token = token_of(user, clock.now())

    def answers(self, number: int) -> dict[str, Any]:
        """What is answered to whoever sends a file, and opens one, on a page and over REST."""
        bearer = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        file = f"appeals/{self.ref}/evidence"

        def sent(shade: int) -> SimpleUploadedFile:
            return SimpleUploadedFile(f"{shade}.png", picture(shade), "image/png")

        keys = bearer | {"Idempotency-Key": f"another-file-{number}"}
        return {
            "page sends": self.browser.post(f"/{file}/", {"files": sent(number), "caption": "a"}),
            "page opens": self.browser.get(f"/files/appeals/{self.ref}/1"),
            "REST sends": self.app.post(f"/api/v1/{file}", {"file": sent(number + 1), "caption": "a"}, headers=keys),
            "REST opens": self.app.get(f"/api/v1/{file}/1", headers=bearer),
        }


def are_away(answers: dict[str, Any]) -> None:
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 503)
    for name, answer in answers.items():
        assert answer["Retry-After"] == "60", name
        if name.startswith("page"):
            assert "暂时无法读取或保存文件，未作任何更改" in answer.content.decode()
        else:
            assert answer.json()["type"] == "/problems/unavailable"
            assert answer.json()["detail"].startswith("Files cannot be reached right now. Nothing was changed")


def renamed_away(root: Path) -> None:
    root.rename(root.with_name("away"))


def empty_where_it_was_mounted(root: Path) -> None:
    renamed_away(root)
    root.mkdir()


def another_thing(root: Path) -> None:
    renamed_away(root)
    root.write_text("no folder")


@pytest.mark.parametrize("lose", [renamed_away, empty_where_it_was_mounted, another_thing])
def test_a_folder_that_is_gone(world: World, now: Any, settings: Any, tmp_path: Path, lose: Any) -> None:
    root = settings.ATTACHMENT_ROOT = tmp_path / "sealed"
    Tick.objects.create(name="worker", at=clock.now())
    assert Client().get("/readyz").json()["checks"]["files"] is True  # no file was sent yet, and no folder is there
    case = Case(world, now)
    rows = Attachment.objects.count(), EvidenceItem.objects.count()
    lose(root)
    left = [*tmp_path.rglob("*")]

    are_away(case.answers(20))

    assert (Attachment.objects.count(), EvidenceItem.objects.count()) == rows
    assert [*tmp_path.rglob("*")] == left, "nothing is put beside the others, where it would be lost"
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["files"]) == (503, False)
    assert len([*verification.file_faults()]) == 1
    with pytest.raises(FilesAway):
        store().remove(Attachment.objects.values_list("sha256", flat=True)[0])

    if root.is_dir():
        root.rmdir()
    root.unlink(missing_ok=True)
    root.with_name("away").rename(root)
    answers = case.answers(20)
    for name in ("page opens", "REST opens"):
        assert b"".join(answers[name].streaming_content)
    there = {name: answer.status_code for name, answer in answers.items()}
    assert there == {"page sends": 302, "page opens": 200, "REST sends": 201, "REST opens": 200}
    assert Client().get("/readyz").status_code == 200
    assert [*verification.file_faults()] == []


def test_a_disk_that_fails_while_it_is_written_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = ContentStore(tmp_path / "sealed")
    kept.put(io.BytesIO(b"before"))
    before = {path for path in kept.root.rglob("*") if path.is_file()}

    def fails(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(FilesAway):
        kept.put(io.BytesIO(b"after"))
    assert {path for path in kept.root.rglob("*") if path.is_file()} == before


@pytest.fixture
def silent_bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Has files go to this address, whose every silence is over soon."""
    monkeypatch.setattr(buckets, "CONNECT", 1)
    monkeypatch.setattr(buckets, "TIMEOUT", 0.05)
    settings.S3_REGION, settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY = "us-east-1", "of-the-tests", "a word"

    def at(port: int) -> None:
        settings.S3_ENDPOINT_URL, settings.ATTACHMENT_ROOT = f"http://127.0.0.1:{port}", "s3://files/sealed"
        buckets._storage.cache_clear()

    yield at
    buckets._storage.cache_clear()


def test_a_bucket_that_nobody_answers_for(
    world: World, now: Any, settings: Any, tmp_path: Path, silent_bucket: Any
) -> None:
    settings.ATTACHMENT_ROOT = tmp_path / "sealed"
    case = Case(world, now)
    rows = Attachment.objects.count(), EvidenceItem.objects.count()
    silent_bucket(9)

    are_away(case.answers(20))

    assert (Attachment.objects.count(), EvidenceItem.objects.count()) == rows
    assert Client().get("/readyz").json()["checks"]["files"] is False
    assert len([*verification.file_faults()]) == 1


def test_a_bucket_that_takes_the_connection_and_says_nothing_is_asked_twice(silent_bucket: Any) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        silent_bucket(server.getsockname()[1])
        with pytest.raises(FilesAway):
            store().open("0" * 64)
        server.setblocking(False)
        asked = 0
        try:
            while True:
                server.accept()[0].close()
                asked += 1
        except BlockingIOError:
            pass
    assert asked == buckets.ATTEMPTS


def test_a_bucket_that_falls_silent_within_a_file_is_asked_twice(silent_bucket: Any) -> None:
    asked, ends = [], threading.Event()

    class Half(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()

        def do_GET(self) -> None:
            asked.append(self.path)
            ends.wait(30)

        def log_message(self, *_args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Half) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        silent_bucket(server.server_port)
        try:
            with pytest.raises(FilesAway):
                store().open("0" * 64)
        finally:
            ends.set()
            server.shutdown()
    assert len(asked) == buckets.ATTEMPTS
