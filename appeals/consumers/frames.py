"""Frames of the queue as text."""

from accounts.consumers.frames import written
from appeals.queries import QueueChange, QueueSummary
from casework.clock import with_offset


def queue(summary: QueueSummary) -> str:
    """The frame with how many cases stand on each tab, under the tab's name."""
    return written({"type": "queue", "head": summary.head} | dict(summary.counts))


def change(what: QueueChange) -> str:
    due_at = None if what.due_at is None else with_offset(what.due_at)
    return written({"type": "change", "ref": what.ref, "change": what.change, "tab": what.tab, "due_at": due_at})
