"""Seals a received file and opens it again; who may see it is each app's business."""

import io
from datetime import datetime
from typing import BinaryIO

from django.conf import settings

from casework import files
from casework.actor import Actor
from casework.models import Attachment
from casework.refs import new_ref


def store() -> files.ContentStore:
    return files.ContentStore(settings.ATTACHMENT_ROOT)


def seal(stream: BinaryIO, *, name: str, actor: Actor, now: datetime) -> Attachment:
    """Keeps the file as received under its SHA-256, and a picture also as a clean copy to show.

    Raises `FileRefused` or `TooLarge`; nothing is kept then.
    """
    found = files.inspect(stream, name=name)
    stream.seek(0)
    rendition = ""
    if found.kind == "image":
        clean, _width, _height = files.render_image(stream.read())
        rendition = store().put(io.BytesIO(clean))
        stream.seek(0)
    sha256 = store().put(stream)
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


def by_ref(refs: set[str], *, uploader_ref: str) -> dict[str, Attachment]:
    """The files with these refs that this uploader sealed."""
    return {row.ref: row for row in Attachment.objects.filter(ref__in=refs, uploader_ref=uploader_ref)}
