"""A version of a rule as a PDF: both languages, what touches major interests in bold with a bar and a word."""

from django.utils.translation import gettext as _
from fpdf.enums import TextMode

from archive.letter_pdf import BRAND, INK, SOFT, Sheet, write_line
from casework.formats import moment_text
from rules.how_made import how_made
from rules.models import Clause, RuleVersion


def render_version(version: RuleVersion, *, platform: str) -> bytes:
    """The same version in the same language gives the same words and metadata."""
    name = f"{version.rule.name_zh} {version.number}"
    pdf = Sheet(f"{platform} · {name}")
    pdf.set_title(name)
    pdf.set_author(platform)
    pdf.set_creator(platform)
    pdf.set_lang("zh-Hans")
    pdf.set_subject(f"SHA-256 {version.text_hash}")
    if version.published_at is not None:
        pdf.set_creation_date(version.published_at)
    pdf.add_page()
    write_line(pdf, version.rule.name_zh, size=20)
    write_line(pdf, version.rule.name_en, size=12, colour=SOFT)
    write_line(pdf, _("Version %(number)s") % {"number": version.number}, size=11, colour=SOFT)
    write_line(
        pdf, _("In force from %(start)s") % {"start": moment_text(version.effective_from, "zone")}, size=11, colour=SOFT
    )
    if version.effective_to:
        until = _("until %(moment)s") % {"moment": moment_text(version.effective_to, "zone")}
        write_line(pdf, until, size=11, colour=SOFT)
    for label, words in how_made(version).lines:
        write_line(pdf, _("%(label)s: %(words)s") % {"label": label, "words": words}, size=9, colour=SOFT)
    pdf.ln(4)
    for clause in version.clauses.all():
        _write(pdf, clause)
    write_line(pdf, f"SHA-256 {version.text_hash}", size=8, colour=SOFT)
    return bytes(pdf.output())


def _write(pdf: Sheet, clause: Clause) -> None:
    if pdf.will_page_break(24):
        pdf.add_page()
    page, top = pdf.page, pdf.get_y()
    if clause.is_major_interest:
        write_line(pdf, _("Concerns your major interests"), size=9, colour=BRAND)
    write_line(pdf, f"{clause.number}  {clause.title_zh}".rstrip(), size=12, colour=BRAND)
    with pdf.local_context(
        text_mode=TextMode.FILL_STROKE if clause.is_major_interest else TextMode.FILL, line_width=0.15, draw_color=INK
    ):  # the embedded font has one weight: an outline of its own colour makes it bold
        for piece in clause.text_zh.split("\n"):
            write_line(pdf, piece, size=10.5)
    if clause.text_en:
        for piece in (clause.title_en, *clause.text_en.split("\n")):
            if piece:
                write_line(pdf, piece, size=9, colour=SOFT)
    if clause.is_major_interest and pdf.page == page:
        with pdf.local_context(draw_color=BRAND, line_width=0.9):
            pdf.line(pdf.l_margin - 4, top, pdf.l_margin - 4, pdf.get_y())
    pdf.ln(4)
