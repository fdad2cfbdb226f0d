"""`manage.py verify_case_file FILE`: proof that a case file is whole, unchanged, and signed by this platform."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive import offline, signing


class Command(BaseCommand):
    help = "Check a case file as anybody can with verify_case_file.py; without --keys with the keys of this platform."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--keys", type=Path, help="public keys (a JWK set): then no database is asked")

    def handle(self, *args: Any, **options: Any) -> None:
        file, path = options["file"], options["keys"]
        try:
            keys = signing.public_keys() if path is None else offline.read_keys(path.read_bytes())
            flaws = offline.report(file, keys, self.stdout.write)
        except (ValueError, KeyError, OSError) as error:
            raise CommandError(f"{file}: {error}") from None
        if flaws:
            raise CommandError(f"{file}: {flaws} flaws")
