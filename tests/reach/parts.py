"""What a file of Python consists of, and what each part of it names."""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polib

FILE_NAME = re.compile(r"[\w*][\w./*-]*\.(toml|txt|tsv|csv|json|xz|js|css|md|docx|po|html)")
DOTTED = re.compile(r"\w+(\.\w+)+")


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


def sentences_of(text: str) -> tuple[dict[str, Part], dict[str, str]]:
    """The sentences of a catalogue: each one's part is called as its English, and differs where its Chinese does."""
    entries = {entry.msgid: _digest([entry.msgstr, *entry.msgstr_plural.values()]) for entry in polib.pofile(text)}
    return {english: Part(0, 0, digest, [], [], {}, False) for english, digest in entries.items()}, {}


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
