"""What the verbs of seats and matters take."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from authorities.models import MatterKind
from surfaces.api.inputs import Choice, Input, Line, Moment, Name, Text
from surfaces.asks import Ask

OFFICE = Ask(_("Office"), _("As its letters print it: a case is opened to a seat for a matter of the same office."))


class ProposeSeatInput(Input):
    office = Line(max_length=120, asks=OFFICE)
    name = Line(max_length=120, asks=Ask(_("Name of the person")))
    username = Name(max_length=80, asks=Ask(_("User name"), _("An administrator sets a password once it is signed.")))
    basis = Text(
        max_length=2000, asks=Ask(_("On what it rests"), _("Letter with its number, and the article."), lines=2)
    )
    purpose = Text(max_length=2000, asks=Ask(_("Purpose"), _("What is looked into. It stands in every look."), lines=2))
    until = Moment(asks=Ask(pgettext_lazy("seat", "Until"), _("It ends by itself then; a year at most.")))


class OpenCaseInput(Input):
    matter = Line(
        max_length=40,
        allow_blank=True,
        default="",
        asks=Ask(_("Matter"), _("Its number. It is open, and of the office of the seat. Empty: no case is open.")),
    )
    about = Line(
        max_length=40,
        allow_blank=True,
        default="",
        asks=Ask(_("Case"), _("The number of a notice, an appeal or a dispute.")),
    )


class EndSeatInput(Input):
    reason = Text(max_length=2000, asks=Ask(_("Why it ends"), lines=2))


class RegisterMatterInput(Input):
    kind = Choice(choices=MatterKind.choices, asks=Ask(_("Kind")))
    office = Line(max_length=120, asks=OFFICE)
    document_no = Line(max_length=80, asks=Ask(_("Number of the document")))
    received_at = Moment(asks=Ask(_("Received on")))
    due_at = Moment(
        allow_null=True,
        default=None,
        help_text=_("by when the platform answers; may be null for opinions, leads and inspection results"),
        asks=Ask(_("Answer due"), _("Empty only for an opinion, leads and an inspection result.")),
    )
    asked = Text(max_length=10_000, asks=Ask(_("What the authority asks"), lines=4))


class DraftAnswerInput(Input):
    answer = Text(max_length=20_000, asks=Ask(_("Answer"), _("Another person reads it and sends it."), lines=8))


class FollowUpInput(Input):
    text = Text(max_length=5000, asks=Ask(_("What was done or heard"), lines=4))


class CloseMatterInput(Input):
    reason = Text(max_length=2000, asks=Ask(_("How it ended"), lines=2))


class ExportMatterInput(Input):
    cases = Text(
        max_length=1000,
        allow_blank=True,
        default="",
        asks=Ask(_("Cases"), _("Numbers of appeals and disputes, one a line, twenty at most."), lines=4),
    )
    quarter = Line(
        max_length=7, allow_blank=True, default="", asks=Ask(_("Figures of the quarter"), _("Such as 2026-Q1."))
    )
