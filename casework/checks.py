"""System checks of the kernel: whether the database's laws are in force."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

from casework import triggers
from casework.models import Event


@register(Tags.database)
def triggers_are_installed(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """A warning where a migrated database lacks declared triggers, or has them otherwise than declared.

    No error, since `migrate` runs the checks first and is what installs them; `serve` and `worker` refuse to start.
    """
    problems: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if Event._meta.db_table not in connection.introspection.table_names():
            continue  # not migrated yet
        if names := triggers.not_in_force(connection):
            text = f"Triggers are missing on {alias}, or differ; run migrate: {triggers.abbreviated(names)}"
            problems.append(CheckWarning(text, id="casework.W001"))
    return problems
