"""The tables of an empty database, as the models say them."""

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def make_tables() -> None:
    """All tables and laws are there, and every migration is on record as applied: `migrate` takes five times as long.

    For databases that are thrown away. One that is kept is made by `migrate`, which will update it; that both come to
    the same is what `tests/project/test_upgrade.py` compares. Raises `ValueError` where the database has tables.
    """
    if connection.introspection.table_names():
        raise ValueError("the database is not empty")
    known = MigrationLoader(None).disk_migrations
    modules = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    try:
        call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
    finally:
        settings.MIGRATION_MODULES = modules
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in known:
        recorder.record_applied(app, name)
