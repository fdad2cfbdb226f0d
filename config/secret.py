"""Reads secrets from files, and makes the key of a machine that serves only itself. A deployed system is given
SECRET_KEY.
"""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

NAMES = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "DATABASE_URL",
    "DATABASE_REPLICA_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "METRICS_TOKEN",
    "PLATFORM_RECORDS_TOKEN",
    "SMS_SECRET",
    "SSO_CLIENT_SECRET",
    "S3_SECRET_ACCESS_KEY",
    "TRANSLATION_KEY",
)
"""Settings that hold a secret: each may stand in a file that `<name>_FILE` names."""


def from_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The secrets that files hold, without the end of the last line.

    Raises `ImproperlyConfigured` for a file that cannot be read or is empty, and for a secret that is given twice.
    """
    found = {}
    for name in NAMES:
        path = environment.get(f"{name}_FILE")
        if not path:
            continue
        if environment.get(name):
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set")
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {type(error).__name__}") from None
        if not found[name]:
            raise ImproperlyConfigured(f"{name}_FILE is empty")
    return found


def own_key(directory: Path) -> str:
    """The key in `directory`, made once, readable by its owner only; the same for every process that asks."""
    path = directory / "secret-key"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=directory, prefix=".secret-key-")
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(get_random_secret_key())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)  # whole or not at all, and the first of two racers wins
        finally:
            Path(draft).unlink()
    return path.read_text(encoding="ascii")
