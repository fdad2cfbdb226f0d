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


class ReplaceIndexOnline(AddIndexOnline):
    """Gives an index of the same name another definition, and queries have one or the other at every moment.

    The new one is built beside the old one under a name of its own and takes the old one's place once it is complete.
    As `AddIndexOnline` it can be run again after an interruption, and its migration says `atomic = False`.
    `makemigrations` writes `RemoveIndex` and `AddIndex` instead: this takes the place of both, in a migration of its
    own, since nothing of a migration that is not atomic is undone where it fails half way.
    """

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.remove_index(app_label, self.model_name_lower, self.index.name)
        super().state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._replace(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._replace(app_label, schema_editor, from_state, to_state)

    def _replace(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        name = self.index.name
        before, after = (
            state.models[app_label, self.model_name_lower].get_index_by_name(name) for state in (from_state, to_state)
        )
        if schema_editor.connection.vendor != "postgresql":
            schema_editor.remove_index(from_state.apps.get_model(app_label, self.model_name), before)
            schema_editor.add_index(model, after)
            return
        old, new = schema_editor.quote_name(name), schema_editor.quote_name(f"{name[:26]}_new")
        after = after.clone()
        after.name = f"{name[:26]}_new"
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {new}")
        schema_editor.add_index(model, after, concurrently=True)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {old}")
        schema_editor.execute(f"ALTER INDEX {new} RENAME TO {old}")

    def describe(self) -> str:
        return f"Replace index {self.index.name} on model {self.model_name}"
