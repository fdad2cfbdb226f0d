"""`manage.py verify_ledger`: proof that no event of any case was changed or removed, and no row says otherwise."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework import ledger
from casework.models import Event


class Command(BaseCommand):
    help = "Recompute every case's hash chain, and from rows what its events claim."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(ledger.verify())
        for fault in faults:
            self.stderr.write(f"{fault.case} event {fault.sequence}: {fault.what}")
        cases = sum(model._default_manager.count() for model in ledger.case_models())
        if faults:
            raise CommandError(f"{len(faults)} faults in {cases} cases")
        self.stdout.write(f"{Event.objects.count()} events of {cases} cases verified, no fault")
