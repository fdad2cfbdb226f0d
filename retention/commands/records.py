"""A person takes home what is kept about them."""

from datetime import datetime
from typing import IO

from accounts.commands.records import note_records_taken, require_pause
from accounts.models import User
from casework.actor import Actor
from casework.errors import require
from casework.firing import command
from casework.formats import in_beijing
from retention.personal import write_records
from retention.policies import may_take_records


@command
def take_records(*, actor: Actor, out: IO[bytes], now: datetime) -> str:
    """Writes to `out` the archive of what is kept about the person, and returns its name; the person is told that
    somebody has it (个人信息保护法 45).

    Raises `NotAllowed`, `TooManyRequests` within ten minutes of the last.
    """
    require(may_take_records(actor))
    user = User.objects.get(pk=actor.person)
    require_pause(user, now=now)
    write_records(out, actor=actor, now=now)
    note_records_taken(user, actor=actor, now=now)  # last: it locks the person's row, and the archive can take long
    return f"records-{in_beijing(now):%Y-%m-%d}"
