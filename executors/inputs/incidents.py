"""What is said of instructions, incidents and recourse."""

from collections.abc import Mapping
from typing import Any, ClassVar

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

    example: ClassVar[Mapping[str, Any]] = {
        "executor": "exe_1111111111111111111111",
        "words": "按清单逐件核对商品详情页,写有绝对化用语的予以下架。",
        "subject_number": "B-2026-118",
        "measure_type": "listing-removed",
        "due_at": "2027-03-31T18:00:00+08:00",
    }

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"draft": commands.InstructionDraft(**values)}


class AcknowledgeInstructionInput(Input):
    """Your system names the person, by code, and its own number for the report; who is signed in needs neither."""

    person = Line(max_length=12, allow_blank=True, default="")
    callback_id = Line(max_length=100, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {"callback_id": "cb-20270301-0007"}


class CompleteInstructionInput(AcknowledgeInstructionInput):
    evidence = Line(
        max_length=2000, help_text=_("how it is shown that it is done"), asks=Ask(_("What shows that it is done"))
    )

    example: ClassVar[Mapping[str, Any]] = {
        "evidence": "已于3月1日10:20逐件核对118件,下架4件,清单见平台任务记录。",
        "callback_id": "cb-20270301-0008",
    }


class WithdrawInstructionInput(ReasonInput):
    example: ClassVar[Mapping[str, Any]] = {"reason": "清单有误,改由平台自行处理。"}


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

    example: ClassVar[Mapping[str, Any]] = {
        "explanation": "截图来自另一件商品。当班人员同时打开了两个页面,核对时没有比对商品编号。"
    }


class IncidentFileInput(Input):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    caption = Line(max_length=200, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {"file": "(binary)", "caption": "当班的操作记录"}

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "name": values["file"].name}


class ContestInput(Input):
    reasons = Text(
        max_length=8000,
        asks=Ask(_("Why the finding is wrong"), missing=_("Say why the finding is wrong."), lines=6, counts=True),
    )

    example: ClassVar[Mapping[str, Any]] = {
        "reasons": "商品编号由平台工具自动带入,工具3.2版把两件商品的编号混在一起,见附件。"
    }


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

    example: ClassVar[Mapping[str, Any]] = {
        "outcome": "IMPROPER",
        "error_class": "WRONG_FACT",
        "reasons": "页面存档显示处置依据的文字不在被下架的商品上,提交前没有核对商品编号。",
        "corrective_step": "两周内重新培训,提交前强制比对商品编号。",
    }


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

    example: ClassVar[Mapping[str, Any]] = {
        "amount_minor": 20000,
        "reference": "PAY-20270310-0031",
        "words": "下架三日的营业损失。",
    }


# — recourse —


class ClaimRecourseInput(Input):
    """At most what the harmed party got for the incident."""

    incident = Line(max_length=40, source="incident_ref")
    amount_minor = Fen(min_value=1, max_value=MAX_MONEY, asks=Ask(_("Amount in yuan")))
    currency = Choice(choices=["CNY"], default="CNY")
    words = Text(max_length=2000, asks=Ask(_("What is claimed and why"), lines=3))

    example: ClassVar[Mapping[str, Any]] = {
        "incident": "inc_1111111111111111111111",
        "amount_minor": 15000,
        "words": "按服务合同第十二条,因未核对商品编号造成的赔偿由受托方承担四分之三。",
    }


class DisputeRecourseInput(Input):
    reasons = Text(
        max_length=8000,
        asks=Ask(_("Why it is not owed, or not in full"), missing=_("Say why it is not owed."), lines=6, counts=True),
    )

    example: ClassVar[Mapping[str, Any]] = {"reasons": "合同第十二条以平台工具正常为前提,当日工具有故障记录。"}


class PaymentInput(Input):
    amount_minor = Fen(min_value=1, max_value=MAX_MONEY, asks=Ask(_("Amount in yuan")))
    reference = Line(max_length=100, asks=Ask(_("Number of the payment")))
    words = Text(max_length=2000, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {"amount_minor": 5000, "reference": "PAY-20270401-0009"}


class SettleInput(Input):
    """What was paid in the end. Less than what is open settles the whole claim all the same, with the reason."""

    amount_minor = Fen(min_value=0, max_value=MAX_MONEY, asks=Ask(_("Amount in yuan")))
    reference = Line(max_length=100, allow_blank=True, default="", asks=Ask(_("Number of the payment")))
    words = Text(max_length=2000, allow_blank=True, default="", asks=Ask(_("In words"), lines=2))

    example: ClassVar[Mapping[str, Any]] = {
        "amount_minor": 15000,
        "reference": "PAY-20270415-0012",
        "words": "双方确认,款项已到账。",
    }


class WriteOffInput(Input):
    reason = Text(max_length=2000, asks=Ask(_("Why"), lines=3))

    example: ClassVar[Mapping[str, Any]] = {"reason": "受托方已停业,清算后没有可供执行的财产。"}
