"""Which refusals an operation can answer, read from the code that it can reach: for `config/api/refusals.json`.

From the view of an operation every function that is named is followed, through the module or class in which it is
named; of each are taken the refusals that it names, the codes of errors that it gives, and of commands what the
triggers of the tables that they name refuse with. What is found is what can be reached, so it may be more than what
comes. Whether it is less, each attempt of the tests shows (`tests/surfaces/conftest.py`).
"""

import ast
import dataclasses
import functools
import importlib
import inspect
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Model
from drf_spectacular.generators import EndpointEnumerator

from casework.errors import PROBLEMS, CaseError
from casework.triggers import SEALED, declared
from casework.verbs import Verb
from surfaces.api.error_codes import CODES
from surfaces.api.problems import CODES as RENAMED

OF_THE_FRAMEWORK = {"required", "null", "invalid", "empty", "not-a-list", "date", "overflow", "no-name"}
BOUND = property | classmethod | staticmethod | functools.cached_property
ROOT = Path(__file__).parents[2]


def ours(thing: Any) -> bool:
    """Whether it is defined in an app of this repository."""
    return ours_by_name(getattr(thing, "__module__", None) or "")


def ours_by_name(module: str) -> bool:
    return module != "" and (ROOT / module.partition(".")[0] / "__init__.py").exists()


@functools.cache
def parsed(file: str) -> dict[tuple[str, int], ast.AST]:
    """Every function of a file by its name and first line."""
    nodes = ast.walk(ast.parse(Path(file).read_text()))
    kinds = (ast.FunctionDef, ast.Lambda)
    return {(getattr(each, "name", "<lambda>"), first_line(each)): each for each in nodes if isinstance(each, kinds)}


def first_line(node: Any) -> int:
    """With its decorators, as a code object counts."""
    return min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])


@functools.cache
def telling(file: str, name: str, line: int) -> list[ast.AST]:
    """What names something in a function."""
    node = None if file == "<string>" else parsed(file).get((name, line))  # "<string>": of a dataclass, say
    kinds = (ast.ImportFrom, ast.Constant, ast.Name, ast.Attribute)
    return [] if node is None else [each for each in ast.walk(node) if isinstance(each, kinds)]


def plain(function: Any) -> Any:
    while True:
        match function:
            case classmethod() | staticmethod() | types.MethodType():
                function = function.__func__
            case property():
                function = function.fget
            case functools.partial() | functools.cached_property():
                function = function.func
            case _ if hasattr(function, "__wrapped__"):
                function = function.__wrapped__
            case _:
                return function


class Found:
    """What one function says itself: refusals, codes of errors, tables, and what it names."""

    def __init__(self, function: types.FunctionType, owner: type | None) -> None:
        self.problems: set[str] = set()
        self.codes: set[str] = set()
        self.named: list[tuple[Any, type | None]] = []
        code = function.__code__
        self.is_writer = ".commands" in function.__module__
        closed = zip(code.co_freevars, function.__closure__ or (), strict=False)
        names = dict(function.__globals__)
        for name, cell in closed:
            try:
                names[name] = cell.cell_contents
            except ValueError:
                continue
        for each in telling(code.co_filename, function.__name__, code.co_firstlineno):
            self.look(each, names, owner)

    def look(self, node: ast.AST, names: dict[str, Any], owner: type | None) -> None:
        match node:
            case ast.ImportFrom(module=str(module), names=imported, level=0) if ours_by_name(module):
                found = importlib.import_module(module)
                names |= {each.asname or each.name: getattr(found, each.name, None) for each in imported}
            case ast.Constant(value=str(text)) if text in CODES:
                self.codes.add(text)
            case ast.Name(id=name):
                self.take(names.get(name), None)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if owner is not None:
                self.take(inspect.getattr_static(owner, name, None), owner)
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name) if owner is not None:
                for base in owner.__mro__[1:]:
                    self.take(vars(base).get(name), base)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                held = names.get(name)
                if isinstance(held, types.ModuleType):
                    self.take(getattr(held, attribute, None), None)
                elif isinstance(held, type) and ours(held):
                    self.take(inspect.getattr_static(held, attribute, None), held)

    def take(self, thing: Any, owner: type | None) -> None:
        if isinstance(thing, type) and issubclass(thing, CaseError):
            self.problems.add(thing.code)
            self.codes |= {"sealed"} if thing.__name__ == "Sealed" else set()
        elif isinstance(thing, type) and issubclass(thing, Model) and thing is not Model:
            for trigger in by_table().get(thing._meta.db_table, ()) if self.is_writer else ():
                self.problems.add("not-your-turn" if trigger == SEALED else trigger)
        elif thing is PROBLEMS or thing is CODES:
            return  # who looks up what was raised
        elif isinstance(thing, dict):
            for each in thing.values():
                self.take(each, owner)
        elif isinstance(thing, list | tuple | set | frozenset):
            for each in thing:
                self.take(each, owner)
        elif isinstance(thing, str) and thing in CODES:
            self.codes.add(thing)
        elif callable(thing) or dataclasses.is_dataclass(thing) or isinstance(thing, BOUND):
            self.named.append((thing, owner))


