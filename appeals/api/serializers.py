"""Appeals as JSON: what each verb takes, and what is answered. The system's view has an output of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appeals import commands
from appeals.machine import AppealState
from appeals.models import (
    Appeal,
    Confidence,
    DecidedBy,
    EvidenceItem,
    Finding,
    Ground,
    Level,
    Outcome,
    PointKind,
    ReviewMode,
    SystemView,
)
from appeals.queries import actions_for, due_of, evidence_shown_to, turn_of
from casework.api.rendering import moment
from casework.api.serializers import (
    Action,
    Amount,
    Choice,
    Code,
    Coded,
    Input,
    Integer,
    Items,
    Line,
    Moment,
    Money,
    Ref,
    Text,
    action,
    coded,
    money,
)


class AppealItemInput(Input):
    measure = Integer(min_value=1, max_value=500)
    ground = Choice(choices=Ground.choices, required=False, help_text=_("where it differs from the appeal's"))
    statement = Text(max_length=2000, allow_blank=True, default="")


class FileAppealInput(Input):
    ground = Choice(choices=Ground.choices)
    statement = Text(max_length=2000, allow_blank=True, default="")
    items = AppealItemInput(many=True, max_length=50, required=False)
    review = Choice(choices=ReviewMode.choices, default="human")
    late_reason = Text(max_length=2000, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {
        "ground": "facts_wrong",
        "statement": "页面写的是“国标级”,不是“国家级”,截图可以看清。",
        "review": "human",
    }


class WithdrawAppealInput(Input):
    example: ClassVar[Mapping[str, Any]] = {}


class RespondInput(Input):
    answer = Text(max_length=2000)

    example: ClassVar[Mapping[str, Any]] = {"answer": "授权书原件见补充证据2。"}


class ReleaseInput(Input):
    reason = Line(max_length=200, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {"reason": "需要懂该品类的同事"}


class ClaimInput(Input):
    appeal = Ref(required=False, help_text=_("the case to take; without it the most urgent one"))

    example: ClassVar[Mapping[str, Any]] = {}


class OpeningInput(Input):
    subject = Line(max_length=40)

    example: ClassVar[Mapping[str, Any]] = {"subject": "exhibit:1"}


class FirstViewInput(Input):
    outcome = Choice(choices=Outcome.choices)
    confidence = Choice(choices=Confidence.choices)
    note = Text(max_length=2000, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {"outcome": "OVERTURNED", "confidence": "high"}


class RequestInformationInput(Input):
    item = Line(max_length=500)
    fact = Line(max_length=500)
    due_at = Moment(required=False, allow_null=True, default=None)

    example: ClassVar[Mapping[str, Any]] = {"item": "品牌授权书扫描件", "fact": "您在处置当日已获授权"}


class LateAnswerInput(Input):
    answer = Text(max_length=2000)

    example: ClassVar[Mapping[str, Any]] = {"answer": "住院证明显示期限内无法提交,予以受理。"}


class RulingInput(Input):
    measure = Integer(min_value=1, max_value=500)
    outcome = Choice(choices=Outcome.choices)
    ends_at = Moment(required=False, allow_null=True, default=None)
    amount_minor = Integer(required=False, allow_null=True, default=None, min_value=0)


class PointInput(Input):
    kind = Choice(choices=PointKind.choices)
    text = Line(max_length=1000)
    finding = Choice(choices=Finding.choices)
    sentence = Text(max_length=2000)
    burden_on = Choice(choices=["platform", "appellant"], required=False, help_text=_("who has to prove a fact"))
    evidence = Items(child=Integer(min_value=1), max_length=100, required=False, default=list)


class DecideAppealInput(Input):
    items = RulingInput(many=True, max_length=50)
    points = PointInput(many=True, max_length=100)
    reasons = Text(max_length=8000)
    rule_application = Text(max_length=4000)
    difference_reason = Choice(
        choices=commands.DIFFERENCES,
        required=False,
        help_text=_("required where you saw the system's view and decide otherwise"),
    )

    example: ClassVar[Mapping[str, Any]] = {
        "items": [{"measure": 1, "outcome": "OVERTURNED"}, {"measure": 2, "outcome": "OVERTURNED"}],
        "points": [
            {
                "kind": "fact",
                "text": "详情页是否写有“国家级”",
                "finding": "not_established",
                "sentence": "存档截图的文字是“国标级”,与通知所述不符。",
                "burden_on": "platform",
            },
            {
                "kind": "argument",
                "text": "事实不对",
                "finding": "accepted",
                "sentence": "申诉人的说明与平台存档一致,予以采信。",
            },
        ],
        "reasons": "存档截图显示的文字与处置通知记载不一致,处置所依据的事实不能成立。",
        "rule_application": "规则第8条禁止绝对化用语,“国标级”指符合国家标准,不在其列。",
    }

    @staticmethod
    def arguments(values: Mapping[str, Any]) -> dict[str, Any]:
        """The parsed body as the command takes it."""
        plain = dict(values)
        return {
            "rulings": [commands.RulingDraft(**ruling) for ruling in plain.pop("items")],
            "points": [commands.Point(**point) for point in plain.pop("points")],
            **plain,
        }


class EvidenceInput(Input):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    caption = Line(max_length=200)

    example: ClassVar[Mapping[str, Any]] = {"file": "(binary)", "caption": "品牌方2026年授权书,证明我方有权销售"}


class EvidenceOutput(serializers.Serializer[Any]):
    """One piece of evidence; without a version it is still a draft that only your side sees."""

    no = serializers.IntegerField()
    caption = serializers.CharField()
    version = serializers.IntegerField(source="submission.version", allow_null=True, default=None)
    name = serializers.CharField(source="attachment.name")
    media_type = serializers.CharField(source="attachment.media_type")
    size = serializers.IntegerField(source="attachment.size")
    sha256 = serializers.CharField(source="attachment.sha256")
    added_at = serializers.DateTimeField()
    file = serializers.SerializerMethodField()

    def get_file(self, row: EvidenceItem) -> str:
        return f"/api/v1/appeals/{row.appeal.ref}/evidence/{row.no}"


class SubmissionOutput(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    manifest_hash = serializers.CharField()


class OfMeasure(serializers.Serializer[Any]):
    """Something about one measure, named by its number in the notice and its type."""

    measure = serializers.IntegerField(source="measure.no")
    type = serializers.SerializerMethodField()

    @extend_schema_field(Coded)
    def get_type(self, row: Any) -> dict[str, str] | None:
        return coded(row.measure.type_id, label=row.measure.type.label)


class ItemOutput(OfMeasure):
    ground = Code(Ground)
    statement = serializers.CharField()


class RequestOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    item = serializers.CharField()
    fact = serializers.CharField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    lapsed_at = serializers.DateTimeField(allow_null=True)


class RulingOutput(OfMeasure):
    outcome = Code(Outcome)
    ends_at = serializers.DateTimeField(allow_null=True)
    amount = Amount()


class PointOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    kind = Code(PointKind)
    text = serializers.CharField()
    finding = Code(Finding)
    sentence = serializers.CharField()
    burden_on = serializers.CharField()
    evidence = serializers.ListField(child=serializers.IntegerField())


class DeciderOutput(serializers.Serializer[Any]):
    """By whom: a person, known by their outward code alone, or the system."""

    kind = Code(DecidedBy, source="by_kind")
    officer = serializers.CharField(source="reviewer.officer_code", default="")


class DecisionOutput(serializers.Serializer[Any]):
    outcome = Code(Outcome)
    decided_by = DeciderOutput(source="*")
    decided_at = serializers.DateTimeField()
    reasons = serializers.CharField()
    rule_application = serializers.CharField()
    system_view = Code(SystemView)
    rulings = RulingOutput(many=True)
    points = PointOutput(many=True)
    check_code = serializers.CharField()


class AppealOutput(serializers.Serializer[Any]):
    """An appeal as everybody sees it who may: nothing in it comes from the system's view."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    notice = serializers.CharField(source="notice.ref")
    notice_number = serializers.CharField(source="notice.number")
    round = serializers.IntegerField()
    level = Code(Level)
    state = Code(AppealState)
    ground = Code(Ground)
    statement = serializers.CharField()
    items = ItemOutput(many=True)
    review = Code(ReviewMode)
    human_demanded = serializers.BooleanField()
    is_late = serializers.BooleanField()
    late_reason = serializers.CharField()
    late_answer = serializers.CharField()
    filed_at = serializers.DateTimeField()
    language = serializers.CharField()
    evidence_closes_at = serializers.DateTimeField()
    evidence_version = serializers.IntegerField()
    evidence = serializers.SerializerMethodField()
    requests = RequestOutput(many=True)
    officer = serializers.CharField(source="reviewer.officer_code", default="")
    decide_due_at = serializers.DateTimeField()
    decide_due_is_provisional = serializers.BooleanField()
    outcome = Code(Outcome, allow_null=True)
    decision = serializers.SerializerMethodField()
    turn = serializers.SerializerMethodField()
    due_at = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    @extend_schema_field(EvidenceOutput(many=True))
    def get_evidence(self, row: Appeal) -> Any:
        shown = evidence_shown_to(self.context["call"].actor, row)
        return EvidenceOutput(shown, many=True, context=self.context).data

    @extend_schema_field(DecisionOutput(allow_null=True))
    def get_decision(self, row: Appeal) -> Any:
        decision = getattr(row, "decision", None)
        return None if decision is None else DecisionOutput(decision, context=self.context).data

    def get_turn(self, row: Appeal) -> str:
        return turn_of(row)

    def get_due_at(self, row: Appeal) -> datetime | None:
        due = due_of(row)
        return None if due is None else moment(due)  # type: ignore[return-value]  # as JSON

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: Appeal) -> list[dict[str, Any]]:
        call = self.context["call"]
        return [
            action(a.name, self._path(row, a.name), due_at=a.due_at, needs_role=a.needs_role)
            for a in actions_for(call.actor, row, now=call.now)
        ]

    @staticmethod
    def _path(row: Appeal, name: str) -> str:
        if name == "claim":
            return "review-queue/claim"
        if name == "appeal-again":
            return f"notices/{row.notice.ref}/appeals"
        return f"appeals/{row.ref}/{name}"


