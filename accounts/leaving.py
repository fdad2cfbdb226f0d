"""What a member of staff holds, as each app says of its own in `subscribers.HOLDINGS`; given back when they leave.

What does not belong here: which cases there are, and to whom they go.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import User
from casework.outbox import listed


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that somebody holds, and where it goes; with `is_stuck` nobody can take it."""

    number: str
    goes_to: str | Promise
    is_stuck: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of things that staff hold: what of it a person has now, and the command that gives all of it back.

    `give_back(user=, actor=, now=)` returns how many; it raises `Invalid` where one can be given to nobody.
    """

    label: str | Promise
    roles: frozenset[str]
    """Of these one at least is needed to work on it."""
    held_by: Callable[[User], Sequence[Held]]
    give_back: Callable[..., int]


def holdings() -> dict[str, Holding]:
    """Every kind, by name."""
    return listed("HOLDINGS")
