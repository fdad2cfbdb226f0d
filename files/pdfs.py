"""Writes a PDF anew without what runs, what is attached and what says who made it; its pages look the same.

Away go scripts, actions other than links and jumps, forms of XFA, attached files, films and 3D, document information
and XMP. A hostile file may make a parser hang or fill memory, so that this runs in a process of its own, within limits:
`python files/pdfs.py` reads a PDF from standard input and writes the copy to standard output.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SECONDS = 20
MEMORY = 1024 * 1024 * 1024
FROM_CATALOG = ("/OpenAction", "/Collection", "/Perms", "/DSS", "/URI")
FROM_NAMES = ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/AlternatePresentations", "/URLS")
FROM_EVERYTHING = ("/AA", "/AF", "/EF", "/JS", "/Metadata", "/PieceInfo", "/LastModified")
FROM_NOTES = ("/A", "/FS", "/Movie", "/RichMediaContent", "/RichMediaSettings", "/Sound", "/3DD")
ACTIVE_NOTES = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
HARMLESS = frozenset({"/URI", "/GoTo", "/Named"})


class NotReadable(Exception):  # noqa: N818  named as in casework.errors
    """No PDF that can be read within the limits."""


def without_active_content(pdf: bytes) -> bytes:
    """The copy. Raises `NotReadable`."""
    try:
        done = subprocess.run(  # noqa: S603  our own file, and what it reads is data
            [sys.executable, "-I", str(Path(__file__))], input=pdf, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotReadable from None
    if done.returncode != 0 or not done.stdout:
        raise NotReadable
    return done.stdout


def main() -> int:
    import io
    import resource

    import pikepdf  # only in this process: the program itself parses no PDF

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        with pikepdf.open(io.BytesIO(sys.stdin.buffer.read())) as document:
            _clean(document, pikepdf)
            out = io.BytesIO()
            document.save(out, deterministic_id=True)
    except (pikepdf.PdfError, MemoryError, RecursionError):
        return 1
    sys.stdout.buffer.write(out.getvalue())
    return 0


def _clean(document: Any, pikepdf: Any) -> None:
    _drop(document.Root, FROM_CATALOG)
    _drop(document.Root.get("/Names"), FROM_NAMES)
    _drop(document.Root.get("/AcroForm"), ("/XFA",))
    _drop(document.trailer, ("/Info",))
    todo = list(document.objects)  # each object that has a number; those inside them are found from there
    while todo:
        each = todo.pop()
        if isinstance(each, pikepdf.Array):
            todo += [inner for inner in each if _is_inside(inner, pikepdf)]
        elif isinstance(each, pikepdf.Stream | pikepdf.Dictionary):
            _disarm(each, pikepdf)
            todo += [inner for _name, inner in each.items() if _is_inside(inner, pikepdf)]


def _is_inside(value: Any, pikepdf: Any) -> bool:
    return isinstance(value, pikepdf.Array | pikepdf.Dictionary) and not value.is_indirect


def _disarm(each: Any, pikepdf: Any) -> None:
    _drop(each, FROM_EVERYTHING)
    if "/Rect" in each and str(each.get("/Subtype")) in ACTIVE_NOTES:
        each["/Subtype"] = pikepdf.Name("/Stamp")  # what was drawn stays
        _drop(each, FROM_NOTES)
    for name in ("/A", "/Next", "/PA"):
        action = each.get(name)
        if isinstance(action, pikepdf.Dictionary) and "/S" in action and str(action["/S"]) not in HARMLESS:
            del each[name]
        elif isinstance(action, pikepdf.Array) and name == "/Next":
            if any(isinstance(one, pikepdf.Dictionary) and "/S" in one for one in action):
                del each[name]


def _drop(holder: Any, names: Iterable[str]) -> None:
    for name in names:
        if holder is not None and name in holder:
            del holder[name]


if __name__ == "__main__":
    sys.exit(main())
