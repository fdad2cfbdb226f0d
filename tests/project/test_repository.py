"""What a clone carries: nothing that ties it to one registry, nothing that a run made."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Backwards, so that this file does not find itself.
BACKWARDS = [b"gro.ipyp", b"gro.detsohnohtyp", b"gro.sjmpn", b"moc.sjmpn", b"moc.gkpnu", b"ten.rviledsj"]
REGISTRIES = [host[::-1] for host in BACKWARDS]


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name.decode() for name in names.split(b"\0") if name and (ROOT / name.decode()).is_file()]


def test_no_tracked_file_names_a_package_registry(tracked: list[Path]) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host.decode()}"
        for path in tracked
        for host in REGISTRIES
        if host in path.read_bytes().lower()
    ]

    assert found == []


def test_nothing_that_a_run_makes_is_tracked(tracked: list[Path]) -> None:
    made = [
        path
        for path in tracked
        if {"var", ".venv", "__pycache__", "staticfiles", "media"} & set(path.relative_to(ROOT).parts)
        or path.suffix in {".sqlite3", ".pyc", ".log"}
        or path.name in {"uv.lock", ".env"}
    ]

    assert made == []
