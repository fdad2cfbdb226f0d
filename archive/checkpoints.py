"""Checkpoints: every hour the newest hash of each case that changed goes into one growing list, whose root is signed.

The list only grows, so a checkpoint that somebody else keeps shows what every case was at that time: whoever has the
database cannot rewrite a chain, or cut its end, without the list differing from the root that was given away. So do
the digests of rows (`casework.row_digests`) and the acts of parties (`archive.acts`): a checkpoint signs those that
were stored before the one before it. It names the backups that were made (`archive.backups`).
Checkpoints go to `CHECKPOINT_WITNESS_FILE`, `CHECKPOINT_WITNESS_MAIL`, and webhooks that asked for them; a service
outside may stamp their time (`archive.time_stamps`); every letter names the newest one of its time. `manage.py verify
--witness FILE` compares. A case file holds the proof that the list has its chains.
"""

import base64
import functools
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from archive import acts, offline, signing, time_stamps
from archive.merkle import Tree, leaf_hash, path
from archive.models import Checkpoint, CheckpointLeaf, RecordedBackup
from casework.canonical import canonical, digest, moment
from casework.clock import BEIJING
from casework.ledger import AT_ONCE, case_models
from casework.models import Case, Event, RowDigests

EVERY = timedelta(hours=1)
LISTENERS: list[Callable[[Checkpoint], None]] = []
"""What else is told of each new checkpoint, in the transaction that stores it."""


def leaf_of(leaf: CheckpointLeaf) -> bytes:
    return canonical({"case": leaf.event.case_ref, "version": leaf.event.sequence, "head": leaf.head})


def make_if_due(*, now: datetime) -> int:
    """Makes a checkpoint when an hour has passed since the last, and gives it away. Returns how many were made."""
    last = Checkpoint.objects.order_by("-no").first()
    if last is not None and now < last.at + EVERY:
        return 0
    try:
        row = _make(last, now=now)
    except IntegrityError:  # another worker was first
        return 0
    give_away(row, first_of_day=last is None or _day(last.at) != _day(now))
    return 1


def _day(at: datetime) -> Any:
    return at.astimezone(BEIJING).date()


def _make(last: Checkpoint | None, *, now: datetime) -> Checkpoint:
    """Adds the head of each case that changed, and signs the root. Raises `IntegrityError` for the second of two."""
    since = None if last is None else last.at - offline.COMPLETE_AFTER
    tree = Tree() if last is None else Tree(last.size, [bytes.fromhex(peak) for peak in last.peaks])
    leaves = []
    for event in _newest_events(since):
        leaf = CheckpointLeaf(place=tree.size, event=event, head=event.hash)
        leaf.nodes = [node.hex() for node in tree.add(leaf_of(leaf))]
        leaves.append(leaf)
    made = RecordedBackup.objects.filter(Q() if since is None else Q(recorded_at__gte=since))
    note: dict[str, Any] = {
        "format": offline.CHECKPOINT,
        "no": 1 if last is None else last.no + 1,
        "at": moment(now),
        "size": tree.size,
        "root": tree.root.hex(),
        "previous": "" if last is None else digest(last.note),
        "rows": _rows_signed({} if last is None else last.note.get("rows", {})),
        "acts": acts.signed({} if last is None else last.note.get("acts", {})),
        "backups": list(made.order_by("pk").values_list("manifest_sha256", flat=True)),
        **signing.mark_of_sandbox(),
    }
    signature = signing.sign(offline.CHECKPOINT_PURPOSE, canonical(note), now=now)
    row = Checkpoint(no=note["no"], at=now, size=tree.size, peaks=[peak.hex() for peak in tree.peaks])
    row.note, row.signature = note, signature
    with transaction.atomic():  # short: everything was read and hashed before it
        row.save(force_insert=True)
        CheckpointLeaf.objects.bulk_create(leaves, batch_size=1000)
        for listener in LISTENERS:
            listener(row)
    return row


def _newest_events(since: datetime | None) -> Iterator[Event]:
    """The newest event of each case that changed since, where the list does not have it yet."""
    for model in case_models():
        rows = model._default_manager.order_by("pk").values_list("pk", "head")
        if since is not None:
            rows = rows.filter(updated_at__gte=since)
        for some in batched(rows.iterator(chunk_size=AT_ONCE), AT_ONCE):
            newest = {"case_kind": model.KIND, "case_id__in": [pk for pk, _head in some]}
            heads = [head for _pk, head in some]
            yield from Event.objects.filter(**newest, hash__in=heads, leaf__isnull=True).order_by("pk")


