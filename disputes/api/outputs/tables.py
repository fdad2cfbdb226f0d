"""Burden tables as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from disputes.choices import (
    BasisKind,
    Condition,
    Effect,
    Family,
    Record,
    Remedy,
    Role,
    Side,
    SourceConfidence,
    Stake,
    Standard,
)
from disputes.counsel import is_table_signed
from disputes.machine import FactState
from disputes.models import ControlKind
from rules.api.counsel import SignatureOutput
from surfaces.api.serializers import Code, Coded, Computed, codes


class BilingualText(serializers.Field[Any, Any, Any, Any]):
    """Text that the instance has in both languages, in the reader's; `of` where the field has another name."""

    def __init__(self, of: str = "") -> None:
        self.of = of
        super().__init__(read_only=True, source="*")

    def to_representation(self, value: Any) -> str:
        return str(value.in_language(self.of or self.field_name))


extend_schema_field({"type": "string"})(BilingualText)


@extend_schema_field({"type": "object"})
class ContentOutput(serializers.JSONField):
    """What the platform's system gave, as it gave it."""


class ParagraphOutput(serializers.Serializer[Any]):
    """A paragraph that a basis rests on: letter by letter where it `is_quoted`, else in our own words, not verified."""

    key = serializers.CharField(help_text="Code of the law, and the place in it.")
    name = serializers.CharField()
    place = serializers.CharField(help_text="`25(2)[3].1` is article 25, paragraph 2, item 3, sentence 1.")
    content = serializers.CharField()
    is_quoted = serializers.BooleanField(
        help_text="Its wording was read in an official publication and signed by two people."
    )
    source = serializers.CharField()
    read_on = serializers.DateField(allow_null=True)
    sha256 = serializers.CharField(help_text="Of the wording; empty where it was not verified.")
    in_force_from = serializers.DateField()
    in_force_until = serializers.DateField(allow_null=True, help_text="The last day of what was repealed.")
    renumbered_to = serializers.CharField(help_text="Its number in a later version of the law; empty if none.")
    is_signed_by_counsel = serializers.BooleanField(help_text="Whether counsel signed the wording that is quoted.")
    signatures = SignatureOutput(many=True, help_text="Of counsel under that wording; our own words have none.")


class StatutorySumOutput(serializers.Serializer[Any]):
    """A sum that the law names where this ground can lead to it: a note with its provisos, never owed by itself."""

    kind = serializers.ChoiceField(choices=["fraud", "food", "harm", "penalty"], source="sum.kind")
    amount_minor = serializers.IntegerField(
        source="sum.amount_minor", allow_null=True, help_text="As the order gives it; null where only a loss says."
    )
    is_least = serializers.BooleanField(
        source="sum.is_least", help_text="The least that the law names, not a multiple."
    )
    text = serializers.CharField(source="sum.words")
    provisos = serializers.ListField(
        child=serializers.CharField(), source="sum.provisos", help_text="What has to hold before anybody owes it."
    )
    paragraph = ParagraphOutput(help_text="Of the law that names the sum.")


class StepBasisOutput(serializers.Serializer[Any]):
    """Whether the law itself says who must show this, and which paragraphs."""

    kind = Code(BasisKind, source="basis_kind")
    text = BilingualText("basis")
    paragraphs = ParagraphOutput(many=True, help_text="What it rests on, in the order of the text.")


class SilenceOutput(serializers.Serializer[Any]):
    """What follows when the bearer shows nothing in time."""

    state = Code(FactState, source="if_silent")
    establishes = serializers.BooleanField(source="silence_establishes")
    is_for_a_person = serializers.BooleanField(
        source="is_only_allowed",
        help_text="The law only allows this finding: the fact then waits for a mediator's ruling.",
    )
    if_order_says = Code(
        Condition,
        source="silence_if",
        allow_null=True,
        help_text="Where set, it follows by itself only if the order says so; otherwise a mediator rules.",
    )
    text = BilingualText("silence")


