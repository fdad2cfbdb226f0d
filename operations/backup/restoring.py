"""Checks a backup down to every byte, and restores it into an empty place.

Nothing is written before everything is checked. A backup that is not whole is refused with the name of what is wrong.
"""

import json
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from casework import triggers
from files import content as files
from files.attachments import store
from operations.backup import FILES, FORMAT, HEADS, MANIFEST, MODELS, SEALED, SIGNATURE, databases, key_fingerprints
from operations.backup.writing import hashed

MISSING_FILES, OTHER_KEY, UNSIGNED = "missing-files", "other-key", "unsigned"
ACCEPTABLE = (MISSING_FILES, OTHER_KEY, UNSIGNED)

type IsSigned = Callable[[bytes, Any], bool | None]
"""Whether the platform signed a manifest; None where by a key that is not known here."""


class NotWhole(Exception):  # noqa: N818  named as in casework.errors
    """The backup cannot be restored; every reason by name."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup whose every file is as its manifest says."""

    folder: Path
    manifest: dict[str, Any]
    sealed: Sequence[str]

    @property
    def kept(self) -> files.ContentStore:
        return files.ContentStore(self.folder.parent / FILES)


@contextmanager
def unpacked(stream: IO[bytes]) -> Iterator[Path]:
    """The folder that a stream of `manage.py backup -` unpacks to; it is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                archive.extractall(folder, filter="data")
        except tarfile.TarError as error:
            raise NotWhole([f"the stream is no whole archive: {error}"]) from None
        yield Path(folder)


def newest(source: Path) -> Path:
    """The folder of one backup: `source` itself, or the newest backup in it."""
    if (source / MANIFEST).is_file():
        return source
    found = sorted(path.parent for path in source.glob(f"[0-9]*/{MANIFEST}"))
    if not found:
        raise NotWhole([f"there is no finished backup in {source}"])
    return found[-1]


def check(source: Path, *, is_signed: IsSigned, accept: Sequence[str] = ()) -> Backup:
    """Reads every byte of the backup. Raises `NotWhole` with each file that is missing or altered, by name."""
    folder = newest(source)
    manifest = _manifest(folder)
    reasons = [*_faults_in_signature(folder, is_signed, accept), *_faults_in_folder(folder, manifest)]
    sealed = [] if reasons else (folder / SEALED).read_text().splitlines()
    backup = Backup(folder, manifest, [line.partition(" ")[0] for line in sealed])
    reasons += _faults_in_sealed(backup)
    if MISSING_FILES not in accept:
        reasons += [
            f"{FILES}/…/{sha256}: was gone or damaged when the backup was made" for sha256 in manifest["missing"]
        ]
    if manifest["database"] != databases.file_name():
        reasons.append(f"it holds {manifest['database']}, and DATABASE_URL names a database of the other engine")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := [name for name in manifest["migrations"] if name not in known and _is_ours(name)]:
        reasons.append(f"it was made by another release ({manifest['program']}) with {', '.join(unknown)}")
    if OTHER_KEY not in accept and manifest["keys"]["SECRET_KEY"][0] not in key_fingerprints()["SECRET_KEY"]:
        reasons.append("its SECRET_KEY is neither SECRET_KEY nor in SECRET_KEY_FALLBACKS here")
    if reasons:
        raise NotWhole(reasons)
    return backup


def restore(backup: Backup) -> None:
    """Puts a checked backup into the empty place that the settings name: files, models, and the database last.

    The laws are in force afterwards, and the tables those of this release. Raises `NotWhole`.
    """
    if reasons := [*_in_the_way()]:
        raise NotWhole(reasons)
    for sha256 in backup.sealed:
        with backup.kept.open(sha256) as file:
            store(is_new=True).put(file)
    shutil.copytree(backup.folder / MODELS, settings.TRIAGE_MODEL_DIR, dirs_exist_ok=True)
    databases.load(backup.folder / backup.manifest["database"])
    if differing := set(databases.contents().heads) ^ set((backup.folder / HEADS).read_text().splitlines()):
        raise NotWhole([f"{HEADS}: {line}" for line in sorted(differing)])
    call_command("migrate", verbosity=0)
    triggers.require(connection)


def _in_the_way() -> Iterator[str]:
    if not databases.is_empty():
        yield f"the database {connection.settings_dict['NAME']} is not empty"
    if not store().is_empty():
        yield f"ATTACHMENT_ROOT ({settings.ATTACHMENT_ROOT}) is not empty"
    folder = Path(settings.TRIAGE_MODEL_DIR)
    if folder.exists() and any(folder.iterdir()):
        yield f"TRIAGE_MODEL_DIR ({folder}) is not empty"


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        found = manifest["format"]
        names = ("database", "files", "keys", "made_at", "migrations", "missing", "program")
        manifest = {name: manifest[name] for name in names} | {"finished_at": manifest.get("finished_at", "")}
    except (ValueError, KeyError, TypeError):
        raise NotWhole([f"{folder / MANIFEST}: no manifest of a backup"]) from None
    if found != FORMAT:
        raise NotWhole([f"{folder / MANIFEST}: not of the format {FORMAT}"])
    return manifest


def _faults_in_signature(folder: Path, is_signed: IsSigned, accept: Sequence[str]) -> Iterator[str]:
    path = folder / SIGNATURE
    if not path.is_file():
        if UNSIGNED not in accept:
            yield f"{SIGNATURE}: missing; only a backup of 0.1.0 has none"
        return
    try:
        signed = is_signed((folder / MANIFEST).read_bytes(), json.loads(path.read_text()))
    except ValueError:
        signed = False
    if signed is None and OTHER_KEY not in accept:
        yield f"{MANIFEST}: signed with a key that is none of those known here"
    elif signed is False:
        yield f"{MANIFEST}: not what was signed"


def _faults_in_folder(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    present = {str(path.relative_to(folder)): path for path in folder.rglob("*") if not path.is_dir()}
    for name in sorted({*manifest["files"], HEADS, SEALED, manifest["database"]}):
        path = present.pop(name, None)
        if path is None:
            yield f"{name}: missing"
        elif path.is_symlink() or hashed(path) != manifest["files"].get(name):
            yield f"{name}: altered"
    for name in sorted(set(present) - {MANIFEST, SIGNATURE}):
        yield f"{name}: not in the manifest"


def _faults_in_sealed(backup: Backup) -> Iterator[str]:
    for sha256 in backup.sealed:
        name = f"{FILES}/{sha256[:2]}/{sha256[2:4]}/{sha256}"
        try:
            backup.kept.open(sha256).close()
        except FileNotFoundError:
            yield f"{name}: missing"
        except files.ContentDamaged:
            yield f"{name}: altered"


def _is_ours(migration: str) -> bool:
    return migration.partition(".")[0] in {trigger.table.partition("_")[0] for trigger in triggers.declared()}
