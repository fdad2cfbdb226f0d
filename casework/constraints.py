"""Laws about one row, as constraints of its table. What one row cannot say is a trigger (`casework.triggers`)."""

from typing import Any

from django.db.models import CheckConstraint, Lookup, Q


def check(name: str, condition: "Q | Lookup[Any]", *, code: str | None = None, message: Any = None) -> CheckConstraint:
    """The law of this name; `code` and `message` are the problem that a refusal is shown as."""
    return CheckConstraint(condition=condition, name=name, violation_error_code=code, violation_error_message=message)
