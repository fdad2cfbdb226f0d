"""The story of an executor, run as a newcomer would: the script of `docs/`, against a running server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Program

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]  # every day tests/surfaces tells it without a server

SCRIPT = Path(__file__).parents[2] / "docs" / "story_executors.py"


def test_the_script_tells_the_story_against_a_running_server(program: Program, tmp_path: Path) -> None:
    demo = tmp_path / "demo.json"
    demo.write_text(json.dumps({"base_url": program.base_url, "database": "sqlite", "actors": program.actors}))

    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--json", str(demo)], capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert [line.split()[0] for line in told] == [str(n) for n in range(1, 17)]
    assert "opened by itself" in told[8]
    assert "starts in a minute was refused" in told[13]
