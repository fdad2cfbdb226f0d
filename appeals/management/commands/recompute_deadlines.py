"""`manage.py recompute_deadlines`: times that run are counted anew by the newest calendar of working days."""

from typing import Any

from django.core.management.base import BaseCommand

from appeals.commands import appeals_to_recompute, recompute_decision_due
from casework import clock
from casework.working_days import Calendar


class Command(BaseCommand):
    help = (
        "Count the times to decide anew after a new calendar of working days was installed. A time may become firm or "
        "later, never earlier; appellants are told when it moved. Running it again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        calendar = Calendar.current()
        waiting = appeals_to_recompute(calendar=calendar)
        moved = sum(recompute_decision_due(appeal_id=pk, calendar=calendar, now=clock.now()) for pk in waiting)
        self.stdout.write(f"calendar {calendar.version}: {len(waiting)} counted anew, {moved} later than before")
