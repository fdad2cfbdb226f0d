"""What the worker sees to: a checkpoint of all cases when one is due, and the time stamp of the newest.

Each checkpoint signs the acts that are listed here and in other apps (`archive.acts`).
"""

from datetime import datetime

from archive import checkpoints, time_stamps
from archive.acts import EVENT, EVENTS


def _stamp(*, now: datetime) -> int:
    time_stamps.ask_if_due()  # in a thread of its own
    return 0


ROUTINES = {"checkpoints of all cases": checkpoints.make_if_due, "time stamps of checkpoints": _stamp}
ACTS = {EVENT: EVENTS}
