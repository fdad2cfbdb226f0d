"""`manage.py demo` as a newcomer runs it: interrupted, begun anew, visited while it loads, and started once more."""

import json
import os
import signal
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

from notices.inputs import IssueNoticeInput
from sample.web import platform as marketplace
from tests.e2e.engines import Engine, SQLite

ROOT = Path(__file__).parents[2]
COUNT = 8
VISITORS = 5


@dataclass(frozen=True)
class Start:
    """What was seen of one loading, from its interruption to the second start."""

    tokens: list[str]  # the consumer's: of the interrupted load, of the load, of the second start
    passwords: list[str]  # the consumer's: of the load, of the second start
    first_page: str
    rows_at_first_page: dict[str, int]
    said_to_another_process: str
    last_page: str
    said: str
    notices: list[int]  # after the load, after the second start


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Demo:
    """The command in a process of its own, on a database of its own."""

    def __init__(self, place: Path, database: Engine) -> None:
        self.place, self.database = place, database
        self.started: Start | None = None
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        names = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "LOG_LEVEL")
        self.env = {name: value for name, value in os.environ.items() if name not in names} | {
            "DATABASE_URL": self.database.url,
            "TRIAGE_MODEL_DIR": str(place / "triage"),
            "ATTACHMENT_ROOT": str(place / "sealed"),
            "PUBLIC_URL": self.base_url,
            "TRIAGE_TIMEOUT": "30",  # a busy machine must not turn "the system's view" into "no answer in time"
        }
        if not isinstance(database, SQLite):  # several processes, of which each asks the first address for orders
            self.env |= {
                "REDIS_URL": os.environ["REDIS_URL"],
                "PLATFORM_RECORDS_URL": marketplace.own_address("127.0.0.1", self.port),
                "PLATFORM_RECORDS_TOKEN": marketplace.TOKEN,
            }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        json_file = str(self.place / "people.json")
        command = [sys.executable, "manage.py", "demo", "--count", str(COUNT), "--port", str(self.port)]
        with (self.place / "out").open("w") as out:
            return subprocess.Popen(
                [*command, "--json", json_file, *arguments], cwd=ROOT, env=self.env, stdout=out, stderr=out, text=True
            )

    def said(self) -> str:
        return (self.place / "out").read_text()

    def actors(self) -> dict[str, Any]:
        return json.loads((self.place / "people.json").read_text())["actors"]

    def page(self, process: subprocess.Popen[str]) -> str:
        """The page of sample people, as soon as it is served."""
        until = time.monotonic() + 600
        while time.monotonic() < until:
            assert process.poll() is None, self.said()
            try:
                with urllib.request.urlopen(f"{self.base_url}/sample/", timeout=60) as answer:
                    return answer.read().decode()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        pytest.fail(f"no page was served:\n{self.said()}")

    def post(self, who: str, path: str, body: Any) -> int:
        headers = {
            "Authorization": f"Bearer {self.actors()[who]['token']}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        request = urllib.request.Request(f"{self.base_url}/api/v1/{path}", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            pytest.fail(f"{error.code}: {error.read().decode()}\n{self.said()}")

    def count(self, table: str) -> int:
        return int(self.database.one(f"SELECT count(*) FROM {table}")[0])

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        process = self.start()
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)

    def made(self) -> Start:
        """The whole sample is in the database, which no process has open."""
        interrupted = self.start()
        self.page(interrupted)
        interrupted.send_signal(signal.SIGKILL)
        interrupted.wait()
        people = [self.actors()["consumer"]]
        tables = ("accounts_user", "notices_notice", "appeals_appeal", "disputes_dispute")
        with self.running() as process:
            first_page = self.page(process)
            people.append(self.actors()["consumer"])
            rows = {table: self.count(table) for table in tables}
            another = [sys.executable, "manage.py", "demo", "--no-serve"]
            answer = subprocess.run(another, cwd=ROOT, env=self.env, capture_output=True, text=True)
            visitors = 0
            while "Everything is loaded" not in self.said():
                if visitors < VISITORS:
                    visitors += 1
                    notice = IssueNoticeInput.example | {"external_ref": f"visitor-{visitors}"}
                    assert self.post("platform", "notices", notice) == 201
                assert process.poll() is None, self.said()
                time.sleep(0.5)
            assert visitors == VISITORS
            last_page = self.page(process)
        notices, said = [self.count("notices_notice")], self.said()
        assert self.start("--no-serve").wait(300) == 0
        people.append(self.actors()["consumer"])
        return Start(
            tokens=[one["token"] for one in people],
            passwords=[one["password"] for one in people[1:]],
            first_page=first_page,
            rows_at_first_page=rows,
            said_to_another_process=answer.stderr,
            last_page=last_page,
            said=said,
            notices=[*notices, self.count("notices_notice")],
        )
