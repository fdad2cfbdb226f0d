"""`manage.py restore DIR`, `DIR/BACKUP` or `-`: a backup in an empty place, checked before and verified after."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive import backups, offline, signing
from operations.backup import databases, restoring


class Command(BaseCommand):
    help = "Restore a backup into an empty database and empty folders, and verify it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source", help="a folder of backups (the newest is taken), one backup in it, or - for a tar"
        )
        parser.add_argument("--check", action="store_true", help="only read every byte and say whether it is whole")
        parser.add_argument(
            "--accept",
            action="append",
            default=[],
            choices=restoring.ACCEPTABLE,
            help="go on although files were missing at the time of the backup, or another SECRET_KEY was in use, or "
            "it is of 0.1.0, which signed none",
        )
        parser.add_argument("--witness", type=Path, help="checkpoints that were given away (CHECKPOINT_WITNESS_FILE)")

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["source"]
        try:
            with restoring.unpacked(sys.stdin.buffer) if source == "-" else nullcontext(Path(source)) as folder:
                backup = backups.check(folder, accept=options["accept"])
                witness = options["witness"]
                kept = offline.read_checkpoints(witness.read_text(), signing.own_keys()) if witness else None
                compared = backups.compared(backup, kept)
                self.stdout.write(f"{backup.folder.name}: whole, {len(backup.sealed)} sealed files; {compared}")
                if options["check"]:
                    return
                restoring.restore(backup)
        except restoring.NotWhole as error:
            for reason in error.reasons:
                self.stderr.write(reason)
            raise CommandError(f"not restored: {len(error.reasons)} reasons") from None
        except (databases.DatabaseFailed, ValueError) as error:
            raise CommandError(str(error)) from None
        call_command("verify", stdout=self.stdout, stderr=self.stderr)
