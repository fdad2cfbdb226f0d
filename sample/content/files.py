"""Where the data files are. How their tables become the dataclasses of the other modules: `casework.toml`."""

from pathlib import Path
from typing import Any

from casework.toml import built, read

DATA = Path(__file__).parent.parent / "data"


def tables(name: str) -> dict[str, Any]:
    """Everything in that file."""
    return read(DATA / f"{name}.toml")


def rows(kind: type, key: str, *names: str) -> tuple[Any, ...]:
    """The tables `[[key]]` of those files, each as a `kind`, in the order of the files."""
    return tuple(built(kind, row) for name in names for row in tables(name)[key])
