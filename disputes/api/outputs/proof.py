"""Facts at issue and the evidence about them as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from disputes.api.outputs.tables import ContentOutput, ReliefOutput, StepOutput
from disputes.choices import Record, Side
from disputes.described import OBJECTION, PULL, RECORD, RULING, SUBMISSION
from disputes.models import EvidenceKind, Message
from disputes.queries import EvidenceView, FactView
from disputes.records import GapReason
from surfaces.api.described import Output, columns
from surfaces.api.serializers import OLD_FILE, Code, Coded, Computed, FileOutput, coded, codes, file_shown


class RungOutput(serializers.Serializer[Any]):
    """One rung and where the fact stands on it: `done`, `current` or `later`."""

    status = serializers.ChoiceField(choices=["done", "current", "later"])
    step = StepOutput(source="row")


class DisputeSubmissionOutput(Output):
    """A frozen version of one side's evidence about the fact; the other side can answer it until a stated time."""

    shown = columns(
        SUBMISSION,
        more_until="Until when its own side can add to it; null where it cannot, or has nothing more.",
    )


class FactRulingOutput(Output):
    shown = columns(RULING)
    evidence = Computed(lambda row: sorted(reliance.item.no for reliance in row.reliance.all()), list[int])
    officer = serializers.CharField(source="mediator.officer_code")
    departs_from_default = serializers.BooleanField()


class GapOutput(serializers.Serializer[Any]):
    """A kind of record that cannot be had, and why."""

    kind = Computed(lambda gap: coded(gap["kind"], Record), Coded())
    reason = Computed(lambda gap: coded(gap["reason"], GapReason), Coded())
    detail = serializers.CharField(default="")


class PullOutput(Output):
    """A request for the platform's own records; it counts as made at `asked_at`, whenever they come."""

    shown = columns(PULL)
    kinds = Computed(lambda row: codes(row.kinds, Record), Coded(many=True))
    gaps = GapOutput(many=True)


class FactOutput(Output):
    """One fact at issue: who must show what now, by when, what is in, and what was found.

    `version` is the dispute's, for `If-Match`.
    """

    version = serializers.IntegerField(source="fact.dispute.version")
    shown = columns(
        FactView,
        lambda v: (v.no, v.fact.row.key, v.statement, v.fact.row.persuasion_on, v.yours, v.can_answer),
        yours="Whether it is for you to show it now.",
    )
    stands = columns(
        FactView,
        lambda v: (
            *(v.fact.state, v.fact.favours, v.fact.awaits_ruling, v.fact.established),
            *(v.fact.admitted_by, v.fact.shift_basis),
        ),
    )
    bearer = Code(Side, allow_null=True)
    due_at = serializers.DateTimeField(source="closes_at", allow_null=True)
    found_for = Code(Side, allow_null=True)
    ladder = RungOutput(many=True, source="rungs")
    submissions = DisputeSubmissionOutput(many=True)
    records = PullOutput(many=True, source="pulls")
    rulings = FactRulingOutput(many=True)
    reliefs = ReliefOutput(many=True)


class ObjectionOutput(Output):
    shown = columns(OBJECTION)


class RecordOutput(Output):
    """One record as the platform's system gave it, with how it was had."""

    shown = columns(RECORD)
    content = ContentOutput()


class QuotedOutput(Output):
    """A message of the common room, as both sides read it."""

    shown = columns(Message, lambda m: (m.sequence, m.side, m.sent_at))
    text = serializers.CharField(source="shown")


@extend_schema_serializer(deprecate_fields=("file",))
class DisputeEvidenceOutput(Output):
    """One piece of evidence; without a version it is a draft of your own side.

    Of a piece that is withheld from you only its number, fact, side and the reason are shown.
    """

    fact = serializers.IntegerField(source="item.fact.no")
    kind = Code(EvidenceKind, source="item.kind", allow_null=True)
    version = serializers.IntegerField(source="item.submission.version", allow_null=True, default=None)
    shown = columns(
        EvidenceView,
        lambda v: (
            *(v.item.no, v.item.side, v.item.caption, v.is_hidden, v.item.is_withheld, v.item.withheld_reason),
            v.item.added_at,
        ),
    )
    sha256 = serializers.CharField(source="item.sha256", allow_null=True)
    attachment = Computed(lambda view: _attachment(view), FileOutput(allow_null=True))
    file = Computed(lambda view: _attachment(view), FileOutput(allow_null=True), help_text=OLD_FILE)
    message = QuotedOutput(source="item.message", allow_null=True)
    record = RecordOutput(source="item.record", allow_null=True)
    objections = ObjectionOutput(many=True, source="item.objections.all")

    def to_representation(self, instance: EvidenceView) -> Any:
        shown = super().to_representation(instance)
        if instance.is_hidden:
            shown |= dict.fromkeys(("kind", "sha256", "attachment", "file", "message", "record")) | {"caption": ""}
        return shown


def _attachment(view: EvidenceView) -> dict[str, Any] | None:
    if view.copy is None:
        return None
    return file_shown(view.copy, f"disputes/{view.item.dispute.ref}/evidence/{view.item.no}/file")


class StagedOutput(serializers.Serializer[Any]):
    """What was brought in: a draft of evidence, or a request for the platform's records."""

    evidence = DisputeEvidenceOutput(allow_null=True)
    records = PullOutput(allow_null=True)
