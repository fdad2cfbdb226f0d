"""Signed backups: the platform signs each manifest, and the next checkpoint names it by its SHA-256.

So nobody without the key makes one anew, and whoever has the key cannot do it unseen by those who keep checkpoints.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.db import transaction

from archive import offline, signing
from archive.models import RecordedBackup
from casework import clock
from casework.canonical import digest, moment
from casework.row_digests import recording
from operations.backup import MANIFEST, restoring, writing

PURPOSE = b"appeals-backup\0"
NAMED_AFTER = timedelta(hours=2)
"""A checkpoint that is so much later than the end of a backup names it, or comes after one that does."""


def to_folder(root: Path, *, now: datetime) -> writing.Made:
    return _recorded(writing.to_folder(root, sign=_signer(now), now=now))


def to_stream(out: IO[bytes], *, now: datetime) -> writing.Made:
    return _recorded(writing.to_stream(out, sign=_signer(now), now=now))


def _signer(now: datetime) -> writing.Sign:
    return lambda manifest: signing.sign(PURPOSE, manifest, now=now)


def _recorded(made: writing.Made) -> writing.Made:
    with transaction.atomic(), recording():
        RecordedBackup.objects.create(manifest_sha256=made.manifest_sha256, recorded_at=clock.now())
    return made


def check(source: Path, *, accept: Sequence[str] = ()) -> restoring.Backup:
    """Reads every byte of a backup, and whether the platform signed it: by the keys that follow from the settings, for
    there may be no database. Raises `NotWhole`.
    """
    known = signing.own_keys()

    def is_signed(manifest: bytes, said: Any) -> bool | None:
        if not isinstance(said, Mapping) or not all(isinstance(said.get(n), str) for n in ("key_id", "signature")):
            return False
        if said["key_id"] not in known:
            return None
        return offline.is_signed(known[said["key_id"]], PURPOSE + manifest, bytes.fromhex(said["signature"]))

    return restoring.check(source, is_signed=is_signed, accept=accept)


def compared(backup: restoring.Backup, kept: Mapping[int, Any] | None) -> str:
    """What those who keep checkpoints say of a backup. Raises `NotWhole` where it is not the one that was made then."""
    if kept is None:
        return "compared with no witness (--witness): whoever has the key could have made it anew"
    manifest = digest((backup.folder / MANIFEST).read_bytes())
    if any(manifest in note.get("backups", ()) for note in kept.values()):
        return "the one that a kept checkpoint names"
    ended = datetime.fromisoformat(backup.manifest["finished_at"] or backup.manifest["made_at"])
    later = [no for no, note in sorted(kept.items()) if note["at"] >= moment(ended + NAMED_AFTER)]
    if later:
        said = f"{MANIFEST}: no checkpoint up to {later[0]} names it, so it is not the backup that was made then"
        raise restoring.NotWhole([said])
    return "no kept checkpoint is two hours later than this backup, so that none can name it"
