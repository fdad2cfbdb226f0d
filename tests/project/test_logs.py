"""A log line carries no personal data and no secret."""

import io
import json
import logging

import pytest
from django.db import IntegrityError

from casework import requests
from config.logs import Json, Line, NoPersonalData


@pytest.mark.parametrize(
    ("message", "arguments", "expected"),
    [
        ("mail to %s failed", ("li.lei@example.com",), "mail to <email> failed"),
        ("called 13812345678 twice", (), "called <phone> twice"),
        ("called +86 13812345678", (), "called <phone>"),
        ("holder 11010519491231002X", (), "holder <id-number>"),
        ("refused tok_AbC-123_x", (), "refused tok_<secret>"),
        ("GET /ws/?ticket=abc&x=1", (), "GET /ws/?ticket=<secret>&x=1"),
        ("Authorization: Bearer abc.def", (), "Authorization: Bearer <secret>"),
        ("case %s version %d", ("apl_9ZkQ", 3), "case apl_9ZkQ version 3"),
        ("order 20260301004212345678", (), "order 20260301004212345678"),
    ],
)
def test_what_a_line_may_not_carry_is_replaced(message: str, arguments: tuple[object, ...], expected: str) -> None:
    record = logging.LogRecord("appeals", logging.INFO, __file__, 1, message, arguments, None)

    assert NoPersonalData().filter(record)
    assert record.getMessage() == expected


REFUSED = """null value in column "x" violates not-null constraint
DETAIL:  Failing row contains (1, 王小明, 第一行
第二行, 13812345678)."""


def written(formatter: logging.Formatter, **extra: object) -> str:
    """What one handler writes of one failure, whose cause tells a row and whose message tells an address."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    handler.addFilter(NoPersonalData())
    logger = logging.getLogger("one.test")
    logger.handlers, logger.propagate = [handler], False
    with requests.during("a-request-1"):
        try:
            try:
                raise IntegrityError(REFUSED)
            except IntegrityError as error:
                raise ValueError("li.lei@example.com") from error
        except ValueError:
            logger.exception("mail to %s failed", "li.lei@example.com", extra=extra)
    return out.getvalue()


@pytest.mark.parametrize("formatter", [Json(), Line("{levelname} {request_id} {message}", style="{")])
def test_a_traceback_carries_neither_a_row_nor_an_address(formatter: logging.Formatter) -> None:
    said = written(formatter)

    for secret in ("王小明", "第二行", "13812345678", "ValueError: li.lei"):
        assert secret not in said
    assert "a-request-1" in said
    assert "ValueError: <email>" in said
    assert "violates not-null constraint" in said


def test_a_line_of_json_is_one_object_on_one_line() -> None:
    [line] = written(Json(), operation="appeal", status=200, secret="not a field").splitlines()

    told = json.loads(line)
    assert told.keys() == {"at", "level", "logger", "message", "request_id", "operation", "status", "exception"}
    assert (told["level"], told["message"], told["request_id"]) == ("ERROR", "mail to <email> failed", "a-request-1")
    assert told["at"].endswith("+00:00")
