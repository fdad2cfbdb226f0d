"""What the verbs of a right holder's notice take."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from infringements.commands import Said
from infringements.models import Finding, Outcome, ProceedingsKind, RightKind
from notices.inputs import OneMeasureInput
from surfaces.api.inputs import Boolean, Choice, Input, Line, Text
from surfaces.asks import Ask


class NoticeWordsInput(Input):
    """What is missing is named, and nothing that was said is lost: a notice without it has no effect yet."""

    right_kind = Choice(choices=RightKind.choices, allow_blank=True, default="", asks=Ask(_("Kind of right")))
    right_title = Line(
        max_length=200, allow_blank=True, default="", asks=Ask(_("The right"), _("The mark, work, patent or design."))
    )
    registration_no = Line(
        max_length=80,
        allow_blank=True,
        default="",
        asks=Ask(_("Number of registration"), _("Of a trademark, patent or design; of a work, where it has one.")),
    )
    holder_name = Line(
        max_length=120, allow_blank=True, default="", asks=Ask(_("Legal name of the right holder"), _("As registered."))
    )
    contact = Line(
        max_length=300,
        allow_blank=True,
        default="",
        asks=Ask(
            _("How the right holder is reached"),
            _("Address and telephone or mail for a lawsuit. The merchant reads it if the notice is accepted."),
        ),
    )
    merchant = Line(
        max_length=100,
        allow_blank=True,
        default="",
        help_text=_("the merchant's number on the platform, or its reference here"),
        asks=Ask(_("Number of the shop"), _("As its page on the platform shows it.")),
    )
    links = Text(
        max_length=4000,
        allow_blank=True,
        default="",
        help_text=_("one a line: links or product numbers"),
        asks=Ask(_("Where the goods are"), _("One a line: links or product numbers."), lines=4),
    )
    evidence = Text(
        max_length=8000,
        allow_blank=True,
        default="",
        asks=Ask(_("Why it infringes: first evidence"), _("What shows it, point by point."), lines=6, counts=True),
    )
    wants = Text(
        max_length=2000,
        allow_blank=True,
        default="",
        asks=Ask(_("Which measures you want"), _("Such as taking these listings down."), lines=2),
    )
    is_true = Boolean(
        default=False,
        help_text=_(
            "that it is true; who notifies wrongly is liable, in bad faith for double (E-Commerce Law, article 42)"
        ),
        asks=Ask(
            _("What I say is true. I am liable for a wrong notice, and if made in bad faith for double the damage."),
        ),
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        names = Said.__dataclass_fields__
        rest = {name: value for name, value in values.items() if name not in names}
        return {**rest, "said": Said(**{name: values[name] for name in names})}


class FileInfringementInput(NoticeWordsInput):
    holder = Line(
        max_length=100,
        allow_blank=True,
        default="",
        help_text=_("the right holder: its reference or number; may be empty for who acts for one party alone"),
    )


class InfringementFileInput(Input):
    file = serializers.FileField(max_length=255, allow_empty_file=True)

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "name": values["file"].name}


class AcceptInfringementInput(OneMeasureInput):
    facts = Text(
        max_length=8000, asks=Ask(_("Facts"), _("What was notified, of which goods, with which proof."), lines=5)
    )
    reasons = Text(
        max_length=8000, asks=Ask(_("Reasons"), _("Why the first evidence is enough. Both sides read it."), lines=4)
    )
    rule = Line(
        max_length=60,
        allow_blank=True,
        default="",
        asks=Ask(_("Rule"), _("With its clause. Empty: the measure rests on the E-Commerce Law, article 42.")),
    )
    clause = Line(max_length=20, allow_blank=True, default="", asks=Ask(_("Clause"), _("Its number, such as 8.")))


class RefuseInfringementInput(Input):
    reasons = Text(max_length=8000, asks=Ask(_("Reasons"), _("The right holder reads them."), lines=4))


class StateNoInfringementInput(Input):
    merchant_name = Line(max_length=120, asks=Ask(_("Legal name of the merchant"), _("As on the licence.")))
    merchant_contact = Line(
        max_length=300,
        asks=Ask(_("How you are reached"), _("Address and telephone or mail. The right holder needs it to sue you.")),
    )
    statement = Text(
        max_length=8000,
        asks=Ask(
            _("Why there is no infringement: first evidence"),
            _("Such as a licence, your own registration, or where the goods come from."),
            lines=6,
            counts=True,
        ),
    )


class ReportProceedingsInput(Input):
    kind = Choice(choices=ProceedingsKind.choices, asks=Ask(_("What you did")))
    office = Line(max_length=120, asks=Ask(_("Authority or court")))
    proceedings_no = Line(max_length=80, asks=Ask(_("Number"), _("As on the receipt or notice of acceptance.")))


class ConcludeInfringementInput(Input):
    outcome = Choice(
        choices=Outcome.choices,
        asks=Ask(
            _("Outcome"),
            radio=True,
            means={
                "INFRINGES": _("The measure stays."),
                "NO_INFRINGEMENT": _("The measure ends, and the same is not served again without something new."),
                "NO_FINDING": _("The measure ends."),
            },
        ),
    )
    words = Text(max_length=4000, asks=Ask(_("What was decided"), _("By whom, when, under which number."), lines=4))


class AskInfringementInput(Input):
    question = Text(
        max_length=2000, asks=Ask(_("What the right holder is asked"), _("What speaks for a wrong notice."), lines=3)
    )


class AnswerInfringementInput(Input):
    answer = Text(max_length=8000, asks=Ask(_("Your answer"), lines=5, counts=True))


class FindInfringementInput(Input):
    finding = Choice(
        choices=Finding.choices,
        asks=Ask(
            _("The notice was"),
            radio=True,
            means={
                "WRONG": _("The right holder answers for the damage (E-Commerce Law, article 42)."),
                "MALICIOUS": _("The right holder answers for double the damage (E-Commerce Law, article 42)."),
            },
        ),
    )
    measure = Line(
        max_length=60,
        help_text=_("code of a measure type, see GET measure-types"),
        asks=Ask(_("Kind of measure"), _("The code of a kind in the catalogue, such as a warning.")),
    )
    facts = Text(max_length=8000, asks=Ask(_("Facts"), _("What was wrong in the notice."), lines=4))
    reasons = Text(max_length=8000, asks=Ask(_("Reasons"), _("What the right holder said, and why."), lines=4))
