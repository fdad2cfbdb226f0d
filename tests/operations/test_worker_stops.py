"""A worker that is told to stop ends by itself in time, whatever it is busy with."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.exhaustive, pytest.mark.once]

BUSY = """
import sys, time
import django
django.setup()
from django.core.management import call_command
from casework import outbox, triggers
from operations import worker
worker.STOPS_WITHIN, worker.LEAVES_WITHIN = 0.2, 5.0
worker.triggers.require = lambda _connection: None
def give_back():
    print("given back", flush=True)
    exec(sys.argv[1])
outbox.give_back = give_back
def tick(**_more):
    print("busy", flush=True)
    time.sleep(600)
worker.tick = tick
worker._run_queue = lambda _stop: None
call_command("worker")
"""


@pytest.mark.parametrize("then", ["pass", "time.sleep(600)", "raise OSError"])
def test_a_busy_worker_gives_its_leases_back_and_leaves(tmp_path: Path, then: str) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": f"sqlite:///{tmp_path}/db"}
    env.pop("REDIS_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY, then], env=env, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "busy\n"
        process.send_signal(signal.SIGTERM)
        said, _errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 0
    assert said == "given back\n"
