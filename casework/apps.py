"""Around every migration: a database of other migrations is refused, and the database's laws are put up afterwards."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.management import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate, pre_migrate
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _


def before_migrate(*, using: str, plan: Sequence[Any], **_kwargs: Any) -> None:
    from casework import triggers  # models must be loaded first

    connection = connections[using]
    ours = {trigger.table.partition("_")[0] for trigger in triggers.declared()}
    applied = {key for key in MigrationRecorder(connection).applied_migrations() if key[0] in ours}
    if unknown := applied - set(MigrationLoader(None).disk_migrations):
        raise CommandError(
            f"The database has migrations that this program does not: {', '.join(map('.'.join, sorted(unknown)))}."
            " Take the release that made it, or a new database; a sample platform is made anew by ./run demo --reset."
        )
    if plan:
        triggers.take_down(connection)


def after_migrate(*, using: str, **_kwargs: Any) -> None:
    from casework import row_digests, searching, triggers  # models must be loaded first

    triggers.install(connections[using])
    loader = MigrationLoader(connections[using])
    if all(leaf in loader.applied_migrations for leaf in loader.graph.leaf_nodes()):
        searching.install()  # which reads cases: half-way, their tables are not those of the models
        row_digests.begin_if_new()


class CaseworkConfig(AppConfig):
    name = "casework"
    verbose_name = _("Casework")

    def ready(self) -> None:
        from casework import checks  # noqa: F401  registers the system checks
        from casework.names import NameConverter

        register_converter(NameConverter, "name")
        pre_migrate.connect(before_migrate, sender=self, dispatch_uid="casework.triggers")
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="casework.triggers")
