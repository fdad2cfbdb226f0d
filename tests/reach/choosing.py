"""Chooses the files of tests that have not passed with what they reach as it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import PurePath

from tests.reach.parts import Part
from tests.reach.store import ALL, ROOT, Store, bits, state


class Map:
    """Who reads what in the tree as it is: `readers` of each part, and what runs while modules are imported."""

    def __init__(self, store: Store, files: dict[str, str]) -> None:
        self.parts: dict[str, dict[str, Part]] = {}
        self.imports: dict[str, dict[str, str]] = {}
        for path, sha in files.items():
            if path.endswith(".py") and "/migrations/" not in path:
                self.parts[path], self.imports[path] = store.parts(sha)
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
            if self.is_function(node):
                more = {each for each in uses.get(node, {}).values() if self.is_function(each)}
            else:  # of a class that is called
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

    def saying(self, sentences: set[str]) -> set[str]:
        """The parts and templates in which sentences stand, by how they begin."""
        found = set()
        beginnings = {sentence.partition("\n")[0][:40] for sentence in sentences} - {""}
        for path in self.files if beginnings else ():
            if not path.startswith(("tests/", "docs/")) and path.endswith((".py", ".html", ".txt")):
                lines = enumerate((ROOT / path).read_text().splitlines(), start=1)
                numbers = [number for number, line in lines if any(beginning in line for beginning in beginnings)]
                parts = self.parts.get(path, {}).items()
                found |= {f"{path}:{name}" for name, part in parts for n in numbers if part.first <= n <= part.last}
                found |= {path} if numbers and not path.endswith(".py") else set()
        return found

    def changed(self, store: Store, old: dict[str, str]) -> dict[str, set[str]]:
        """What each file reaches that differs between an older tree and this one.

        Where only rows of a table differ and they name functions or classes, those are reached and the table is not:
        what holds for all rows is tested every time.
        """
        paths = {path for path, _sha in old.items() ^ self.files.items()}
        return {
            path: self.changed_in(path, *(store.parts(tree.get(path, ""))[0] for tree in (old, self.files)))
            for path in paths
        }

    def changed_in(self, path: str, before: dict[str, Part], after: dict[str, Part]) -> set[str]:
        was, is_now = ({name: part.digest for name, part in parts.items()} for parts in (before, after))
        differing = {name for name, _digest in was.items() ^ is_now.items()}
        if path.endswith(".po"):
            return {path} | self.reached(self.saying(differing & before.keys()))
        if not path.endswith(".py"):
            return {path} | self.reached(self.naming(path))
        both = differing & before.keys() & after.keys()
        in_rows = {name: self.in_rows(path, before[name], after[name]) for name in both}
        parts = {f"{path}:{name}" for name in differing if not in_rows.get(name)}
        return set().union(*in_rows.values()) | self.reached(parts)

    def in_rows(self, path: str, was: Part, is_now: Part) -> set[str]:
        rows = was.rows | is_now.rows
        uses = {use for row in was.rows.keys() ^ is_now.rows.keys() for use in rows[row]}
        named = {self.resolve(path, use) for use in uses}
        return {each for node in named for each in (node, *self.methods(node)) if self.is_function(each)}


@dataclass
class Due:
    """Tests that have not passed with what they reach as it is, by what of it changed; and what nothing reads."""

    tests: dict[str, str]  # by node, a file where all of its tests are due
    unread: list[str]
    ci: int  # tests that CI alone makes

    @property
    def files(self) -> set[str]:
        return {test.partition("::")[0] for test in self.tests}


def due(paths: Collection[str]) -> Due:
    """What is due of these files of tests. The others are remembered as passed with the tree as it is."""
    now_files = state()
    with closing(Store()) as store:
        tree = store.keep_tree(now_files)
        files = store.files()
        for gone in files.keys() - set(paths):
            store.forget(gone)
            del files[gone]
        trees = {name: store.tree(name) for name in {each.tree for each in files.values()}}
        now, numbers = Map(store, now_files), store.numbers(())
        names = {number: name for name, number in numbers.items()}

        def mask_of(parts: set[str]) -> int:
            return bits(numbers[each] for each in parts if each in numbers)

        reached = {name: now.changed(store, old) for name, old in trees.items()}
        masks = {name: mask_of(set().union(*found.values())) for name, found in reached.items()}
        found = {}
        for path in paths:
            file = files.get(path)
            if file is None:
                found[path] = "not seen to pass"
            elif trees[file.tree].get(path) != now_files.get(path):
                found[path] = "changed itself"
            elif hit := masks[file.tree] & (file.ran.get(ALL) or 0):
                found[path] = names[hit.bit_length() - 1]
            else:
                of_file = {}
                for name, ran in file.ran.items():
                    if ran is None:
                        of_file[f"{path}::{name}"] = "failed"
                    elif hit := masks[file.tree] & ran:
                        of_file[f"{path}::{name}"] = names[hit.bit_length() - 1]
                few = len(of_file) < len(file.ran) / 2
                found |= of_file if few or not of_file else {path: min(of_file.values())}
        answer = Due(found, [], sum(each.ci for each in files.values()))
        store.move_on(set(paths) - answer.files, tree)
        read = 0
        for ran in (ran for file in files.values() for ran in file.ran.values()):
            read |= ran or 0
        changed = {path: mask_of(parts) for found in reached.values() for path, parts in found.items()}
        answer.unread += sorted(path for path, mask in changed.items() if not mask & read and path not in answer.files)
    return answer


def made(due: Due, left: Collection[str]) -> None:
    """Files whose due tests were all made are as they are with this tree; tests that failed stay due."""
    with closing(Store()) as store:
        store.move_on(due.files - set(left), store.keep_tree(state()))
