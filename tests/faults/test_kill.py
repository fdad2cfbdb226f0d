"""Server, worker, PostgreSQL and Redis are killed (-9) as appeals come in: what was acknowledged is there, once.

Each request keeps its Idempotency-Key until it has an answer, as a client does. At the end every filing exists exactly
once and the ledger holds; what a worker owed is done by the one that runs, once everything is up again.
"""

import contextlib
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
import tempfile
import threading
import time
import uuid
from pathlib import Path

import httpx
import pytest
from django.db import connection

from tests.extent import extent

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.exhaustive, pytest.mark.database]
FILINGS = extent("filings while somebody is killed", everyday=60, ci=60, full=200)
CLIENTS = 8
OURS = [["worker", "server"], ["server"]]
KILLED = {"sqlite": OURS, "postgresql": [["postgresql"], ["worker", "server"], ["redis"], ["postgresql", "server"]]}
"""What is killed at once, in turn."""
TURNS = 2 if FILINGS >= 200 else 1
LEASES_END = 60 if FILINGS >= 200 else 0
"""Seconds until a worker takes over what another one died with (`casework.outbox.LEASE`); waited for at night."""
PATIENCE = 90
SAID = "发货是按时的，物流记录和买家签收的照片都可以证明，请重新查看。"
"""Long enough that one of the reactions leaves a trace."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Postgres:
    """A PostgreSQL of its own, which comes back after a kill by recovering from its log."""

    def __init__(self, folder: Path) -> None:
        packaged = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))
        found = packaged[-1] if packaged else shutil.which("initdb")
        if not found:
            pytest.skip("no PostgreSQL is installed")
        self.programs, self.port = Path(found).parent, free_port()
        self.data = folder / "data"
        self.serving: subprocess.Popen[bytes] | None = None
        if os.getuid() == 0:  # it does not run as root
            shutil.chown(folder, "postgres")
        self._do("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # of the one that was killed, with all its processes
        options = ["-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        self.serving = subprocess.Popen(
            self._command("postgres", "-D", str(self.data), *options),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        ready = self._command("pg_isready", "-h", "127.0.0.1", "-p", str(self.port))
        until = time.monotonic() + PATIENCE
        while subprocess.run(ready, cwd="/", capture_output=True).returncode:
            assert time.monotonic() < until, "PostgreSQL did not come up"
            time.sleep(0.05)

    def _command(self, program: str, *arguments: str) -> list[str]:
        other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        return [*other, str(self.programs / program), *arguments]

    def _do(self, program: str, *arguments: str) -> None:
        subprocess.run(self._command(program, *arguments), cwd="/", check=True, capture_output=True)


class Site:
    """A server, a worker, Redis and, where it is given, PostgreSQL; each can be killed and comes back."""

    def __init__(self, folder: Path, postgres: Postgres | None) -> None:
        self.postgres = postgres
        self.port, self.redis_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ,
            "DATABASE_URL": postgres.url if postgres else f"sqlite:///{folder / 'faults.sqlite3'}",
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "PUBLIC_URL": self.url,
            "SECRET_KEY": "not a secret: made for one test",
            "ATTACHMENT_ROOT": str(folder / "sealed"),
            "TRIAGE_MODEL_DIR": str(folder / "no-model"),
            "API_RATE_PERSON_WRITES": "1000000",
            "LOG_LEVEL": "ERROR",
        }
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
        if who == "postgresql":
            assert self.postgres
            self.postgres.start()
            assert self.postgres.serving
            self.running[who] = self.postgres.serving
            return
        manage = [sys.executable, "manage.py"]
        redis = shutil.which("redis-server") or shutil.which("valkey-server") or ""
        command = {
            "server": [*manage, "serve", "--no-worker", "--port", str(self.port)],
            "worker": [*manage, "worker"],
            "redis": [redis, "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        }[who]
        self.running[who] = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def kill(self, who: str) -> None:
        process = self.running.pop(who)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text() if who == "postgresql" else ""
        os.killpg(process.pid, signal.SIGKILL)
        for child in children.split():  # each is in a group of its own
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
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


# On the database that operators have; at night on that of a demo, too.
@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.nightly), "postgresql"])
def site(request, tmp_path):
    if request.param != connection.vendor:
        pytest.skip(f"tried by the run on {request.param}")
    if not (shutil.which("redis-server") or shutil.which("valkey-server")):
        pytest.skip("neither Redis nor Valkey is installed")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own is for nobody else to read
        site = Site(tmp_path, Postgres(Path(folder)) if request.param == "postgresql" else None)
        for who in (*["postgresql"] * (site.postgres is not None), "redis"):
            site.start(who)
        yield site
        site.close()


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
                        json={"ground": "facts_wrong", "statement": f"通知 {ref} 的事实不对。{SAID}"},
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
    killed = KILLED[connection.vendor] * TURNS
    for turn, together in enumerate(killed, start=1):
        while len(filer.answered) < FILINGS * turn // (len(killed) + 2) and any(c.is_alive() for c in clients):
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.05))
        for who in together:
            site.kill(who)
        for who in together:
            site.start(who)
    for client in clients:
        client.join(PATIENCE * 2)
    until = time.monotonic() + LEASES_END
    while time.monotonic() < until and site.run("tell")["waiting"]:
        time.sleep(2)
    for who in ("server", "worker"):
        site.kill(who)
    found = site.run("tell")

    assert not filer.strange
    assert len(filer.answered) == FILINGS
    assert filer.unanswered, "nobody was interrupted: the kills came to nothing"
    filed = dict(found["appeals"])
    assert len(found["appeals"]) == len(filed) == FILINGS, "an appeal is there twice, or not at all"
    assert filed == {ref: answer["ref"] for ref, answer in filer.answered.items()}
    assert (found["filed"], found["appealed"], found["forgotten"]) == (FILINGS, FILINGS, 0)
    assert (found["keys"], found["half_keys"]) == (FILINGS, 0)
    assert (found["dead"], found["triaged_twice"]) == (0, 0)
    assert found["stranded"] == 0
    assert found["waiting"] == 0 or not LEASES_END, "the worker that runs did not do what was owed"
    assert found["faults"] == []
    print(f"\n{FILINGS} filings, {len(killed)} times killed; interrupted: {len(filer.unanswered)} requests")
