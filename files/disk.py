"""How much room is left where this host stores: sealed files (or, on their way to a bucket, parts of them), and on
SQLite the database.
"""

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from files import buckets

MEGABYTE = 1024 * 1024


def free_megabytes() -> int:
    """The room on the fullest of the disks that this host writes to."""
    root = str(settings.ATTACHMENT_ROOT)
    places = [Path(tempfile.gettempdir() if root.startswith(buckets.SCHEME) else root)]
    if connection.vendor == "sqlite":
        places.append(Path(connection.settings_dict["NAME"]).parent)
    return min(_free(place) for place in places) // MEGABYTE


def has_room() -> bool:
    return free_megabytes() >= settings.DISK_RESERVE_MB


def _free(place: Path) -> int:
    while not place.exists():  # a folder that is made with the first file
        place = place.parent
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize
