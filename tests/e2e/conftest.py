"""A real server on a fresh sample database, and a real browser. What does not belong here: what people do (walking)."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.extent import LEVEL

ROOT = Path(__file__).parents[2]
MUCH = ["--beginning"] if LEVEL == "everyday" else ["--count", "60"]
"""How much of the sample is loaded: the everyday run walks through one appeal, which the beginning has."""
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
    database: Path

    def call(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """The answer of the REST API to that sample person or client, as JSON."""
        headers = {"Authorization": f"Bearer {self.actors[who]['token']}", "Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base_url}/api/v1/{path}", content, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """`manage.py demo` fills a database, `manage.py serve` serves it, exactly as a newcomer would run them."""
    place, port = tmp_path_factory.mktemp("e2e"), free_port()
    base_url = f"http://127.0.0.1:{port}"
    names = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY")
    env = {name: value for name, value in os.environ.items() if name not in names} | {
        "DATABASE_URL": f"sqlite:///{place / 'e2e.sqlite3'}",
        "TRIAGE_MODEL_DIR": str(place / "triage"),
        "ATTACHMENT_ROOT": str(place / "sealed"),
        "PUBLIC_URL": base_url,
        "TRIAGE_TIMEOUT": "30",  # a busy machine must not turn "the system's view" into "no answer in time"
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    people = place / "people.json"
    subprocess.run(
        [*manage, "demo", "--no-serve", *MUCH, "--port", str(port), "--json", str(people)],
        env=env,
        cwd=ROOT,
        check=True,
        timeout=600,
        stdout=subprocess.DEVNULL,
    )
    with served([*manage, "serve", "--port", str(port)], env, base_url, place / "serve.log"):
        yield Program(base_url, json.loads(people.read_text())["actors"], env, place / "e2e.sqlite3")


@contextmanager
def served(command: list[str], env: dict[str, str], base_url: str, said: Path) -> Iterator[None]:
    """The server runs, is ready, and is stopped afterwards; it must not have printed a traceback."""
    with said.open("w") as log:
        serving = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(base_url, serving, said)
        yield
    finally:
        serving.terminate()
        try:
            serving.wait(20)
        except subprocess.TimeoutExpired:
            serving.kill()
            serving.wait()
    assert "Traceback" not in said.read_text(), said.read_text()[-4000:]


def _wait_until_ready(base_url: str, serving: subprocess.Popen[bytes], log: Path) -> None:
    for _attempt in range(300):
        if serving.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{base_url}/readyz", timeout=5).close()
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
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
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
