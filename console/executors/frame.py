"""What compliance's pages about executors share: who may open them, and one form that is sent, done or shown again."""

from collections.abc import Callable
from typing import ParamSpec

from django.http import HttpRequest

from casework.actor import Actor
from console import frame
from console.forms import number
from console.frame import OVERSEES

P = ParamSpec("P")

TYPED = ("reason", "reasons", "corrective_step", "words", "purpose", "method", "data_kinds", "protection")


def staff(request: HttpRequest) -> Actor:
    """The person of compliance who asks. Raises `NotSignedIn`, `NotAllowed`."""
    return frame.staff(request, *OVERSEES)


def seen_version(request: HttpRequest) -> int:
    """The version of the case that the form was written on; where it says none, one that no case has."""
    return number(request.POST.get("version")) or 0


def surface(*methods: str) -> Callable[[frame.View[P]], frame.View[P]]:
    return frame.surface(*methods, keeps=TYPED)
