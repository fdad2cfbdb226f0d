"""What drafting the report of a year, and an erratum, take."""

from django.utils.translation import gettext_lazy as _

from surfaces.api.inputs import Boolean, Date, Input, Line, Text
from surfaces.asks import Ask

LONGEST = 20_000


def _text(label: object, hint: object = "") -> Text:
    return Text(max_length=LONGEST, asks=Ask(label, hint, lines=6))  # type: ignore[arg-type]


def _line(label: object, hint: object = "") -> Line:
    return Line(max_length=200, allow_blank=True, default="", asks=Ask(label, hint))  # type: ignore[arg-type]


def _struck() -> Boolean:
    return Boolean(default=False, asks=Ask(_("Strike the next part: the text says why")))


class DraftReportInput(Input):
    """Each part is written in both languages, or struck with a reason in both."""

    assessment_struck = _struck()
    assessment_zh = _text(
        _("Self-assessment, in Chinese"),
        _("How lawfully rules were made, changed and carried out in the year; what was not, and what follows."),
    )
    assessment_en = _text(_("Self-assessment, in English"))
    checkup_struck = _struck()
    checkup_zh = _text(
        _("External check-up, in Chinese"),
        _("What somebody from outside checked, with which result. Or why nobody did."),
    )
    checkup_en = _text(_("External check-up, in English"))
    checkup_by = _line(_("Who checked"), _("Only where there was a check-up, as are the next two."))
    checkup_on = Date(allow_null=True, default=None, asks=Ask(_("Day of the result")))
    checkup_document = _line(_("Document of the result"), _("Its name and number, and where it can be read."))
    outside_struck = _struck()
    outside_zh = _text(
        _("Complaints outside the platform, in Chinese"),
        _("What consumers brought to 12315, to mediation, arbitration and courts, and what became of it."),
    )
    outside_en = _text(_("Complaints outside the platform, in English"))
    outlook_struck = _struck()
    outlook_zh = _text(_("Outlook, in Chinese"), _("What is planned for the next year."))
    outlook_en = _text(_("Outlook, in English"))


class DraftErratumInput(Input):
    right_zh = Text(
        max_length=5000,
        asks=Ask(_("What it says and how it reads rightly, in Chinese"), _("It stands on top."), lines=4),
    )
    right_en = Text(max_length=5000, asks=Ask(_("What it says and how it reads rightly, in English"), lines=4))
    reason_zh = Text(max_length=2000, asks=Ask(_("Why it was wrong, in Chinese"), lines=2))
    reason_en = Text(max_length=2000, asks=Ask(_("Why it was wrong, in English"), lines=2))
