"""`manage.py verify`: proof that the laws are in force, no event and no row was changed, and every file is whole."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive import verification
from casework import clock, ledger, row_digests
from casework.models import Event
from files.models import Attachment
from operations.models import Tick


class Command(BaseCommand):
    help = "Check laws, every chain, every row, every checkpoint, and every file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--witness", type=Path, help="checkpoints that were given away (CHECKPOINT_WITNESS_FILE)")

    def handle(self, *args: Any, **options: Any) -> None:
        now, count = clock.now(), 0
        for fault in verification.faults(options["witness"]):  # each is told as soon as it is found
            self.stderr.write(fault)
            count += 1
        if count:
            raise CommandError(f"{count} faults")
        Tick.mark(Tick.VERIFIED, now)
        if not row_digests.is_begun():
            self.stdout.write("rows were not compared with digests, since an earlier release wrote some: digest_rows")
        cases = sum(model._default_manager.count() for model in ledger.case_models())
        self.stdout.write(
            f"{Event.objects.count()} events of {cases} cases and {Attachment.objects.count()} files verified, no fault"
        )
        if options["witness"] is None:
            self.stdout.write(
                "compared with no witness (--witness): whoever has database and SECRET_KEY could have rewritten it all"
            )
