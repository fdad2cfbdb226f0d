"""Triggers are in force after every migration, reinstalled as declared, and their absence stops the start."""

import pytest
from django.db import IntegrityError, connection, transaction

from casework import checks, triggers
from casework.firing import constraint_name, refusal_of
from casework.models import Event
from tests import factories as make
from tests.appeals.test_constraints import LAWS as APPEALS
from tests.casework.test_constraints import LAWS as CASEWORK
from tests.disputes.test_constraints import LAWS as DISPUTES
from tests.executors.test_constraints import LAWS as REGISTRY
from tests.executors.test_laws_of_incidents import LAWS as INCIDENTS
from tests.laws import declared_in
from tests.notices.test_constraints import LAWS as NOTICES
from tests.rules.test_constraints import LAWS as RULES
from tests.webhooks.test_constraints import LAWS as WEBHOOKS

TESTED = {
    ("appeals",): APPEALS,
    ("casework",): CASEWORK,
    ("disputes",): DISPUTES,
    ("executors", "notices"): REGISTRY | INCIDENTS | NOTICES,  # notices' second looks are tried with incidents
    ("rules",): RULES,
    ("webhooks",): WEBHOOKS,
}


def drop(name: str, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "_update"))


@pytest.fixture
def without_ledger_trigger(db):
    drop("event_is_append_only", "casework_event")
    yield
    triggers.install(connection)


def test_every_law_of_every_app_is_tried_against_the_database():
    for labels, laws in TESTED.items():
        assert set(laws) == declared_in(*labels), labels


def test_names_are_those_of_one_law():
    names = [t.name for t in triggers.declared()]
    assert len(names) == len(set(names))
    assert not set(names) & {name for labels in TESTED for name in declared_in(*labels) if name not in names}, (
        "a trigger and a constraint share a name"
    )


def test_a_migrated_database_has_them_all(db):
    assert triggers.missing(connection) == []
    assert checks.triggers_are_installed(databases=["default"]) == []


def test_a_missing_one_stops_the_start(without_ledger_trigger):
    missing = triggers.missing(connection)

    assert missing == ["event_is_append_only" if connection.vendor == "postgresql" else "event_is_append_only_update"]
    [problem] = checks.triggers_are_installed(databases=["default"])
    assert (problem.id, problem.level) == ("casework.W001", 30)


def test_installing_again_brings_it_back_and_changes_nothing_else(world, without_ledger_trigger):
    world.notice()
    with transaction.atomic():
        Event.objects.update(via="x")  # possible now, which is the point

    triggers.install(connection)
    triggers.install(connection)

    assert triggers.missing(connection) == []
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Event.objects.update(via="y")
    assert constraint_name(error.value) == "event_is_append_only"


def test_a_refusal_carries_the_code_of_its_law(world, now):
    notice = world.notice()
    make.file(world.alice, notice, now=now)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Event.objects.update(via="y")
    assert refusal_of(error.value).code == "not-your-turn"


def test_an_error_of_nobody_s_law_stays_what_it_is(world):
    """A broken foreign key is a defect, not a refusal."""
    assert constraint_name(IntegrityError("FOREIGN KEY constraint failed")) is None
    assert refusal_of(IntegrityError("FOREIGN KEY constraint failed")) is None