def _rows_signed(before: Mapping[str, Any]) -> dict[str, Any]:
    """What a checkpoint says of the digests of rows: one digest over all `through` an entry, and the newest one `seen`.

    The next one goes through what this one saw: all of that is complete by then, since no transaction takes an hour.
    """
    through, found = before.get("seen", 0), before.get("digest", "")
    newest = RowDigests.objects.order_by("-pk").values_list("pk", flat=True).first()
    return {
        "through": through,
        "digest": _digest_of_rows(found, before.get("through", 0), through),
        "seen": through if newest is None else newest,
    }


def _digest_of_rows(found: str, after: int, through: int) -> str:
    entries = RowDigests.objects.filter(pk__gt=after, pk__lte=through).order_by("pk")
    for entry in entries.values_list("pk", "rows", "is_complete").iterator(chunk_size=2000):
        found = digest([found, *entry])
    return found


def signed_note(row: Checkpoint) -> dict[str, Any]:
    """A checkpoint as it is given away, with its time stamp (base64 of a TimeStampResp) once there is one."""
    stamp = getattr(row, "stamp", None)
    stamped = {} if stamp is None else {"time_stamp": base64.b64encode(stamp.response).decode()}
    return {"checkpoint": row.note, **row.signature, **stamped}


def give_away(row: Checkpoint, *, first_of_day: bool) -> None:
    """Adds the checkpoint to the witness file, one JSON object to a line, written through to the disk.

    The first of a day in Beijing goes to the witnesses by mail, too. Raises as the file system and the mail server do.
    """
    line = canonical(signed_note(row))
    if settings.CHECKPOINT_WITNESS_FILE:
        with Path(settings.CHECKPOINT_WITNESS_FILE).open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
    if first_of_day and settings.CHECKPOINT_WITNESS_MAIL:
        subject = f"Checkpoint {row.no} {moment(row.at)} {code_of(row)}"
        EmailMessage(subject, f"{line.decode()}\n", to=settings.CHECKPOINT_WITNESS_MAIL).send()


# — what people hold —


def code_of(row: Checkpoint) -> str:
    """Sixteen digits that stand for a checkpoint where one types or prints it, such as `1F0A-22C4-9E3B-70D1`."""
    return offline.short_code(row.note)


def named_in_letters(at: datetime) -> Checkpoint | None:
    """The checkpoint that letters of this time name; the same whenever one asks, since it was then complete."""
    return Checkpoint.objects.filter(at__lte=at - offline.COMPLETE_AFTER).order_by("-no").first()


def proof_of(*cases: Case) -> dict[str, Any]:
    """`{"checkpoint.json": …}` for a case file: the newest checkpoint, and the path to its root from each case's place.

    A case is proved as it was when the list took its newest head; one that it does not have yet is left out. Empty
    where the list has none of them. `archive.offline` checks it.
    """
    row = Checkpoint.objects.order_by("-no").first()
    if row is None:
        return {}
    wanted = Q(pk=None)
    for case in cases:
        wanted |= Q(event__case_kind=case.KIND, event__case_id=case.pk)
    leaves = CheckpointLeaf.objects.filter(wanted, place__lt=row.size).select_related("event").order_by("place")
    newest = {leaf.event.case_ref: leaf for leaf in leaves}
    places = [
        {
            "case": ref,
            "version": leaf.event.sequence,
            "head": leaf.head,
            "place": leaf.place,
            "path": [node.hex() for node in path(leaf.place, row.size, functools.cache(_nodes))],
        }
        for ref, leaf in newest.items()
    ]
    return {"checkpoint.json": signed_note(row) | {"places": places}} if places else {}


def _nodes(place: int) -> list[bytes]:
    leaf = CheckpointLeaf.objects.select_related("event").get(place=place)
    return [leaf_hash(leaf_of(leaf)), *map(bytes.fromhex, leaf.nodes)]


# — comparing —


def faults(witness: Path | None = None) -> Iterator[str]:
    """Where the list differs from its signed roots, from the ledger, or from what a witness was given; which time
    stamps do not hold.

    A list that was cut together with its newest checkpoints is found by the witness alone.
    """
    rows = {row.no: row for row in Checkpoint.objects.order_by("no")}
    if unread := [
        no for no, row in rows.items() if not (isinstance(row.note, dict) and isinstance(row.signature, dict))
    ]:
        yield from (f"checkpoint {no}: not what was signed" for no in unread)
        return
    keys = signing.public_keys()
    yield from _faults_of_list(rows, keys)
    yield from _faults_of_rows(rows.values())
    yield from acts.faults(rows.values())
    yield from _dated_before(rows.values())
    yield from time_stamps.faults()
    if witness is not None:
        yield from _faults_against(witness, rows, keys)


