"""Returns the time from the one clock that legal time is read from, the database's, and writes times for outsiders."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

BEIJING = ZoneInfo("Asia/Shanghai")


def with_offset(value: datetime) -> str:
    """RFC 3339 with the offset of the place whose law applies: `2026-03-01T09:30:00+08:00`."""
    return value.astimezone(BEIJING).isoformat()


def now() -> datetime:
    """The time that everything goes by: the database's wall clock, in UTC; in a sandbox as far ahead as it went."""
    return wall() + ahead()


def ahead() -> timedelta:
    """How far this clock is ahead of the wall clock. A setting names who knows, and only a sandbox has it."""
    knows = getattr(settings, "CASEWORK_CLOCK_AHEAD", "")
    ahead: timedelta = import_string(knows)() if knows else timedelta()
    return ahead


def wall() -> datetime:
    """The database's wall clock, in UTC. On SQLite the database is this process, so it is this host's clock. For what
    others compare with clocks of their own: signatures of webhooks, certificates.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        value: datetime = cursor.fetchone()[0]
    return value.astimezone(UTC)
