"""Ends a statement of a web process or a worker that holds its connection for too long; PostgreSQL alone can.

What does not belong here: how long migrations, backups and checks may take, which run in processes of their own.
"""

from typing import Any

from django.db import connections

WEB, WORKER = 30, 300
"""Seconds. Nobody waits for a worker, whose figures may read much; a `serve` that also works has those of web."""
IDLE = 120
"""Seconds after which a transaction ends in which nothing is asked: its process hangs, and others wait for its rows."""


def limit(seconds: float) -> None:
    """From now on the database ends each statement of this process after so long; who waits for it is told 503."""
    for alias in connections:
        database: Any = connections[alias]
        if database.vendor == "postgresql":
            database.close()
            database.close_pool()
            options = database.settings_dict["OPTIONS"]
            limits = {"statement_timeout": seconds, "idle_in_transaction_session_timeout": IDLE}
            said = (f"-c {name}={round(value * 1000)}" for name, value in limits.items())
            options["options"] = " ".join([options.get("options", ""), *said]).strip()
