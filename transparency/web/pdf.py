"""A yearly report as a PDF, in one language, from the same rows as its page."""

from django.utils.translation import gettext as _

from archive.letter_pdf import BRAND, SOFT, Sheet, write_line
from casework.formats import moment_text
from casework.languages import TAGS
from transparency.queries import Shown


def render_report(report: Shown, *, platform: str, language: str) -> bytes:
    """The same report with the same errata gives the same words and metadata."""
    title = _("Compliance report %(year)s") % {"year": report.year}
    pdf = Sheet(f"{platform} · {title}")
    pdf.set_title(title)
    pdf.set_author(platform)
    pdf.set_creator(platform)
    pdf.set_lang(TAGS[language])
    pdf.set_subject(f"SHA-256 {report.proof['digest']}")
    if report.published_at is not None:
        pdf.set_creation_date(report.published_at)
    pdf.add_page()
    write_line(pdf, title, size=20)
    write_line(pdf, platform, size=12, colour=SOFT)
    for line in (moment_text(report.published_at, "zone"), *report.signed):
        write_line(pdf, line, size=9, colour=SOFT)
    for erratum in report.errata:
        _head(pdf, _("Erratum of %(day)s") % {"day": moment_text(erratum["published_at"], "day")})
        for line in (erratum["text"], _("Why: %(reason)s") % erratum, *erratum["signed"]):
            _lines(pdf, line)
    for section in report.sections:
        _head(pdf, section["title"])
        if section["note"]:
            write_line(pdf, section["note"], size=9, colour=SOFT)
        for row in section["rows"]:
            pdf.ln(1)
            write_line(pdf, row[0][1], size=10.5)
            write_line(pdf, " · ".join(f"{label}: {cell}" for label, cell in row[1:] if cell), size=9, colour=SOFT)
        if not section["rows"]:
            write_line(pdf, _("None in this year."), size=10.5)
    for slot in report.slots:
        _head(pdf, slot["title"])
        if slot["is_struck"]:
            write_line(pdf, _("Struck, because:"), size=9, colour=SOFT)
        for label, value in slot["facts"]:
            write_line(pdf, f"{label}: {value}", size=9, colour=SOFT)
        _lines(pdf, slot["text"])
    _head(pdf, _("How this can be checked"))
    proof = _("Closed days %(since)s to %(until)s (%(days)s), SHA-256 %(digest)s; checkpoint %(checkpoint)s, %(code)s.")
    write_line(pdf, proof % report.proof, size=9, colour=SOFT)
    return bytes(pdf.output())


def _head(pdf: Sheet, title: str) -> None:
    if pdf.will_page_break(24):
        pdf.add_page()
    pdf.ln(4)
    write_line(pdf, title, size=12, colour=BRAND)


def _lines(pdf: Sheet, text: str) -> None:
    for piece in text.split("\n"):
        write_line(pdf, piece, size=10.5)
