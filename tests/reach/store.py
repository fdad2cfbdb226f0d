"""What is remembered of tests that passed: `var/reach.sqlite3`, on this machine alone."""

import hashlib
import json
import sqlite3
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.reach.parts import Part, parts_of, sentences_of

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / "var" / "reach.sqlite3"
TABLES = """
CREATE TABLE IF NOT EXISTS source (sha TEXT PRIMARY KEY, parts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tree (id TEXT PRIMARY KEY, files TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS part (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS passed (
  test TEXT PRIMARY KEY, tree TEXT NOT NULL, ran TEXT NOT NULL, seconds REAL NOT NULL,
  ci INTEGER NOT NULL);
"""


@dataclass
class Passed:
    """That a file of tests passed: with which tree, what ran, for how long, and how many of it CI makes."""

    tree: str
    ran: set[str]
    seconds: float
    ci: int


class Store:
    """`var/reach.sqlite3`. A new worktree begins with what the first one knows."""

    def __init__(self, path: Path = STORE) -> None:
        path.parent.mkdir(exist_ok=True)
        first = _first_worktree() / "var" / path.name
        if not path.exists() and first.exists():
            path.write_bytes(first.read_bytes())
        self.rows = sqlite3.connect(path, timeout=60, isolation_level=None)
        self.rows.executescript(TABLES)
        self._parts: dict[str, tuple[dict[str, Part], dict[str, str]]] = {}

    def close(self) -> None:
        self.rows.close()

    def parts(self, sha: str) -> tuple[dict[str, Part], dict[str, str]]:
        """The parts of a file of Python as it was, and its imports; of a catalogue its sentences as parts."""
        if sha not in self._parts:
            row = self.rows.execute("SELECT parts FROM source WHERE sha = ?", [sha]).fetchone()
            parts, imports = json.loads(row[0]) if row else ({}, {})
            self._parts[sha] = {name: Part(*values) for name, values in parts.items()}, imports
        return self._parts[sha]

    def keep_tree(self, files: dict[str, str]) -> str:
        """Remembers this state of all files, and what those of Python consist of."""
        text = json.dumps(files, sort_keys=True)
        name = hashlib.sha1(text.encode()).hexdigest()
        known = {sha for (sha,) in self.rows.execute("SELECT sha FROM source")}
        for path, sha in files.items():
            if path.endswith((".py", ".po")) and sha not in known:
                parts, imports = (parts_of if path.endswith(".py") else sentences_of)((ROOT / path).read_text())
                row = [sha, json.dumps([{name: list(vars(part).values()) for name, part in parts.items()}, imports])]
                self.rows.execute("INSERT OR IGNORE INTO source VALUES (?, ?)", row)
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
