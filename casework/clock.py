"""Returns the time from the one clock that legal time is read from, the database's, and writes times for outsiders."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

BEIJING = ZoneInfo("Asia/Shanghai")


def with_offset(value: datetime) -> str:
    """RFC 3339 with the offset of the place whose law applies: `2026-03-01T09:30:00+08:00`."""
    return value.astimezone(BEIJING).isoformat()


def now() -> datetime:
    """The database's wall clock, in UTC. On SQLite the database is this process, so it is this host's clock."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        value: datetime = cursor.fetchone()[0]
    return value.astimezone(UTC)
