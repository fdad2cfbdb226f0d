"""Ends a statement of `manage.py serve` that holds its connection for too long; PostgreSQL alone can.

What does not belong here: how long migrations, backups and checks may take, which run in processes of their own.
"""

from typing import Any

from django.db import connections

SECONDS = 30


def limit(seconds: float = SECONDS) -> None:
    """From now on the database ends each statement of this process after so long; who waits for it is told 503."""
    for alias in connections:
        database: Any = connections[alias]
        if database.vendor == "postgresql":
            database.close()
            database.close_pool()
            options = database.settings_dict["OPTIONS"]
            options["options"] = f"{options.get('options', '')} -c statement_timeout={round(seconds * 1000)}".strip()
