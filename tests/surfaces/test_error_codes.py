"""Every code that an error can have stands in one table with cause and remedy, and the document lists it."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from appeals.windows import NOT_TOGETHER
from casework.text import MESSAGES
from config.api.documents import document
from config.api.refusals import reachable
from surfaces.api.error_codes import CODES, table
from surfaces.api.problems import CODES as RENAMED
from tests.surfaces.described import operations_of
from tests.surfaces.refusing import OF_THE_FRAMEWORK as OF_FIELDS
from tests.surfaces.refusing import refusals_of_operations

ROOT = Path(__file__).parents[2]
RAISERS = {"FieldError": 1, "field": 1, "refuse": 1, "_refuse": 2, "_bad": 0, "_refused": 0, "_Wrong": 1}
OF_THE_FRAMEWORK = {
    *OF_FIELDS,
    *("password-too-short", "password-too-common", "password-entirely-numeric", "password-too-similar"),
}
CODE = re.compile(r"[a-z]+(-[a-z]+)*")


def codes_in_the_code():
    names = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in names.split():
        if name.startswith(("tests/", "docs/", "bench/", "sample/", ".ci")) or "/migrations/" in name:
            continue
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            match node:
                case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=arguments):
                    at = RAISERS.get(called)
                    code = arguments[at] if at is not None and len(arguments) > at + 1 else None
                    if isinstance(code, ast.Constant) and CODE.fullmatch(str(code.value)):
                        yield code.value, f"{name}:{node.lineno}"
                case ast.Tuple(elts=[_wrong, ast.Constant(value=str(at)), ast.Constant(value=str(code)), *_words]):
                    if at.startswith("/") and CODE.fullmatch(code):
                        yield code, f"{name}:{node.lineno}"


def test_every_code_has_its_cause_and_remedy():
    found = dict(codes_in_the_code())
    others = {*MESSAGES, *RENAMED.values(), *OF_THE_FRAMEWORK, *(code for code, _words in NOT_TOGETHER.values())}

    assert len(found) > 100
    assert {code: where for code, where in found.items() if code not in CODES} == {}
    assert others - CODES.keys() == set()
    assert all(cause.endswith(".") and remedy.endswith(".") for cause, remedy in CODES.values())


def test_each_operation_says_what_it_refuses_with():
    shown = operations_of(document("en"))
    problem = document("en")["components"]["schemas"]["Problem"]["properties"]["type"]

    assert problem["x-enum-descriptions"].keys() == set(problem["enum"])
    assert {"already-appealed", "deadline-passed", "not-appealable"} < {*shown["file_appeal"]["x-problems"]}
    assert {"already-appealed", "stale"}.isdisjoint(shown["me"]["x-problems"])
    assert "heavier" in shown["decide_appeal"]["x-errors"]
    assert "heavier" not in shown["file_appeal"]["x-errors"]
    for name, operation in shown.items():
        assert {"server-error", "too-many-requests"} <= {*operation["x-problems"]}, name
        assert CODES.keys() >= {*operation["x-errors"]}, name


@pytest.mark.exhaustive
def test_what_each_operation_refuses_with_is_what_its_code_can_reach(monkeypatch):
    monkeypatch.undo()  # the tests' own marketplace is no code of ours

    assert refusals_of_operations() == reachable(), "./run ready writes it"


def test_the_document_and_the_page_list_them():
    shown = document("en")["components"]["schemas"]["ErrorCode"]

    assert shown["enum"] == sorted(CODES)
    assert shown["x-enum-descriptions"].keys() == CODES.keys()
    assert (ROOT / "docs" / "error-codes.md").read_text() == table(), "./run ready writes it"


def test_a_read_lists_nothing_that_only_a_write_at_its_address_refuses():
    writing = {"idempotency-key-required", "idempotency-mismatch", "in-progress", "external-ref-mismatch", "stale"}
    for path, methods in document("en")["paths"].items():
        if {"get", "post"} <= methods.keys():
            assert writing.isdisjoint(methods["get"]["x-problems"]), path
            assert "invalid-cursor" not in methods["post"]["x-errors"], path
    notices = document("en")["paths"]["/api/v1/notices"]
    assert "wrong-amount" in set(notices["post"]["x-errors"]) - set(notices["get"]["x-errors"])
