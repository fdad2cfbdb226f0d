"""The one byte form of a value, and its SHA-256: JSON with sorted keys, no spaces, UTF-8 and no floats (RFC 8785).

What does not belong here: which values are hashed (`casework.ledger`, and each app's claims).
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any


def canonical(value: Any) -> bytes:
    """The one byte form of a JSON value. Raises `TypeError` for a float: money and ratios are integers or strings."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a ledger holds no floats: they have no canonical form")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def digest(value: Any) -> str:
    """SHA-256 (hex) of a JSON value's canonical form, or of bytes and text as they are."""
    if isinstance(value, bytes):
        raw = value
    elif isinstance(value, str):
        raw = value.encode()
    else:
        raw = canonical(value)
    return hashlib.sha256(raw).hexdigest()


def moment(value: datetime) -> str:
    """A time as the ledger writes it: UTC, microseconds, always the same length."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
