"""The database from which upgrades are tried: what the migrations and triggers of 0.1.0 make, with rows of every kind.

Written once, and anew only when databases of that age need not be upgraded any more:

    export DATABASE_URL=sqlite:////tmp/baseline.sqlite3
    ./run demo --no-serve --count 24
    ./run manage shell -c "from tests.project import baseline; baseline.write()"
"""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from casework import triggers
from tests.our_apps import OUR_APPS

FILE = Path(__file__).with_name("baseline.json.xz")
PLAIN = (str, int, float, dict, list, type(None))


def write() -> None:
    """The rows of `default`, and the migrations and triggers of this commit, are in the file."""
    content = {
        "migrations": [node for node in MigrationLoader(None).graph.leaf_nodes() if node[0] in OUR_APPS],
        "triggers": [
            {"name": t.name, "table": t.table, "events": t.events, "when": t.when} for t in triggers.declared()
        ],
        "rows": {
            model._meta.label: [_values(row) for row in model._base_manager.order_by("pk")]
            for model in apps.get_models(include_auto_created=True)
            if model._meta.app_label in OUR_APPS
        },
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    FILE.write_bytes(lzma.compress(text.encode()))


def make(connection: BaseDatabaseWrapper) -> set[str]:
    """The empty database is as at the baseline, rows and triggers included. Returns the tables that have rows."""
    content = json.loads(lzma.decompress(FILE.read_bytes()))
    targets = [(app, name) for app, name in content["migrations"]]
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    state = executor.loader.project_state(targets).apps
    filled = {state.get_model(label): rows for label, rows in content["rows"].items() if rows}
    with transaction.atomic():
        for model, rows in filled.items():
            model._base_manager.bulk_create(model(**_read(model, row)) for row in rows)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(filled)):
                cursor.execute(statement)
    then = [triggers.Trigger(*trigger) for trigger in content["triggers"]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(triggers, "declared", lambda: iter(then))
        triggers.install(connection)
    return {model._meta.db_table for model in filled}


def _values(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: value if isinstance(value, PLAIN) else field.value_to_string(row)
        for field in row._meta.concrete_fields
        for value in [field.value_from_object(row)]
        if not field.generated and field.name != "password"  # nobody signs in to it
    }


def _read(model: type[models.Model], row: dict[str, Any]) -> dict[str, Any]:
    fields = {f.attname: f for f in model._meta.concrete_fields}
    return {name: None if value is None else fields[name].to_python(value) for name, value in row.items()}
