"""Installs the database's laws after every migration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def install_triggers(*, using: str, **_kwargs: Any) -> None:
    from casework import triggers  # models must be loaded first

    triggers.install(connections[using])


class CaseworkConfig(AppConfig):
    name = "casework"
    verbose_name = _("Casework")

    def ready(self) -> None:
        from casework import checks  # noqa: F401  registers the system checks

        post_migrate.connect(install_triggers, sender=self, dispatch_uid="casework.triggers")
