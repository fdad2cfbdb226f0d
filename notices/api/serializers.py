"""Notices and remedies as JSON: what the platform sends, and what is answered. Input is never output."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from casework.api.serializers import (
    Boolean,
    Choice,
    Input,
    Integer,
    Line,
    Moment,
    Ref,
    Text,
    action,
    coded,
    money,
)
from notices import commands
from notices.models import (
    Automation,
    Axis,
    BasisKind,
    BreachKind,
    DetectionSource,
    Measure,
    MeasureState,
    Notice,
    NoticeState,
    Remedy,
    RemedyKind,
    RemedyState,
)
from notices.queries import actions_for

MAX_INPUTS = 30


class InputsField(serializers.DictField):
    """The values a formula was filled with: names to whole numbers or short texts."""

    is_bounded = True
    child = serializers.JSONField()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict) or len(data) > MAX_INPUTS:
            raise ValidationError(_("Give at most 30 named values."), code="invalid")
        for name, value in data.items():
            is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53
            if len(name) > 60 or not (is_number or isinstance(value, str) and len(value) <= 200):
                raise ValidationError(_("Values are whole numbers or short texts."), code="invalid")
        return dict(data)


class CalculationInput(Input):
    formula = Line(max_length=500)
    inputs = InputsField()
    cap_minor = Integer(required=False, allow_null=True, min_value=0)
    result_minor = Integer(min_value=0)

    example: ClassVar[Mapping[str, Any]] = {
        "formula": "per_breach_minor × breaches",
        "inputs": {"per_breach_minor": 10000, "breaches": 2},
        "cap_minor": 100000,
        "result_minor": 20000,
    }


class MeasureInput(Input):
    type = Line(max_length=60, help_text=_("code of a measure type, see GET measure-types"))
    object_kind = Line(max_length=40)
    object_ref = Line(max_length=100)
    object_label = Line(max_length=200)
    scope = Line(max_length=500)
    starts_at = Moment()
    ends_at = Moment(required=False, allow_null=True, default=None)
    amount_minor = Integer(required=False, allow_null=True, default=None, min_value=0)
    currency = Choice(choices=["CNY"], default="CNY")
    calculation = CalculationInput(required=False, allow_null=True, default=None)


class BasisInput(Input):
    kind = Choice(choices=BasisKind.choices)
    rule = Line(max_length=60, allow_blank=True, default="", help_text=_("code or ref of a platform rule"))
    clause = Line(max_length=20, allow_blank=True, default="")
    version = Line(max_length=40, allow_blank=True, default="")
    instrument = Line(max_length=40, allow_blank=True, default="")
    article = Line(max_length=20, allow_blank=True, default="")
    name = Line(max_length=200, allow_blank=True, default="")
    text = Text(max_length=8000, allow_blank=True, default="")


class ExhibitInput(Input):
    caption = Line(max_length=200)
    captured_at = Moment()
    excerpt = Text(max_length=20000, allow_blank=True, default="")
    attachment = Ref(allow_blank=True, default="")


class DetectionInput(Input):
    source = Choice(choices=DetectionSource.choices)
    tool = Line(max_length=120, allow_blank=True, default="")


class DecisionInput(Input):
    officer = Line(max_length=20, allow_blank=True, default="", help_text=_("outward code of the person who decided"))
    tool = Line(max_length=120, allow_blank=True, default="")
    evidence_was_opened = Boolean(default=False)


class IssueNoticeInput(Input):
    external_ref = Line(max_length=100)
    party = Line(max_length=100, help_text=_("our ref or your own number of the party"))
    language = Choice(choices=["zh-hans", "en"], default="zh-hans")
    facts = Text(max_length=8000, allow_blank=True)
    reasons = Text(max_length=8000, allow_blank=True)
    conduct_at = Moment()
    decided_at = Moment(required=False, allow_null=True, default=None)
    breach_kind = Choice(choices=BreachKind.choices, default="RULE")
    is_precautionary = Boolean(default=False)
    continues_during_appeal = Boolean(default=True)
    measures = MeasureInput(many=True, max_length=50)
    basis = BasisInput(many=True, max_length=20)
    evidence = ExhibitInput(many=True, max_length=50)
    detection = DetectionInput()
    decision = DecisionInput()
    data_used = Line(max_length=400, allow_blank=True, default="")
    data_not_used = Line(max_length=400, allow_blank=True, default="")
    executor_name = Line(max_length=120, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {
        "external_ref": "example-0001",
        "party": "merchant-1",
        "facts": "2026年11月20日10:12,商品88120的详情页写有“国家级工艺”字样,页面存档见附件1。",
        "reasons": "该字样是规则禁止的绝对化用语,会使消费者误以为商品得到官方认定。",
        "conduct_at": "2026-11-20T10:12:00+08:00",
        "measures": [
            {
                "type": "delist",
                "object_kind": "listing",
                "object_ref": "88120",
                "object_label": "手工紫砂壶",
                "scope": "商品不可搜索、不可购买",
                "starts_at": "2026-11-25T09:00:00+08:00",
                "ends_at": "2026-12-02T09:00:00+08:00",
            }
        ],
        "basis": [{"kind": "CLAUSE", "rule": "advertising", "clause": "8"}],
        "evidence": [
            {"caption": "详情页文字存档", "captured_at": "2026-11-20T10:12:00+08:00", "excerpt": "国家级工艺,匠心制造"}
        ],
        "detection": {"source": "MACHINE", "tool": "keyword-scan 3.2"},
        "decision": {"tool": "keyword-scan 3.2"},
    }

    @staticmethod
    def draft(values: Mapping[str, Any]) -> commands.NoticeDraft:
        """The parsed body as the command takes it."""
        plain = dict(values)
        return commands.NoticeDraft(
            **plain
            | {
                "measures": [commands.MeasureDraft(**m) for m in plain["measures"]],
                "basis": [commands.BasisDraft(**b) for b in plain["basis"]],
                "evidence": [commands.ExhibitDraft(**e) for e in plain["evidence"]],
                "detection": commands.Detection(**plain["detection"]),
                "decision": commands.Decision(**plain["decision"]),
            }
        )


class WithdrawNoticeInput(Input):
    reason = Text(max_length=2000)

    example: ClassVar[Mapping[str, Any]] = {"reason": "复查发现截图对应另一件商品,本处置由平台自行撤销。"}


class AmendNoticeInput(Input):
    why = Text(max_length=2000)
    facts = Text(max_length=8000, allow_blank=True, default="")
    reasons = Text(max_length=8000, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {
        "why": "原文商品编号有误。",
        "facts": "2026年11月20日10:12,商品88121的详情页写有“国家级工艺”字样,页面存档见附件1。",
    }


class ConfirmRemedyInput(Input):
    note = Line(max_length=500, allow_blank=True, default="")

    example: ClassVar[Mapping[str, Any]] = {"note": "已于16:21恢复搜索。"}


class FailRemedyInput(Input):
    note = Line(max_length=500)

    example: ClassVar[Mapping[str, Any]] = {"note": "商品已被商家自行删除,无法恢复。"}


class MeasureTypeOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    axis = serializers.SerializerMethodField()
    label = serializers.CharField()
    restores = serializers.CharField()
    is_high_stakes = serializers.BooleanField()

    def get_axis(self, row: Any) -> Any:
        return coded(row.axis, Axis)


class MeasureOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    type = serializers.SerializerMethodField()
    axis = serializers.SerializerMethodField()
    object = serializers.SerializerMethodField()
    scope = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    amount = serializers.SerializerMethodField()
    calculation = serializers.JSONField(allow_null=True)
    state = serializers.SerializerMethodField()

    def get_type(self, row: Measure) -> dict[str, str] | None:
        return coded(row.type_id, label=row.type.label)

    def get_axis(self, row: Measure) -> dict[str, str] | None:
        return coded(row.type.axis, Axis)

    def get_object(self, row: Measure) -> dict[str, str]:
        return {"kind": row.object_kind, "ref": row.object_ref, "label": row.object_label}

    def get_amount(self, row: Measure) -> dict[str, Any] | None:
        return money(row.amount_minor, row.currency)

    def get_state(self, row: Measure) -> dict[str, str] | None:
        return coded(row.state, MeasureState)


class BasisOutput(serializers.Serializer[Any]):
    kind = serializers.CharField()
    name = serializers.CharField()
    clause = serializers.CharField(source="clause_number")
    version = serializers.CharField(source="version_number")
    text = serializers.CharField()
    text_zh = serializers.CharField()
    text_en = serializers.CharField()
    text_hash = serializers.CharField()


class ExhibitOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    caption = serializers.CharField()
    excerpt = serializers.CharField()
    captured_at = serializers.DateTimeField()
    sha256 = serializers.CharField()
    file = serializers.SerializerMethodField()

    def get_file(self, row: Any) -> str | None:
        return f"/files/notices/{row.notice.ref}/{row.no}" if row.attachment_id else None


class RemedyOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    notice = serializers.CharField(source="notice.ref")
    measure = serializers.IntegerField(source="measure.no")
    kind = serializers.SerializerMethodField()
    what = serializers.CharField(source="measure.type.restores")
    amount = serializers.SerializerMethodField()
    due_at = serializers.DateTimeField()
    state = serializers.SerializerMethodField()
    is_late = serializers.SerializerMethodField()
    settled_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()

    def get_kind(self, row: Remedy) -> dict[str, str] | None:
        return coded(row.kind, RemedyKind)

    def get_state(self, row: Remedy) -> dict[str, str] | None:
        return coded(row.state, RemedyState)

    def get_amount(self, row: Remedy) -> dict[str, Any] | None:
        return money(row.amount_minor, row.currency or "CNY")

    def get_is_late(self, row: Remedy) -> bool:
        return row.is_late(self.context["call"].now)


class NoticeOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    number = serializers.CharField()
    external_ref = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.SerializerMethodField()
    party = serializers.SerializerMethodField()
    language = serializers.CharField()
    facts = serializers.CharField()
    reasons = serializers.CharField()
    basis = BasisOutput(many=True, source="bases")
    measures = MeasureOutput(many=True)
    evidence = ExhibitOutput(many=True, source="exhibits")
    conduct_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField()
    breach_kind = serializers.SerializerMethodField()
    is_precautionary = serializers.BooleanField()
    continues_during_appeal = serializers.BooleanField()
    automated_detection = serializers.BooleanField()
    detection = serializers.SerializerMethodField()
    automated_decision = serializers.SerializerMethodField()
    decided_by = serializers.SerializerMethodField()
    data_used = serializers.CharField()
    data_not_used = serializers.CharField()
    third_party = serializers.CharField(source="executor_name")
    served_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    appeal_closes_at = serializers.DateTimeField()
    edition = serializers.IntegerField()
    withdrawn_reason = serializers.CharField()
    text_hash = serializers.CharField()
    remedies = RemedyOutput(many=True)
    outside_remedies = serializers.SerializerMethodField()
    turn = serializers.SerializerMethodField()
    due_at = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    def get_state(self, row: Notice) -> dict[str, str] | None:
        return coded(row.state, NoticeState)

    def get_party(self, row: Notice) -> dict[str, str]:
        return {"ref": row.party.ref, "kind": row.party.kind, "name": row.party.name}

    def get_breach_kind(self, row: Notice) -> dict[str, str] | None:
        return coded(row.breach_kind, BreachKind)

    def get_detection(self, row: Notice) -> dict[str, Any]:
        return {"source": coded(row.detection_source, DetectionSource), "tool": row.detection_tool}

    def get_automated_decision(self, row: Notice) -> dict[str, str] | None:
        return coded(row.automated_decision, Automation)

    def get_decided_by(self, row: Notice) -> dict[str, str]:
        return {"officer": row.decided_by.officer_code if row.decided_by else "", "tool": row.decision_tool}

    def get_outside_remedies(self, row: Notice) -> list[str]:
        return ["12315", str(_("mediation")), str(_("arbitration, where agreed")), str(_("a court"))]

    def get_turn(self, row: Notice) -> str:
        return "party" if row.is_standing and row.state != NoticeState.UNDER_APPEAL else ""

    def get_due_at(self, row: Notice) -> Any:
        due = row.appeal_closes_at if self.get_turn(row) else None
        return serializers.DateTimeField(allow_null=True).to_representation(due) if due else None

    def get_actions(self, row: Notice) -> list[dict[str, Any]]:
        call = self.context["call"]
        if call.actor is None:
            return []
        return [
            action(a.name, f"notices/{row.ref}/{a.path}", due_at=a.due_at, needs_role=a.needs_role)
            for a in actions_for(call.actor, row, now=call.now)
        ]


class IssuedOutput(serializers.Serializer[Any]):
    index = serializers.IntegerField()
    status = serializers.IntegerField()
    notice = serializers.SerializerMethodField()
    problem = serializers.SerializerMethodField()

    def get_notice(self, row: Any) -> dict[str, str] | None:
        found = row["notice"]
        return None if found is None else {"ref": found.ref, "number": found.number, "external_ref": found.external_ref}

    def get_problem(self, row: Any) -> Any:
        return row["problem"]


class BatchOutput(serializers.Serializer[Any]):
    results = IssuedOutput(many=True)


class AttachmentOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    name = serializers.CharField()
    uploaded_at = serializers.DateTimeField()


