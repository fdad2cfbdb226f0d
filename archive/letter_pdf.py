"""A decision letter as a PDF: the same parts as on screen, text that can be selected, labelled where a system decided.

The font is embedded, so that it reads the same where no Chinese font is installed.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import translation
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from pylopdf_fonts_zh_cn import sans_path

from archive.letters import Letter
from archive.translations import Translated
from casework.formats import moment_text
from casework.languages import TAGS, language_of

FONT = "NotoSansSC"
COUNT = "\x02"
"""Stands for the number of pages, and is in no text: the library's own `{nb}` would change what somebody wrote."""
INK, SOFT, BRAND = (30, 42, 44), (81, 92, 93), (15, 84, 87)


class Sheet(FPDF):
    """A4 in our font and margins, with `footing` and the count of pages at the foot."""

    def __init__(self, footing: str) -> None:
        super().__init__(format="A4")
        self.footing = footing
        self.speaks = ""
        self.alias_nb_pages(COUNT)
        self.add_font(FONT, fname=sans_path())
        self.set_margins(22, 22, 22)
        self.set_auto_page_break(auto=True, margin=22)

    def header(self) -> None:
        if self.speaks:
            self._begin()

    def footer(self) -> None:
        if self.speaks:
            self._end()
        self.set_y(-16)
        self.set_font(FONT, size=8)
        self.set_text_color(*SOFT)
        self.cell(0, 5, f"{self.footing} · {self.page_no()}/{COUNT}", align="C")

    @contextmanager
    def speaking(self, language: str) -> Iterator[None]:
        """What is written meanwhile is marked as in this language, on each of its pages; "" marks nothing."""
        self.speaks = TAGS.get(language, "")
        if self.speaks:
            self._begin()
        yield
        if self.speaks:
            self._end()
        self.speaks = ""

    def _begin(self) -> None:
        self._out(f"/Span <</Lang ({self.speaks})>> BDC")  # ISO 32000-1, 14.9.2

    def _end(self) -> None:
        self._out("EMC")


def render(letter: Letter, *, addressee: str, by_system: bool, platform: str, verify_url: str) -> bytes:
    """The letter as a file; the same letter gives the same words, times and metadata."""
    with translation.override(letter.language):
        name = platform or _("Appeals centre")
        return _render(letter, addressee=addressee, by_system=by_system, platform=name, verify_url=verify_url)


def _render(letter: Letter, *, addressee: str, by_system: bool, platform: str, verify_url: str) -> bytes:
    title = _("Decision letter")
    pdf = Sheet(f"{platform} · {letter.number}")
    pdf.set_title(f"{title} {letter.number}")
    pdf.set_author(platform)
    pdf.set_subject(_("Check code %(code)s · text %(hash)s") % {"code": letter.check_code, "hash": letter.hash})
    pdf.set_lang(TAGS[letter.language])
    pdf.set_creation_date(letter.decided_at)
    pdf.set_creator(platform)
    if by_system:  # the label in the file's own metadata that machine-made text must carry
        mark = {"AIGC": {"Label": "1", "ContentProducer": platform, "ProduceID": letter.number}}
        pdf.set_keywords(json.dumps(mark, ensure_ascii=False))
    pdf.add_page()
    if by_system:
        write_line(pdf, _("Made automatically by a system, with no person involved."), size=10, colour=SOFT)
        pdf.ln(2)
    write_line(pdf, title, size=20)
    write_line(pdf, letter.number, size=11, colour=SOFT)
    write_line(pdf, addressee, size=11, colour=SOFT)
    write_line(pdf, moment_text(letter.decided_at, "zone"), size=11, colour=SOFT)
    write_line(pdf, _("Check this letter at %(url)s") % {"url": verify_url}, size=9, colour=SOFT)
    if letter.checkpoint:
        write_line(pdf, _("Checkpoint of our records: %(code)s") % {"code": letter.checkpoint}, size=9, colour=SOFT)
    pdf.ln(2)
    pdf.set_draw_color(*BRAND)
    pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())
    pdf.ln(4)
    for part in letter.parts:
        if pdf.will_page_break(20):
            pdf.add_page()
        write_line(pdf, f"{part.no}  {part.title}", size=12, colour=BRAND)
        for text in part.lines:
            for piece in text.split("\n"):
                its = language_of(piece)
                with pdf.speaking(its if its != letter.language else ""):
                    write_line(pdf, piece, size=10.5)
            pdf.ln(1)
        pdf.ln(2)
    for translated in letter.translations:
        _write_translation(pdf, translated)
    return bytes(pdf.output())


def _write_translation(pdf: Sheet, translated: Translated) -> None:
    if pdf.will_page_break(30):
        pdf.add_page()
    pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())
    pdf.ln(3)
    write_line(pdf, translated.label, size=12, colour=BRAND)
    write_line(pdf, translated.by, size=9, colour=SOFT)
    for each in translated.texts:
        pdf.ln(2)
        write_line(pdf, each.title, size=10.5, colour=BRAND)
        with pdf.speaking(translated.language):
            for piece in each.text.split("\n"):
                write_line(pdf, piece, size=10.5)
    pdf.ln(3)


def write_line(pdf: FPDF, text: str, *, size: float, colour: tuple[int, int, int] = INK) -> None:
    """Writes a paragraph below what is written."""
    pdf.set_font(FONT, size=size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, size * 0.54, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=_wrap(text))


def _wrap(text: str) -> WrapMode:
    """Chinese breaks between any two characters, English between words."""
    wide = sum(ch > "\u2e7f" for ch in text)
    return WrapMode.CHAR if wide * 4 > len(text) else WrapMode.WORD
