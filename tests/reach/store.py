"""What is remembered of tests that passed: `var/reach.sqlite3`, on this machine alone."""

import hashlib
import json
import os
import sqlite3
import subprocess
import zlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.reach.parts import Part, parts_of, sentences_of

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / "var" / "reach.sqlite3"
TABLES = """
CREATE TABLE IF NOT EXISTS source (sha TEXT PRIMARY KEY, parts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tree (id TEXT PRIMARY KEY, files TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS part (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, tree TEXT NOT NULL, ci INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS test (path TEXT, name TEXT, ran BLOB, PRIMARY KEY (path, name)) WITHOUT ROWID;
"""
ALL = ""
"""The name under which stands what fixtures of a file ran, for all of its tests."""


@dataclass
class File:
    """A file of tests: the tree that it was last made with as a whole, how many of its tests CI makes, what each ran.

    What ran is a set of numbers of parts, as the bits of a number; None where a test did not pass.
    """

    tree: str
    ci: int
    ran: dict[str, int | None]


class Store:
    """`var/reach.sqlite3`. A new worktree begins with what the first one knows."""

    def __init__(self, path: Path = STORE) -> None:
        path.parent.mkdir(exist_ok=True)
        first = _first_worktree() / "var" / path.name
        if not path.exists() and first.exists():
            _copy(first, path)
        try:
            self.rows = sqlite3.connect(path, timeout=60, isolation_level=None)
            self.rows.executescript(TABLES)
        except sqlite3.DatabaseError:  # a process was killed while it wrote: what was remembered is made anew
            path.unlink(missing_ok=True)
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

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """The number of each part, which it is given here if it has none."""
        self.rows.execute("BEGIN IMMEDIATE")
        self.rows.executemany("INSERT OR IGNORE INTO part (name) VALUES (?)", [[name] for name in names])
        self.rows.execute("COMMIT")
        return {name: number for number, name in self.rows.execute("SELECT id, name FROM part")}

    def keep(self, path: str, ran: dict[str, set[str] | None]) -> None:
        """Remembers what these tests of a file ran, and `ALL` of them."""
        numbers = self.numbers({name for names in ran.values() for name in names or ()})
        masks = {test: None if names is None else bits(numbers[name] for name in names) for test, names in ran.items()}
        rows = [[path, test, None if mask is None else packed(mask)] for test, mask in masks.items()]
        self.rows.execute("BEGIN IMMEDIATE")
        self.rows.executemany("REPLACE INTO test VALUES (?, ?, ?)", rows)
        self.rows.execute("COMMIT")

    def keep_file(self, path: str, tree: str, ci: int, tests: Iterable[str]) -> None:
        """The file was made as a whole, with this tree and these tests."""
        gone = {name for (name,) in self.rows.execute("SELECT name FROM test WHERE path = ?", [path])} - {ALL, *tests}
        self.rows.executemany("DELETE FROM test WHERE path = ? AND name = ?", [[path, name] for name in gone])
        self.rows.execute("REPLACE INTO file VALUES (?, ?, ?)", [path, tree, ci])

    def files(self) -> dict[str, File]:
        found = {path: File(tree, ci, {}) for path, tree, ci in self.rows.execute("SELECT path, tree, ci FROM file")}
        for path, name, ran in self.rows.execute("SELECT path, name, ran FROM test"):
            if path in found:
                found[path].ran[name] = None if ran is None else int.from_bytes(zlib.decompress(ran), "little")
        return found

    def tree(self, name: str) -> dict[str, str]:
        return dict(json.loads(self.rows.execute("SELECT files FROM tree WHERE id = ?", [name]).fetchone()[0]))

    def move_on(self, paths: Iterable[str], tree: str) -> None:
        """What the tests of these files ran is in this tree as it was when they passed, or they failed."""
        self.rows.executemany("UPDATE file SET tree = ? WHERE path = ?", [[tree, path] for path in paths])
        self.rows.execute("DELETE FROM tree WHERE id NOT IN (SELECT tree FROM file)")

    def forget(self, path: str) -> None:
        self.rows.execute("DELETE FROM file WHERE path = ?", [path])
        self.rows.execute("DELETE FROM test WHERE path = ?", [path])


def bits(numbers: Iterable[int]) -> int:
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


def packed(mask: int) -> bytes:
    return zlib.compress(mask.to_bytes(mask.bit_length() // 8 + 1, "little"), 1)


def _copy(first: Path, path: Path) -> None:
    """Copies what the first worktree knows, whole even while another process writes there."""
    own = path.with_suffix(f".{os.getpid()}")
    try:
        with closing(sqlite3.connect(first)) as there, closing(sqlite3.connect(own)) as here:
            there.backup(here)
        own.replace(path)
    except sqlite3.DatabaseError:
        own.unlink(missing_ok=True)


def _first_worktree() -> Path:
    listed = subprocess.run(["git", "worktree", "list", "--porcelain"], cwd=ROOT, capture_output=True, text=True)
    return Path(listed.stdout.partition("\n")[0].removeprefix("worktree ") or ROOT)


def state() -> dict[str, str]:
    """The digest of every file that git knows or would add."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    files = {name: ROOT / name for name in names if name and not name.endswith(".png")}
    return {name: hashlib.sha1(path.read_bytes()).hexdigest() for name, path in files.items() if path.is_file()}
