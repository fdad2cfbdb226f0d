"""How the tests show that the database itself refuses: each law by name, broken past the code.

What does not belong here: the attempts. They stand in an app's `test_constraints.py` as `LAWS`, or in the test of
the verb that the law is for, where `assert_refused` names it.
"""

import re
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
    """Names of the laws that tests break beside `LAWS`, one by one."""
    texts = (file.read_text() for file in Path(__file__).parent.rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r'assert_refused\(\s*"(\w+)"', text)}


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
