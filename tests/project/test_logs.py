"""A log line carries no personal data and no secret."""

import logging

import pytest

from config.logs import NoPersonalData


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
