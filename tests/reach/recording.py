"""Records what ran in each file of tests, as a plugin of pytest."""

import functools
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from django.test.signals import template_rendered

from tests.extent import LEVEL
from tests.reach.store import ROOT, Passed, Store, state

TOOL = 4  # of sys.monitoring
CI_MAKES = ("exhaustive", "nightly", "e2e", "races")
"""Marks of tests that `./run ready` does not make."""


class Recorder:
    """What runs in the file of tests at hand; what fixtures of the session ran counts for all with a database."""

    def __init__(self) -> None:
        self.files, self.code, self.of_session, self.templates = state(), set(), set(), set()
        self.at, self.began, self.is_good, self.asks_for_database = "", 0.0, True, False
        self.left, self.ci = Counter(), Counter()  # tests to be made, and tests that CI makes, by file
        sys.monitoring.use_tool_id(TOOL, "reach")
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.PY_START, self.started)
        template_rendered.connect(self.rendered)

    def started(self, code: Any, _offset: int) -> Any:
        self.code.add(code)
        return sys.monitoring.DISABLE

    def rendered(self, template: Any, **_rest: Any) -> None:
        self.templates.add(template.origin.name)

    def begin(self, item: pytest.Item) -> None:
        self.at, self.began, self.is_good = path_of(item), time.process_time(), True
        self.asks_for_database = False
        self.code.clear()
        self.templates.clear()
        forget_answers()
        sys.monitoring.set_events(TOOL, sys.monitoring.events.PY_START)
        sys.monitoring.restart_events()

    def end(self) -> None:
        sys.monitoring.set_events(TOOL, 0)
        with closing(Store()) as store:
            if not self.is_good:
                store.forget(self.at)
            elif self.left[self.at] == 0:
                tree, took = store.keep_tree(self.files), time.process_time() - self.began
                store.keep(self.at, Passed(tree, self.ran(store), took, self.ci[self.at]))

    def keep_those_of_ci(self) -> None:
        """Files of tests that CI alone makes have nothing that could be due."""
        with closing(Store()) as store:
            for path in self.ci.keys() - self.left.keys():
                store.keep(path, Passed(store.keep_tree(self.files), set(), 0, self.ci[path]))

    def ran(self, store: Store) -> set[str]:
        lines = defaultdict(set)
        for code in self.code | (self.of_session if self.asks_for_database else set()):
            if code.co_filename.startswith(f"{ROOT}/"):
                lines[code.co_filename.removeprefix(f"{ROOT}/")].add(code.co_firstlineno)
        found = {name.removeprefix(f"{ROOT}/") for name in self.templates if str(name).startswith(f"{ROOT}/")}
        for path, numbers in lines.items():
            if path.startswith("tests/reach/"):
                continue
            parts, _imports = store.parts(self.files[path]) if path in self.files else ({}, {})
            for name, part in parts.items():
                if not part.rows and any(part.first <= number <= part.last for number in numbers):
                    found.add(f"{path}:{name}")
        return found


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


recorder: Recorder | None = None
_collected: list[pytest.Item] = []


def pytest_itemcollected(item: pytest.Item) -> None:
    _collected.append(item)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Records where files of tests are made as a whole, every day; parts of files and CI leave no record."""
    global recorder
    is_part = any("::" in str(name) for name in session.config.args)
    if LEVEL != "everyday" or is_part or session.config.option.collectonly or not (ROOT / ".git").exists():
        return
    recorder = Recorder()
    for item in _collected:
        is_ci = any(item.get_closest_marker(mark) for mark in CI_MAKES)
        (recorder.ci if is_ci else recorder.left)[path_of(item)] += 1
    recorder.keep_those_of_ci()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    if recorder is None:
        return (yield)
    if path_of(item) != recorder.at:
        recorder.begin(item)
    recorder.asks_for_database |= item.get_closest_marker("database") is not None
    answer = yield
    if nextitem is None or path_of(nextitem) != recorder.at:
        recorder.end()
    return answer


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Iterator[Any]:
    if recorder is None or fixturedef.scope != "session":
        return (yield)
    before = set(recorder.code)
    try:
        return (yield)
    finally:
        recorder.of_session |= recorder.code - before
        recorder.code = before
        sys.monitoring.restart_events()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if recorder is None:
        return
    if report.failed:
        recorder.is_good = False
    if report.when == "teardown" and not any(mark in report.keywords for mark in CI_MAKES):
        recorder.left[report.nodeid.partition("::")[0]] -= 1
