"""Appeals as JSON, as they are answered; the system's view has an output of its own."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from appeals.machine import AppealState
from appeals.models import (
    Appeal,
    Confidence,
    DecidedBy,
    Finding,
    Ground,
    Level,
    Outcome,
    PointKind,
    ReviewMode,
    SystemView,
    TakenDown,
)
from appeals.queries import evidence_shown_to
from appeals.verbs import ADDRESS, actions_for
from files.attachments import FileCopy
from helpline.callers import IdentifiedBy
from surfaces.api.serializers import (
    OLD_FILE,
    Action,
    Amount,
    Code,
    Coded,
    Computed,
    FileOutput,
    Money,
    coded,
    file_shown,
    money,
    represented,
)
from surfaces.api.verbs import shown_actions


@extend_schema_serializer(deprecate_fields=("name", "media_type", "size", "file"))
class EvidenceOutput(serializers.Serializer[Any]):
    """One piece of evidence; without a version it is still a draft that only your side sees."""

    no = serializers.IntegerField()
    caption = serializers.CharField()
    version = serializers.IntegerField(source="submission.version", allow_null=True, default=None)
    name = serializers.CharField(source="attachment.name", help_text=OLD_FILE)
    media_type = serializers.CharField(source="attachment.media_type", help_text=OLD_FILE)
    size = serializers.IntegerField(source="attachment.size", help_text=OLD_FILE)
    sha256 = serializers.CharField(source="attachment.sha256")
    added_at = serializers.DateTimeField()
    attachment = Computed(
        lambda row: file_shown(FileCopy(row.attachment), f"appeals/{row.appeal.ref}/evidence/{row.no}"), FileOutput()
    )
    file = Computed(lambda row: f"/api/v1/appeals/{row.appeal.ref}/evidence/{row.no}", str, help_text=OLD_FILE)


class SubmissionOutput(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    manifest_hash = serializers.CharField()


class OfMeasure(serializers.Serializer[Any]):
    """Something about one measure, named by its number in the notice and its type."""

    measure = serializers.IntegerField(source="measure.no")
    type = Computed(lambda row: coded(row.measure.type_id, label=row.measure.kind.label), Coded())


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


class AssistedOutput(serializers.Serializer[Any]):
    """What an officer took down for the party on the phone; unanswered until the party confirms or corrects it."""

    what = Code(TakenDown)
    officer = serializers.CharField(source="officer.officer_code")
    identified_by = Code(IdentifiedBy)
    taken_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    correction = serializers.CharField()


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


class InGroupOutput(serializers.Serializer[Any]):
    """With which others an appeal was filed, and its place among them; the first is the lead case."""

    ref = serializers.CharField(source="group.ref")
    number = serializers.CharField(source="group.number")
    no = serializers.IntegerField()


class GroupStateOutput(serializers.Serializer[Any]):
    state = Code(AppealState)
    outcome = Code(Outcome, allow_null=True)
    count = serializers.IntegerField()


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
    new_facts = serializers.CharField()
    filed_at = serializers.DateTimeField()
    language = serializers.CharField()
    evidence_closes_at = serializers.DateTimeField()
    evidence_version = serializers.IntegerField()
    evidence = serializers.SerializerMethodField()
    requests = RequestOutput(many=True)
    assisted = AssistedOutput(many=True)
    group = InGroupOutput(source="grouped", allow_null=True, default=None)
    officer = serializers.CharField(source="reviewer.officer_code", default="")
    decide_due_at = serializers.DateTimeField()
    decide_due_is_provisional = serializers.BooleanField()
    outcome = Code(Outcome, allow_null=True)
    decision = serializers.SerializerMethodField()
    turn = Computed(lambda row: row.state_row.turn, str)
    due_at = Computed(lambda row: row.due_at, datetime | None)
    actions = serializers.SerializerMethodField()

    @extend_schema_field(EvidenceOutput(many=True))
    def get_evidence(self, row: Appeal) -> Any:
        shown = evidence_shown_to(self.context["call"].actor, row)
        return represented(EvidenceOutput, shown, self.context, many=True)

    @extend_schema_field(DecisionOutput(allow_null=True))
    def get_decision(self, row: Appeal) -> Any:
        decision = getattr(row, "decision", None)
        return None if decision is None else represented(DecisionOutput, decision, self.context)

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: Appeal) -> list[dict[str, Any]]:
        call = self.context["call"]
        return shown_actions(actions_for(call.actor, row, now=call.now), ADDRESS, ref=row.ref, notice=row.notice.ref)


class AppealGroupOutput(serializers.Serializer[Any]):
    """Appeals that were filed together; each is read at its own address, all of them by `GET appeals?group=`.

    `lead` is the case to look at first; `states` says how the appeals stand that you may see.
    """

    ref = serializers.CharField(source="group.ref")
    number = serializers.CharField(source="group.number")
    filed_at = serializers.DateTimeField(source="group.filed_at")
    ground = Code(Ground, source="group.ground")
    statement = serializers.CharField(source="group.statement")
    size = serializers.IntegerField()
    lead = serializers.CharField(source="lead.ref", default=None, allow_null=True)
    states = GroupStateOutput(source="counts", many=True)


class QueueRowOutput(serializers.Serializer[Any]):
    """A row of the queue: nothing here comes from the system's view."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(AppealState)
    ground = Code(Ground)
    measures = Computed(
        lambda row: [coded(i.measure.type_id, label=i.measure.kind.label) for i in row.items.all()], Coded(many=True)
    )
    amount = serializers.SerializerMethodField()
    human_demanded = serializers.BooleanField()
    language = serializers.CharField()
    level = Code(Level)
    filed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(source="decision_due_at")

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


class CircumstanceOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    text = serializers.CharField()
    weight = serializers.FloatField()


class SuggestionOutput(serializers.Serializer[Any]):
    """The system's view. Without one, `is_available` is false and the rest is null or empty.

    All weights, `rest` and `usual` add up to the log odds of undoing the measure. `phrases` are whole clauses of the
    statement; of these and of `circumstances` together at most three speak for undoing and three for keeping.
    """

    is_available = serializers.BooleanField()
    ground = serializers.CharField(allow_null=True)
    queue = serializers.CharField(allow_null=True)
    abstained = serializers.BooleanField(allow_null=True)
    abstain_reasons = serializers.ListField(child=serializers.CharField())
    would_undo = serializers.BooleanField(allow_null=True)
    phrases = PhraseOutput(many=True)
    circumstances = CircumstanceOutput(many=True)
    rest = serializers.FloatField(allow_null=True)
    usual = serializers.FloatField(allow_null=True)
    model_version = serializers.CharField(allow_null=True)
