"""Serves sealed files, letters and case files so that none can run here; who may have one is each app's business.

A picture is shown only as the copy drawn anew; everything else, originals included, is saved and never opened in place.
Whoever may not have a file as it was received gets it without what a camera or phone wrote into it.
"""

import tempfile
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import IO, Any, BinaryIO

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import reverse

from archive.letters import Letter
from casework.actor import Actor
from casework.models import Case
from files.attachments import FileCopy
from files.filenames import header_filename
from files.models import Attachment

CHUNK = 256 * 1024


def send(request: HttpRequest, file: Attachment | FileCopy, *, original: bool = False) -> StreamingHttpResponse:
    """Answers with the file: a picture's clean copy in place, anything else to be saved.

    An `original` picture is to be saved, too: as it was received, for whoever may have it so.
    """
    copy = file if isinstance(file, FileCopy) else FileCopy(file)
    shows = copy.attachment.is_picture and copy.attachment.has_copy and not original
    if shows:
        copy = replace(copy, as_received=False)
    return _streamed(request, copy.open(), copy.media_type, copy.name, in_place=shows)


def _streamed(
    request: HttpRequest, file: BinaryIO, media_type: str, name: str, *, in_place: bool
) -> StreamingHttpResponse:
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    body = _ahead(file) if isinstance(request, ASGIRequest) else _along(file)
    response = StreamingHttpResponse(body, content_type=media_type)
    weakref.finalize(response, file.close)  # the body of a HEAD is never begun, so it closes nothing
    response["Content-Length"] = str(size)
    disposition = header_filename(name)
    response["Content-Disposition"] = "inline" + disposition.removeprefix("attachment") if in_place else disposition
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def archive_file(request: HttpRequest, write: Callable[[IO[bytes]], str]) -> StreamingHttpResponse:
    """The archive that `write` writes and names, to be saved; it is closed once sent."""
    archive = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    try:
        name = write(archive)
    except BaseException:
        archive.close()
        raise
    return _streamed(request, archive, "application/zip", f"{name}.zip", in_place=False)


def case_file(
    request: HttpRequest, write: Callable[..., Case], *, actor: Actor, ref: str, now: datetime
) -> StreamingHttpResponse:
    """The archive that an app's `write_case_file` writes, to be saved."""
    return archive_file(request, lambda out: write(out, actor=actor, ref=ref, now=now).number)


def receipt_file(receipt: Mapping[str, Any]) -> JsonResponse:
    """A receipt (`archive.receipts`), to be saved."""
    said = receipt["receipt"]
    response = JsonResponse(receipt, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = header_filename(
        f"{said['number']}-{said['act']['type']}-{said['act']['sequence']}.json"
    )
    return response


def letter_file(letter: Letter, *, addressee: str, by_system: bool = False) -> HttpResponse:
    """The letter as a PDF, to be saved."""
    from archive import letter_pdf  # with all of fontTools, which only the first PDF has to wait for

    body = letter_pdf.render(
        letter,
        addressee=addressee,
        by_system=by_system,
        platform=settings.SITE_NAME,
        verify_url=settings.PUBLIC_URL + reverse("appeals:verify"),
    )
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = header_filename(f"{letter.number}.pdf")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
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
