"""The text of a DOCX file that somebody sends: paragraphs with their headings and numbers, and no other formatting.

The file is not trusted. Of its parts three are read (text, styles, numbering), each unpacked to `MAX_PART` bytes at
most, and XML with a DTD is refused, so that nothing expands and nothing outside is fetched. Where reading would change
what the text says, as with tracked changes, the file is refused; where something is left out, `Read.notes` says what.
"""

import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_FILE, MAX_PART = 5 * 1024 * 1024, 6 * 1024 * 1024
MOST_TAGS = 300_000
"""Of one part: each costs a hundred times its own length once it is read. A book of a thousand pages has fewer."""
MAX_NESTED = 12
LEVELS = 9
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CHANGES = ("ins", "del", "moveFrom", "moveTo")
HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
DIGITS = "零一二三四五六七八九"


class NotReadableError(ValueError):
    """The file is no DOCX, or not one whose text can be read; the message says why."""

    def __init__(self, why: str | Promise) -> None:
        self.why = why
        super().__init__(str(why))


@dataclass(slots=True)
class Read:
    """The text, a line for each paragraph with `#` before headings; and what of the file was left out."""

    text: str = ""
    notes: list[str | Promise] = field(default_factory=list)

    def note(self, what: str | Promise) -> None:
        if what not in self.notes:
            self.notes.append(what)


def text_of(raw: bytes) -> Read:
    """Raises `NotReadableError`."""
    if len(raw) > MAX_FILE:
        raise NotReadableError(_("The file is larger than 5 MB."))
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            parts = {name: _part(package, f"word/{name}.xml") for name in ("document", "styles", "numbering")}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError):
        raise NotReadableError(_("The file is no DOCX file, or it is damaged or encrypted.")) from None
    body = None if parts["document"] is None else parts["document"].find(f"{W}body")
    if body is None:
        raise NotReadableError(_("The file is no DOCX file, or it is damaged or encrypted."))
    if any(body.find(f".//{W}{name}") is not None for name in CHANGES):
        raise NotReadableError(_("The file has tracked changes. Accept or reject them in Word first."))
    read = Read()
    if body.find(f".//{W}footnoteReference") is not None or body.find(f".//{W}endnoteReference") is not None:
        read.note(_("Footnotes and endnotes are left out."))
    reader = _Reader(_styles(parts["styles"]), _Numbering(parts["numbering"]), read)
    read.text = "\n".join(reader.lines(body))
    return read


def _part(package: zipfile.ZipFile, name: str) -> Element | None:
    """A part as XML, unpacked no further than it may be long; None where there is none."""
    try:
        with package.open(name) as file:
            data = file.read(MAX_PART + 1)
    except KeyError:
        return None
    if len(data) > MAX_PART or data.count(b"<") > MOST_TAGS:
        raise NotReadableError(_("The file is too large once it is unpacked."))
    try:
        return fromstring(data, forbid_dtd=True)  # type: ignore[no-any-return]
    except (DefusedXmlException, ParseError, ValueError, LookupError):
        raise NotReadableError(_("The file is no DOCX file, or it is damaged or encrypted.")) from None


def _value(element: Element | None, path: str) -> str:
    """`w:val` of what stands at the path; empty where there is none."""
    found = None if element is None else element.find("/".join(W + name for name in path.split("/")))
    return "" if found is None else found.get(f"{W}val", "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str
    level: str
    list_id: str
    list_level: str


def _styles(part: Element | None) -> dict[str, _Style]:
    return {
        each.get(f"{W}styleId", ""): _Style(
            _value(each, "name"),
            _value(each, "basedOn"),
            _value(each, "pPr/outlineLvl"),
            _value(each, "pPr/numPr/numId"),
            _value(each, "pPr/numPr/ilvl"),
        )
        for each in ([] if part is None else part.iter(f"{W}style"))
    }


class _Numbering:
    """The numbers that Word makes itself, counted as it counts them."""

    def __init__(self, part: Element | None) -> None:
        numbering = Element("none") if part is None else part
        self.lists = {each.get(f"{W}numId", ""): _value(each, "abstractNumId") for each in numbering.iter(f"{W}num")}
        self.levels: dict[tuple[str, int], tuple[int, str, str]] = {}
        for one in numbering.iter(f"{W}abstractNum"):
            for level in one.iter(f"{W}lvl"):
                key = (one.get(f"{W}abstractNumId", ""), _number(level.get(f"{W}ilvl", "")))
                if key[1] >= LEVELS:
                    continue
                start = _value(level, "start")
                shape = (_number(start) if start else 1, _value(level, "numFmt"), _value(level, "lvlText"))
                self.levels[key] = shape
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)

    def label(self, list_id: str, level: int) -> str:
        """The next number of this list at this level; empty for bullets and for no list."""
        of = self.lists.get(list_id, "")
        if (of, level) not in self.levels:
            return ""
        start, shape, text = self.levels[of, level]
        counts = self.counts[of]
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        return "" if shape in ("bullet", "none") else re.sub(r"%([1-9])", lambda m: self._said(of, int(m[1]) - 1), text)

    def _said(self, of: str, level: int) -> str:
        start, shape, _text = self.levels.get((of, level), (1, "decimal", ""))
        count = self.counts[of].get(level, start)
        if shape.startswith(("chinese", "japaneseCounting", "ideograph", "taiwaneseCounting")):
            return in_chinese(count)
        if shape in ("lowerLetter", "upperLetter") and 1 <= count <= 26:
            return chr((97 if shape == "lowerLetter" else 65) + count - 1)
        return str(count)


