"""What is said of instructions, incidents and recourse."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from executors import commands
from executors.inputs import ReasonInput
from executors.models import ErrorClass, FindingOutcome
from surfaces.api.inputs import Choice, Fen, Input, Line, Moment, Text
from surfaces.asks import Ask

MAX_MONEY = 10**12


# — instructions —


class IssueInstructionInput(Input):
    """An order to carry out a measure. `subject_ref` finds the subject in your own system; say no more of it."""

    executor = Line(max_length=40, help_text=_("reference of an executor"))
    words = Line(max_length=2000, asks=Ask(_("What to do")))
    subject_number = Line(max_length=60, asks=Ask(_("Number of the subject")))
    subject_ref = Line(max_length=60, allow_blank=True, default="")
    measure_type = Line(
        max_length=60,
        help_text=_("code of a measure type, see GET measure-types"),
        asks=Ask(_("Kind of measure"), _("Those that its mandate covers.")),
    )
    due_at = Moment(asks=Ask(_("To be done by")))

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"draft": commands.InstructionDraft(**values)}


class AcknowledgeInstructionInput(Input):
    """Your system names the person, by code, and its own number for the report; who is signed in needs neither."""

    person = Line(max_length=12, allow_blank=True, default="")
    callback_id = Line(max_length=100, allow_blank=True, default="")


class CompleteInstructionInput(AcknowledgeInstructionInput):
    evidence = Line(
        max_length=2000, help_text=_("how it is shown that it is done"), asks=Ask(_("What shows that it is done"))
    )


class WithdrawInstructionInput(ReasonInput):
    pass


# — incidents —


class ExplainInput(Input):
    """What the executor says of it."""

    explanation = Text(
        max_length=8000,
        asks=Ask(
            _("What happened, as you saw it"),
            _("What you looked at, which clause you applied, and why. Name nobody."),
            missing=_("Say what happened."),
            lines=8,
            counts=True,
        ),
    )


class IncidentFileInput(Input):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    caption = Line(max_length=200, allow_blank=True, default="")

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "name": values["file"].name}


class ContestInput(Input):
    reasons = Text(
        max_length=8000,
        asks=Ask(_("Why the finding is wrong"), missing=_("Say why the finding is wrong."), lines=6, counts=True),
    )


class FindInput(Input):
    outcome = Choice(
        choices=FindingOutcome.choices,
        asks=Ask(
            _("Whose fault was it?"),
            missing=_("Choose one of the findings."),
            means={
                "IMPROPER": _("The executor answers for it."),
                "NOT_IMPROPER": _("It did what it should have done."),
                "SHARED": _("Executor and platform both."),
                "TOOL": _("Other measures of the same tool are listed to be looked at."),
                "RULE": _("Other measures under the same rule are listed to be looked at."),
            },
        ),
    )
    error_class = Choice(
        choices=ErrorClass.choices, asks=Ask(_("Kind of error"), missing=_("Choose the kind of error."), radio=False)
    )
    reasons = Text(max_length=8000, asks=Ask(_("Reasons"), lines=5))
    corrective_step = Text(max_length=2000, asks=Ask(_("What is to be done better"), lines=3))


class CompensateInput(Input):
    """What the platform paid the harmed party in its own name. Nothing paid: `words` say why nothing is owed."""

    amount_minor = Fen(min_value=0, max_value=MAX_MONEY, asks=Ask(_("Amount in yuan")))
    currency = Choice(choices=["CNY"], default="CNY")
    reference = Line(
        max_length=100,
        allow_blank=True,
        default="",
        help_text=_("the payment, where there is one"),
        asks=Ask(_("Number of the payment")),
    )
    words = Line(max_length=1000, allow_blank=True, default="", asks=Ask(_("What for, or why nothing is owed")))
    paid_at = Moment(allow_null=True, default=None, help_text=_("null: now"))


# — recourse —


class ClaimRecourseInput(Input):
    """At most what the harmed party got for the incident."""

    incident = Line(max_length=40, source="incident_ref")
    amount_minor = Fen(min_value=1, max_value=MAX_MONEY, asks=Ask(_("Amount in yuan")))
    currency = Choice(choices=["CNY"], default="CNY")
    words = Text(max_length=2000, asks=Ask(_("What is claimed and why"), lines=3))


class DisputeRecourseInput(Input):
    reasons = Text(
        max_length=8000,
        asks=Ask(_("Why it is not owed, or not in full"), missing=_("Say why it is not owed."), lines=6, counts=True),
    )


class PaymentInput(Input):
    amount_minor = Fen(min_value=1, max_value=MAX_MONEY, asks=Ask(_("Amount in yuan")))
    reference = Line(max_length=100, asks=Ask(_("Number of the payment")))
    words = Text(max_length=2000, allow_blank=True, default="")


class SettleInput(Input):
    """What was paid in the end. Less than what is open settles the whole claim all the same, with the reason."""

    amount_minor = Fen(min_value=0, max_value=MAX_MONEY, asks=Ask(_("Amount in yuan")))
    reference = Line(max_length=100, allow_blank=True, default="", asks=Ask(_("Number of the payment")))
    words = Text(max_length=2000, allow_blank=True, default="", asks=Ask(_("In words"), lines=2))


class WriteOffInput(Input):
    reason = Text(max_length=2000, asks=Ask(_("Why"), lines=3))
