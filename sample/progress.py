"""How far the sample is loaded: in a file beside its model, for the page of sample people and for the next start."""

import json
import os
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection

COMPLETE = 100
STOPPED = 0
"""In the place of the process: it gave up."""


@dataclass(frozen=True, slots=True)
class Standing:
    """So many per cent are loaded, by that process."""

    percent: int
    process: int

    @property
    def is_complete(self) -> bool:
        return self.percent == COMPLETE

    @property
    def is_running(self) -> bool:
        """Whether the rest is still being loaded; the process may have been stopped."""
        return not self.is_complete and self.process != STOPPED and _lives(self.process)


def tell(percent: int, *, process: int | None = None) -> None:
    """So much is loaded by this process; written whole or not at all."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(Standing(percent, os.getpid() if process is None else process))))
    draft.replace(file)


def told() -> Standing | None:
    """What was told last; None where no sample was begun."""
    try:
        return Standing(**json.loads(_file().read_text()))
    except (FileNotFoundError, ValueError):
        return None


def _file() -> Path:
    """One per database: that of another one says nothing about this."""
    database = connection.settings_dict
    name = "\n".join(str(database[part]) for part in ("ENGINE", "HOST", "PORT", "NAME"))
    return Path(settings.TRIAGE_MODEL_DIR) / f"sample-{sha256(name.encode()).hexdigest()[:8]}.json"


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
