"""The map of the code in pyproject.toml holds: apps form a DAG, rooms import one way, models have one owner."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_import_contracts_are_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")

    answer = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_process_that_serves_pages_does_not_pay_for_training() -> None:
    started = "import django; django.setup(); import config.asgi, config.urls, sys; print('sklearn' in sys.modules)"

    answer = subprocess.run(
        [sys.executable, "-c", started],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == "False"
