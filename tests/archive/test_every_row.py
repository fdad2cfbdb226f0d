"""Each column of each table is altered past the triggers, and a row of each table deleted: `verify` finds it, or the
table says why nothing compares it. And it finds nothing where nobody altered anything.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from archive import checkpoints, verification
from archive.models import Checkpoint
from casework import clock, cover, row_digests
from casework.cover import Cover, Kind
from casework.models import RowDigests
from tests.conftest import build_world
from tests.databases import empty_database, set_triggers
from tests.surfaces import disputing
from tests.surfaces.appealing import STAGES, appeal_in
from transparency import commands as figures

COVERS = dict(cover.declared())
MODELS = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True)}
TWICE_KEPT = {
    "casework_event": {"id"},  # its place among all events: of its case it is said by the sequence
    "casework_rowdigests": {"id", "is_complete"},  # without one that is complete `verify` says that nothing is compared
}


def test_every_table_says_once_what_covers_it() -> None:
    declared = [table for table, _cover in cover.declared()]

    assert sorted(declared) == sorted(MODELS)
    assert [table for table, each in COVERS.items() if each.kind is not Kind.DIGESTED and not each.why] == []
    for table, each in COVERS.items():
        assert each.columns.keys() <= {field.column for field in MODELS[table]._meta.concrete_fields}, table
        assert all(each.columns.values()), table


def altered(field: models.Field, value: Any) -> Any:
    """Another value that the column can hold."""
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    if value is None:
        value = {models.DateTimeField: clock.now(), models.DateField: clock.now().date()}.get(type(field), "")
        if isinstance(field, models.IntegerField):
            return 1
        if isinstance(field, models.BooleanField):
            return True
    if isinstance(field, models.JSONField):
        return [value, 1]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, bytes | memoryview):
        return bytes(value) + b"x"
    text = str(value)
    return ("B" if text[:1] == "A" else "A") + text[1:]  # no longer than it was


def columns(table: str, each: Cover) -> list[models.Field]:
    return [
        field
        for field in MODELS[table]._meta.concrete_fields
        if not field.generated and field.column not in {*each.columns, *TWICE_KEPT.get(table, ())}
    ]


def alter(table: str, field: models.Field) -> bool:
    """Alters the column in the newest row; False where there is no row, or where a constraint refuses."""
    model = MODELS[table]
    row = model._base_manager.order_by("-pk").values_list("pk", field.attname).first()
    if row is None:
        return False
    name, key = connection.ops.quote_name(field.column), connection.ops.quote_name(model._meta.pk.column)
    new = field.get_db_prep_save(altered(field, row[1]), connection)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {name} = %s WHERE {key} = %s", [new, row[0]])
    except IntegrityError:
        return False
    return True


def delete(table: str, which: str = "newest") -> bool:
    key, end = connection.ops.quote_name(MODELS[table]._meta.pk.column), {"newest": "MAX", "oldest": "MIN"}[which]
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {key} = (SELECT {end}({key}) FROM {table})")
        return bool(cursor.rowcount)


def without_triggers() -> None:
    set_triggers(on=False)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")


def rounds() -> Iterator[list[tuple[str, models.Field | None]]]:
    """What is altered together: at most one column of each digested table at once, and then a row of each gone."""
    digested = {table: each for table, each in COVERS.items() if each.kind is Kind.DIGESTED}
    of_each = [[(table, field) for field in columns(table, each)] for table, each in digested.items()]
    for together in itertools.zip_longest(*of_each):
        yield [each for each in together if each is not None]
    yield [(table, None) for table in digested]


def missed() -> tuple[list[str], int]:
    """The alterations of digested tables that nothing finds, and how many were tried."""
    found, tried = [], 0
    for together in rounds():
        with transaction.atomic():
            without_triggers()
            done = [each for each in together if (alter(*each) if each[1] else delete(each[0]))]
            said = {fault.split()[0] for fault in row_digests.faults()}
            found += [f"{table} {field.column if field else 'DELETE'}" for table, field in done if table not in said]
            tried += len(done)
            transaction.set_rollback(True)
    return found, tried


@pytest.fixture(autouse=True)
def checks_again() -> Iterator[None]:
    yield
    if connection.connection is not None and connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA ignore_check_constraints = OFF")
        set_triggers(on=True)


@pytest.fixture(scope="module")
def module_cases(module_database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Appeals and disputes in many states, and two checkpoints."""
    with module_database(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("disputes.records.current", disputing.Marketplace)
        patch.setattr("django.conf.settings.ATTACHMENT_ROOT", tmp_path_factory.mktemp("sealed"))
        now = clock.now() - timedelta(days=1)
        world = build_world(now)
        disputing.prepare(world, now=now)
        for stage in STAGES:
            appeal_in(world, stage, now=now)
        checkpoints.make_if_due(now=now + timedelta(minutes=1))
        for state in ("offered", "determined"):
            disputing.dispute_in(world, state, now=now + timedelta(hours=1))
        checkpoints.make_if_due(now=now + timedelta(hours=2))
        checkpoints.make_if_due(now=now + timedelta(days=2))
        assert figures.close_days(now=now + timedelta(days=2)) > 0
        yield


def test_nothing_is_missed_and_nothing_said_without_cause(db: None, module_cases: None) -> None:
    assert list(row_digests.faults()) == []

    found, tried = missed()

    assert found == []
    assert tried >= 500


def is_found(change: Callable[[], bool]) -> bool:
    """Whether `verify` says anything beside the laws once this is done, or it could not be done; it is undone."""
    with transaction.atomic():
        found = not change() or any(not fault.startswith("the law ") for fault in verification.faults())
        transaction.set_rollback(True)
    return found


DERIVED = {table: each for table, each in COVERS.items() if each.kind is Kind.DERIVED}


@pytest.mark.exhaustive
@pytest.mark.once
@pytest.mark.parametrize("table", DERIVED)
def test_what_is_derived_is_proved_by_something_else(db: None, module_cases: None, table: str) -> None:
    if not MODELS[table]._base_manager.exists():
        pytest.skip("nobody stamped a checkpoint")
    without_triggers()
    fields = columns(table, DERIVED[table])

    assert [field.column for field in fields if not is_found(lambda field=field: alter(table, field))] == []


@pytest.mark.exhaustive
@pytest.mark.once
@pytest.mark.parametrize("which", ["oldest", "newest"])
def test_a_deleted_row_of_what_is_derived_is_missed_by_something_else(db: None, module_cases: None, which: str) -> None:
    """But for the newest checkpoint, of which a witness knows, and a time stamp (docs/resilience.md)."""
    without_triggers()
    stamped = [table for table in DERIVED if MODELS[table]._base_manager.exists()]

    unseen = [table for table in stamped if not is_found(lambda table=table: delete(table, which))]

    assert unseen == (["archive_checkpoint"] if which == "newest" else [])


def test_what_was_changed_is_said_of_its_row(db: None, module_cases: None) -> None:
    message = MODELS["disputes_message"]._base_manager.order_by("-pk").first()
    offer = MODELS["disputes_offer"]._base_manager.get()
    without_triggers()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM disputes_message WHERE id = %s", [message.pk])
        cursor.execute("UPDATE disputes_offer SET amount_minor = amount_minor + 1")
    unseen = MODELS["accounts_team"]._base_manager.create(name="Past the commands")

    said = list(row_digests.faults())

    assert f"disputes_message {message.pk}: is gone" in said
    assert f"disputes_offer {offer.pk}: is not as it was last written" in said
    assert f"accounts_team {unseen.pk}: has no digest" in said


def test_digests_made_to_fit_are_not_those_that_a_checkpoint_signed(db: None, module_cases: None) -> None:
    checkpoints.make_if_due(now=Checkpoint.objects.latest("no").at + timedelta(hours=2))
    assert list(checkpoints.faults()) == []
    without_triggers()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE disputes_offer SET amount_minor = amount_minor + 1")
    offer = MODELS["disputes_offer"]._base_manager.get()
    entry = RowDigests.objects.filter(rows__contains='"disputes_offer"').latest("pk")
    [(_key, digest)] = row_digests._tables()["disputes_offer"].digests(entry.salt, [offer.pk])
    rows = json.loads(entry.rows)
    rows["disputes_offer"][str(offer.pk)] = digest
    RowDigests.objects.filter(pk=entry.pk).update(rows=json.dumps(rows, separators=(",", ":")))

    assert list(row_digests.faults()) == []
    assert any("digests of rows are not those that it signs" in fault for fault in checkpoints.faults())


@pytest.mark.nightly
def test_nothing_of_the_sample_is_missed(
    django_db_blocker: Any, tmp_path: Any, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.TRIAGE_MODEL_DIR, settings.ATTACHMENT_ROOT = tmp_path / "triage", tmp_path / "sealed"
    settings.MIGRATION_MODULES = {}
    with django_db_blocker.unblock(), empty_database(tmp_path):
        call_command("demo", "--no-serve", "--count", "24")
        assert list(verification.faults()) == []

        with transaction.atomic():
            found, tried = missed()

    assert found == []
    assert tried >= 1_000
    print(f"{tried} alterations, none missed")
