"""`manage.py backup DIR` or `manage.py backup - > FILE`: a backup of the running system."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive import backups
from casework import clock
from operations.backup import databases
from operations.models import Tick


class Command(BaseCommand):
    help = "Back up database, sealed files and models while the system runs. Keys are named, not copied."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", help="a folder that holds backups, or - for a tar archive on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        try:
            if options["target"] == "-":
                made = backups.to_stream(sys.stdout.buffer, now=now)
            else:
                made = backups.to_folder(Path(options["target"]), now=now)
        except databases.DatabaseFailed as error:
            raise CommandError(str(error)) from None
        self.stderr.write(f"{made.name}: {made.cases} cases, {made.sealed} files, {made.copied} of them copied now")
        for sha256 in made.missing:
            self.stderr.write(f"{sha256}: a row names this file, and it is gone or damaged")
        if made.missing:
            raise CommandError(f"the backup {made.name} is made, but {len(made.missing)} files were not whole")
        Tick.mark(Tick.BACKUP, now)
