"""Whether this is the only process that serves or works on its database. Without Redis it has to be: what one process
writes, open sockets and rate limits of another would not hear of.
"""

import fcntl
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db import connection

KEY = 6_130_206_406_311_742_913
"""Of PostgreSQL's advisory locks: any number that no other program on this database uses."""

_held: list[Any] = []


def require_alone_without_redis() -> None:
    """Raises `CommandError` (config.E006) where another process has this database and there is no Redis."""
    if not settings.REDIS_URL and not claim():
        raise CommandError(
            "(config.E006) Another process serves or works on this database and REDIS_URL is not set: "
            "open sockets and rate limits of the one would not hear of the other.\n"
            "\tHINT: Set REDIS_URL for all of them, or run exactly one `./run serve`."
        )


def claim() -> bool:
    """Takes the place of the only process until this one ends, however it ends; False when another has it."""
    return _claim_postgresql() if connection.vendor == "postgresql" else _claim_sqlite()


def give_back() -> None:
    """Gives the place back to others."""
    while _held:
        _held.pop().close()


def _claim_sqlite() -> bool:
    name = str(connection.settings_dict["NAME"])
    if name == ":memory:":
        return True  # a database that no other process sees
    file = Path(f"{name}.process").open("w")  # noqa: SIM115  open for as long as it is held
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    _held.append(file)
    return True


def _claim_postgresql() -> bool:
    own = connection.copy()
    own.settings_dict["OPTIONS"].pop("pool", None)  # a session of its own, for as long as the process lives
    own.inc_thread_sharing()
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [KEY])
        is_ours = bool(cursor.fetchone()[0])
    if is_ours:
        _held.append(own)
    else:
        own.close()
    return is_ours
