"""`manage.py digest_rows`: from now on every covered row has a digest, also those that an earlier release wrote."""

from typing import Any

from django.core.management.base import BaseCommand

from casework import row_digests


class Command(BaseCommand):
    help = (
        "Store the digest of every covered row as it is now. Once, after the upgrade from 0.1.0, when no process of it"
        " is left; and after rows were changed by hand for a good reason, when `verify` found nothing else."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = row_digests.begin(self.stderr.write)
        self.stdout.write(f"{count} rows have a digest; verify compares them from now on")