@functools.cache
def by_table() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in declared():
        found.setdefault(each.table, set()).add(each.problem)
    return found


@functools.cache
def said_by(function: types.FunctionType, owner: type | None) -> Found:
    return Found(function, owner)


def members(of: type) -> Iterator[tuple[Any, type | None]]:
    """What a class of ours holds that can be called, its bases of ours included."""
    for base in of.__mro__:
        if ours(base):
            for value in vars(base).values():
                yield value, of


NOT_OF = {
    "GET": {"post", "perform", "prepare", "authorise", "reply", "delete", "takes", "takes_form", "gives", "also"}
    | {"_understood", "_effect", "_carried_out"},
    "POST": {"get", "read", "rows", "ordered", "narrowed", "listed", "_page", "shown", "shows", "listing", "narrows"}
    | {"delete"},
}
NOT_OF["DELETE"] = (NOT_OF["GET"] | NOT_OF["POST"]) - {"delete"}


def start_of(callback: Any, method: str) -> Iterator[tuple[Any, type | None]]:
    """What one method of a view begins with: nothing that only another method of it calls."""
    for base in callback.cls.__mro__:
        if ours(base):
            yield from ((value, callback.cls) for name, value in vars(base).items() if name not in NOT_OF[method])
    if method == "POST":
        yield from ((callback.initkwargs.get(name), None) for name in ("verb", "takes"))


def reached(start: list[tuple[Any, type | None]]) -> tuple[set[str], set[str]]:
    """The refusals and codes of everything that can be reached from here."""
    problems: set[str] = set()
    codes: set[str] = set()
    seen: set[Any] = set()
    waiting = list(start)
    while waiting:
        thing, owner = waiting.pop()
        thing = plain(thing)
        if isinstance(thing, Verb):
            waiting += [(value, None) for value in (thing.command, thing.may, thing.may_part, thing.when, thing.parts)]
            waiting += [] if thing.takes is None else list(members(thing.takes))
            continue
        if isinstance(thing, dict | list | tuple):
            waiting += [(each, None) for each in (thing.values() if isinstance(thing, dict) else thing)]
            continue
        if dataclasses.is_dataclass(thing) and not isinstance(thing, type) and ours(thing):
            if id(thing) not in seen:  # a row of a table that is declared, of which functions are fields
                seen.add(id(thing))
                waiting += [(getattr(thing, each.name), None) for each in dataclasses.fields(thing)]
            continue
        if not isinstance(thing, types.FunctionType) or not ours(thing) or (thing, owner) in seen:
            if isinstance(thing, type) and ours(thing) and thing not in seen and not issubclass(thing, Model):
                seen.add(thing)
                waiting += members(thing)
            continue
        seen.add((thing, owner))
        found = said_by(thing, owner)
        problems |= found.problems
        codes |= found.codes
        waiting += found.named
    return problems, codes


def refusals_of_operations() -> dict[str, dict[str, list[str]]]:
    """For `config/api/refusals.json`: codes of errors that every POST can give stand once, under `""`."""
    found = {}
    for path, _regex, method, callback in EndpointEnumerator().get_api_endpoints():
        found[f"{method} {path}"] = reached([*start_of(callback, method)])
    of_all = set.intersection(*(codes for name, (_problems, codes) in found.items() if name.startswith("POST")))
    of_all |= OF_THE_FRAMEWORK | {*RENAMED.values()}
    told = {
        name: {"problems": sorted(problems), "errors": sorted(codes - of_all)}
        for name, (problems, codes) in found.items()
    }
    return told | {"": {"errors": sorted(of_all)}}
