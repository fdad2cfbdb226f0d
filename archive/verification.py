"""Whether what this system holds is whole: its laws, every chain, every row against its events and its
digest, every file.

An app adds what only it can check in `subscribers.VERIFICATIONS = {"what it is": function}`; one yields faults as text.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import connection

from archive import checkpoints
from archive.models import Checkpoint, CheckpointStamp
from casework import ledger, outbox, row_digests, triggers
from files.attachments import store
from files.content import ContentDamaged, FilesAway, Store
from files.models import Attachment
from operations.models import Tick


def faults(witness: Path | None = None) -> Iterator[str]:
    """Every fault, with where it is; `witness` is a file of checkpoints that somebody else kept."""
    yield from (f"the law {name} is not in force as declared" for name in triggers.not_in_force(connection))
    yield from (f"{fault.case} event {fault.sequence}: {fault.what}" for fault in ledger.verify())
    yield from row_digests.faults()
    yield from checkpoints.faults(witness)
    yield from file_faults()
    for name, verification in sorted(outbox.listed("VERIFICATIONS").items()):
        yield from (f"{name}: {fault}" for fault in verification())


def last_done() -> dict[str, datetime | None]:
    """When the last whole backup was begun and the last verification that found no fault, when the newest checkpoint
    was made and the newest time stamp got; None for what never was.
    """
    ticks = dict(Tick.objects.filter(name__in=(Tick.BACKUP, Tick.VERIFIED)).values_list("name", "at"))
    return {
        "backup": ticks.get(Tick.BACKUP),
        "verified": ticks.get(Tick.VERIFIED),
        "checkpoint": Checkpoint.objects.order_by("-no").values_list("at", flat=True).first(),
        "time_stamp": CheckpointStamp.objects.order_by("-pk").values_list("at", flat=True).first(),
    }


def file_faults() -> Iterator[str]:
    """Every file that a row names and that is missing, changed, or of another size."""
    kept = store()
    try:
        kept.require()
    except FilesAway as away:
        yield f"files: {away.detail}"
        return
    rows = Attachment.objects.order_by("pk").values_list("ref", "sha256", "size", "rendition_sha256")
    for ref, sha256, size, rendition in rows.iterator(chunk_size=2000):
        if what := _fault_of(kept, sha256, size):
            yield f"{ref}: file {sha256} {what}"
        if rendition and (what := _fault_of(kept, rendition, None)):
            yield f"{ref}: copy to show {rendition} {what}"


def _fault_of(kept: Store, sha256: str, size: int | None) -> str:
    try:
        with kept.open(sha256) as file:
            return "" if size is None or file.seek(0, 2) == size else "of another size"
    except FileNotFoundError:
        return "missing"
    except (ContentDamaged, ValueError):  # ValueError: the row names no SHA-256
        return "altered"
