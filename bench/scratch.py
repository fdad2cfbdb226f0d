"""A database of its own for a benchmark, made beside the configured one and dropped afterwards."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def set_up() -> None:
    """Django is set up on the database that `DATABASE_URL` names."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()


@contextmanager
def database() -> Iterator[str]:
    """Django is set up on an empty, migrated database; yields its vendor. `DATABASE_URL` says which server."""
    set_up()
    from django.conf import settings
    from django.db import connection

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    configured = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield connection.vendor
    finally:
        connection.creation.destroy_test_db(configured, verbosity=0)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def spread(values: list[float]) -> str:
    """Median and the whole range, since one number hides a machine that does other things."""
    return f"{statistics.median(values):10.1f}   ({min(values):.1f} … {max(values):.1f})"
