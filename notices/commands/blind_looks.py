"""Gives a blind second look at the act behind a notice, by somebody who had no part in the notice either."""

from datetime import datetime

from django.db.models import Q

from casework.actor import Actor
from casework.errors import NotFound
from casework.firing import command
from executors.commands import give_second_look
from notices.models import Notice
from notices.policies import NONE, not_involving


@command
def give_blind_look(
    *,
    actor: Actor,
    ref: str,
    same_measure: bool,
    error_class: str,
    note: str,
    now: datetime,
    excluding: Q = NONE,
) -> None:
    """Records and seals the person's view of the act; nothing follows for the party or the executor by itself.

    `excluding` as in `blind_looks_for`. Raises `NotFound` also for who had a part in the notice, and what
    `give_second_look` raises: `NotAllowed`, `NotYourTurn` once given or decided, `Invalid`.
    """
    rows = Notice.objects.filter(~excluding, not_involving(actor), act__double_review__ref=ref)
    if not rows.exists():
        raise NotFound()
    give_second_look(actor=actor, ref=ref, same_measure=same_measure, error_class=error_class, note=note, now=now)
