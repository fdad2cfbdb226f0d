"""System checks of the kernel: the database's laws are in force."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from casework import triggers
from casework.models import Event


@register(Tags.database)
def triggers_are_installed(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """An error for every declared trigger that a migrated database lacks."""
    problems: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if Event._meta.db_table not in connection.introspection.table_names():
            continue  # not migrated yet
        problems += [
            Error(f"Trigger {name} is missing on {alias}; run migrate.", id="casework.E001")
            for name in triggers.missing(connection)
        ]
    return problems
