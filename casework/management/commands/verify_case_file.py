"""`manage.py verify_case_file FILE`: proof, without database or network, that a case file is whole and unchanged."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework import case_file


class Command(BaseCommand):
    help = "Recompute every hash of a case file and every link of its ledger."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = case_file.verify(options["file"])
        except ValueError as error:
            raise CommandError(f"{options['file']}: {error}") from None
        for flaw in found.flaws:
            self.stderr.write(f"{flaw.where}: {flaw.what}")
        if found.flaws:
            raise CommandError(f"{found.number}: {len(found.flaws)} flaws")
        self.stdout.write(f"{found.number}: {found.files} files and {found.events} events verified, no flaw")
        if found.hidden:
            self.stdout.write(f"  of them not shown to the reader, in their place in the chain: {found.hidden}")
        for case, head in found.heads.items():
            self.stdout.write(f"  {case} ends with {head}")
