"""`.ci/size`: more lines than docs/size.md allows fail, and so does a file or a function that is too long."""

from collections import Counter
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"appeals": Counter({"commands": 300, "rest": 20}), "rules": Counter({"models": 100})}
REASON = {"appeals/verbs.py": (410, "all rows")}


@pytest.fixture(scope="module")
def size():
    loader = SourceFileLoader("size", str(ROOT / ".ci/size"))
    module = module_from_spec(spec_from_loader("size", loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, []),
        ({"rules": {"models": -1, "queries": 1}}, []),  # a line that moves inside its room
        (
            {"rules": {"queries": 1}},
            ["rules: 101 lines, 1 more than written", "all rooms together: 421 lines, 1 more than written"],
        ),
        ({"rules": {"queries": 5}, "appeals": {"rest": -5}}, ["rules: 105 lines, 5 more than written"]),
        ({"files": {"rest": 2}, "appeals": {"rest": -2}}, ["files: 2 lines, 2 more than written"]),  # a room of its own
    ],
)
def test_a_room_that_grows_is_named(size, more, said):
    now = {room: Counter(counts) for room, counts in ROOMS.items()}
    for room, counts in more.items():
        now.setdefault(room, Counter()).update(counts)

    assert size.excess(now, ROOMS) == said


def test_what_is_written_is_read_back(size):
    text = size.TEXT + size.table(ROOMS) + size.long_table({"appeals/verbs.py": 405}, REASON)

    assert size.written(text) == (ROOMS, {"appeals/verbs.py": (405, "all rows")})


def test_the_row_of_a_long_file_is_lowered_and_never_raised_or_added(size):
    found = {"appeals/verbs.py": 420, "rules/words.py": 500}

    assert size.written("| - |\n\n" + size.long_table(found, REASON))[1] == REASON
    assert size.too_long(found, REASON) == [
        "appeals/verbs.py: 420 lines, above 410",
        "rules/words.py: 500 lines, above the limit",
    ]
    assert size.too_long({"appeals/verbs.py": 410}, REASON) == []


def test_a_row_without_need_or_reason_is_named(size):
    assert size.too_long({}, REASON) == ["appeals/verbs.py: a row in docs/size.md without need; ./run size --write"]
    assert size.too_long({"a.py": 401}, {"a.py": (401, "")}) == ["a.py: a row in docs/size.md without a reason"]


@pytest.mark.parametrize(("lines", "found"), [(400, []), (401, [("a.py", 401)])])
def test_a_file_is_long_above_400_lines(size, lines, found):
    assert list(size.long_in("a.py", "pass\n" * lines)) == found


@pytest.mark.parametrize(("lines", "found"), [(60, []), (61, [("a.py: open", 61)])])
def test_a_function_is_long_above_60_lines(size, lines, found):
    text = "class A:\n    def open(self):\n" + "        pass\n" * (lines - 1)

    assert list(size.long_in("a.py", text)) == found


def test_a_function_is_as_long_with_another_in_it(size):
    text = "def outer():\n" + "    pass\n" * 30 + "    def inner():\n" + "        pass\n" * 30

    assert list(size.long_in("a.py", text)) == [("a.py: outer", 62)]


def test_rooms_are_what_git_knows_without_tests_and_migrations(size):
    rooms = {path.parts[0] for path in size.product()}

    assert {"appeals", "casework", "config"} <= rooms
    assert not rooms & {"tests", "sample", "bench", "docs", ".venv"}
    assert not any("migrations" in path.parts for path in size.product())
