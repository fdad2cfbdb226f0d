"""What follows from a notice's deadlines and events."""

from datetime import datetime
from typing import Any

from casework.models import Deadline
from notices import commands


def period_ended(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.end_elapsed_measures(notice_id=case_id, effective_at=effective_at, now=now)


def appeal_window_ended(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.close_appeal_window(notice_id=case_id, effective_at=effective_at, now=now)


def remedy_fell_due(*, case_id: int, deadline: Deadline, effective_at: datetime, now: datetime) -> None:
    commands.mark_remedy_late(notice_id=case_id, remedy_ref=deadline.key, effective_at=effective_at, now=now)


DEADLINES = {
    "notice.period": period_ended,
    "notice.appeal_window": appeal_window_ended,
    "notice.remedy": remedy_fell_due,
}
