"""Frames as text, as far as every socket has them: how one is read, and what is said when it means nothing."""

import json
from typing import Any

from casework.errors import CaseError

MAX_FRAME = 52 * 1024  # characters: a text of 4096 with each one escaped as two surrogates, and the envelope
written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class BadFrame(ValueError):  # noqa: N818  named as in casework.errors
    """The frame means nothing here. `code` is a problem type, `reason` says what was wrong."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


def parsed(text: str | None) -> dict[str, Any]:
    """The frame as an object of plain values, each name once. Raises `BadFrame`.

    What its texts may contain is for the command that takes them; nothing else is looked at.
    """
    if text is None:
        raise BadFrame("validation", "not-text")
    if len(text) > MAX_FRAME:
        raise BadFrame("too-large", "too-large")
    try:
        frame = _read(text)
    except RecursionError:
        raise BadFrame("validation", "too-deep") from None
    except ValueError as error:
        raise BadFrame("validation", "duplicate-key" if error.args == _TWICE else "not-json") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise BadFrame("validation", "not-a-frame")
    return frame


_TWICE = ("twice",)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError(*_TWICE)
    return members


def _refused(_constant: str) -> Any:
    raise ValueError("no number")


_read = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refused).decode


def number_in(frame: dict[str, Any], name: str) -> int:
    """A number from 0 on. Raises `BadFrame`."""
    value = frame.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise BadFrame("validation", f"{name}-not-a-number")
    return value


def heartbeat(head: int) -> str:
    return f'{{"type":"heartbeat","head":{head}}}'


def error(code: str, *, reason: str = "", client_id: object = None, retry_after: int | None = None) -> str:
    """`client_id` names the message that was refused: as it came, whatever it is, hence every character escaped."""
    frame: dict[str, Any] = {"type": "error", "code": code}
    if reason:
        frame["reason"] = reason
    if isinstance(client_id, str) and client_id:
        frame["client_id"] = client_id
    if retry_after is not None:
        frame["retry_after"] = retry_after
    return json.dumps(frame)


def refusal(problem: CaseError, *, client_id: object = None) -> str:
    reason = problem.errors[0].pointer.lstrip("/") + "-" + problem.errors[0].code if problem.errors else ""
    return error(problem.code, reason=reason, client_id=client_id, retry_after=problem.retry_after)
