"""`manage.py check_figures`: counts every closed day anew and compares; says why the next is not closed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework import clock
from transparency.commands import faults, why_not_closed
from transparency.models import ClosedDay


class Command(BaseCommand):
    help = "Counts the figures of every closed day anew from its cases and names each that differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [*faults(), *why_not_closed(now=clock.now())]
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"{len(found)} figures do not hold")
        self.stdout.write(f"{ClosedDay.objects.count()} closed days say what their cases say")
