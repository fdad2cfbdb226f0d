"""Frames as text: what a client may send, and what it is sent. What does not belong here: what follows from a frame."""

import json
from collections.abc import Iterable
from typing import Any

from casework.errors import CaseError
from casework.text import TextRefused, parse_json_strict
from disputes.lanes import Entry, picture_of

FRAME_BYTES_MOST = 32 * 1024  # 4 KB of text with every character escaped, and its envelope
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class BadFrame(ValueError):  # noqa: N818  named as in casework.errors
    """The frame means nothing here. `code` is a problem type, `reason` says what was wrong."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


def parsed(text: str | None) -> dict[str, Any]:
    """The frame as an object. Raises `BadFrame`."""
    if text is None:
        raise BadFrame("validation", "not-text")
    try:
        raw = text.encode()
        frame = parse_json_strict(raw, max_bytes=FRAME_BYTES_MOST, max_depth=3, max_keys=8, max_items=8)
    except UnicodeEncodeError:
        raise BadFrame("validation", "surrogate") from None
    except TextRefused as refused:
        raise BadFrame("too-large" if refused.code == "too-large" else "validation", refused.code) from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise BadFrame("validation", "not-a-frame")
    return frame


def number_in(frame: dict[str, Any], name: str) -> int:
    """A number from 0 on. Raises `BadFrame`."""
    value = frame.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise BadFrame("validation", f"{name}-not-a-number")
    return value


class Frame:
    """One entry, encoded once for everybody who sees the same of it: the author, a side, or who decides."""

    __slots__ = ("_mediator", "_mine", "_side", "entry")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self._mine = self._side = self._mediator = ""

    def for_reader(self, user_id: int, *, is_side: bool) -> str:
        if user_id == self.entry.sender_id:
            self._mine = self._mine or _write(picture_of(self.entry, mine=True, is_side=is_side))
            return self._mine
        if is_side:
            self._side = self._side or _write(picture_of(self.entry, mine=False, is_side=True))
            return self._side
        self._mediator = self._mediator or _write(picture_of(self.entry, mine=False, is_side=False))
        return self._mediator


def heartbeat(head: int) -> str:
    return f'{{"type":"heartbeat","head":{head}}}'


def presence(roles: Iterable[str]) -> str:
    return _write({"type": "presence", "sides": sorted(roles)})


def typing(role: str) -> str:
    return _write({"type": "typing", "role": role})


def read(role: str, sequence: int) -> str:
    return _write({"type": "read", "role": role, "sequence": sequence})


def error(code: str, *, reason: str = "", client_id: object = None, retry_after: int | None = None) -> str:
    """`client_id` names the message that was refused."""
    frame: dict[str, Any] = {"type": "error", "code": code}
    if reason:
        frame["reason"] = reason
    if isinstance(client_id, str) and client_id:
        frame["client_id"] = client_id
    if retry_after is not None:
        frame["retry_after"] = retry_after
    return _write(frame)


def refusal(problem: CaseError, *, client_id: object = None) -> str:
    reason = problem.errors[0].pointer.lstrip("/") + "-" + problem.errors[0].code if problem.errors else ""
    return error(problem.code, reason=reason, client_id=client_id, retry_after=problem.retry_after)
