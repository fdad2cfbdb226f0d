"""Makes and reads the key of a machine that serves only itself. A deployed system takes SECRET_KEY from its
environment.
"""

import contextlib
import os
import tempfile
from pathlib import Path

from django.core.management.utils import get_random_secret_key


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
