"""Records what ran in each file of tests, as a plugin of pytest."""

import functools
import gc
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from types import CodeType, FunctionType
from typing import Any

import pytest
from django.test.signals import template_rendered

from tests.extent import LEVEL
from tests.reach.parts import Part
from tests.reach.store import ALL, ROOT, Store, state

TOOL = 4  # of sys.monitoring
STARTED = sys.monitoring.events.PY_START
COMMON = 3
"""What ran in so many tests of a file counts for all of them."""
CI_MAKES = ("exhaustive", "nightly", "e2e", "races")
"""Marks of tests that `./run ready` does not make."""


class Recorder:
    """What each test runs. What fixtures of a file or of the session run counts for all its tests.

    Only code of this repository is watched, and each piece until it has run once in a test. What ran in three tests of
    a file counts for all of them and is not watched again in it: to watch for each anew takes a quarter of the time.
    """

    def __init__(self) -> None:
        self.files = state()
        self.watched: dict[int, CodeType] = {}
        self.names: dict[int, set[str]] = {}  # of the parts, by the code in them
        self.code: list[CodeType] = []
        self.runs: Counter[int] = Counter()  # of code in tests of the file at hand
        self.common: list[CodeType] = []
        self.templates: set[str] = set()
        self.at, self.ran = "", {ALL: set()}
        self.shared: dict[str, set[str]] = defaultdict(set)  # what fixtures of a file ran
        self.made: dict[str, set[str]] = defaultdict(set)
        self.of_session: set[str] = set()
        self.modules = 0
        self.left, self.ci = Counter(), Counter()  # tests to be made, and tests that CI makes, by file
        sys.monitoring.use_tool_id(TOOL, "reach")
        sys.monitoring.register_callback(TOOL, STARTED, self.started)
        template_rendered.connect(self.rendered)

    def started(self, code: CodeType, _offset: int) -> None:
        self.code.append(code)
        sys.monitoring.set_local_events(TOOL, code, 0)

    def rendered(self, template: Any, **_rest: Any) -> None:
        self.templates.add(str(template.origin.name))

    def watch(self) -> None:
        """Every function that there is by now."""
        self.modules = len(sys.modules)
        waiting = [each.__code__ for each in gc.get_objects() if type(each) is FunctionType]
        waiting = [code for code in waiting if id(code) not in self.watched and own(code.co_filename)]
        while waiting:
            code = waiting.pop()
            if id(code) not in self.watched:
                self.watched[id(code)] = code
                sys.monitoring.set_local_events(TOOL, code, STARTED)
                waiting += [each for each in code.co_consts if type(each) is CodeType]

    def begin_file(self, path: str) -> None:
        self.at, self.ran = path, {ALL: self.shared[path]}  # tests without a database come when all others were made
        forget_answers()
        self.taken()
        self.runs.clear()
        for code in self.common:
            sys.monitoring.set_local_events(TOOL, code, STARTED)
        self.common.clear()

    def taken(self) -> set[str]:
        """The parts and templates that have run since this was last asked, as far as they were watched."""
        if len(sys.modules) != self.modules:
            self.watch()
        found = {name.removeprefix(f"{ROOT}/") for name in self.templates if own(name)}
        for code in self.code:
            found |= self.parts_with(code)
            self.runs[id(code)] += 1
            if self.runs[id(code)] < COMMON:
                sys.monitoring.set_local_events(TOOL, code, STARTED)
            else:
                self.ran[ALL] |= self.parts_with(code)
                self.common.append(code)
        self.code.clear()
        self.templates.clear()
        return found

    def parts_with(self, code: CodeType) -> set[str]:
        if id(code) not in self.names:
            path, line = code.co_filename.removeprefix(f"{ROOT}/"), code.co_firstlineno
            parts = self.store_parts(path).items()
            names = {f"{path}:{name}" for name, part in parts if not part.rows and part.first <= line <= part.last}
            self.names[id(code)] = names
        return self.names[id(code)]

    def store_parts(self, path: str) -> dict[str, Part]:
        with closing(Store()) as store:
            return store.parts(self.files[path])[0] if path in self.files else {}

    def end_file(self) -> None:
        self.ran[ALL] |= self.of_session
        with closing(Store()) as store:
            store.keep(self.at, self.ran)
            self.made[self.at] |= self.ran.keys()
            if self.left[self.at] == 0:
                store.keep_file(self.at, store.keep_tree(self.files), self.ci[self.at], self.made[self.at])

    def keep_those_of_ci(self, but: set[str]) -> None:
        """Files of tests that CI alone makes have nothing that could be due."""
        with closing(Store()) as store:
            tree = store.keep_tree(self.files)
            for path in self.ci.keys() - self.left.keys() - but:
                store.keep_file(path, tree, self.ci[path], ())


def own(path: str) -> bool:
    return path.startswith(f"{ROOT}/") and "/.venv/" not in path and not path.startswith(f"{ROOT}/tests/reach/")


def forget_answers() -> None:
    """What is remembered between calls is worked out anew, so that a file of tests is seen to need it."""
    ours = [
        module for module in list(sys.modules.values()) if str(getattr(module, "__file__", "")).startswith(f"{ROOT}/")
    ]
    for module in ours:
        for value in list(vars(module).values()):
            if isinstance(value, functools._lru_cache_wrapper):
                value.cache_clear()


def path_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def name_of(nodeid: str) -> str:
    return nodeid.partition("::")[2]


recorder: Recorder | None = None
_collected: list[pytest.Item] = []


def pytest_itemcollected(item: pytest.Item) -> None:
    _collected.append(item)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Everyday runs leave a record; CI leaves none."""
    global recorder
    if LEVEL != "everyday" or session.config.option.collectonly or not (ROOT / ".git").exists():
        return
    recorder = Recorder()
    recorder.watch()
    config = session.config
    named = [config.invocation_params.dir / name.partition("::")[0] for name in config.args if "::" in name]
    in_part = {str(path.resolve().relative_to(ROOT)) for path in named}
    for item in _collected:
        is_ci = any(item.get_closest_marker(mark) for mark in CI_MAKES)
        # Of a file that is made in part, what is left never comes to nothing.
        (recorder.ci if is_ci else recorder.left)[path_of(item)] += 1 + (path_of(item) in in_part)
    recorder.keep_those_of_ci(in_part)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    if recorder is None:
        return (yield)
    if path_of(item) != recorder.at:
        recorder.begin_file(path_of(item))
    answer = yield
    name, ran = name_of(item.nodeid), recorder.taken()
    if recorder.ran.get(name, ran) is not None:
        recorder.ran[name] = recorder.ran.get(name, set()) | ran
    if nextitem is None or path_of(nextitem) != recorder.at:
        recorder.end_file()
    return answer


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Iterator[Any]:
    if recorder is None or fixturedef.scope == "function":
        return (yield)
    before = recorder.taken()
    try:
        return (yield)
    finally:
        (recorder.of_session if fixturedef.scope == "session" else recorder.ran[ALL]).update(recorder.taken())
        recorder.ran[ALL] |= before


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if recorder is None:
        return
    path, name = report.nodeid.partition("::")[0], name_of(report.nodeid)
    if report.failed:
        recorder.ran[name] = None
    if report.when == "teardown" and not any(mark in report.keywords for mark in CI_MAKES):
        recorder.left[path] -= 1