class StepOutput(serializers.Serializer[Any]):
    """One rung of a ladder: who must show what, to which standard, on which basis, within how many hours."""

    no = serializers.IntegerField()
    bearer = Code(Side)
    shows = BilingualText()
    accepts = BilingualText()
    standard = Code(Standard)
    basis = StepBasisOutput(source="*")
    presumption = BilingualText()
    holds = Computed(
        lambda row: codes(row.holds, Record), Coded(many=True), help_text="Records that one click brings in."
    )
    hours = serializers.IntegerField()
    days = serializers.IntegerField(
        help_text="Days that the law itself gives, instead of `hours` where above zero: they end at 24:00 in Shanghai."
    )
    rebuts = serializers.BooleanField()
    only_rebuts = serializers.BooleanField(
        help_text="The bearer does not bear the burden: it is enough to bring the fact into doubt."
    )
    silence = SilenceOutput(source="*")


class ControlOutput(serializers.Serializer[Any]):
    kind = Code(ControlKind)
    text = BilingualText()


class ReliefOutput(serializers.Serializer[Any]):
    """A side need not prove this, why, and what guards against abuse of it."""

    relieved = Code(Side)
    reason = BilingualText()
    controls = ControlOutput(many=True, source="controls.all")
    fast_refund_limit_minor = serializers.IntegerField(
        allow_null=True, help_text="In fen: the most of a fast refund, where this is the relief behind one."
    )
    platform_pays = serializers.BooleanField(help_text="Where the merchant did not opt in to fast refunds.")


class FactEffectOutput(serializers.Serializer[Any]):
    """What the fact does to the claim once it is found against the claimant."""

    kind = Code(Effect, source="effect")
    part = Computed(
        lambda row: codes(row.part, Remedy), Coded(many=True), help_text="The remedies that it bars or caps."
    )
    shifts_to = serializers.CharField(
        help_text="The key of the fact that the claimant has to show then; empty if none."
    )
    text = BilingualText("follows")


class TableFactOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    key = serializers.CharField()
    statement = BilingualText()
    favours = Code(Side)
    persuasion_on = Code(Side)
    effect = FactEffectOutput(source="*")
    arises_unless = Code(Condition, allow_null=True, help_text="Where the order says so, the fact is not at issue.")
    arises_if_claimed = serializers.BooleanField(
        help_text="It is at issue only where one of the remedies in `effect.part` is claimed."
    )
    steps = StepOutput(many=True, source="steps.all")
    reliefs = ReliefOutput(many=True, source="relaxations.all")


class GroundOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    slug = serializers.CharField(help_text="What `ground` of a new dispute names.")
    title = BilingualText()
    family = Code(Family)
    claimant_role = Code(Role)
    respondent_role = Code(Role)


class TableGroundOutput(GroundOutput):
    remedies = Computed(lambda row: codes(row.remedies, Remedy), Coded(many=True))
    default_remedy = Code(Remedy)
    if_supported = BilingualText()
    if_not_supported = BilingualText()
    confidence = Code(SourceConfidence)
    stakes = Computed(lambda row: codes(row.stakes, Stake), Coded(many=True))
    must_mediate = serializers.BooleanField()
    applies_if = Code(
        Condition,
        allow_null=True,
        help_text="A dispute about an order that says otherwise is refused with `does-not-apply`.",
    )
    text_sha256 = serializers.CharField(help_text="Of every word of the ground in both languages; what counsel signs.")
    is_signed_by_counsel = serializers.BooleanField(help_text="Whether a signature stands under this very text.")
    signatures = SignatureOutput(many=True, help_text="Under any text of this ground, the newest first.")
    facts = TableFactOutput(many=True, source="facts.all")


class TableRefOutput(serializers.Serializer[Any]):
    """The burden table that a dispute rests on: a part of one version of a platform rule."""

    rule = serializers.CharField(source="version.rule.ref")
    code = serializers.CharField(source="version.rule.code")
    name = serializers.CharField(source="version.rule.name")
    version = serializers.CharField(source="version.number")
    digest = serializers.CharField()
    is_signed_by_counsel = Computed(
        is_table_signed, bool, help_text="Whether counsel signed every ground; else the table is a draft."
    )


class BurdenTableOutput(TableRefOutput):
    effective_from = serializers.DateTimeField(source="version.effective_from")
    effective_to = serializers.DateTimeField(source="version.effective_to", allow_null=True)
    published_at = serializers.DateTimeField()
    grounds = TableGroundOutput(many=True, source="grounds.all")