class QueueRowOutput(serializers.Serializer[Any]):
    """A row of the queue: nothing here comes from the system's view."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(AppealState)
    ground = Code(Ground)
    measures = serializers.SerializerMethodField()
    amount = serializers.SerializerMethodField()
    human_demanded = serializers.BooleanField()
    language = serializers.CharField()
    level = Code(Level)
    filed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(source="decide_due_at")

    @extend_schema_field(Coded(many=True))
    def get_measures(self, row: Appeal) -> list[Any]:
        return [coded(i.measure.type_id, label=i.measure.type.label) for i in row.items.all()]

    @extend_schema_field(Money(allow_null=True))
    def get_amount(self, row: Appeal) -> Any:
        amounts = [i.measure.amount_minor for i in row.items.all() if i.measure.amount_minor is not None]
        return money(sum(amounts)) if amounts else None


class FirstViewOutput(serializers.Serializer[Any]):
    outcome = Code(Outcome)
    confidence = Code(Confidence)
    note = serializers.CharField()
    locked_at = serializers.DateTimeField()


class PhraseOutput(serializers.Serializer[Any]):
    text = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    weight = serializers.FloatField()


class SuggestionOutput(serializers.Serializer[Any]):
    """The system's view. Without one, `is_available` is false and the rest is null or empty."""

    is_available = serializers.BooleanField()
    ground = serializers.CharField(allow_null=True)
    queue = serializers.CharField(allow_null=True)
    abstained = serializers.BooleanField(allow_null=True)
    abstain_reasons = serializers.ListField(child=serializers.CharField())
    would_undo = serializers.BooleanField(allow_null=True)
    phrases = PhraseOutput(many=True)
    model_version = serializers.CharField(allow_null=True)