def _faults_of_list(rows: Mapping[int, Checkpoint], keys: Mapping[str, bytes]) -> Iterator[str]:
    tree, previous = Tree(), ""
    leaves = CheckpointLeaf.objects.select_related("event").order_by("place").iterator(chunk_size=2000)
    for expected, (no, row) in enumerate(rows.items(), start=1):
        where = f"checkpoint {no}"
        if no != expected:
            yield f"checkpoint {expected}: missing"
        while tree.size < row.size and (leaf := next(leaves, None)) is not None:
            if leaf.place != tree.size:
                yield f"place {leaf.place} of the list: it is at {tree.size}"
            if leaf.head != leaf.event.hash:
                yield f"{leaf.event.case_ref} event {leaf.event.sequence}: not the one that {where} holds"
            if leaf.nodes != [node.hex() for node in tree.add(leaf_of(leaf))]:
                yield f"place {leaf.place} of the list: its subtrees have other roots"
        if not offline.is_signed_checkpoint(signed_note(row), keys):
            yield f"{where}: not what was signed"
        if (row.size, row.peaks) != (row.note.get("size"), [peak.hex() for peak in tree.peaks]):
            yield f"{where}: what it takes to add to its list is not what was signed"
        if (row.note.get("size"), row.note.get("root")) != (tree.size, tree.root.hex()):
            yield f"{where}: its list has another root than was signed"
        if row.note.get("previous") != previous or (row.note.get("no"), row.note.get("at")) != (no, moment(row.at)):
            yield f"{where}: does not follow the one before"
        previous = digest(row.note)


def _faults_of_rows(checkpoints: Iterable[Checkpoint]) -> Iterator[str]:
    """Where the stored digests of rows are not those that were signed."""
    found, after = "", 0
    for row in checkpoints:
        said = row.note.get("rows")
        if not isinstance(said, dict):  # of an earlier release, or not what was signed
            continue
        if _digest_of_rows(found, after, said.get("through", 0)) != said.get("digest"):
            yield f"checkpoint {row.no}: digests of rows are not those that it signs"
        found, after = said.get("digest", ""), said.get("through", 0)


def _dated_before(checkpoints: Iterable[Checkpoint]) -> Iterator[str]:
    """Every event that is dated before a checkpoint was complete and came into the list later, or not at all."""
    before: Checkpoint | None = None
    for row in checkpoints:
        if before is not None:
            places = CheckpointLeaf.objects.filter(place__gte=before.size, place__lt=row.size).order_by("place")
            newest = (leaf.event for leaf in places.select_related("event").iterator(chunk_size=AT_ONCE))
            yield from _dated_before_one(before, newest)
        before = row
    if before is not None:
        yield from _dated_before_one(before, _newest_events(None))


def _dated_before_one(before: Checkpoint, newest: Iterable[Event]) -> Iterator[str]:
    """Of these cases' events that the checkpoint does not have, each that is dated so that it would."""
    for some in batched(newest, AT_ONCE):
        for kind in {event.case_kind for event in some}:
            ends = {event.case_id: event.sequence for event in some if event.case_kind == kind}
            leaves = CheckpointLeaf.objects.filter(
                place__lt=before.size, event__case_kind=kind, event__case_id__in=list(ends)
            )
            had = dict(leaves.values_list("event__case_id").annotate(Max("event__sequence")).order_by())
            dated = Event.objects.filter(case_kind=kind, case_id__in=ends, at__lt=before.at - offline.COMPLETE_AFTER)
            for event in dated.order_by("pk"):
                if had.get(event.case_id, 0) < event.sequence <= ends[event.case_id]:
                    where = f"{event.case_ref} event {event.sequence}"
                    yield f"{where}: older than checkpoint {before.no}, and not in its list"


def _faults_against(witness: Path, rows: Mapping[int, Checkpoint], keys: Mapping[str, bytes]) -> Iterator[str]:
    for line, text in enumerate(witness.read_text().splitlines(), start=1):
        try:
            note = json.loads(text)
            no = note["checkpoint"]["no"]
        except (ValueError, KeyError, TypeError):
            yield f"{witness.name} line {line}: no checkpoint"
            continue
        if not offline.is_signed_checkpoint(note, keys):
            yield f"{witness.name} line {line}: not signed by this platform"
        elif no not in rows or rows[no].note != note["checkpoint"]:
            yield f"checkpoint {no}: not the one that the witness was given"
