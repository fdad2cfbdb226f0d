"""`manage.py index_search [--anew]`: every case can be found by what it says."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from casework import searching


class Command(BaseCommand):
    help = "Write what searches need of cases that lack it, or (--anew) of all cases."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anew", action="store_true", help="forget what is there first; nothing is found meanwhile"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for searched in searching.declared():
            if options["anew"]:
                searching.empty(searched)
            count = searching.fill(searched, lambda far, name=searched.cases: self.stderr.write(f"{name} {far}"))  # type: ignore[misc]
            self.stdout.write(f"{searched.cases} {count}")