def in_chinese(number: int) -> str:
    """A number below 10,000 as articles are numbered: 十二, 一百零三."""
    if not 0 < number < 10_000:
        return str(number)
    said, gap = "", False
    for unit, place in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            said += ("零" if gap else "") + DIGITS[digit] + place
        gap = bool(said) and not digit
    return said.removeprefix("一") if said.startswith("一十") else said


class _Reader:
    def __init__(self, styles: dict[str, _Style], numbering: _Numbering, read: Read) -> None:
        self.styles, self.numbering, self.read = styles, numbering, read

    def lines(self, parent: Element, depth: int = 0) -> Iterator[str]:
        """The paragraphs in order; those of a row of a table in one line."""
        if depth > MAX_NESTED:
            raise NotReadableError(_("The file nests tables or frames too deeply."))
        for child in parent:
            if child.tag == f"{W}p":
                yield self._paragraph(child)
            elif child.tag == f"{W}tr":
                cells = (" ".join(self.lines(cell, depth + 1)) for cell in child.iterfind(f"{W}tc"))
                yield " | ".join(filter(None, (cell.strip() for cell in cells)))
            elif len(child) and child.tag != f"{W}sectPr":  # tables, content controls, and whatever holds paragraphs
                yield from self.lines(child, depth + 1)

    def _paragraph(self, paragraph: Element) -> str:
        text = "".join(self._words(paragraph)).strip()
        if not text:
            return ""
        properties = paragraph.find(f"{W}pPr")
        style = _value(properties, "pStyle")
        list_id = _value(properties, "numPr/numId") or self._inherited(style, "list_id")
        level = _value(properties, "numPr/ilvl") or self._inherited(style, "list_level")
        label = self.numbering.label(list_id, _number(level)) if list_id not in ("", "0") else ""
        marks = "#" * self._depth(style, _value(properties, "outlineLvl"))
        return " ".join(filter(None, (marks, label, text)))

    def _inherited(self, style: str, name: str) -> str:
        for _step in range(MAX_NESTED):
            found = self.styles.get(style)
            if found is None:
                return ""
            if value := str(getattr(found, name)):
                return value
            style = found.based_on
        return ""

    def _depth(self, style: str, outline: str) -> int:
        """How deep a heading is, 1 for the outermost; 0 for what is none."""
        named = HEADING.fullmatch(self.styles[style].name) if style in self.styles else None
        if named is not None:
            return min(int(named[1]) or 1, 6)
        outline = outline or self._inherited(style, "level")
        return min(_number(outline) + 1, 6) if outline and _number(outline) < 9 else 0

    def _words(self, parent: Element, depth: int = 0) -> Iterator[str]:
        if depth > 2 * MAX_NESTED:
            raise NotReadableError(_("The file nests tables or frames too deeply."))
        for child in parent:
            name = child.tag.removeprefix(W)
            if name == "t":
                yield child.text or ""
            elif name in ("tab", "br", "cr", "noBreakHyphen"):
                yield {"tab": " ", "noBreakHyphen": "-"}.get(name, "\n")
            elif name == "r" and _is_hidden(child):
                if "".join(self._words(child, depth + 1)).strip():
                    self.read.note(_("Hidden text is left out."))
            elif name in ("drawing", "pict", "object") or child.tag.endswith("}AlternateContent"):
                boxed: Any = next((each for each in child.iter(f"{W}t") if (each.text or "").strip()), None)
                if boxed is not None:
                    self.read.note(_("Text in boxes and drawings is left out."))
            elif len(child) and name not in ("pPr", "rPr"):
                yield from self._words(child, depth + 1)


def _is_hidden(run: Element) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "true") not in ("0", "false", "off")
