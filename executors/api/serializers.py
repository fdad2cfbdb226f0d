"""What the verbs of executors take, as JSON. What is answered: outputs."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from casework.api.serializers import Boolean, Choice, Input, Integer, Items, Line, Moment, Text
from executors import commands
from executors.models import ErrorClass, ExecutorKind, FindingOutcome, OnEnd

MONEY_MOST = 10**12
LEVELS = 3
QUESTIONS_MOST = 100
OPTIONS_MOST = 10


# — the registry —


class RegisterExecutorInput(Input):
    """The party is of kind EXECUTOR, named by our reference or by your own number."""

    party = Line(max_length=100)
    kind = Choice(choices=ExecutorKind.choices)
    contract_number = Line(max_length=100)
    contract_from = Moment()
    contract_until = Moment()

    example: ClassVar[Mapping[str, Any]] = {
        "party": "X-3001",
        "kind": "ORGANISATION",
        "contract_number": "HT-2026-0117",
        "contract_from": "2026-01-01T00:00:00+08:00",
        "contract_until": "2027-12-31T00:00:00+08:00",
    }


class ExtendContractInput(Input):
    contract_number = Line(max_length=100)
    contract_until = Moment()

    example: ClassVar[Mapping[str, Any]] = {
        "contract_number": "HT-2028-0009",
        "contract_until": "2029-12-31T00:00:00+08:00",
    }


class SuspendInput(Input):
    reason = Line(max_length=500)

    example: ClassVar[Mapping[str, Any]] = {"reason": "抽检发现三件处置所附截图与商品不符,先停止派单。"}


class ReinstateInput(Input):
    reason = Line(max_length=500)

    example: ClassVar[Mapping[str, Any]] = {"reason": "相关人员已重新培训并通过测试,抽检四十件无误。"}


class EndInput(Input):
    reason = Line(max_length=500)

    example: ClassVar[Mapping[str, Any]] = {"reason": "服务合同到期,双方不再续签。"}


class RevokeMandateInput(Input):
    reason = Line(max_length=500)

    example: ClassVar[Mapping[str, Any]] = {"reason": "该类处置改由平台自行作出。"}


class AddPersonInput(Input):
    """Somebody new needs a password; somebody known keeps theirs. Outsiders know them by the code in the answer."""

    username = Line(max_length=150)
    is_lead = Boolean(default=False)
    sub_processor = Line(max_length=40, allow_blank=True, default="", help_text=_("reference of an approved one"))
    display_name = Line(max_length=120, required=False)
    email = Line(max_length=254, required=False)
    password = Line(max_length=1000, required=False)

    example: ClassVar[Mapping[str, Any]] = {
        "username": "jiadui_new",
        "is_lead": False,
        "password": "lanterns-over-the-canal-2026",
    }


class ProcessingTermsInput(Input):
    purpose = Line(max_length=500)
    method = Line(max_length=500)
    data_kinds = Line(max_length=500)
    protection = Line(max_length=1000)
    on_end = Choice(choices=OnEnd.choices)
    effective_from = Moment()
    until = Moment()

    example: ClassVar[Mapping[str, Any]] = {
        "purpose": "审核商品页面是否符合广告宣传规范",
        "method": "在平台的审核台上逐件查看,不得下载",
        "data_kinds": "商品页面、店铺编号",
        "protection": "专用账号,二次验证,操作留痕",
        "on_end": "delete",
        "effective_from": "2026-01-01T00:00:00+08:00",
        "until": "2027-12-31T00:00:00+08:00",
    }

    @staticmethod
    def draft(values: Mapping[str, Any]) -> commands.TermsDraft:
        return commands.TermsDraft(**values)


class ProposeSubProcessorInput(Input):
    name = Line(max_length=200)
    purpose = Line(max_length=500)

    example: ClassVar[Mapping[str, Any]] = {"name": "夜班外包有限公司", "purpose": "夜间时段的图片初审"}


class DecideSubProcessorInput(Input):
    approved = Boolean()

    example: ClassVar[Mapping[str, Any]] = {"approved": True}


class PayTermInput(Input):
    """What the executor is paid by. Pay that follows rejections is refused: whoever is paid for them finds them."""

    metric = Line(max_length=40, help_text=_("PER_CASE, HOURLY, ACCURACY or TIMELINESS"))
    words = Line(max_length=500)
    starts_at = Moment()
    ends_at = Moment(required=False, allow_null=True, default=None)

    example: ClassVar[Mapping[str, Any]] = {
        "metric": "ACCURACY",
        "words": "双盲复核一致率达到98%的月份,按件价上浮百分之五",
        "starts_at": "2026-12-01T00:00:00+08:00",
    }


class MandateMeasureInput(Input):
    measure_type = Line(max_length=60, help_text=_("code of a measure type, see GET measure-types"))
    level = Integer(min_value=1, max_value=LEVELS, help_text=_("the level of certification that it takes"))


class MandateInput(Input):
    """What the executor may do from then on. A new version ends the one before where it starts."""

    effective_from = Moment(required=False, allow_null=True, default=None, help_text=_("null: from now on"))
    effective_until = Moment(required=False, allow_null=True, default=None)
    measures = MandateMeasureInput(many=True, max_length=100)
    rules = Items(child=Line(max_length=60), max_length=100)
    categories = Items(child=Line(max_length=60), max_length=100, default=list, help_text=_("empty: every one"))
    ceiling_minor = Integer(
        min_value=0,
        max_value=MONEY_MOST,
        required=False,
        allow_null=True,
        default=None,
        help_text=_("money of one notice at most; null: no measure that moves money"),
    )

    example: ClassVar[Mapping[str, Any]] = {
        "effective_from": "2027-01-01T00:00:00+08:00",
        "measures": [{"measure_type": "listing-removed", "level": 1}],
        "rules": ["advertising"],
        "categories": [],
        "ceiling_minor": None,
    }

    @staticmethod
    def draft(values: Mapping[str, Any]) -> commands.MandateDraft:
        """The parsed body as the command takes it; a measure named twice takes the higher level."""
        measures: dict[str, int] = {}
        for row in values["measures"]:
            measures[row["measure_type"]] = max(row["level"], measures.get(row["measure_type"], 0))
        return commands.MandateDraft(**{**values, "measures": measures})


# — training —


class OptionInput(Input):
    zh = Line(max_length=500)
    en = Line(max_length=500, allow_blank=True, default="")


class QuestionInput(Input):
    text_zh = Line(max_length=1000)
    text_en = Line(max_length=1000, allow_blank=True, default="")
    options = OptionInput(many=True, max_length=OPTIONS_MOST)
    right = Integer(min_value=0, max_value=OPTIONS_MOST - 1, help_text=_("the right option, counted from 0"))
    explanation_zh = Line(max_length=1000)
    explanation_en = Line(max_length=1000, allow_blank=True, default="")


class PublishCurriculumInput(Input):
    """What to know of one rule version at one level, and the test about it. Fixed from then on."""

    rule = Line(max_length=60, help_text=_("code or ref of a platform rule"))
    version = Line(max_length=40)
    level = Integer(min_value=1, max_value=LEVELS)
    title_zh = Line(max_length=200)
    title_en = Line(max_length=200, allow_blank=True, default="")
    material_zh = Text(max_length=20_000)
    material_en = Text(max_length=20_000, allow_blank=True, default="")
    hours = Integer(min_value=1, max_value=1000)
    pass_percent = Integer(min_value=50, max_value=100)
    valid_days = Integer(min_value=1, max_value=3650)
    questions = QuestionInput(many=True, max_length=QUESTIONS_MOST)

    example: ClassVar[Mapping[str, Any]] = {
        "rule": "advertising",
        "version": "2026-01",
        "level": 1,
        "title_zh": "广告宣传规范(一级)",
        "title_en": "Advertising rules, level 1",
        "material_zh": "第8条禁止绝对化用语。“国标级”指符合国家标准,不在其列。",
        "material_en": "Clause 8 forbids absolute terms. “National standard grade” is none.",
        "hours": 4,
        "pass_percent": 80,
        "valid_days": 365,
        "questions": [
            {
                "text_zh": "页面写有“国标级”,应当怎样处理?",
                "text_en": "A page says “national standard grade”. What is right?",
                "options": [{"zh": "不处置", "en": "No measure"}, {"zh": "下架", "en": "Remove it"}],
                "right": 0,
                "explanation_zh": "它指符合国家标准,不是绝对化用语。",
                "explanation_en": "It says that a standard is met; it is no absolute term.",
            }
        ],
    }

    @staticmethod
    def draft(values: Mapping[str, Any]) -> commands.CurriculumDraft:
        """The parsed body as the command takes it."""
        questions = [
            commands.QuestionDraft(**{**row, "options": [(option["zh"], option["en"]) for option in row["options"]]})
            for row in values["questions"]
        ]
        return commands.CurriculumDraft(**{**values, "questions": questions})


class AnswerInput(Input):
    question = Integer(min_value=1, max_value=QUESTIONS_MOST)
    option = Integer(min_value=0, max_value=OPTIONS_MOST - 1, help_text=_("the option chosen, counted from 0"))


class SaveAnswersInput(Input):
    answers = AnswerInput(many=True, max_length=QUESTIONS_MOST)

    example: ClassVar[Mapping[str, Any]] = {"answers": [{"question": 1, "option": 0}]}

    @staticmethod
    def chosen(values: Mapping[str, Any]) -> dict[int, int]:
        """The option by question number; a question answered twice keeps its last answer."""
        return {row["question"]: row["option"] for row in values["answers"]}


class WithdrawCertificationInput(Input):
    reason = Line(max_length=500)

    example: ClassVar[Mapping[str, Any]] = {"reason": "测试由他人代答,成绩不能证明本人掌握规则。"}


# — instructions —


class IssueInstructionInput(Input):
    """An order to carry out a measure. `subject_ref` finds the subject in your own system; say no more of it."""

    executor = Line(max_length=40, help_text=_("reference of an executor"))
    words = Line(max_length=2000)
    subject_number = Line(max_length=60)
    subject_ref = Line(max_length=60, allow_blank=True, default="")
    measure_type = Line(max_length=60, help_text=_("code of a measure type, see GET measure-types"))
    due_at = Moment()

    example: ClassVar[Mapping[str, Any]] = {
        "executor": "exe_1111111111111111111111",
        "words": "按清单逐件核对商品详情页,写有绝对化用语的予以下架。",
        "subject_number": "B-2026-118",
        "measure_type": "listing-removed",
        "due_at": "2027-03-31T18:00:00+08:00",
    }

    @staticmethod
    def draft(values: Mapping[str, Any]) -> commands.InstructionDraft:
        return commands.InstructionDraft(**values)


class AcknowledgeInstructionInput(Input):
    """Your system names the person, by code, and its own number for the report; who is signed in needs neither."""

    person = Line(max_length=12, allow_blank=True, default="")
    callback_id = Line(max_length=100, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {"callback_id": "cb-20270301-0007"}


class CompleteInstructionInput(AcknowledgeInstructionInput):
    evidence = Line(max_length=2000, help_text=_("how it is shown that it is done"))

    example: ClassVar[Mapping[str, Any]] = {
        "evidence": "已于3月1日10:20逐件核对118件,下架4件,清单见平台任务记录。",
        "callback_id": "cb-20270301-0008",
    }


class WithdrawInstructionInput(Input):
    reason = Line(max_length=500)

    example: ClassVar[Mapping[str, Any]] = {"reason": "清单有误,改由平台自行处理。"}


# — incidents —


class ExplainInput(Input):
    """What the executor says of it."""

    explanation = Text(max_length=8000)

    example: ClassVar[Mapping[str, Any]] = {
        "explanation": "截图来自另一件商品。当班人员同时打开了两个页面,核对时没有比对商品编号。"
    }


class IncidentFileInput(Input):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    caption = Line(max_length=200, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {"file": "(binary)", "caption": "当班的操作记录"}


class ContestInput(Input):
    reasons = Text(max_length=8000)

    example: ClassVar[Mapping[str, Any]] = {
        "reasons": "商品编号由平台工具自动带入,工具3.2版把两件商品的编号混在一起,见附件。"
    }


class FindInput(Input):
    outcome = Choice(choices=FindingOutcome.choices)
    error_class = Choice(choices=ErrorClass.choices)
    reasons = Text(max_length=8000)
    corrective_step = Text(max_length=2000)

    example: ClassVar[Mapping[str, Any]] = {
        "outcome": "IMPROPER",
        "error_class": "WRONG_FACT",
        "reasons": "页面存档显示处置依据的文字不在被下架的商品上,提交前没有核对商品编号。",
        "corrective_step": "两周内重新培训,提交前强制比对商品编号。",
    }


class CompensateInput(Input):
    """What the platform paid the harmed party in its own name. Nothing paid: `words` say why nothing is owed."""

    amount_minor = Integer(min_value=0, max_value=MONEY_MOST)
    currency = Choice(choices=["CNY"], default="CNY")
    reference = Line(max_length=100, allow_blank=True, default="", help_text=_("the payment, where there is one"))
    words = Line(max_length=1000, allow_blank=True, default="")
    paid_at = Moment(required=False, allow_null=True, default=None, help_text=_("null: now"))

    example: ClassVar[Mapping[str, Any]] = {
        "amount_minor": 20000,
        "reference": "PAY-20270310-0031",
        "words": "下架三日的营业损失。",
    }


# — recourse —


class ClaimRecourseInput(Input):
    """At most what the harmed party got for the incident."""

    incident = Line(max_length=40)
    amount_minor = Integer(min_value=1, max_value=MONEY_MOST)
    currency = Choice(choices=["CNY"], default="CNY")
    words = Text(max_length=2000)

    example: ClassVar[Mapping[str, Any]] = {
        "incident": "inc_1111111111111111111111",
        "amount_minor": 15000,
        "words": "按服务合同第十二条,因未核对商品编号造成的赔偿由受托方承担四分之三。",
    }


class DisputeRecourseInput(Input):
    reasons = Text(max_length=8000)

    example: ClassVar[Mapping[str, Any]] = {"reasons": "合同第十二条以平台工具正常为前提,当日工具有故障记录。"}


class PaymentInput(Input):
    amount_minor = Integer(min_value=1, max_value=MONEY_MOST)
    reference = Line(max_length=100)
    words = Text(max_length=2000, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {"amount_minor": 5000, "reference": "PAY-20270401-0009"}


class SettleInput(Input):
    """What was paid in the end. Less than what is open settles the whole claim all the same, with the reason."""

    amount_minor = Integer(min_value=0, max_value=MONEY_MOST)
    reference = Line(max_length=100, allow_blank=True, default="")
    words = Text(max_length=2000, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {
        "amount_minor": 15000,
        "reference": "PAY-20270415-0012",
        "words": "双方确认,款项已到账。",
    }


class WriteOffInput(Input):
    reason = Text(max_length=2000)

    example: ClassVar[Mapping[str, Any]] = {"reason": "受托方已停业,清算后没有可供执行的财产。"}
