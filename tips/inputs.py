"""What the verbs of a tip take."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from notices.inputs import OneMeasureInput
from surfaces.api.inputs import Boolean, Choice, Input, Line, Moment, Text
from surfaces.asks import Ask
from tips.commands import Reported
from tips.models import TipKind, WhyLook

ANSWER = Ask(
    _("Answer to whoever gave the tip"),
    _("In general words: nothing that only whom it is about knows, such as orders, sales or the measure."),
    lines=3,
)
REASONS = Ask(_("Reasons"), _("What was checked, and why. They stay inside."), lines=4)


class FileTipInput(Input):
    named = Line(
        max_length=200,
        allow_blank=True,
        default="",
        help_text=_("the party's number on the platform, its reference here, or what it calls itself"),
        asks=Ask(_("Shop or account"), _("Its number or name, if you know it.")),
    )
    kind = Choice(choices=TipKind.choices, asks=Ask(_("Kind of conduct")))
    links = Text(
        max_length=2000,
        help_text=_("one a line: links, or numbers of goods, texts or livestreams"),
        asks=Ask(_("Where it is"), _("One a line: links, or numbers of goods, texts or livestreams."), lines=3),
    )
    what = Text(
        max_length=8000,
        asks=Ask(
            _("What happened"),
            _("What, and when. Leave out what says who you are, such as order numbers, unless it is needed."),
            lines=6,
            counts=True,
        ),
    )
    law = Line(
        max_length=200,
        allow_blank=True,
        default="",
        asks=Ask(_("Which rule or law it breaks, in your view"), _("You need not know it.")),
    )
    contact = Line(
        max_length=200,
        allow_blank=True,
        default="",
        asks=Ask(
            _("How we reach you"),
            _("You can leave it empty. To an e-mail address we write when it is decided. Kept for six months after."),
        ),
    )
    reporter = Line(
        max_length=100,
        allow_blank=True,
        default="",
        help_text=_("the party that gives the tip; may be empty for who acts for one party alone"),
    )
    external_ref = Line(
        max_length=100,
        allow_blank=True,
        default="",
        help_text=_("of a back end that passes a tip on: its own number; the same number is the same tip"),
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        names = Reported.__dataclass_fields__
        rest = {name: value for name, value in values.items() if name not in names}
        return {**rest, "said": Reported(**{name: values[name] for name in names})}


UNNAMED = Ask(_("Without my account: I keep a code instead, and nobody here sees who I am."))


class TipPageInput(FileTipInput):
    """On a page, somebody signed in can leave their account out."""

    is_unnamed = Boolean(default=False)


class TipFileInput(Input):
    file = serializers.FileField(max_length=255, allow_empty_file=True)

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "name": values["file"].name}


class DismissTipInput(Input):
    reasons = Text(max_length=8000, asks=REASONS)
    answer = Text(max_length=2000, asks=ANSWER)


class ActOnTipInput(OneMeasureInput):
    subject = Line(
        max_length=100,
        help_text=_("the party that the measure is against: its reference or number"),
        asks=Ask(_("Number of the shop or account"), _("Against which the measure is.")),
    )
    conduct_at = Moment(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("when it was so; empty: when the measure is taken"),
    )
    rule = Line(max_length=60, asks=Ask(_("Rule")))
    clause = Line(max_length=20, asks=Ask(_("Clause"), _("Its number, such as 8.")))
    facts = Text(
        max_length=8000,
        asks=Ask(_("Facts"), _("What you found yourself. Nothing that shows who gave the tip, or when."), lines=5),
    )
    reasons = Text(
        max_length=8000, asks=Ask(_("Reasons"), _("Why it breaks the clause. The party reads them."), lines=4)
    )
    answer = Text(max_length=2000, asks=ANSWER)


class SeeReporterInput(Input):
    why = Choice(choices=WhyLook.choices, asks=Ask(_("Why"), radio=True))


class FindTipInput(Input):
    measure = Line(
        max_length=60,
        help_text=_("code of a measure type, see GET measure-types"),
        asks=Ask(_("Kind of measure")),
    )
    rule = Line(max_length=60, asks=Ask(_("Rule")))
    clause = Line(max_length=20, asks=Ask(_("Clause"), _("Its number, such as 8.")))
    facts = Text(max_length=8000, asks=Ask(_("Facts"), _("What shows that it was known to be untrue."), lines=4))
    reasons = Text(max_length=8000, asks=Ask(_("Reasons"), _("Whoever gave the tip reads them."), lines=4))


class ConfirmFindingInput(Input):
    agrees = Boolean(asks=Ask(_("Do you find so, too?"), yes=_("Yes, in bad faith"), no=_("No, nothing follows")))
