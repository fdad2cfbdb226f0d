"""How the tests show that the database itself refuses: each law by name, broken past the code.

What does not belong here: the attempts. They stand in an app's `test_constraints.py` as `LAWS`, or in the test of
the verb that the law is for, where `assert_refused` names it.
"""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from casework import triggers
from casework.firing import constraint_name

Attempt = Callable[..., Any]


class Laws(dict[str, Attempt]):
    """Attempts to break a law, by the name of the law."""

    def rows(self, **attempts: Attempt) -> None:
        """One attempt for each of these laws."""
        for name, attempt in attempts.items():
            self.broken_by(name)(attempt)

    def broken_by(self, *names: str) -> Callable[[Attempt], Attempt]:
        def enter(attempt: Attempt) -> Attempt:
            for name in names:
                assert name not in self, f"{name} has two attempts"
                self[name] = attempt
            return attempt

        return enter


def assert_refused(name: str, attempt: Callable[[], Any]) -> None:
    """The attempt fails with the law of that name, and leaves nothing behind."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        attempt()
    assert constraint_name(error.value) == name, error.value


def refused_in_tests() -> set[str]:
    """Which declared laws tests break beside `LAWS`.

    Those that a test with `assert_refused` names, in itself, in its parameters or in what they are made of.
    """
    declared = {law.name for law in triggers.declared()}
    declared |= constraints_of(*(config.label for config in apps.get_app_configs()))
    found = set()
    for file in Path(__file__).parent.rglob("test_*.py"):
        text = file.read_text()
        if "assert_refused(" in text:
            found |= _named_by_attempts(ast.parse(text))
    return found & declared


def _named_by_attempts(module: ast.Module) -> set[str]:
    above = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    named: set[str] = set()
    for test in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
        inside = list(ast.walk(test))
        if any(isinstance(node, ast.Call) and ast.unparse(node.func) == "assert_refused" for node in inside):
            inside += [one for node in inside if isinstance(node, ast.Name) for one in _walk(above.get(node.id))]
            named |= {node.value for node in inside if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return named


def _walk(node: ast.AST | None) -> list[ast.AST]:
    return [] if node is None else list(ast.walk(node))


def constraints_of(*labels: str) -> set[str]:
    return {
        constraint.name
        for model in apps.get_models()
        if model._meta.app_label in labels
        for constraint in model._meta.constraints
    }


def declared_in(*labels: str) -> set[str]:
    """Names of every constraint and trigger that these apps declare."""
    ours = {t.name for label in labels for t in getattr(apps.get_app_config(label).models_module, "TRIGGERS", ())}
    assert ours <= {t.name for t in triggers.declared()}
    return constraints_of(*labels) | ours


def insert(instance: Any, **changes: Any) -> Any:
    """The same row once more with these changes, straight into its table."""
    model = type(instance)
    values = {
        f.attname: getattr(instance, f.attname)
        for f in model._meta.concrete_fields
        if not f.generated and not f.primary_key
    }
    return model._base_manager.create(**values | changes)
