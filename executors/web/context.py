"""A context processor: whether the reader works for an executor, for pages that several kinds of people open."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from executors.queries import person_of


def works_for_executor(request: HttpRequest) -> dict[str, Callable[[], bool]]:
    """Adds `works_for_executor`, evaluated when a template asks."""
    actor: Any = getattr(request, "actor", None)
    return {"works_for_executor": lambda: bool(actor) and person_of(actor) is not None}
