"""A real server on a fresh sample database, and a real browser. What does not belong here: what people do (walking)."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.engines import Engine, SQLite, engine
from tests.e2e.newcomer import Demo, free_port
from tests.extent import LEVEL

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]


@dataclass(frozen=True)
class Program:
    """The running program, the names and secrets of its sample people, and what it was started with."""

    base_url: str
    actors: dict[str, dict[str, Any]]
    env: dict[str, str]
    database: Engine

    def call(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """The answer of the REST API to that sample person or client, as JSON."""
        headers = {"Authorization": f"Bearer {self.actors[who]['token']}", "Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base_url}/api/v1/{path}", content, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def loading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`manage.py demo` has filled a database: with its beginning; in CI with all of it, as a newcomer does."""
    place = tmp_path_factory.mktemp("e2e")
    with engine(place) as database:
        demo = Demo(place, database)
        if LEVEL == "everyday":  # it walks through one appeal, which the beginning has
            assert demo.start("--no-serve", "--beginning").wait(600) == 0, demo.said()
        else:
            demo.started = demo.made()
        yield demo


@pytest.fixture(scope="session")
def program(loading: Demo) -> Iterator[Program]:
    """`manage.py serve` serves that database; on PostgreSQL and Redis two of them do, beside two workers."""
    manage = [sys.executable, str(ROOT / "manage.py")]
    with ExitStack() as running:

        def start(*command: str, answers: str) -> None:
            said = loading.place / f"{command[0]}-{urlsplit(answers).port}.log"
            running.enter_context(served([*manage, *command], loading.env, answers, said))

        if isinstance(loading.database, SQLite):
            start("serve", "--port", str(loading.port), answers=f"{loading.base_url}/readyz")
        else:
            workers, ports = (free_port(), free_port()), (free_port(), free_port())
            for port in workers:
                start("worker", "--listen", f"127.0.0.1:{port}", answers=f"http://127.0.0.1:{port}/healthz")
            for port in ports:
                start("serve", "--no-worker", "--port", str(port), answers=f"http://127.0.0.1:{port}/readyz")
            balancer = [sys.executable, "-m", "tests.e2e.balancer", *map(str, (loading.port, *ports))]
            answers = f"{loading.base_url}/readyz"
            running.enter_context(served(balancer, loading.env, answers, loading.place / "balancer.log"))
        yield Program(loading.base_url, loading.actors(), loading.env, loading.database)


@contextmanager
def served(command: list[str], env: dict[str, str], answers: str, said: Path) -> Iterator[None]:
    """The process runs, that address answers, and it is stopped afterwards; it must not have printed a traceback."""
    with said.open("w") as log:
        serving = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(answers, serving, said)
        yield
    finally:
        serving.terminate()
        try:
            serving.wait(20)
        except subprocess.TimeoutExpired:
            serving.kill()
            serving.wait()
    assert "Traceback" not in said.read_text(), said.read_text()[-4000:]


def _wait_until_ready(address: str, serving: subprocess.Popen[bytes], log: Path) -> None:
    for _attempt in range(300):
        if serving.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the server did not become ready:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; without it these tests are skipped on a person's machine and fail in CI.

    Closed after each module: the synchronous driver keeps a loop running in this thread, which no other test may meet.
    """
    must_run = bool(os.environ.get("CI"))
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not must_run:
        pytest.importorskip("playwright.sync_api")
        pytest.importorskip("axe_playwright_python")
        if chromium is None:
            pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        shown = driver.chromium.launch(executable_path=chromium, args=QUIET)
        yield shown
        shown.close()
