"""Which tests a change reaches. Each file of tests leaves what it ran in `var/reach.sqlite3` (docs/decisions/0045).

Every everyday run records, for a file of tests that passed as a whole, the functions and templates of this repository
that ran in it, and the state of all files then. A file of tests is *due* when it has no such record, or when what it
ran, or a constant, class or table that this reads, is not as it was.
"""

import ast
import functools
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import pytest
from django.test.signals import template_rendered

from tests.extent import LEVEL

ROOT = Path(__file__).resolve().parents[1]
STORE = ROOT / "var" / "reach.sqlite3"
TOOL = 4  # of sys.monitoring
CI_MAKES = ("exhaustive", "nightly", "e2e", "races")
"""Marks of tests that `./run ready` does not make."""
FILE_NAME = re.compile(r"[\w*][\w./*-]*\.(toml|txt|tsv|csv|json|xz|js|css|md|docx|po|html)")
DOTTED = re.compile(r"\w+(\.\w+)+")
TABLES = """
CREATE TABLE IF NOT EXISTS source (sha TEXT PRIMARY KEY, parts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tree (id TEXT PRIMARY KEY, files TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS part (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS passed (
  test TEXT PRIMARY KEY, tree TEXT NOT NULL, ran TEXT NOT NULL, seconds REAL NOT NULL,
  ci INTEGER NOT NULL);
"""

# --- what a file consists of ------------------------------------------------------------------------------------------


@dataclass
class Part:
    """A function, a method, a class without its methods, or another statement of a module."""

    first: int
    last: int
    digest: str
    uses: list[str]  # names, "module.name", names of files, dotted modules
    calls: list[str]  # of these, what a statement calls while its module is imported
    rows: dict[str, list[str]]  # of a table: what each row names and does not call, by its digest
    is_function: bool


def parts_of(text: str) -> tuple[dict[str, Part], dict[str, str]]:
    """The parts of a file by name, and what its imports call by which name."""
    lines = text.splitlines()
    parts: dict[str, Part] = {}
    imports: dict[str, str] = {}
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports |= {
                name.asname or name.name.partition(".")[0]: (name.asname and name.name) or "" for name in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            imports |= {name.asname or name.name: f"{node.module}:{name.name}" for name in node.names}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            continue
        if isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
            for each in methods:  # properties and overloads share a name
                _enter(parts, f"{node.name}.{each.name}", _part(each, lines))
            _enter(parts, node.name, _part(node, lines, without=methods))
        else:
            for name in _names(node):
                _enter(parts, name, _part(node, lines))
    return parts, imports


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.TypeAlias):
        return [node.name if isinstance(node.name, str) else node.name.id]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    names = [each.id for target in targets if target for each in ast.walk(target) if isinstance(each, ast.Name)]
    return names or [f"line {hashlib.sha1(ast.dump(node).encode()).hexdigest()[:8]}"]


def _enter(parts: dict[str, Part], name: str, part: Part) -> None:
    if before := parts.get(name):
        part = Part(
            min(part.first, before.first), max(part.last, before.last), before.digest + part.digest,
            before.uses + part.uses, before.calls + part.calls, before.rows | part.rows, part.is_function,
        )  # fmt: skip
    parts[name] = part


