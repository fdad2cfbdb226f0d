"""How many acts of executors wait for this reader's blind second look, for the frame of every page of the console."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from appeals.queries import notices_known_to
from notices.queries import blind_looks_for


def acts_to_look_at(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """`acts_waiting`, counted when a template asks."""
    actor: Any = getattr(request, "actor", None)
    return {"acts_waiting": lambda: blind_looks_for(actor, apart_from=notices_known_to(actor)).count() if actor else 0}
