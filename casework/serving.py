"""Handing out sealed files so that none of them can run here; who may have one is each app's business.

A picture is shown only as the copy drawn anew; everything else, originals included, is saved and never opened in place.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import PurePath
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse  # noqa: TID251  a surface that two apps share

from casework.attachments import store
from casework.files import header_filename
from casework.models import Attachment

CHUNK = 256 * 1024


def send(request: HttpRequest, attachment: Attachment, *, original: bool = False) -> StreamingHttpResponse:
    """The file as an answer: a picture's clean copy in place, or else the very bytes received, to be saved."""
    shows = bool(attachment.rendition_sha256) and not original
    file = store().open(attachment.rendition_sha256 if shows else attachment.sha256)
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    body = _ahead(file) if isinstance(request, ASGIRequest) else _along(file)
    response = StreamingHttpResponse(body, content_type="image/webp" if shows else attachment.media_type)
    response["Content-Length"] = str(size)
    if shows:
        name = header_filename(f"{PurePath(attachment.name).stem}.webp")
        response["Content-Disposition"] = "inline" + name.removeprefix("attachment")
    else:
        response["Content-Disposition"] = header_filename(attachment.name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def saved(request: HttpRequest, file: BinaryIO, *, media_type: str, name: str) -> StreamingHttpResponse:
    """A file that was made for this answer, to be saved under this name; it is closed once sent."""
    size = file.seek(0, 2)
    file.seek(0)
    body = _ahead(file) if isinstance(request, ASGIRequest) else _along(file)
    response = StreamingHttpResponse(body, content_type=media_type)
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = header_filename(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _along(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


async def _ahead(file: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while chunk := await sync_to_async(file.read)(CHUNK):
            yield chunk
    finally:
        await sync_to_async(file.close)()
