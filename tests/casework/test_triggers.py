"""Triggers are in force after every migration, exactly as declared, and any other state of them stops the start."""

import dataclasses

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from casework import checks, triggers
from casework.apps import before_migrate
from casework.errors import PROBLEMS
from casework.firing import constraint_name, refusal_of
from casework.models import Event
from tests import factories as make

ON_POSTGRESQL = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has none of this")
EVENT_LAW = next(t for t in triggers.declared() if t.name == "event_is_append_only")
OLDER = triggers.Trigger("ruling_is_friendly", "appeals_ruling", ("INSERT", "UPDATE"), "NEW.id = 1")


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def drop(name: str, table: str) -> None:
    run(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "_update"))


def put_up(trigger: triggers.Trigger, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a release did that declares this one, beside or instead of today's of that name."""
    others = [t for t in triggers.declared() if t.name != trigger.name]
    with monkeypatch.context() as patch:
        patch.setattr(triggers, "declared", lambda: iter([*others, trigger]))
        triggers.install(connection)


def names_of(trigger: triggers.Trigger) -> set[tuple[str, str]]:
    return set(trigger.definitions(connection.vendor))


def functions() -> set[str]:
    """Those of triggers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc"
            " WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype"
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def without_ledger_trigger(db):
    drop("event_is_append_only", "casework_event")
    yield
    triggers.install(connection)


def test_a_migrated_database_has_them_all(db):
    assert triggers.not_in_force(connection) == []
    assert checks.triggers_are_installed(databases=["default"]) == []


def test_a_missing_one_stops_the_start(without_ledger_trigger):
    missing = triggers.not_in_force(connection)

    assert missing == ["event_is_append_only" if connection.vendor == "postgresql" else "event_is_append_only_update"]
    [problem] = checks.triggers_are_installed(databases=["default"])
    assert (problem.id, problem.level) == ("casework.W001", 30)


def test_installing_again_brings_it_back_and_changes_nothing_else(world, without_ledger_trigger):
    world.notice()
    with transaction.atomic():
        Event.objects.update(via="x")  # possible now, which is the point

    triggers.install(connection)
    triggers.install(connection)

    assert triggers.not_in_force(connection) == []
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Event.objects.update(via="y")
    assert constraint_name(error.value) == "event_is_append_only"


@pytest.mark.parametrize(
    "changes",
    [
        {"when": "1=2"},
        {"events": ("UPDATE",)},
        {"table": "operations_tick"},
    ],
    ids=str,
)
def test_one_that_says_something_else_stops_the_start_until_the_next_migrate(db, monkeypatch, changes):
    put_up(dataclasses.replace(EVENT_LAW, **changes), monkeypatch)

    with pytest.raises(RuntimeError, match="event_is_append_only"):
        triggers.require(connection)

    triggers.install(connection)
    triggers.require(connection)
    assert set(triggers.installed(connection)) == {key for t in triggers.declared() for key in names_of(t)}


@ON_POSTGRESQL
def test_one_that_is_switched_off_stops_the_start_until_the_next_migrate(db):
    run("ALTER TABLE casework_event DISABLE TRIGGER event_is_append_only")
    assert triggers.not_in_force(connection) == ["event_is_append_only"]

    triggers.install(connection)

    assert triggers.not_in_force(connection) == []


def test_one_that_is_no_longer_declared_is_gone_after_the_next_migrate(db, monkeypatch):
    put_up(OLDER, monkeypatch)
    assert names_of(OLDER) <= set(triggers.installed(connection))

    triggers.install(connection)

    assert not names_of(OLDER) & set(triggers.installed(connection))
    if connection.vendor == "postgresql":
        assert functions() == {trigger.name for trigger in triggers.declared()}


def test_one_of_somebody_else_stays(db):
    """An operator's own trigger, say one that copies rows to an archive."""
    if connection.vendor == "postgresql":
        run("CREATE FUNCTION archive() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$")
        run("CREATE TRIGGER archive BEFORE UPDATE ON operations_tick FOR EACH ROW EXECUTE FUNCTION archive()")
    else:
        run("CREATE TRIGGER archive BEFORE UPDATE ON operations_tick BEGIN SELECT 1; END")

    triggers.take_down(connection)
    triggers.install(connection)

    assert ("operations_tick", "archive") in triggers.installed(connection)
    assert triggers.not_in_force(connection) == []


def test_a_migration_that_stops_half_way_leaves_a_database_that_is_not_served(db):
    """On SQLite ours are down while tables are rebuilt; on PostgreSQL they are in force all the time."""
    triggers.take_down(connection)

    if connection.vendor == "postgresql":
        assert triggers.not_in_force(connection) == []
    else:
        assert triggers.installed(connection) == {}
        with pytest.raises(RuntimeError, match=r"lacks triggers that hold the law.* more$"):
            triggers.require(connection)


def test_a_database_of_other_migrations_is_refused_in_plain_words(db, monkeypatch):
    applied = {("appeals", "0002_certificates_and_models"): None, ("retired_package", "0001_initial"): None}
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _self: applied)

    with pytest.raises(CommandError, match=r"does not: appeals\.0002_certificates_and_models\. .*--reset"):
        before_migrate(using="default", plan=[])


def test_a_refusal_carries_the_code_of_its_law(world, now):
    notice = world.notice()
    make.file(world.alice, notice, now=now)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Event.objects.update(via="y")
    refusal = refusal_of(error.value)
    assert refusal.code == "not-your-turn"
    assert [(e.pointer, e.code) for e in refusal.errors] == [("", "sealed")]


def test_every_law_names_a_problem_that_there_is():
    assert {t.problem for t in triggers.declared()} <= {*PROBLEMS, "sealed"}


def test_an_error_of_nobody_s_law_stays_what_it_is(world):
    """A broken foreign key is a defect, not a refusal."""
    assert constraint_name(IntegrityError("FOREIGN KEY constraint failed")) is None
    assert refusal_of(IntegrityError("FOREIGN KEY constraint failed")) is None
