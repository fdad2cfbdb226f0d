"""Seals a received file and opens it again; who may see it, and how, is each app's business."""

import io
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from casework.actor import Actor
from casework.errors import FieldError, FileRefused, TooLarge
from casework.refs import new_ref
from casework.row_digests import recording
from files import buckets, copies
from files import content as files
from files.cleaning.refusals import Damaged, TooManyPixels, Unproven
from files.models import CLEANER, Attachment


def store(*, is_new: bool = False) -> files.Store:
    """Where every file that people send is kept, in a folder or in a bucket; `is_new` while there is no database."""
    root = str(settings.ATTACHMENT_ROOT)
    if root.startswith(buckets.SCHEME):
        return buckets.BucketStore(root)
    return files.ContentStore(root, has_files=lambda: not is_new and Attachment.objects.exists())


@dataclass(frozen=True, slots=True)
class FileCopy:
    """A sealed file as one reader gets it: as it was received, or its clean copy.

    Where no copy could be shown to be clean, who may not have the file as received gets a text that says so.
    """

    attachment: Attachment
    as_received: bool = True

    @property
    def is_redrawn(self) -> bool:
        return self.attachment.is_picture and not self.as_received

    @property
    def is_withheld(self) -> bool:
        """Whether this reader gets none of it, since there is no clean copy."""
        return not self.as_received and not self.attachment.has_copy

    @property
    def media_type(self) -> str:
        if self.is_withheld:
            return "text/plain"
        return "image/webp" if self.is_redrawn else self.attachment.media_type

    @property
    def name(self) -> str:
        ending = ".txt" if self.is_withheld else ".webp" if self.is_redrawn else ""
        return f"{PurePath(self.attachment.name).stem}{ending}" if ending else self.attachment.name

    def open(self) -> BinaryIO:
        """Opens the copy. Raises as `ContentStore.open`, and `TooManyRequests` where one has to be made first."""
        row = self.attachment
        if self.as_received:
            return store().open(row.sha256)
        if self.is_withheld:
            return _note()
        if row.rendition_sha256 and (row.cleaned_by == CLEANER or row.is_picture):
            return store().open(row.rendition_sha256)
        with store().open(row.sha256) as received:  # sealed by a version that cleaned less
            try:
                return copies.copy_of(received, files.KINDS[row.media_type], sender=f"file:{row.sha256}")
            except (Damaged, Unproven):
                return _note()


def _note() -> BinaryIO:
    return io.BytesIO(withheld_because().encode())


def withheld_because() -> str:
    """What who may not have a file as received reads where there is no clean copy of it."""
    return _(
        "This file is not shown to you. It could not be shown that a copy would hold nothing hidden, such as a place "
        "or a name. The platform has it as it was sent."
    )


def not_shown_to_others() -> str:
    """What the sender reads of such a file."""
    return _(
        "The other side is not shown this file: it could not be shown that a copy would hold nothing hidden, such as a "
        "place or a name. The platform sees it. To show it, send it again as a picture, or print it to a new PDF."
    )


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Prepared:
    """A file that was checked and cleaned before the transaction in which it is sealed. Its copy is closed with it."""

    name: str
    found: files.InspectedFile
    copy: BinaryIO | None


def prepare(stream: BinaryIO, *, name: str, actor: Actor) -> Prepared:
    """Checks the file and makes its clean copy, which may take seconds: never in a transaction.

    Raises `FileRefused`, `TooLarge`, `TooManyRequests`.
    """
    found = files.inspect(stream, name=name)
    sender = ",".join(str(party) for party in sorted(actor.parties)) or actor.ref
    try:
        copy = copies.copy_of(stream, found.kind, sender=sender)
    except TooManyPixels:
        raise files.too_many_pixels() from None
    except Damaged:
        raise files.damaged() from None
    except Unproven:
        return Prepared(name, found, None)
    # A command that is tried again reads the copy again, so nobody who reads it can close it.
    ready = Prepared(name, found, copy)
    weakref.finalize(ready, copy.close)
    return ready


def prepare_uploads(uploads: Iterable[Any], actor: Actor) -> None:
    """Prepares each of these `UploadedFile`s for `seal`, which raises the refusal of one that cannot be kept."""
    for upload in uploads:
        try:
            upload.prepared = prepare(upload, name=upload.name, actor=actor)
        except (FileRefused, TooLarge) as refusal:
            upload.prepared = refusal
        upload.seek(0)


MOST_TOGETHER = 500 * files.MEGABYTE
"""What the files of one side of one case may have together; the page where they are sent says so."""


def require_room(stream: BinaryIO, pieces: QuerySet[Any]) -> int:
    """The size of the file. Raises `TooLarge` where it is too much beside these pieces of evidence, each with its
    `attachment`.
    """
    there = pieces.aggregate(total=Sum("attachment__size"))["total"] or 0
    stream.seek(0, io.SEEK_END)
    size = stream.tell()
    stream.seek(0)
    if there + size > MOST_TOGETHER:
        text = _("Your files in this case have more than %(most)d MB together. %(used)d MB are used already.") % {
            "most": MOST_TOGETHER // files.MEGABYTE,
            "used": there // files.MEGABYTE,
        }
        raise TooLarge(text, errors=[FieldError("/file", "too-large-together", text)])
    return size


def seal(stream: BinaryIO, *, name: str, actor: Actor, now: datetime) -> Attachment:
    """Keeps the file as received under its SHA-256, and a clean copy, where one can be made.

    Raises `FileRefused` or `TooLarge`; nothing is kept then.
    """
    ready: Prepared | FileRefused | TooLarge | None = getattr(stream, "prepared", None)
    if isinstance(ready, FileRefused | TooLarge):
        raise ready
    if ready is None or ready.name != name:
        ready = prepare(stream, name=name, actor=actor)
    rendition = ""
    if ready.copy is not None:
        ready.copy.seek(0)
        rendition = store().put(ready.copy)
    stream.seek(0)
    sha256 = store().put(stream)
    with transaction.atomic(), recording():
        _lock_contents(sha256, rendition)
        for known, file in ((sha256, stream), (rendition, ready.copy)):
            if file is not None and not store().has(known):  # removed since by `remove_unnamed`
                file.seek(0)
                store().put(file)
        return Attachment.objects.create(
            ref=new_ref("att_"),
            sha256=sha256,
            size=ready.found.size,
            media_type=ready.found.media_type,
            name=ready.found.safe_name,
            rendition_sha256=rendition,
            cleaned_by=CLEANER,
            uploader_ref=actor.ref,
            uploaded_at=now,
        )


def remove_unnamed(contents: Iterable[str]) -> None:
    """Removes these files, but for those that a row names. Runs in a transaction, whose end lets others seal them."""
    for sha256 in sorted(set(contents)):
        _lock_contents(sha256)
        if not Attachment.objects.filter(Q(sha256=sha256) | Q(rendition_sha256=sha256)).exists():
            store().remove(sha256)


def _lock_contents(*contents: str) -> None:
    """Whoever names or removes one of these files waits for the end of this transaction; on SQLite all who write do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for sha256 in sorted(filter(None, contents)):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"files {sha256}"])


def by_ref(refs: set[str], *, uploader_ref: str) -> dict[str, Attachment]:
    """The files with these refs that this uploader sealed."""
    return {row.ref: row for row in Attachment.objects.filter(ref__in=refs, uploader_ref=uploader_ref)}
