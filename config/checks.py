"""System checks: settings and databases that would lose an acknowledged write or leak one, and forbidden wording.

What does not belong here: a single bad value, which config/settings.py refuses at once.
"""

import importlib
import importlib.util
import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from archive import time_stamps
from files import buckets
from operations import tracing
from rules.wording import lint

SQLITE = {"journal_mode": {"wal"}, "synchronous": {"2", "3"}, "foreign_keys": {"1"}}  # 2 = FULL, 3 = EXTRA
POSTGRESQL = {"fsync": {"on"}, "full_page_writes": {"on"}, "synchronous_commit": {"on", "local", "remote_apply"}}


_HINTS = {
    "sqlite": "It must be {accepted}. WAL needs a disk of this machine, no network file system.",
    "postgresql": "It must be {accepted}: leave it out of DATABASE_URL, `ALTER ROLE` and `ALTER DATABASE`, and "
    "`ALTER SYSTEM RESET {name}; SELECT pg_reload_conf()`.",
}


def _settings_of(connection: BaseDatabaseWrapper) -> dict[str, set[str]]:
    return SQLITE if connection.vendor == "sqlite" else POSTGRESQL


def _found(connection: BaseDatabaseWrapper, name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}" if connection.vendor == "sqlite" else f"SHOW {name}")
        return str(cursor.fetchone()[0]).lower()


@register(Tags.database)
def writes_are_durable(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """An error for every database that could lose what it has acknowledged, as the database itself tells it."""
    problems: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        for name, accepted in _settings_of(connection).items():
            found = _found(connection, name)
            if found not in accepted:
                problems.append(
                    Error(
                        f"{name} is {found} on database {alias}: a write could be lost after it was acknowledged.",
                        hint=_HINTS[connection.vendor].format(name=name, accepted=" or ".join(sorted(accepted))),
                        id="config.E001",
                    )
                )
        if connection.vendor == "sqlite" and connection.transaction_mode != "IMMEDIATE":  # type: ignore[attr-defined]
            problems.append(Error(f"Transactions on {alias} are not IMMEDIATE: writers would fail.", id="config.E002"))
    return problems


@register(Tags.database)
def statements_are_not_compiled(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """A warning where PostgreSQL compiles statements, which takes seconds for a page of milliseconds."""
    return [
        checks.Warning(
            f"jit is on for connections to {alias}: long queues open slowly.",
            hint="Leave `options` out of DATABASE_URL, or have it say `-c jit=off`; behind a pooler that refuses it, "
            "`ALTER DATABASE … SET jit = off`.",
            id="config.W002",
        )
        for alias in databases or ()
        if connections[alias].vendor == "postgresql" and _found(connections[alias], "jit") != "off"
    ]


@register(Tags.database)
def database_is_what_the_settings_say(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """An error where a sandbox would work on a database that `manage.py sandbox` did not make, or the real thing on one
    that it made. An empty one is neither yet.
    """
    return [
        Error(
            f"SANDBOX is {settings.SANDBOX}, and the database {alias} is {'a' if is_marked else 'no'} sandbox.",
            hint="Give each its own DATABASE_URL; a sandbox is made by `SANDBOX=1 manage.py sandbox`.",
            id="config.E011",
        )
        for alias in databases or ()
        if (is_marked := _is_sandbox(connections[alias])) is not None and is_marked != settings.SANDBOX
    ]


def _is_sandbox(connection: BaseDatabaseWrapper) -> bool | None:
    """Whether the database says that it is a sandbox; None where it has no tables."""
    with connection.cursor() as cursor:
        if not (tables := connection.introspection.table_names(cursor)):
            return None
        if "accounts_installation" not in tables:
            return False
        columns = connection.introspection.get_table_description(cursor, "accounts_installation")
        if "is_sandbox" not in {column.name for column in columns}:  # of the version before
            return False
        cursor.execute("SELECT count(*) FROM accounts_installation WHERE is_sandbox")
        return bool(cursor.fetchone()[0])


@register(Tags.security, deploy=True)
def processes_can_meet(**_kwargs: Any) -> list[CheckMessage]:
    """A warning where several processes are likely and sockets in one would miss changes made by another."""
    if connections["default"].vendor == "postgresql" and not settings.REDIS_URL:
        return [
            checks.Warning(
                "REDIS_URL is not set: sockets and rate limits reach one process only.",
                hint="Set it, or run exactly one `./run serve`.",
                id="config.W001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def deployment_has_an_address(**_kwargs: Any) -> list[CheckMessage]:
    """An error under `check --deploy` while the system is set up for this machine only."""
    if settings.IS_DEPLOYED:
        return []
    return [Error("PUBLIC_URL is not https://…: this set-up answers this machine only.", id="config.E003")]


@register()
def time_stamps_can_be_checked(**_kwargs: Any) -> list[CheckMessage]:
    """An error where stamps of checkpoints are asked for, or kept, and cannot be checked."""
    file = settings.CHECKPOINT_TSA_CERTIFICATES
    if not file:
        return []
    if importlib.util.find_spec("rfc3161_client") is None:
        hint = "It comes with requirements-server.txt."
        return [Error("CHECKPOINT_TSA_CERTIFICATES needs the package rfc3161-client.", hint=hint, id="config.E007")]
    try:
        has_root = any(each.issuer == each.subject for each in time_stamps.certificates(file))
    except (OSError, ValueError) as error:
        return [Error(f"CHECKPOINT_TSA_CERTIFICATES cannot be read: {error}", id="config.E007")]
    if not has_root:
        return [
            Error("CHECKPOINT_TSA_CERTIFICATES holds no root certificate (one signed by itself).", id="config.E007")
        ]
    return []


@register()
def buckets_can_be_used(**_kwargs: Any) -> list[CheckMessage]:
    """An error where files are to lie in a bucket and the packages for it are missing."""
    if not str(settings.ATTACHMENT_ROOT).startswith(buckets.SCHEME) or all(
        importlib.util.find_spec(name) for name in ("storages", "boto3")
    ):
        return []
    hint = "They come with requirements-server.txt."
    return [Error("ATTACHMENT_ROOT names a bucket: that needs django-storages and boto3.", hint=hint, id="config.E008")]


@register()
def traces_can_be_sent(**_kwargs: Any) -> list[CheckMessage]:
    """An error where traces are asked for and the packages are missing, or do not speak the protocol."""
    if not settings.TRACING:
        return []
    name, hint = "OTEL_EXPORTER_OTLP_PROTOCOL", "They come with requirements-tracing.txt."
    try:
        for package in tracing.PACKAGES:
            importlib.import_module(package)
    except ImportError as error:
        return [Error(f"OTEL_EXPORTER_OTLP_ENDPOINT needs OpenTelemetry: {error}", hint=hint, id="config.E009")]
    spoken = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or os.environ.get(name) or "http/protobuf"
    if spoken != "http/protobuf":
        return [Error(f"{name} is {spoken}: traces are sent by http/protobuf only.", id="config.E010")]
    return []


@register()
def texts_say_nothing_forbidden(**_kwargs: Any) -> list[CheckMessage]:
    """An error for each text of the settings that has forbidden content. None can be cleared: it is easily changed."""
    return [
        Error(f"{name} says what no text of the platform may say: {finding.excerpt}", id="config.E005")
        for name in ("SITE_NAME", "HELP_LINE")
        for finding in lint(getattr(settings, name))
    ]
