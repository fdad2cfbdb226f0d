"""A database of its own for a benchmark, made beside the configured one and dropped afterwards."""

import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
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
def server() -> Iterator[None]:
    """`DATABASE_URL` names a PostgreSQL; where it named none, one of its own in a scratch folder until the end."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        yield
        return
    sys.path.insert(0, str(ROOT))
    from tests.faults.test_kill import Postgres

    with tempfile.TemporaryDirectory() as folder:
        own = Postgres(Path(folder))
        own.start()
        os.environ["DATABASE_URL"] = own.url
        try:
            yield
        finally:
            assert own.serving
            own.serving.send_signal(signal.SIGINT)
            own.serving.wait()


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


type Copied = Mapping[str, tuple[str, Mapping[str, str]]]
"""By model, how its rows `r` belong to a notice `n`, and the columns that are others in copy `s`: SQL, in which
`{notice}` is the key of the copied notice and `{name}` a text that nothing else has.
"""


def copy_notices(after: int, *, times: int, rows: Copied) -> None:
    """So many copies of each notice with a greater key, and of these rows of it; no law is asked. On PostgreSQL."""
    from django.apps import apps
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT max(id) FROM notices_notice")
        [last] = cursor.fetchone()
        words = {"notice": f"n.id + s * {last - after}", "name": "md5(n.id || ' ' || s)"}
        own = {"id": "{notice}", "ref": "'ntc_' || {name}", "number": "left({name}, 20)", "external_ref": "{name}"}
        for label, (belongs, changes) in {"notices.Notice": ("r.id = n.id", own), **rows}.items():
            model = apps.get_model(label)
            fields = [each for each in model._meta.local_concrete_fields if not each.generated]
            columns = [each.column for each in fields if each.column in changes or not each.primary_key]
            values = [changes.get(column, f"r.{column}").format(**words) for column in columns]
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)}"
                f" FROM notices_notice n JOIN {model._meta.db_table} r ON {belongs}, generate_series(1, {times}) s"
                f" WHERE n.id > {after} AND n.id <= {last}"
            )
        cursor.execute("SELECT setval('notices_notice_id_seq', (SELECT max(id) FROM notices_notice))")


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def spread(values: list[float]) -> str:
    """Median and the whole range, since one number hides a machine that does other things."""
    return f"{statistics.median(values):10.1f}   ({min(values):.1f} … {max(values):.1f})"
