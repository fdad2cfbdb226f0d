"""Seals a received file and opens it again; who may see it, and how, is each app's business."""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO, cast

from django.conf import settings

from casework import files, films
from casework.actor import Actor
from casework.models import Attachment
from casework.refs import new_ref


def store() -> files.ContentStore:
    return files.ContentStore(settings.ATTACHMENT_ROOT)


@dataclass(frozen=True, slots=True)
class FileCopy:
    """A sealed file as one reader gets it: as it was received, or without what a camera or phone wrote into it."""

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
        """Opens the copy. Raises as `ContentStore.open`."""
        if self.is_redrawn:
            return store().open(self.attachment.rendition_sha256)
        file = store().open(self.attachment.sha256)
        if self.as_received or files.KINDS.get(self.attachment.media_type) != files.FileKind.FILM:
            return file
        without = films.Without(file, films.metadata(file))
        without.seek(0)
        return cast(BinaryIO, without)


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
