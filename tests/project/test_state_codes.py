"""A state is named by the member of its enumeration: a search for the member then finds every place that depends on it.

What is found: a code in quotes that is compared with a state, or given as one. Templates have nothing else than codes.
"""

import ast
import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import TextChoices

from tests.our_apps import OUR_APPS

ROOT = Path(settings.BASE_DIR)
ELSEWHERE = {"sample"}  # plays a platform's own systems, which know codes


def codes() -> set[str]:
    """The codes of every state of every row of ours."""
    found: set[str] = set()
    for model in apps.get_models():
        if model._meta.app_label in OUR_APPS:
            found |= {code for f in model._meta.fields if f.name == "state" for code, _label in f.flatchoices}
    return found


def raw(module: ast.AST, known: set[str]) -> list[tuple[int, str]]:
    """Where a module names a state by a code in quotes."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(_is_state(each) for side in sides for each in getattr(side, "elts", [side])):
                found += [each for side in sides for each in _quoted(side)]
        elif isinstance(node, ast.keyword) and node.arg and re.fullmatch(r"(\w+__)?state(__in)?", node.arg):
            found += _quoted(node.value)
    return [(each.lineno, each.value) for each in found if each.value in known]


def _is_state(node: ast.AST) -> bool:
    return getattr(node, "attr", getattr(node, "id", "")) == "state"


def _quoted(node: ast.AST) -> list[ast.Constant]:
    return [each for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def test_a_code_in_quotes_is_found():
    class Light(TextChoices):
        RED = "RED"

    text = """
if lamp.state == "RED" or lamp.state in ("RED", other): ...
lamps.filter(state="RED", road__state__in=["RED"], label="RED").exclude(state=Light.RED)
if lamp.label == "RED" or lamp.state == Light.RED: ...
"""

    assert [line for line, _code in raw(ast.parse(text), set(Light.values))] == [2, 2, 3, 3]


def test_every_state_is_named_by_its_enumeration():
    known, found = codes(), []
    for app in sorted({*OUR_APPS, "config", "console", "surfaces"} - ELSEWHERE):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                found += [
                    f"{path.relative_to(ROOT)}:{line} {code}" for line, code in raw(ast.parse(path.read_text()), known)
                ]

    assert len(known) > 50
    assert found == []
