"""Server and worker are killed (-9) as appeals come in: what was acknowledged is there, once; the rest is replayed.

Each request keeps its Idempotency-Key until it has an answer, as a client does. At the end every filing, acknowledged
or not, exists exactly once, and the ledger holds.
"""

import json
import logging
import os
import queue
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.db import connection

from tests.extent import extent

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.exhaustive, pytest.mark.database]
FILINGS = extent("filings while somebody is killed", everyday=60, ci=60, full=200)
CLIENTS = 8
KILLS = 5 if FILINGS >= 200 else 2
KILLS_AT = [FILINGS * (turn + 1) // (KILLS + 2) for turn in range(KILLS)]  # answers after which somebody is killed
PATIENCE = 90


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Site:
    """A server and a worker as processes of their own on one database; either can be killed and comes back."""

    def __init__(self, database: str, folder: Path, redis: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ,
            "DATABASE_URL": database,
            "PUBLIC_URL": self.url,
            "SECRET_KEY": "not a secret: made for one test",
            "ATTACHMENT_ROOT": str(folder / "sealed"),
            "TRIAGE_MODEL_DIR": str(folder / "no-model"),
            "API_RATE_PERSON_WRITES": "1000000",
            "LOG_LEVEL": "ERROR",
        }
        self.env["REDIS_URL"] = redis
        self.log = (folder / "site.log").open("ab")
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *arguments: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.seed", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    def start(self, who: str) -> None:
        what = {"server": ("serve", "--no-worker", "--port", str(self.port)), "worker": ("worker",)}[who]
        self.running[who] = subprocess.Popen(
            [sys.executable, "manage.py", *what],
            cwd=ROOT,
            env=self.env,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self, who: str) -> None:
        process = self.running.pop(who)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError("the server did not come up")

    def close(self) -> None:
        for who in list(self.running):
            self.kill(who)
        self.log.close()


@pytest.fixture
def redis():
    """A Redis of its own, without which a second process does not start."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("neither Redis nor Valkey is installed")
    port = free_port()
    serving = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    yield f"redis://127.0.0.1:{port}/0"
    serving.terminate()
    serving.wait()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path, redis):
    if request.param == "sqlite" and connection.vendor != "sqlite":
        pytest.skip("tried by the run on SQLite")
    if request.param == "sqlite":
        site = Site(f"sqlite:///{tmp_path / 'faults.sqlite3'}", tmp_path, redis)
        yield site
        site.close()
        return
    if connection.vendor != "postgresql":
        pytest.skip("no PostgreSQL here: run the tests with DATABASE_URL=postgres://…")
    psycopg = pytest.importorskip("psycopg")
    there = settings.DATABASES["default"]
    name = f"faults_{os.getpid()}"
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    asked = {name: there[setting] for name, setting in named.items() if there[setting]}
    with psycopg.connect(**asked, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    password = f":{there['PASSWORD']}" if there["PASSWORD"] else ""
    site = Site(f"postgres://{there['USER']}{password}@{there['HOST']}:{there['PORT'] or 5432}/{name}", tmp_path, redis)
    yield site
    site.close()
    with psycopg.connect(**asked, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Filer:
    """Many clients; each request is sent with its own key until there is an answer, and every outcome is kept."""

    def __init__(self, site: Site, token: str, notices: list[str]) -> None:
        self.site, self.token = site, token
        self.waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        for ref in notices:
            self.waiting.put(ref)
        self.answered: dict[str, dict] = {}
        self.unanswered: dict[str, int] = {}
        self.strange: list[str] = []

    def work(self) -> None:
        while True:
            try:
                ref = self.waiting.get_nowait()
            except queue.Empty:
                return
            key = str(uuid.uuid4())
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                try:
                    answer = httpx.post(
                        f"{self.site.url}/api/v1/notices/{ref}/appeals",
                        json={"ground": "facts_wrong", "statement": f"通知 {ref} 的事实不对。"},
                        headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": key},
                        timeout=30,
                    )
                except httpx.HTTPError:
                    self.unanswered[ref] = self.unanswered.get(ref, 0) + 1
                    time.sleep(0.2)
                    continue
                if answer.status_code == 201:
                    self.answered[ref] = answer.json()
                    break
                if (answer.status_code in (409, 503) and "in-progress" in answer.text) or answer.status_code >= 500:
                    self.unanswered[ref] = self.unanswered.get(ref, 0) + 1
                    if answer.status_code >= 500 and answer.status_code != 503:
                        self.strange.append(f"{answer.status_code} {answer.text[:200]}")
                    time.sleep(0.2)
                    continue
                self.strange.append(f"{ref}: {answer.status_code} {answer.text[:300]}")
                break


def test_what_was_acknowledged_is_there_once_whoever_is_killed(site, caplog):
    seeded = site.run("fill", str(FILINGS))
    for who in ("server", "worker"):
        site.start(who)
    site.wait_until_it_answers()
    caplog.set_level(logging.WARNING, logger="httpx")
    filer = Filer(site, seeded["token"], seeded["notices"])
    clients = [threading.Thread(target=filer.work, daemon=True) for _ in range(CLIENTS)]
    for client in clients:
        client.start()

    chance = random.Random(9)
    for turn, point in enumerate(KILLS_AT):
        while len(filer.answered) < point and any(c.is_alive() for c in clients):
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.05))
        for who in ("server",) if turn % 2 else ("worker", "server"):
            site.kill(who)
            site.start(who)
    for client in clients:
        client.join(PATIENCE * 2)
    for who in list(site.running):
        site.kill(who)
    found = site.run("tell")

    assert not filer.strange
    assert len(filer.answered) == FILINGS
    assert filer.unanswered, "nobody was interrupted: the kills came to nothing"
    filed = dict(found["appeals"])
    assert len(found["appeals"]) == len(filed) == FILINGS, "an appeal is there twice, or not at all"
    assert filed == {ref: answer["ref"] for ref, answer in filer.answered.items()}
    assert (found["filed"], found["appealed"], found["owed"]) == (FILINGS, FILINGS, FILINGS)
    assert (found["keys"], found["half_keys"]) == (FILINGS, 0)
    assert (found["dead"], found["triaged_twice"]) == (0, 0)
    assert found["faults"] == []
    print(f"\n{FILINGS} filings, {len(KILLS_AT)} kills; interrupted: {len(filer.unanswered)} requests")
