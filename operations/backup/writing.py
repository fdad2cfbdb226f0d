"""Writes a backup of the running system into a folder, or as one stream; `sign` signs its manifest."""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from casework import clock
from casework.canonical import digest, moment
from files import content as files
from files.attachments import store
from operations.backup import FILES, FORMAT, HEADS, MANIFEST, MODELS, SEALED, SIGNATURE, databases, key_fingerprints

type Sign = Callable[[bytes], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup; `missing` are files that rows name and that are gone or damaged, so that it is not whole."""

    name: str
    cases: int
    sealed: int
    copied: int
    missing: Sequence[str]
    manifest_sha256: str


def to_folder(root: Path, *, sign: Sign, now: datetime) -> Made:
    """Adds a backup to the folder. It appears there once it is complete; sealed files that are there already stay."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = name_of(now)
    kept = files.ContentStore(root / FILES)
    copied: list[str] = []

    def keep(sha256: str) -> int:
        target = kept.path(sha256)
        if not target.exists():
            with store().open(sha256) as file:
                kept.put(file)
            copied.append(sha256)
        return target.stat().st_size

    with _alone(root):
        for left_over in root.glob(".*.partial"):  # of a backup that was killed
            shutil.rmtree(left_over)
        work = root / f".{name}.partial"
        work.mkdir(mode=0o700)
        contents, missing, manifest = _fill(work, keep, sign, now=now)
        _sync(work)
        work.rename(root / name)
        files.sync_folder(root)
    return Made(name, len(contents.heads), len(contents.sealed), len(copied), missing, digest(manifest))


def to_stream(out: IO[bytes], *, sign: Sign, now: datetime) -> Made:
    """Writes a backup as a tar archive; unpacked, it is a folder with one backup."""
    name = name_of(now)
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=out, mode="w|") as archive:

        def keep(sha256: str) -> int:
            with store().open(sha256) as file:
                entry = tarfile.TarInfo(f"{FILES}/{sha256[:2]}/{sha256[2:4]}/{sha256}")
                entry.size = file.seek(0, io.SEEK_END)
                file.seek(0)
                archive.addfile(entry, file)
            return entry.size

        contents, missing, manifest = _fill(Path(folder), keep, sign, now=now)
        archive.add(folder, arcname=name)
    return Made(name, len(contents.heads), len(contents.sealed), len(contents.sealed), missing, digest(manifest))


def name_of(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"


def hashed(path: Path) -> dict[str, Any]:
    """What a manifest says of a file."""
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "size": path.stat().st_size}


def program_version() -> str:
    version: str = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
    return version


def _fill(
    work: Path, keep: Callable[[str], int], sign: Sign, *, now: datetime
) -> tuple[databases.Contents, list[str], bytes]:
    """Puts everything but sealed files into `work`; `keep` copies a sealed file and returns its size.

    The order matters: see the package. Returns what the database holds, the sealed files that could not be read, and
    the manifest.
    """
    contents = databases.copy_into(work)
    sizes, missing = {}, []
    for sha256 in contents.sealed:
        try:
            sizes[sha256] = keep(sha256)
        except (FileNotFoundError, files.ContentDamaged):
            missing.append(sha256)
    _copy_models(work / MODELS)
    _write_lines(work / HEADS, contents.heads)
    _write_lines(work / SEALED, (f"{sha256} {size}" for sha256, size in sizes.items()))
    manifest = {
        "format": FORMAT,
        "made_at": moment(now),
        "finished_at": moment(clock.now()),
        "program": program_version(),
        "database": databases.file_name(),
        "migrations": contents.migrations,
        "keys": key_fingerprints(),
        "cases": len(contents.heads),
        "missing": missing,
        "files": {str(path.relative_to(work)): hashed(path) for path in sorted(work.rglob("*")) if path.is_file()},
    }
    raw = json.dumps(manifest, indent=1, sort_keys=True).encode()
    (work / MANIFEST).write_bytes(raw)
    (work / SIGNATURE).write_text(json.dumps(dict(sign(raw)), indent=1, sort_keys=True))
    return contents, missing, raw


def _copy_models(target: Path) -> None:
    """Copies the folder of models. What a training or a cleaning takes away meanwhile is named by no row."""
    source = Path(settings.TRIAGE_MODEL_DIR)
    target.mkdir()
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(path, copy)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines))


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Waits until no other backup is written into the folder."""
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sync(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            files.sync_folder(path)
