"""A list as a file: CSV that a spreadsheet opens as text, or an XLSX workbook of one sheet. Nothing in it is a formula.

It has all rows that are asked for. Which are the first `SETTLED` is settled at once, and of those beyond once they are
reached; they are read and sent `PIECE` at a time, so that no more of them are held. All of it comes from the replica,
where there is one.
"""

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import batched, chain
from typing import Any
from xml.sax.saxutils import escape

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from casework.clock import BEIJING
from files.filenames import header_filename
from operations import replica
from surfaces.lists.declaring import Asked
from surfaces.pages import beyond, order_of

SETTLED = 10_000
"""Keys that are read together. Beyond them a row that moves in the list meanwhile can be missing or stand twice."""
PIECE = 500
"""Rows of a list that are made into lines of its file at a time."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
type Table = Iterable[Sequence[Sequence[object]]]


def list_file(request: HttpRequest, asked: Asked[Any], kind: str) -> StreamingHttpResponse:
    """The rows that are asked for, with every column of the tab, in the order of the page."""
    table = _pieces(asked, get_language())
    full = _("This workbook holds no more rows. The CSV file has all of them.")
    body = csv_pieces(table) if kind == "csv" else _xlsx(table, full)
    response = StreamingHttpResponse(
        _each_ahead(body) if isinstance(request, ASGIRequest) else body, content_type=TYPES[kind]
    )
    response["Content-Disposition"] = header_filename(f"{asked.at.label or asked.listing.title}.{kind}")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _pieces(asked: Asked[Any], language: str | None) -> Table:
    """The head, and then the lines of the rows, `PIECE` at a time."""
    columns, rows = asked.columns(in_file=True), asked.rows
    parts = _keys(asked)
    settled = next(parts)

    def made(some: Sequence[int]) -> list[Sequence[object]]:
        with override(language):  # the request's is gone by now
            lines = asked.lines(list(rows.filter(pk__in=some)))
            return [[each for column in columns for each in column.in_file(line)] for line in lines]

    def pieces() -> Iterator[Sequence[Sequence[object]]]:
        yield [head]
        for some in batched(chain(settled, chain.from_iterable(parts)), PIECE):
            found = replica.read(asked.actor, lambda: made(some))  # noqa: B023  it is read at once
            if len(found) < len(some):  # one has changed since, or the keys were read where more was known
                found = made(some)
            yield found

    head = [each for column in columns for each in column.heads_in_file()]
    return pieces()


def _keys(asked: Asked[Any]) -> Iterator[Sequence[int]]:
    """The keys of the rows in their order, `SETTLED` at a time, the first even where there are none."""
    rows = asked.rows.prefetch_related(None)
    order = order_of(rows)
    names = [each.lstrip("-") for each in order]
    part = rows
    while True:
        limited = part.values_list("pk", *(each for each in names if each != "pk"))[:SETTLED]
        found = replica.read(asked.actor, lambda: list(limited))  # noqa: B023  it is read at once
        yield [pk for pk, *_rest in found]
        if len(found) < SETTLED:
            return
        last = dict(zip(["pk", *(each for each in names if each != "pk")], found[-1], strict=True))
        part = rows.filter(beyond(order, [(name, last[name]) for name in names]))


async def _each_ahead(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each is made in the thread of the request, which is where its connection to the database is."""
    following = sync_to_async(lambda: next(pieces, b""))
    while piece := await following():
        yield piece


def _local(at: datetime) -> datetime:
    return at.astimezone(BEIJING).replace(tzinfo=None)


# — CSV —


def csv_pieces(table: Table) -> Iterator[bytes]:
    """Lines as CSV, piece by piece; none of their cells is read as a formula."""
    mark = "\ufeff"
    for lines in table:
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows([_as_text(cell) for cell in line] for line in lines)
        yield (mark + out.getvalue()).encode()
        mark = ""


FORMULA = (*"=+-@＝＋－＠", "\t", "\r", "\n")
"""What a program of tables would read as the beginning of a formula."""


def _as_text(cell: object) -> str:
    if isinstance(cell, datetime):
        return f"{_local(cell):%Y-%m-%d %H:%M}"
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA) else text


# — XLSX: a zip of six XML files; texts stand in the cells themselves, so that none is read as a formula —

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm"/></numFmts>'
    '<fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf xfId="0"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/>'
    '<xf xfId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>',
}
BEGINNING = datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet's day 0, of no zone
MOST_LINES = 1_048_576
"""Lines of a sheet."""
MOST_TEXT = 32_767
"""Characters of a cell."""
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML has no place for."""


class _Sent(io.RawIOBase):
    """Keeps what is written until it is taken: a zip that nobody can go back in."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def _xlsx(table: Table, full: str) -> Iterator[bytes]:
    """A sheet that has no place for all lines says `full` in its last."""
    sent, written = _Sent(), 0
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in PARTS.items():
            book.writestr(name, HEAD + text)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            style = 2
            for lines in table:
                is_full = written + len(lines) >= MOST_LINES
                for line in [*lines[: MOST_LINES - written - 1], [full]] if is_full else lines:
                    sheet.write(f"<row>{''.join(_cell(each, style) for each in line)}</row>".encode())
                style, written = 0, written + len(lines)
                if is_full:
                    break
                if piece := sent.take():
                    yield piece
            sheet.write(b"</sheetData></worksheet>")
    yield sent.take()


def _cell(value: object, style: int) -> str:
    if isinstance(value, datetime):
        since = _local(value) - BEGINNING
        return f'<c s="1"><v>{since.days + since.seconds / 86_400:.8f}</v></c>'
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    text = escape(UNFIT.sub("", str(value))[:MOST_TEXT])
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'
