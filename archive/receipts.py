"""Receipts: what one act of a party was, signed, with the proof that a checkpoint has it. `archive.offline` checks one.

    {"receipt": {"format", "platform", "number", "act": {…}, "hash": SHA-256 of the act}, "key_id", "signature",
     "proof": null, or a signed checkpoint with "acts" (which of its roots), "place" and "path" (RFC 6962)}

A receipt is a row of no table: it follows from the act, and is signed whenever somebody asks. A path shows nothing but
hashes of what others did. Who may have which is each app's business.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from archive import checkpoints, offline, signing
from archive.acts import EVENT
from archive.merkle import root_and_paths
from archive.models import Checkpoint
from casework import outbox
from casework.canonical import canonical, digest
from casework.errors import or_not_found
from casework.ledger import content_of
from casework.models import Event


@dataclass(frozen=True, slots=True)
class Act:
    """One act of which somebody may have the receipt."""

    kind: str
    pk: int
    number: str
    at: datetime
    content: Mapping[str, Any]


def acts_in(events: Iterable[Event], number: str) -> list[Act]:
    """These events of the case with this number, as acts."""
    return [Act(EVENT, event.pk, number, event.at, content_of(event)) for event in events]


def receipts_of(acts: Sequence[Act], *, now: datetime) -> list[dict[str, Any]]:
    """The receipt of each act; without a proof where no checkpoint has it yet."""
    proofs = _proofs_of(acts)
    return [_receipt(act, proofs.get((act.kind, act.pk)), now=now) for act in acts]


def the_receipt_of(acts: Sequence[Act], *, now: datetime) -> dict[str, Any]:
    """The receipt of the one act. Raises `NotFound` where there is none."""
    return or_not_found(next(iter(receipts_of(acts, now=now)), None))


def file_of(acts: Sequence[Act], *, now: datetime) -> dict[str, Any]:
    """`{"receipts.json": …}` for a case file; empty where its reader did nothing in the case."""
    return {offline.RECEIPTS: receipts_of(acts, now=now)} if acts else {}


def _receipt(act: Act, proof: dict[str, Any] | None, *, now: datetime) -> dict[str, Any]:
    said = {
        "format": offline.RECEIPT,
        "platform": settings.PUBLIC_URL,
        "number": act.number,
        "act": act.content,
        "hash": digest(act.content),
        **signing.mark_of_sandbox(),
    }
    return {"receipt": said, **signing.sign(offline.RECEIPT_PURPOSE, canonical(said), now=now), "proof": proof}


def _proofs_of(acts: Iterable[Act]) -> dict[tuple[str, int], dict[str, Any]]:
    together: dict[tuple[str, int], list[int]] = {}
    rows: dict[int, Checkpoint] = {}
    for act in acts:
        covers = {"at__gte": act.at, f"note__acts__{act.kind}__through__gte": act.pk}
        if (row := Checkpoint.objects.filter(**covers).order_by("no").select_related("stamp").first()) is not None:
            rows[row.no] = row
            together.setdefault((act.kind, row.no), []).append(act.pk)
    found = {}
    for (kind, no), pks in together.items():
        said = rows[no].note["acts"][kind]
        hashes = list(outbox.listed("ACTS")[kind].hashes(said["after"], said["through"]))
        places = {pk: place for place, (pk, _hash) in enumerate(hashes) if pk in pks}
        _root, paths = root_and_paths([each for _pk, each in hashes], list(places.values()))
        for (pk, place), path in zip(places.items(), paths, strict=True):
            where = {"acts": kind, "place": place, "path": [node.hex() for node in path]}
            found[kind, pk] = checkpoints.signed_note(rows[no]) | where
    return found
