"""Facts at issue and the evidence about them as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from disputes.api.outputs.tables import ContentOutput, ReliefOutput, StepOutput
from disputes.choices import (
    ObjectionGround,
    Record,
    Side,
    Standard,
)
from disputes.machine import FactState
from disputes.models import (
    EvidenceKind,
    PullState,
)
from disputes.queries import EvidenceView
from disputes.records import GapReason
from surfaces.api.serializers import OLD_FILE, Code, Coded, Computed, FileOutput, coded, codes, file_shown


class RungOutput(serializers.Serializer[Any]):
    """One rung and where the fact stands on it: `done`, `current` or `later`."""

    status = serializers.ChoiceField(choices=["done", "current", "later"])
    step = StepOutput(source="row")


class DisputeSubmissionOutput(serializers.Serializer[Any]):
    """A frozen version of one side's evidence about the fact; the other side can answer it until a stated time."""

    side = Code(Side)
    version = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    answerable_until = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    more_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when its own side can add to it; null where it cannot, or has nothing more."
    )
    manifest_hash = serializers.CharField()


class FactRulingOutput(serializers.Serializer[Any]):
    proved = serializers.BooleanField()
    standard = Code(Standard)
    reasons = serializers.CharField()
    evidence = Computed(lambda row: sorted(reliance.item.no for reliance in row.reliance.all()), list[int])
    officer = serializers.CharField(source="mediator.officer_code")
    round = serializers.IntegerField()
    ruled_at = serializers.DateTimeField()
    departs_from_default = serializers.BooleanField()


class GapOutput(serializers.Serializer[Any]):
    """A kind of record that cannot be had, and why."""

    kind = Computed(lambda gap: coded(gap["kind"], Record), Coded())
    reason = Computed(lambda gap: coded(gap["reason"], GapReason), Coded())
    detail = serializers.CharField(default="")


class PullOutput(serializers.Serializer[Any]):
    """A request for the platform's own records; it counts as made at `asked_at`, whenever they come."""

    ref = serializers.CharField()
    side = Code(Side)
    kinds = Computed(lambda row: codes(row.kinds, Record), Coded(many=True))
    state = Code(PullState)
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    gaps = GapOutput(many=True)


class FactOutput(serializers.Serializer[Any]):
    """One fact at issue: who must show what now, by when, what is in, and what was found.

    `version` is the dispute's, for `If-Match`.
    """

    no = serializers.IntegerField()
    version = serializers.IntegerField(source="fact.dispute.version")
    key = serializers.CharField(source="fact.row.key")
    statement = serializers.CharField()
    state = Code(FactState, source="fact.state")
    favours = Code(Side, source="fact.favours")
    persuasion_on = Code(Side, source="fact.row.persuasion_on")
    bearer = Code(Side, allow_null=True)
    yours = serializers.BooleanField(help_text="Whether it is for you to show it now.")
    due_at = serializers.DateTimeField(source="closes_at", allow_null=True)
    awaits_ruling = serializers.BooleanField(source="fact.awaits_ruling")
    established = serializers.BooleanField(source="fact.established", allow_null=True)
    found_for = Code(Side, allow_null=True)
    admitted_by = Code(Side, source="fact.admitted_by", allow_null=True)
    shift_basis = serializers.CharField(source="fact.shift_basis")
    can_answer = serializers.BooleanField()
    ladder = RungOutput(many=True, source="rungs")
    submissions = DisputeSubmissionOutput(many=True)
    records = PullOutput(many=True, source="pulls")
    rulings = FactRulingOutput(many=True)
    reliefs = ReliefOutput(many=True)


class ObjectionOutput(serializers.Serializer[Any]):
    side = Code(Side)
    ground = Code(ObjectionGround)
    text = serializers.CharField()
    made_at = serializers.DateTimeField()


class RecordOutput(serializers.Serializer[Any]):
    """One record as the platform's system gave it, with how it was had."""

    kind = Code(Record)
    content = ContentOutput()
    source = serializers.CharField()
    collector = serializers.CharField()
    method = serializers.CharField()
    recorded_at = serializers.DateTimeField(allow_null=True)
    collected_at = serializers.DateTimeField()


class QuotedOutput(serializers.Serializer[Any]):
    """A message of the common room, as both sides read it."""

    sequence = serializers.IntegerField()
    side = Code(Side)
    text = serializers.CharField(source="shown")
    sent_at = serializers.DateTimeField()


@extend_schema_serializer(deprecate_fields=("file",))
class DisputeEvidenceOutput(serializers.Serializer[Any]):
    """One piece of evidence; without a version it is a draft of your own side.

    Of a piece that is withheld from you only its number, fact, side and the reason are shown.
    """

    no = serializers.IntegerField(source="item.no")
    fact = serializers.IntegerField(source="item.fact.no")
    side = Code(Side, source="item.side")
    kind = Code(EvidenceKind, source="item.kind", allow_null=True)
    caption = serializers.CharField(source="item.caption")
    version = serializers.IntegerField(source="item.submission.version", allow_null=True, default=None)
    is_hidden = serializers.BooleanField()
    is_withheld = serializers.BooleanField(source="item.is_withheld")
    withheld_reason = serializers.CharField(source="item.withheld_reason")
    sha256 = serializers.CharField(source="item.sha256", allow_null=True)
    added_at = serializers.DateTimeField(source="item.added_at")
    attachment = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField(help_text=OLD_FILE)
    message = QuotedOutput(source="item.message", allow_null=True)
    record = RecordOutput(source="item.record", allow_null=True)
    objections = ObjectionOutput(many=True, source="item.objections.all")

    @extend_schema_field(FileOutput(allow_null=True))
    def get_attachment(self, view: EvidenceView) -> Any:
        if view.copy is None:
            return None
        return file_shown(view.copy, f"disputes/{view.item.dispute.ref}/evidence/{view.item.no}/file")

    @extend_schema_field(FileOutput(allow_null=True))
    def get_file(self, view: EvidenceView) -> Any:
        return self.get_attachment(view)

    def to_representation(self, instance: EvidenceView) -> Any:
        shown = super().to_representation(instance)
        if instance.is_hidden:
            shown |= dict.fromkeys(("kind", "sha256", "attachment", "file", "message", "record")) | {"caption": ""}
        return shown


class StagedOutput(serializers.Serializer[Any]):
    """What was brought in: a draft of evidence, or a request for the platform's records."""

    evidence = DisputeEvidenceOutput(allow_null=True)
    records = PullOutput(allow_null=True)
