"""The migrations say what the models say."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.state import ProjectState

from casework.online_index import AddIndexOnline, ReplaceIndexOnline
from tests.races.conftest import transactional_db  # noqa: F401  the fixture


@pytest.mark.django_db
def test_no_model_change_waits_for_a_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.usefixtures("transactional_db")
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


@pytest.mark.usefixtures("transactional_db")
def test_an_index_is_replaced_without_a_moment_in_which_there_is_none() -> None:
    table, name = "casework_event", "tried_and_replaced"
    add = AddIndexOnline("event", models.Index(fields=["via"], name=name))
    replace = ReplaceIndexOnline("event", models.Index(fields=["source"], name=name))
    states = [ProjectState.from_apps(apps)]
    for operation in (add, replace):
        states.append(states[-1].clone())
        operation.state_forwards("casework", states[-1])
    there: list[set[str]] = []

    def look() -> dict[str, list[str]]:
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        return {each: row["columns"] for each, row in found.items() if each.startswith(name)}

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if any(word in sql for word in (" INDEX ", "ALTER")):
            there.append(set(look()))
        return answer

    try:
        with connection.schema_editor(atomic=False) as editor:
            add.database_forwards("casework", editor, states[0], states[1])
            with connection.execute_wrapper(watch):
                replace.database_forwards("casework", editor, states[1], states[2])
            forwards = look()
            replace.database_backwards("casework", editor, states[2], states[1])
            backwards = look()
    finally:
        with connection.cursor() as cursor:
            for each in look():
                cursor.execute(f"DROP INDEX IF EXISTS {each}")

    assert (forwards, backwards) == ({name: ["source"]}, {name: ["via"]})
    assert connection.vendor != "postgresql" or (len(there) == 4 and all(there))


def test_a_migration_holds_django_s_own_fields() -> None:
    """django-fsm's field in a migration costs millions of signal receivers: `casework.machine.StateField`."""
    files = list(Path(settings.BASE_DIR).glob("*/migrations/0*.py"))

    assert len(files) >= 8
    assert [file for file in files if "django_fsm" in file.read_text() or "casework.machine" in file.read_text()] == []
