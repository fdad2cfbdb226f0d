"""`manage.py verify`: proof that the laws are in force, no event or row was changed, and every file is whole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework import ledger, verification
from casework.models import Attachment, Event


class Command(BaseCommand):
    help = "Check laws, every chain, every row against its events, and every attachment against its file."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for fault in verification.faults():  # each is told as soon as it is found
            self.stderr.write(fault)
            count += 1
        if count:
            raise CommandError(f"{count} faults")
        cases = sum(model._default_manager.count() for model in ledger.case_models())
        self.stdout.write(
            f"{Event.objects.count()} events of {cases} cases and {Attachment.objects.count()} files verified, no fault"
        )
