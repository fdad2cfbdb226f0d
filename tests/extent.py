"""How much of a long product a run goes through, and what it says at its end about what it left out.

With nothing set a run is the everyday one. `CI=1` tries every class of every product, `CI=full` every member of it.
"""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

LEVEL = {"": "everyday", "full": "full"}.get(os.environ.get("CI", ""), "ci")
ONE_DATABASE = {"once": "the run on SQLite", "once_on_postgresql": "the run on PostgreSQL"}
MADE_BY = {
    "everyday": {"nightly": "CI=full ./run test", "exhaustive": "CI=1 ./run test"},
    "ci": {"nightly": "CI=full ./run test", **ONE_DATABASE},
    "full": ONE_DATABASE,
}[LEVEL]

_left_out: dict[str, dict[str, int]] = {}  # by mark and file, how many tests were not selected
_parts: dict[str, str] = {}  # of products that were gone through in part, how far


def extent(what: str, *, everyday: int, ci: int, full: int) -> int:
    """How many members of a product this run tries; where that is not all of them, the end of the run says so."""
    taken = {"everyday": everyday, "ci": ci, "full": full}[LEVEL]
    if taken < full:
        _parts[what] = f"{taken} of {full}"
    return taken


def pytest_itemcollected(item: Any) -> None:
    """Whatever asks for a database is marked so; CI leaves everything else out on PostgreSQL."""
    if "django_db_setup" in item.fixturenames or item.get_closest_marker("django_db"):
        item.add_marker("database")


def pytest_deselected(items: list[pytest.Item]) -> None:
    if any(item.config.getoption("keyword") for item in items[:1]):
        return  # whoever asks by keyword knows what they left out
    for item in items:
        mark = next((mark for mark in MADE_BY if item.get_closest_marker(mark)), None)
        if mark:
            files = _left_out.setdefault(mark, {})
            path = item.nodeid.partition("::")[0]
            files[path] = files.get(path, 0) + 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):  # one of several processes; each has collected everything
        session.config.workeroutput["left_out"] = (_left_out, _parts)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    left_out, parts = getattr(node, "workeroutput", {}).get("left_out", ({}, {}))
    _left_out.update(left_out)
    _parts.update(parts)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for line in what_was_left_out():
        terminalreporter.write_line(line)
    if LEVEL != "everyday":
        terminalreporter.write_line("slowest files:")
        for path, seconds in _seconds_by_file(terminalreporter.stats).most_common(20):
            terminalreporter.write_line(f"{seconds:7.0f} s  {path}")


def what_was_left_out() -> Iterator[str]:
    for mark, files in _left_out.items():
        names = ", ".join(sorted(path.removeprefix("tests/") for path in files))
        yield f"left out: {sum(files.values())} {mark} tests, made by {MADE_BY[mark]} ({names})"
    if _parts:
        yield "in part: " + "; ".join(f"{what} {taken}" for what, taken in sorted(_parts.items()))


def _seconds_by_file(stats: dict[str, list[Any]]) -> Counter[str]:
    seconds: Counter[str] = Counter()
    for report in (report for reports in stats.values() for report in reports):
        if isinstance(report, pytest.TestReport):
            seconds[report.nodeid.partition("::")[0]] += report.duration
    return seconds
