"""What a clone carries: nothing that ties it to one registry, nothing that a run made."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Backwards, so that this file does not find itself.
BACKWARDS = [b"gro.ipyp", b"gro.detsohnohtyp", b"gro.sjmpn", b"moc.sjmpn", b"moc.gkpnu", b"ten.rviledsj"]
REASON = re.compile(r"longer than other|in one file", re.IGNORECASE)
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


def test_what_is_long_says_why(tracked: list[Path]) -> None:
    """A file of the product above 400 lines says so in its first lines, a function above 60 in the line above it."""
    unexplained = []
    for path in tracked:
        name = str(path.relative_to(ROOT))
        if path.suffix != ".py" or "/migrations/" in name or name.startswith(("tests/", "bench/", "sample/", "docs/")):
            continue
        lines = path.read_text().splitlines()
        if len(lines) > 400 and not REASON.search(" ".join(lines[:12])):
            unexplained.append(name)
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                above = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 2
                if (node.end_lineno or 0) - node.lineno >= 60 and not REASON.search(lines[above]):
                    unexplained.append(f"{name}: {node.name}")

    assert unexplained == []
