"""Says of a database what it is, and moves the clock of a sandbox."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import CLOCK_AHEAD_AT_MOST, Installation
from accounts.policies import may_name_officers
from casework.actor import Actor, ActorKind
from casework.errors import Invalid, NotAllowed, or_not_found, require
from casework.firing import command


@command
def mark_sample(*, actor: Actor, now: datetime) -> Installation:
    """Marks this database as the sample platform's, for ever: staff need no second factor in it.

    For `manage.py demo` alone, on a database that it has just made. Raises `NotAllowed` where anybody is already.
    """
    require(may_name_officers(actor))
    return Installation.objects.create(is_sample=True, created_at=now)


@command
def mark_sandbox(*, actor: Actor, now: datetime) -> Installation:
    """Marks this database as a sandbox, for ever: its clock can be moved, and nothing in it is real.

    For `manage.py sandbox` alone, on a database that it has just made. Raises `NotAllowed` where anything is already.
    """
    require(may_name_officers(actor))
    return Installation.objects.create(is_sandbox=True, created_at=now)


@command
def ask_clock_to_move(*, actor: Actor, to: datetime, now: datetime) -> Installation:
    """The clock of this sandbox moves to that time, with everything that falls due until then (`sample.sandbox.clock`).

    Raises `NotFound` where this is no sandbox, `NotAllowed` for anybody but an API client, and `Invalid`.
    """
    row = or_not_found(Installation.objects.select_for_update().filter(is_sandbox=True).first())
    if actor.kind is not ActorKind.CLIENT:
        raise NotAllowed()
    if to <= max(now, row.clock_moves_to or now):
        raise Invalid.field("/to", "order", _("The clock goes forward only, and not less far than it was asked to."))
    if row.clock_ahead + (to - now) > CLOCK_AHEAD_AT_MOST:
        raise Invalid.field("/to", "too-long", _("A sandbox goes two years ahead at most; make a new one."))
    row.clock_moves_to = to
    row.save(update_fields=["clock_moves_to"])
    return row


@command
def move_clock(*, row: Installation, ahead: timedelta, is_there: bool) -> bool:
    """The clock of this sandbox is so far ahead, unless it was moved, or asked for more, since `row` was read.
    `is_there` ends its way.
    """
    changes: dict[str, Any] = {"clock_ahead": ahead} | ({"clock_moves_to": None} if is_there else {})
    as_read = Installation.objects.filter(pk=row.pk, clock_ahead=row.clock_ahead, clock_moves_to=row.clock_moves_to)
    return as_read.update(**changes) == 1
