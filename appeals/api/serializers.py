"""Appeals as JSON, as they are answered; the system's view has an output of its own."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from appeals.described import APPEAL, ASSISTED, DECISION, EVIDENCE, ITEM, POINT, REQUEST, RULING, SUBMISSION
from appeals.models import Appeal, DecidedBy, FirstView
from appeals.queries import GroupRead, evidence_shown_to
from appeals.queries.explained import Point
from appeals.queries.together import Standing
from appeals.verbs import ADDRESS, actions_for
from files.attachments import FileCopy
from surfaces.api.described import Output, Shown, columns
from surfaces.api.serializers import (
    OLD_FILE,
    Action,
    Amount,
    Code,
    Coded,
    Computed,
    FileOutput,
    ForReader,
    Money,
    WebUrl,
    coded,
    file_shown,
    money,
)
from surfaces.api.verbs import shown_actions


@extend_schema_serializer(deprecate_fields=("name", "media_type", "size", "file"))
class EvidenceOutput(Output):
    """One piece of evidence; without a version it is still a draft that only your side sees."""

    shown = columns(EVIDENCE)
    version = serializers.IntegerField(source="submission.version", allow_null=True, default=None)
    name = serializers.CharField(source="attachment.name", help_text=OLD_FILE)
    media_type = serializers.CharField(source="attachment.media_type", help_text=OLD_FILE)
    size = serializers.IntegerField(source="attachment.size", help_text=OLD_FILE)
    sha256 = serializers.CharField(source="attachment.sha256")
    attachment = Computed(
        lambda row: file_shown(FileCopy(row.attachment), f"appeals/{row.appeal.ref}/evidence/{row.no}"), FileOutput()
    )
    file = Computed(lambda row: f"/api/v1/appeals/{row.appeal.ref}/evidence/{row.no}", str, help_text=OLD_FILE)


class SubmissionOutput(Output):
    shown = columns(SUBMISSION)


class OfMeasure(Output):
    """Something about one measure, named by its number in the notice and its type."""

    measure = serializers.IntegerField(source="measure.no")
    type = Computed(lambda row: coded(row.measure.type_id, label=row.measure.kind.label), Coded())


class ItemOutput(OfMeasure):
    shown = columns(ITEM)


class RequestOutput(Output):
    shown = columns(REQUEST)


class AssistedOutput(Output):
    """What an officer took down for the party on the phone; unanswered until the party confirms or corrects it."""

    shown = columns(ASSISTED)
    officer = serializers.CharField(source="officer.officer_code")


class RulingOutput(OfMeasure):
    shown = columns(RULING, without=("amount_minor",))
    amount = Amount()


class PointOutput(Output):
    shown = columns(POINT)
    burden_on = serializers.CharField()
    evidence = serializers.ListField(child=serializers.IntegerField())


class DeciderOutput(serializers.Serializer[Any]):
    """By whom: a person, known by their outward code alone, or the system."""

    kind = Code(DecidedBy, source="by_kind")
    officer = serializers.CharField(source="reviewer.officer_code", default="")


class DecisionOutput(Output):
    shown = columns(DECISION)
    decided_by = DeciderOutput(source="*")
    rulings = RulingOutput(many=True)
    points = PointOutput(many=True)


class InGroupOutput(serializers.Serializer[Any]):
    """With which others an appeal was filed, and its place among them; the first is the lead case."""

    ref = serializers.CharField(source="group.ref")
    number = serializers.CharField(source="group.number")
    no = serializers.IntegerField()


class GroupStateOutput(Output):
    shown = columns(Standing, lambda s: (s.state, s.outcome, s.count))


class AppealOutput(Output):
    """An appeal as everybody sees it who may: nothing in it comes from the system's view."""

    shown = columns(APPEAL)
    notice = serializers.CharField(source="notice.ref")
    notice_number = serializers.CharField(source="notice.number")
    items = ItemOutput(many=True)
    further = columns(
        Appeal,
        lambda a: (a.language, a.evidence_closes_at, a.evidence_version, a.decide_due_is_provisional, a.outcome),
    )
    evidence = Shown(EvidenceOutput, lambda row, call: evidence_shown_to(call.actor, row), many=True)
    requests = RequestOutput(many=True)
    assisted = AssistedOutput(many=True)
    group = InGroupOutput(source="grouped", allow_null=True, default=None)
    officer = serializers.CharField(source="reviewer.officer_code", default="")
    decision = Shown(DecisionOutput, lambda row, _call: getattr(row, "decision", None))
    turn = Computed(lambda row: row.state_row.turn, str)
    due_at = Computed(lambda row: row.due_at, datetime | None)
    web_url = WebUrl("appeals:detail")
    actions = ForReader(
        lambda row, call: shown_actions(
            actions_for(call.actor, row, now=call.now), ADDRESS, ref=row.ref, notice=row.notice.ref
        ),
        Action(many=True),
    )


class AppealGroupOutput(Output):
    """Appeals that were filed together; each is read at its own address, all of them by `GET appeals?group=`.

    `lead` is the case to look at first; `states` says how the appeals stand that you may see.
    """

    shown = columns(
        GroupRead, lambda g: (g.group.ref, g.group.number, g.group.filed_at, g.group.ground, g.group.statement, g.size)
    )
    lead = serializers.CharField(source="lead.ref", default=None, allow_null=True)
    states = GroupStateOutput(source="counts", many=True)


class QueueRowOutput(Output):
    """A row of the queue: nothing here comes from the system's view."""

    shown = columns(
        Appeal,
        lambda a: (a.ref, a.number, a.version, a.state, a.ground, a.human_demanded, a.language, a.level, a.filed_at),
    )
    measures = Computed(
        lambda row: [coded(i.measure.type_id, label=i.measure.kind.label) for i in row.items.all()], Coded(many=True)
    )
    amount = Computed(lambda row: _amount_of(row), Money(allow_null=True))
    due_at = serializers.DateTimeField(source="decision_due_at")


def _amount_of(row: Appeal) -> dict[str, Any] | None:
    amounts = [i.measure.amount_minor for i in row.items.all() if i.measure.amount_minor is not None]
    return money(sum(amounts)) if amounts else None


class FirstViewOutput(Output):
    shown = columns(FirstView, lambda v: (v.outcome, v.confidence, v.note, v.locked_at))


class PhraseOutput(Output):
    shown = columns(Point, lambda p: (p.text, p.start, p.end, p.weight))


class CircumstanceOutput(Output):
    shown = columns(Point, lambda p: (p.name, p.text, p.weight))


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
