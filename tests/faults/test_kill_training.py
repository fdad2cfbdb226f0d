"""A training's process is killed (-9) while it learns: its silence tells, and a new one can be asked for."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.exhaustive, pytest.mark.once]  # a database of its own, whatever the run is on
PATIENCE = 240
SILENT = "150"  # seconds, more than `commands.training.SILENCE`


class Place:
    """A database of its own, and processes that work on it."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "faults.sqlite3"
        self.env = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SECRET_KEY": "not a secret: made for one test",
            "TRIAGE_MODEL_DIR": str(folder / "triage"),
            "LOG_LEVEL": "ERROR",
        }
        self.env.pop("REDIS_URL", None)
        self.learning: subprocess.Popen[bytes] | None = None

        self.order = [sys.executable, "-m", "tests.faults.training"]

    def run(self, *arguments: str):
        done = subprocess.run(
            [*self.order, *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    def training(self):
        """The latest one: ref, step, whether it is open, why it ended, its process."""
        with closing(sqlite3.connect(self.database)) as asked:
            rows = asked.execute(
                "SELECT ref, step, is_open, reason, process FROM triage_training ORDER BY id DESC LIMIT 1"
            )
            return list(rows.fetchone())

    def models(self) -> int:
        with closing(sqlite3.connect(self.database)) as asked:
            return asked.execute("SELECT COUNT(*) FROM triage_modelversion").fetchone()[0]

    def learn(self, ref: str) -> subprocess.Popen[bytes]:
        """A process that carries the training out, once it has it."""
        self.learning = subprocess.Popen(
            [*self.order, "learn", ref], cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.learning.poll() is None:
            if self.training()[1] == "snapshot":
                return self.learning
            time.sleep(0.05)
        raise AssertionError("nobody took the training")


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    yield place
    if place.learning is not None and place.learning.poll() is None:
        place.learning.kill()
        place.learning.wait()


def test_a_killed_training_is_found_by_its_silence_and_another_can_start(place):
    ref = place.run("prepare")
    process = place.learn(ref)
    assert place.training()[4].endswith(f":{process.pid}")

    process.send_signal(signal.SIGKILL)
    assert process.wait(PATIENCE) == -signal.SIGKILL
    assert place.training()[:4] == [ref, "snapshot", 1, ""]
    assert place.run("sweep", "0", SILENT) == [0, 1]

    assert place.training()[:4] == [ref, "snapshot", 0, "interrupted"]
    assert place.models() == 0
    second = place.run("ask", "second-form-of-all")
    process = place.learn(second)
    process.send_signal(signal.SIGTERM)  # whoever stops it in order leaves nothing to find
    assert process.wait(PATIENCE) == 1
    assert place.training()[:4] == [second, "snapshot", 0, "interrupted"]
