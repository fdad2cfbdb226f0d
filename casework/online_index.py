"""Indexes for tables that are in use: a migration's operation that never blocks a writer."""

from typing import Any

from django.db.migrations.operations import AddIndex


class AddIndexOnline(AddIndex):
    """Adds an index without keeping writers waiting, where the database can (`CREATE INDEX CONCURRENTLY`).

    What an interrupted attempt left, which PostgreSQL keeps as an invalid index, is dropped first, so that the
    migration can be run again. The migration must say `atomic = False`. As Django's `AddIndexConcurrently`, which
    knows PostgreSQL alone.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}")
            schema_editor.add_index(model, self.index, concurrently=True)
