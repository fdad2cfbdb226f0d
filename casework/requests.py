"""The id of the request that is carried out: in every log line, in the outbox, and in the webhooks that follow."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

GRAMMAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{7,63}", re.ASCII)

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of the request that caused what is being done; empty where none did."""
    return _current.get()


def new_id() -> str:
    """Returns an id that nobody had before."""
    return uuid.uuid4().hex


def begin(request_id: str) -> None:
    """Has what this task does from now on belong to this request."""
    _current.set(request_id)


@contextmanager
def during(request_id: str) -> Iterator[None]:
    """Has what is done inside belong to this request."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
