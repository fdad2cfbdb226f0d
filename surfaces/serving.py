"""Serves sealed files, letters and case files so that none can run here; who may have one is each app's business.

A picture is shown only as the copy drawn anew; everything else, originals included, is saved and never opened in place.
Whoever may not have a file as it was received gets it without what a camera or phone wrote into it.
"""

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import batched
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import get_language, override

from archive.letters import Letter
from casework.actor import Actor
from casework.models import Case
from files.attachments import FileCopy
from files.content import header_filename
from files.models import Attachment
from operations import replica
from surfaces.filters import EXPORTED

CHUNK = 256 * 1024
PIECE = 500
"""Rows of a list that are made into lines of its file at a time."""


def send(request: HttpRequest, file: Attachment | FileCopy, *, original: bool = False) -> StreamingHttpResponse:
    """Answers with the file: a picture's clean copy in place, anything else to be saved.

    An `original` picture is to be saved, too: as it was received, for whoever may have it so.
    """
    copy = file if isinstance(file, FileCopy) else FileCopy(file)
    shows = copy.attachment.is_picture and not original
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
    response["Content-Length"] = str(size)
    disposition = header_filename(name)
    response["Content-Disposition"] = "inline" + disposition.removeprefix("attachment") if in_place else disposition
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def table_file[M: Model](
    request: HttpRequest,
    actor: Actor,
    name: str,
    header: Sequence[object],
    rows: QuerySet[M],
    line: Callable[[M], Sequence[object]],
) -> StreamingHttpResponse:
    """The first `EXPORTED` rows as a CSV file that a spreadsheet opens as text: nothing in it is taken for a formula.

    Which rows is settled at once; they are read and sent `PIECE` at a time, so that no more of them are held. All of it
    comes from the replica, where there is one.
    """
    settled = rows.prefetch_related(None).values_list("pk", flat=True)[:EXPORTED]
    keys = replica.read(actor, lambda: list(settled))
    body: Iterator[bytes] = _table(actor, header, rows, keys, line, get_language())
    response = StreamingHttpResponse(
        _each_ahead(body) if isinstance(request, ASGIRequest) else body, content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = header_filename(name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _table[M: Model](
    actor: Actor,
    header: Sequence[object],
    rows: QuerySet[M],
    keys: Sequence[int],
    line: Callable[[M], Sequence[object]],
    language: str | None,
) -> Iterator[bytes]:
    yield _lines([header]).encode("utf-8-sig")

    def made(some: Sequence[int]) -> list[Sequence[object]]:
        with override(language):  # the request's is gone by now
            return [line(row) for row in rows.filter(pk__in=some)]

    for some in batched(keys, PIECE):
        found = replica.read(actor, partial(made, some))
        if len(found) < len(some):  # one has changed since, or the keys were read where more was known
            found = made(some)
        yield _lines(found).encode()


def _lines(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_as_text(cell) for cell in row] for row in rows)
    return out.getvalue()


def _as_text(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def case_file(
    request: HttpRequest, write: Callable[..., Case], *, actor: Actor, ref: str, now: datetime
) -> StreamingHttpResponse:
    """The archive that an app's `write_case_file` writes, to be saved; it is closed once sent."""
    archive = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    try:
        case = write(archive, actor=actor, ref=ref, now=now)
    except BaseException:
        archive.close()
        raise
    size = archive.seek(0, 2)
    archive.seek(0)
    body = _ahead(archive) if isinstance(request, ASGIRequest) else _along(archive)
    response = StreamingHttpResponse(body, content_type="application/zip")
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = header_filename(f"{case.number}.zip")
    response["X-Content-Type-Options"] = "nosniff"
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


async def _each_ahead(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each is made in the thread of the request, which is where its connection to the database is."""
    following = sync_to_async(lambda: next(pieces, b""))
    while piece := await following():
        yield piece


async def _ahead(file: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while chunk := await sync_to_async(file.read)(CHUNK):
            yield chunk
    finally:
        await sync_to_async(file.close)()