def _part(node: ast.stmt, lines: list[str], without: Iterable[ast.stmt] = ()) -> Part:
    first, last = _span(node)
    left_out = {number for each in without for number in range(_span(each)[0], _span(each)[1] + 1)}
    text = [lines[number - 1] for number in range(first, last + 1) if number not in left_out]
    nodes = list(_inside(node, set(map(id, without))))
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    at_import = node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else nodes
    calls = {_dotted(each.func) for each in at_import if isinstance(each, ast.Call)}
    calls |= {_dotted(each) for each in getattr(node, "decorator_list", ())}
    rows = {}
    table = getattr(node, "value", None)
    if isinstance(table, ast.Tuple | ast.List | ast.Set | ast.Dict):
        items = (
            list(zip(table.keys, table.values, strict=True))
            if isinstance(table, ast.Dict)
            else [(e,) for e in table.elts]
        )
        for item in items:
            inner = [each for some in item if some for each in ast.walk(some)]
            called = {_dotted(each.func) for each in inner if isinstance(each, ast.Call)}
            rows[_digest(ast.dump(some) for some in item if some)] = sorted({*_uses(inner)} - called)
    names = [each.name for each in without if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return Part(first, last, _digest(text + names), _uses(nodes), sorted(calls - {""}), rows, is_function)


def _span(node: ast.stmt) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", ())
    return min([node.lineno, *(each.lineno for each in decorators)]), node.end_lineno or node.lineno


def _inside(node: ast.AST, without: set[int]) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if id(child) not in without:
            yield from _inside(child, without)


def _uses(nodes: Iterable[ast.AST]) -> list[str]:
    found = set()
    for node in nodes:
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(_dotted(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            if FILE_NAME.fullmatch(node.value) or DOTTED.fullmatch(node.value):
                found.add(f"'{node.value}")
    return sorted(found - {""})


def _dotted(node: ast.AST) -> str:
    """`name` or `name.attribute`; empty for anything else."""
    if isinstance(node, ast.Call):
        return _dotted(node.func)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha1("\n".join(texts).encode()).hexdigest()[:12]


# --- what is kept -----------------------------------------------------------------------------------------------------


@dataclass
class Passed:
    """That a file of tests passed: with which tree, what ran, for how long, and how many of it CI makes."""

    tree: str
    ran: set[str]
    seconds: float
    ci: int


class Store:
    """`var/reach.sqlite3`. A new worktree begins with what the first one knows."""

    def __init__(self) -> None:
        STORE.parent.mkdir(exist_ok=True)
        if not STORE.exists() and (first := _first_worktree() / STORE.relative_to(ROOT)).exists():
            STORE.write_bytes(first.read_bytes())
        self.rows = sqlite3.connect(STORE, timeout=60, isolation_level=None)
        self.rows.executescript(TABLES)
        self._parts: dict[str, tuple[dict[str, Part], dict[str, str]]] = {}

    def close(self) -> None:
        self.rows.close()

    def parts(self, sha: str, path: str | None = None) -> tuple[dict[str, Part], dict[str, str]]:
        """The parts of a file of Python and its imports; read from `path` where it was never seen before."""
        if sha not in self._parts:
            row = self.rows.execute("SELECT parts FROM source WHERE sha = ?", [sha]).fetchone()
            if row is None and path is None:
                return {}, {}
            if row is None:
                parts, imports = parts_of((ROOT / path).read_text())
                row = [json.dumps([{name: list(vars(part).values()) for name, part in parts.items()}, imports])]
                self.rows.execute("INSERT OR IGNORE INTO source VALUES (?, ?)", [sha, row[0]])
            parts, imports = json.loads(row[0])
            self._parts[sha] = {name: Part(*values) for name, values in parts.items()}, imports
        return self._parts[sha]

    def keep_tree(self, files: dict[str, str]) -> str:
        text = json.dumps(files, sort_keys=True)
        name = hashlib.sha1(text.encode()).hexdigest()
        self.rows.execute("INSERT OR IGNORE INTO tree VALUES (?, ?)", [name, text])
        return name

    def keep(self, test: str, passed: Passed) -> None:
        self.rows.execute("BEGIN IMMEDIATE")
        self.rows.executemany("INSERT OR IGNORE INTO part (name) VALUES (?)", [[name] for name in sorted(passed.ran)])
        ids = [number for number, name in self.rows.execute("SELECT id, name FROM part") if name in passed.ran]
        row = [test, passed.tree, json.dumps(sorted(ids)), passed.seconds, passed.ci]
        self.rows.execute("REPLACE INTO passed VALUES (?, ?, ?, ?, ?)", row)
        self.rows.execute("COMMIT")

    def forget(self, test: str) -> None:
        self.rows.execute("DELETE FROM passed WHERE test = ?", [test])

    def passed(self) -> dict[str, Passed]:
        names = dict(self.rows.execute("SELECT id, name FROM part"))
        rows = self.rows.execute("SELECT test, tree, ran, seconds, ci FROM passed")
        return {test: Passed(tree, {names[each] for each in json.loads(ran)}, *more) for test, tree, ran, *more in rows}

    def tree(self, name: str) -> dict[str, str]:
        return dict(json.loads(self.rows.execute("SELECT files FROM tree WHERE id = ?", [name]).fetchone()[0]))

    def move_on(self, tests: Iterable[str], tree: str) -> None:
        """What these tests ran is in this tree as it was when they passed."""
        self.rows.executemany("UPDATE passed SET tree = ? WHERE test = ?", [[tree, test] for test in tests])
        self.rows.execute("DELETE FROM tree WHERE id NOT IN (SELECT tree FROM passed)")


def _first_worktree() -> Path:
    listed = subprocess.run(["git", "worktree", "list", "--porcelain"], cwd=ROOT, capture_output=True, text=True)
    return Path(listed.stdout.partition("\n")[0].removeprefix("worktree ") or ROOT)


def state() -> dict[str, str]:
    """The digest of every file that git knows or would add."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    files = {name: ROOT / name for name in names if name and not name.endswith(".png")}
    return {name: hashlib.sha1(path.read_bytes()).hexdigest() for name, path in files.items() if path.is_file()}


# --- while tests run --------------------------------------------------------------------------------------------------


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
                took = time.process_time() - self.began
                store.keep(self.at, Passed(store.keep_tree(self.files), self.ran(store), took, self.ci[self.at]))

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
            parts, _imports = store.parts(self.files[path], path) if path in self.files else ({}, {})
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


# --- what a change reaches --------------------------------------------------------------------------------------------


class Map:
    """Who reads what in the tree as it is: `readers` of each part, and what runs while modules are imported."""

    def __init__(self, store: Store, files: dict[str, str]) -> None:
        self.parts: dict[str, dict[str, Part]] = {}
        self.imports: dict[str, dict[str, str]] = {}
        for path, sha in files.items():
            if path.endswith(".py") and "/migrations/" not in path:
                self.parts[path], self.imports[path] = store.parts(sha, path)
        self.files = files
        self.readers: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        self.named: dict[str, list[str]] = defaultdict(list)  # who names a file
        called, uses = set(), {}
        for path, parts in self.parts.items():
            for name, part in parts.items():
                node = f"{path}:{name}"
                uses[node] = found = {use: target for use in part.uses if (target := self.resolve(path, use))}
                if "." in name:  # a method reads its class
                    found[""] = f"{path}:{name.partition('.')[0]}"
                calls = {found[call] for call in part.calls if call in found}
                called |= calls
                for target in found.values():
                    self.readers[target].append((node, target in calls))
                for use in part.uses:
                    if use.startswith("'"):
                        self.named[use[1:]].append(node)
        self.at_import: set[str] = set()
        while called:
            node = called.pop()
            self.at_import.add(node)
            more = (
                {each for each in uses.get(node, {}).values() if self.is_function(each)}
                if self.is_function(node)
                else set()
            )
            if not self.is_function(node):
                more = {each for each in self.methods(node) if each.rpartition(".")[2].startswith("__")}
            called |= more - self.at_import

    def part(self, node: str) -> Part | None:
        path, _colon, name = node.partition(":")
        return self.parts.get(path, {}).get(name)

    def is_function(self, node: str) -> bool:
        part = self.part(node)
        return part is not None and part.is_function

    def methods(self, node: str) -> list[str]:
        path, _colon, name = node.partition(":")
        return [f"{path}:{each}" for each in self.parts.get(path, {}) if each.startswith(f"{name}.")]

    def file_of(self, module: str) -> str:
        base = module.replace(".", "/")
        return next((path for path in (f"{base}.py", f"{base}/__init__.py") if path in self.parts), "")

    def resolve(self, path: str, use: str, depth: int = 0) -> str:
        """The part that a name in this file stands for; empty if it is none of ours."""
        first, _dot, rest = use.partition(".")
        if depth > 6 or use.startswith("'"):
            return ""
        parts = self.parts.get(path, {})
        if use in parts or first in parts:
            return f"{path}:{use if use in parts else first}"
        target = self.imports.get(path, {}).get(first, "")
        if target == "django.conf:settings":
            return self.resolve("config/settings.py", rest, depth + 1) if rest else ""
        module, _colon, name = target.partition(":")
        if name and (inner := self.file_of(f"{module}.{name}")):
            return self.resolve(inner, rest, depth + 1) if rest else ""
        inner = self.file_of(module)
        return self.resolve(inner, f"{name}.{rest}".strip("."), depth + 1) if inner and (name or rest) else ""

    def reached(self, changes: Iterable[str]) -> set[str]:
        """Everything that may do something else after these parts have changed."""
        found: set[str] = set()
        waiting = list(changes)
        while waiting:
            node = waiting.pop()
            if node in found:
                continue
            found.add(node)
            if self.is_function(node):
                if node in self.at_import:
                    waiting += [reader for reader, calls in self.readers[node] if calls or self.is_function(reader)]
                continue
            found |= set(self.methods(node))
            readers = [reader for reader, _calls in self.readers[node]]
            waiting += readers
            if not readers and not self.methods(node) and ":" in node:
                path, _colon, _name = node.partition(":")
                used = {self.resolve(path, use) for use in getattr(self.part(node), "uses", ())} - {""}
                for each in used or {f"{path}:{other}" for other in self.parts.get(path, {})}:
                    found |= {each, *self.methods(each)}
        return found

    def naming(self, path: str) -> set[str]:
        """The parts that name a file which is not Python; templates leave a record of their own."""
        if path.startswith(("templates/", "locale/")):
            return set()
        found = set()
        for name, nodes in self.named.items():
            if f"/{path}".endswith(f"/{name}"):
                found |= set(nodes)
            elif "*" in name and PurePath(path).match(name):
                found |= {node for node in nodes if path.startswith(f"{node.rpartition('/')[0]}/")}
        return found

    def changed(self, store: Store, old: dict[str, str]) -> set[str]:
        """What is reached by the difference between an older tree and this one.

        Where only rows of a table differ and they name functions or classes, those are reached and the table is not:
        what holds for all rows is tested every time.
        """
        parts, found = set(), set()
        for path in {path for path in old.keys() | self.files.keys() if old.get(path) != self.files.get(path)}:
            if not path.endswith(".py"):
                found.add(path)
                parts |= self.naming(path)
                continue
            before = store.parts(old[path])[0] if path in old else {}
            after = self.parts.get(path, {})
            for name in before.keys() | after.keys():
                was, is_now = before.get(name), after.get(name)
                if was is None or is_now is None or was.digest != is_now.digest:
                    named = self.in_rows(path, was, is_now) if was and is_now else set()
                    found |= named
                    parts |= set() if named else {f"{path}:{name}"}
        return found | self.reached(parts)

    def in_rows(self, path: str, was: Part, is_now: Part) -> set[str]:
        rows = was.rows | is_now.rows
        uses = {use for row in was.rows.keys() ^ is_now.rows.keys() for use in rows[row]}
        named = {self.resolve(path, use) for use in uses}
        return {each for node in named for each in (node, *self.methods(node)) if self.is_function(each)}


@dataclass
class Due:
    """Files of tests that a change reaches, by what of it; and changed files that no test reads."""

    tests: dict[str, str]
    seconds: float
    unread: list[str]
    ci: int  # tests that CI alone makes


def due(tests: Iterable[str]) -> Due:
    """Which of these files of tests have not passed with the tree as it is."""
    files = state()
    with closing(Store()) as store:
        passed = store.passed()
        now, reached = Map(store, files), {}
        trees = {passed[test].tree for test in tests if test in passed}
        reached = {tree: now.changed(store, store.tree(tree)) for tree in trees}
        found, differing = {}, set()
        for test in tests:
            if test not in passed:
                found[test] = "not seen to pass"
            elif store.tree(passed[test].tree).get(test) != files.get(test):
                found[test] = "changed itself"
            elif hit := reached[passed[test].tree] & passed[test].ran:
                found[test] = min(hit)
        store.move_on(set(passed) - set(found), store.keep_tree(files))
        read = set().union(*(each.ran for each in passed.values()))
        for tree in trees:
            old = store.tree(tree)
            differing |= {path for path in old.keys() | files.keys() if old.get(path) != files.get(path)}
        hit = {each.partition(":")[0] for tree in trees for each in reached[tree] & read} | set(found)
        seconds = sum(passed[test].seconds for test in found if test in passed)
    return Due(found, seconds, sorted(differing - hit), sum(each.ci for each in passed.values()))
