"""The migrations say what the models say."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.state import ProjectState

from casework.online_index import AddIndexOnline


@pytest.mark.django_db
def test_no_model_change_waits_for_a_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_an_index_is_added_where_a_broken_attempt_left_one_of_its_name() -> None:
    index = models.Index(fields=["via"], name="tried_before")
    state = ProjectState.from_apps(apps)
    add = AddIndexOnline("event", index)
    after = state.clone()
    add.state_forwards("casework", after)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE INDEX tried_before ON casework_event (source)")
    try:
        with connection.schema_editor(atomic=False) as editor:
            add.database_forwards("casework", editor, state, after)
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, "casework_event")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS tried_before")

    assert found["tried_before"]["columns"] == ["via"]


def test_a_migration_holds_django_s_own_fields() -> None:
    """django-fsm's field in a migration costs millions of signal receivers: `casework.machine.StateField`."""
    files = list(Path(settings.BASE_DIR).glob("*/migrations/0*.py"))

    assert len(files) >= 8
    assert [file for file in files if "django_fsm" in file.read_text() or "casework.machine" in file.read_text()] == []
