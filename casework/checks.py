"""System checks of the kernel: the database's laws are in force."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

from casework import triggers
from casework.models import Event


@register(Tags.database)
def triggers_are_installed(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """A warning for every declared trigger that a migrated database lacks.

    No error, since `migrate` runs the checks first and is what installs them; `serve` and `worker` refuse to start.
    """
    problems: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if Event._meta.db_table not in connection.introspection.table_names():
            continue  # not migrated yet
        problems += [
            CheckWarning(f"Trigger {name} is missing on {alias}; run migrate.", id="casework.W001")
            for name in triggers.missing(connection)
        ]
    return problems
