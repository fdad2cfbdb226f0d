"""`manage.py burden_document [--check]`: write docs/burden.md from the default table, or compare."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.default_table.document import written


class Command(BaseCommand):
    help = "Write docs/burden.md from the default burden table, or with --check fail when it differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "burden.md"
        if options["check"]:
            if not path.exists() or path.read_text() != written():
                raise CommandError("docs/burden.md is not what the table says; run manage.py burden_document")
            return
        path.write_text(written())
        self.stdout.write(f"wrote {path}")
