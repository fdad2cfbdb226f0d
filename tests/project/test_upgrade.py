"""A database with rows, made by the migrations of the baseline, comes to today's without losing a row or a law."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from archive import verification
from casework import ledger, row_digests, triggers
from casework.firing import constraint_name
from casework.models import Event
from operations.tables import make_tables
from tests.databases import empty_database
from tests.project import baseline, schema

pytestmark = pytest.mark.exhaustive
LEFT_FOR_THE_VERSION_BEFORE = "disputes_optin"
"""A table without a model, which the next version drops (decision 0077)."""


@pytest.fixture(scope="module", autouse=True)
def real_migrations(django_db_blocker: Any) -> Iterator[None]:
    """Also where the other tests make their tables without migrations."""
    from django.conf import settings

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MIGRATION_MODULES", {})
        yield


@pytest.fixture(scope="module")
def fresh(real_migrations: None, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a database holds whose tables the models made."""
    with empty_database(tmp_path_factory.mktemp("fresh")) as database:
        make_tables()
        return schema.objects(database)


@pytest.fixture(scope="module")
def old(fresh: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[set[str]]:
    """The tables with rows of a database of the baseline, which is `default` meanwhile."""
    with empty_database(tmp_path_factory.mktemp("old")) as database:
        yield baseline.make(database)


def migrate() -> None:
    call_command("migrate", verbosity=0, skip_checks=True)


def contents(tables: set[str]) -> dict[tuple[str, str], list[Any]]:
    """Every column of these tables, in the order of their keys."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            key = connection.introspection.get_primary_key_column(cursor, table)
            for column in connection.introspection.get_table_description(cursor, table):
                cursor.execute(f'SELECT "{column.name}" FROM {table} ORDER BY {key}')
                found[table, column.name] = [value for (value,) in cursor.fetchall()]
    return found


def assert_laws_hold() -> None:
    triggers.require(connection)
    assert list(ledger.verify()) == []
    with pytest.raises(IntegrityError) as refused:
        Event.objects.update(via="x")
    assert constraint_name(refused.value) == "event_is_append_only"


def test_a_database_of_the_baseline_comes_to_today_s(old: set[str], fresh: list[str]) -> None:
    before = contents(old)

    migrate()

    after = contents(old)
    other = {key for key in before if before[key] != after.get(key)}  # name here what a migration rewrites
    assert {table for table, _column in other} == {"casework_deadline"}  # disputes 0002: a time for what had none
    assert all(after[key][: len(before[key])] == before[key] for key in other)
    assert len(old) >= 70  # else the baseline shows little
    assert_laws_hold()
    assert [line for line in schema.objects(connection) if LEFT_FOR_THE_VERSION_BEFORE not in line] == fresh

    assert not row_digests.is_begun()
    call_command("digest_rows", verbosity=0)
    assert row_digests.is_begun()
    files = set(apps.get_model("files", "Attachment").objects.values_list("ref", flat=True))
    found = list(verification.faults())
    of_the_model = [fault for fault in found if fault.startswith("model in use: ")]
    assert [each for each in found if each not in of_the_model and each.partition(":")[0] not in files] == []
    assert all(each.endswith(" missing") for each in found if each.partition(":")[0] in files)
    assert len(of_the_model) == 1, "its file is not here, as where it cannot be read"
    assert "until `manage.py train_triage` has made another" in of_the_model[0]


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Writes the next migrations of an app, each by its operations: `later(label, *operations, before="code")`."""
    monkeypatch.syspath_prepend(tmp_path)
    leaves = dict(MigrationLoader(None).graph.leaf_nodes())
    written = []

    def write(label: str, *migrations: str, before: str = "") -> None:
        written.append(label)
        package = tmp_path / f"later_{label}"
        shutil.copytree(Path(settings.BASE_DIR) / label / "migrations", package)
        follows = leaves[label]
        for number, operations in enumerate(migrations, start=9991):
            (package / f"{number}_later.py").write_text(
                f"from django.db import migrations, models\n{before}\n\nclass Migration(migrations.Migration):\n"
                f"    atomic = {'Online' not in operations}\n"
                f"    dependencies = [('{label}', '{follows}')]\n    operations = [{operations}]\n"
            )
            follows = f"{number}_later"
        settings.MIGRATION_MODULES = settings.MIGRATION_MODULES | {label: package.name}

    yield write
    for label in written:
        call_command("migrate", label, leaves[label], verbosity=0, skip_checks=True)
    for name in [name for name in sys.modules if name.startswith("later_")]:
        del sys.modules[name]


ADDS_A_COLUMN_WITH_A_LAW = """
    migrations.AddField('appeal', 'planted', models.CharField(max_length=5, default='new', db_default='old')),
    migrations.AddConstraint('appeal', models.CheckConstraint(
        condition=models.Q(planted__in=['old', 'new']), name='planted_is_known')),
"""
ADDS_AN_INDEX = "AddIndexOnline('appeal', models.Index('planted', 'number', name='appeal_by_planted'))"


def test_a_later_release_adds_a_column_a_law_and_an_index_to_the_rows_there_are(old: set[str], later: Any) -> None:
    migrate()
    before = contents(old)
    assert before["appeals_appeal", "id"]
    from_ours = "from casework.online_index import AddIndexOnline"
    later("appeals", ADDS_A_COLUMN_WITH_A_LAW, ADDS_AN_INDEX, before=from_ours)

    migrate()

    after = contents(old)
    assert {key: after[key] for key in before} == before
    assert set(after["appeals_appeal", "planted"]) == {"old"}
    assert [line for line in schema.objects(connection) if line.startswith("index") and "appeal_by_planted" in line]
    with pytest.raises(IntegrityError, match="planted_is_known"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE appeals_appeal SET planted = 'x'")
    assert_laws_hold()


REBUILDS_EVENTS = "migrations.AlterField('event', 'via', models.CharField(max_length=11)),"
REBUILDS_APPEALS = "migrations.AlterField('appeal', 'language', models.CharField(max_length=36)),"


def test_guarded_tables_with_rows_are_rebuilt(old: set[str], later: Any) -> None:
    migrate()
    before = contents(old)
    assert before["casework_event", "via"]
    assert before["appeals_appeal", "language"]
    later("casework", REBUILDS_EVENTS)
    later("appeals", REBUILDS_APPEALS)

    migrate()

    assert "varchar(11)" in column_type("casework_event", "via")
    assert "varchar(36)" in column_type("appeals_appeal", "language")
    assert contents(old) == before
    assert_laws_hold()


def test_a_migration_that_fails_leaves_every_row_and_what_follows_puts_the_laws_up(
    old: set[str], later: Any, settings: Any
) -> None:
    migrate()
    before = contents(old)
    later(
        "disputes",
        "migrations.AlterField('dispute', 'language', models.CharField(max_length=36)), migrations.RunPython(stop)",
        before="def stop(apps, schema_editor):\n    raise RuntimeError('the disk is full')",
    )

    with pytest.raises(RuntimeError, match="the disk is full"):
        migrate()

    assert contents(old) == before
    if connection.vendor == "sqlite":  # on PostgreSQL the laws were in force all the time
        with pytest.raises(RuntimeError, match="lacks triggers"):
            triggers.require(connection)
    settings.MIGRATION_MODULES = {}
    migrate()
    assert_laws_hold()


def column_type(table: str, column: str) -> str:
    lines = schema.objects(connection)
    return next(
        line.replace("character varying", "varchar")
        for line in lines
        if line.startswith((f'table {table} {table} "{column}"', f"column {table} {column} "))
    )
