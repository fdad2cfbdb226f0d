"""Seals a received file and opens it again; who may see it, and how, is each app's business."""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO, cast

from django.conf import settings
from django.db import transaction

from casework.actor import Actor
from casework.refs import new_ref
from casework.row_digests import recording
from files import buckets, films, pdfs
from files import content as files
from files.models import Attachment


def store() -> files.Store:
    """Where every file that people send is kept, in a folder or in a bucket."""
    root = str(settings.ATTACHMENT_ROOT)
    return buckets.BucketStore(root) if root.startswith(buckets.SCHEME) else files.ContentStore(root)


@dataclass(frozen=True, slots=True)
class FileCopy:
    """A sealed file as one reader gets it: as it was received, or its clean copy.

    A picture is drawn anew, of a film the tags are blanked, a PDF is written anew without what runs or is attached.
    """

    attachment: Attachment
    as_received: bool = True

    @property
    def is_redrawn(self) -> bool:
        return self.attachment.is_picture and not self.as_received

    @property
    def media_type(self) -> str:
        return "image/webp" if self.is_redrawn else self.attachment.media_type

    @property
    def name(self) -> str:
        return f"{PurePath(self.attachment.name).stem}.webp" if self.is_redrawn else self.attachment.name

    def open(self) -> BinaryIO:
        """Opens the copy. Raises as `ContentStore.open`, and `ContentDamaged` for a PDF that cannot be read."""
        if self.attachment.rendition_sha256 and not self.as_received:
            return store().open(self.attachment.rendition_sha256)
        file = store().open(self.attachment.sha256)
        kind = files.KINDS.get(self.attachment.media_type)
        if not self.as_received and kind == files.FileKind.PDF:  # sealed before copies of PDFs were kept
            with file:
                return io.BytesIO(_clean_pdf(file, files.ContentDamaged(self.attachment.sha256)))
        if self.as_received or kind != files.FileKind.FILM:
            return file
        without = films.Without(file, films.metadata(file))
        without.seek(0)
        return cast(BinaryIO, without)


def seal(stream: BinaryIO, *, name: str, actor: Actor, now: datetime) -> Attachment:
    """Keeps the file as received under its SHA-256, and of a picture or PDF a clean copy, too.

    Raises `FileRefused` or `TooLarge`; nothing is kept then.
    """
    found = files.inspect(stream, name=name)
    stream.seek(0)
    rendition, clean = "", b""
    if found.kind == files.FileKind.IMAGE:
        clean, _width, _height = files.render_image(stream.read())
    elif found.kind == files.FileKind.PDF:
        clean = _clean_pdf(stream, files.damaged())
    if clean:
        rendition = store().put(io.BytesIO(clean))
        stream.seek(0)
    sha256 = store().put(stream)
    with transaction.atomic(), recording():
        return Attachment.objects.create(
            ref=new_ref("att_"),
            sha256=sha256,
            size=found.size,
            media_type=found.media_type,
            name=found.safe_name,
            rendition_sha256=rendition,
            uploader_ref=actor.ref,
            uploaded_at=now,
        )


def _clean_pdf(stream: BinaryIO, refusal: Exception) -> bytes:
    """The PDF without active content; raises `refusal` for one that cannot be read."""
    try:
        return pdfs.without_active_content(stream.read())
    except pdfs.NotReadable:
        raise refusal from None


def by_ref(refs: set[str], *, uploader_ref: str) -> dict[str, Attachment]:
    """The files with these refs that this uploader sealed."""
    return {row.ref: row for row in Attachment.objects.filter(ref__in=refs, uploader_ref=uploader_ref)}
