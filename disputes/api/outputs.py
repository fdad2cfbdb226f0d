"""Disputes as JSON: what is answered."""

from datetime import datetime
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework import outages
from casework.api.rendering import moment
from casework.api.serializers import Action, Amount, Code, Coded, Computed, Money, coded, codes, money
from casework.api.verbs import shown_action
from disputes.choices import (
    BasisKind,
    Family,
    ObjectionGround,
    Payer,
    Record,
    Remedy,
    Role,
    Side,
    SourceConfidence,
    Stake,
    Standard,
)
from disputes.machine import DisputeState, FactState
from disputes.models import (
    AdvanceState,
    ClosedAs,
    ControlKind,
    Dispute,
    DisputeOutcome,
    EvidenceKind,
    GoodsAre,
    NoReturnGround,
    ObligationKind,
    ObligationState,
    Offer,
    OfferState,
    OpeningLanguage,
    OpeningQueue,
    PullState,
)
from disputes.policies import sees_offers, side_of
from disputes.queries import EvidenceView, due_at_of, turn_of
from disputes.records import GapReason
from disputes.triage import UrgencyReason
from disputes.verbs import ADDRESS, actions_for


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


# — the burden table —


class StepBasisOutput(serializers.Serializer[Any]):
    """Whether the law itself says who must show this, and which articles."""

    kind = Code(BasisKind, source="basis_kind")
    text = BilingualText("basis")


class SilenceOutput(serializers.Serializer[Any]):
    """What follows when the bearer shows nothing in time."""

    state = Code(FactState, source="if_silent")
    establishes = serializers.BooleanField(source="silence_establishes")
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
    rebuts = serializers.BooleanField()
    silence = SilenceOutput(source="*")


class ControlOutput(serializers.Serializer[Any]):
    kind = Code(ControlKind)
    text = BilingualText()


class ReliefOutput(serializers.Serializer[Any]):
    """A side need not prove this, why, and what guards against abuse of it."""

    relieved = Code(Side)
    reason = BilingualText()
    controls = ControlOutput(many=True, source="controls.all")


class TableFactOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    key = serializers.CharField()
    statement = BilingualText()
    favours = Code(Side)
    persuasion_on = Code(Side)
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
    facts = TableFactOutput(many=True, source="facts.all")


class TableRefOutput(serializers.Serializer[Any]):
    """The burden table that a dispute rests on: a part of one version of a platform rule."""

    rule = serializers.CharField(source="version.rule.ref")
    code = serializers.CharField(source="version.rule.code")
    name = serializers.CharField(source="version.rule.name")
    version = serializers.CharField(source="version.number")
    digest = serializers.CharField()


class BurdenTableOutput(TableRefOutput):
    effective_from = serializers.DateTimeField(source="version.effective_from")
    effective_to = serializers.DateTimeField(source="version.effective_to", allow_null=True)
    published_at = serializers.DateTimeField()
    grounds = TableGroundOutput(many=True, source="grounds.all")


# — the case —


class PartyOfDisputeOutput(serializers.Serializer[Any]):
    """One side: the party's own name, and what it is in the trade."""

    name = serializers.CharField()
    role = Code(Role)


class ClaimOutput(serializers.Serializer[Any]):
    remedy = Code(Remedy, source="claim_remedy")
    amount = Computed(lambda row: money(row.claim_amount_minor, row.currency), Money(allow_null=True))


class OrderOutput(serializers.Serializer[Any]):
    """The order as it was when the dispute was opened."""

    ref = serializers.CharField(source="order_ref")
    title = serializers.CharField(source="order_title")
    amount = Computed(lambda row: money(row.order_amount_minor, row.currency), Money())
    placed_at = serializers.DateTimeField(source="ordered_at")
    received_at = serializers.DateTimeField(allow_null=True)
    digest = serializers.CharField(source="order_digest")


class NoticeOfDisputeOutput(serializers.Serializer[Any]):
    """The notice whose measure is disputed, by its number; what it says is read where notices are."""

    ref = serializers.CharField()
    number = serializers.CharField()


class DisputeActionOutput(Action):
    """Something the reader may do now; `fact`, `offer` and `obligation` say about which one."""

    fact = serializers.IntegerField(allow_null=True)
    offer = serializers.CharField(allow_null=True)
    obligation = serializers.IntegerField(allow_null=True)
    needs_if_match = serializers.BooleanField()


class DemandOutput(serializers.Serializer[Any]):
    side = Code(Side)
    demanded_at = serializers.DateTimeField()


class PauseOutput(serializers.Serializer[Any]):
    since = serializers.DateTimeField(source="paused_at")
    reason = serializers.CharField(source="pause_reason")
    authority = serializers.CharField(source="pause_authority")


class ConsentOutput(serializers.Serializer[Any]):
    side = serializers.SerializerMethodField()
    given_at = serializers.DateTimeField()

    @extend_schema_field(Coded)
    def get_side(self, row: Any) -> Any:
        is_claimant = row.party_id == row.dispute.claimant_id
        return coded(Side.CLAIMANT if is_claimant else Side.RESPONDENT, Side)


class ObligationOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    kind = Code(ObligationKind)
    debtor = Code(Side)
    creditor = Code(Side)
    amount = Computed(lambda row: money(row.amount_minor, row.dispute.currency), Money(allow_null=True))
    due_at = serializers.DateTimeField(allow_null=True, help_text="Null while something else comes first.")
    state = Code(ObligationState)
    is_late = serializers.BooleanField()
    reported_at = serializers.DateTimeField(allow_null=True)
    confirm_due_at = serializers.DateTimeField(
        allow_null=True, help_text="What was reported counts as done then, unless the platform found that it failed."
    )
    done_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()


class AdvanceOutput(serializers.Serializer[Any]):
    """What the platform paid first; it says nothing about who is right."""

    no = serializers.IntegerField()
    to_side = Code(Side)
    amount = Computed(lambda row: money(row.amount_minor, row.dispute.currency), Money())
    recovered = Computed(lambda row: money(row.recovered_minor, row.dispute.currency), Money())
    state = Code(AdvanceState)
    reason = serializers.CharField()
    advanced_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class DisputeFindingOutput(serializers.Serializer[Any]):
    fact = serializers.IntegerField(source="no")
    state = Code(FactState)
    established = serializers.BooleanField()
    bearer = Code(Side)
    found_for = Code(Side)
    sentence = serializers.CharField()
    evidence = serializers.ListField(child=serializers.IntegerField())


class DeterminationOutput(serializers.Serializer[Any]):
    """A person's determination of one round; whoever made it is known by officer code alone."""

    round = serializers.IntegerField()
    officer = serializers.CharField(source="mediator.officer_code")
    outcome = Code(DisputeOutcome)
    remedy = Code(Remedy, allow_null=True)
    amount = Computed(lambda row: money(row.amount_minor, row.dispute.currency), Money(allow_null=True))
    payer = Code(Payer)
    goods_back = serializers.BooleanField()
    freight_payer = Code(Payer)
    no_return_ground = Code(NoReturnGround, allow_null=True)
    no_return_reason = serializers.CharField()
    goods_are = Code(GoodsAre, allow_null=True, help_text="Why the whole price goes back and no goods do.")
    goods_are_reason = serializers.CharField()
    reasons = serializers.CharField()
    departs = serializers.BooleanField(help_text="Whether it differs from what the burden table derives.")
    departure_reasons = serializers.CharField()
    decided_at = serializers.DateTimeField()
    check_code = serializers.CharField()
    findings = DisputeFindingOutput(many=True, source="findings.all")


class DisputeRowOutput(serializers.Serializer[Any]):
    """A dispute as a line of a list."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(DisputeState)
    ground = GroundOutput()
    order = OrderOutput(source="*")
    claim = ClaimOutput(source="*")
    side = serializers.SerializerMethodField(help_text="Yours; null for who only looks on, and for the mediator.")
    claimant = Computed(
        lambda row: {"name": row.claimant.name, "role": coded(row.ground.claimant_role, Role)}, PartyOfDisputeOutput()
    )
    respondent = serializers.SerializerMethodField(help_text="Null where the platform itself is the other side.")
    officer = serializers.CharField(source="mediator.officer_code", default="")
    round = serializers.IntegerField()
    human_demanded = serializers.BooleanField()
    turn = Computed(
        lambda row: codes(turn_of(row), Side),
        Coded(many=True),
        help_text="Whose turn it is; both sides' at times, nobody's at the end.",
    )
    due_at = serializers.SerializerMethodField()
    opened_at = serializers.DateTimeField(source="created_at")
    updated_at = serializers.DateTimeField()
    closed_as = Code(ClosedAs, allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(Coded(allow_null=True))
    def get_side(self, row: Dispute) -> Any:
        return coded(side_of(self.context["call"].actor, row) or "", Side)

    @extend_schema_field(PartyOfDisputeOutput(allow_null=True))
    def get_respondent(self, row: Dispute) -> Any:
        if row.respondent is None:
            return None
        return {"name": row.respondent.name, "role": coded(row.ground.respondent_role, Role)}

    def get_due_at(self, row: Dispute) -> datetime | None:
        context = cast(dict[str, Any], self.context)  # one for every row of a page
        if "outages" not in context:
            context["outages"] = outages.ledger()
        due = due_at_of(row, context["outages"])
        return None if due is None else moment(due)  # type: ignore[return-value]  # as JSON


class DisputeOutput(DisputeRowOutput):
    """A dispute as this reader sees it. Its facts, evidence, offers and messages have addresses of their own."""

    table = TableRefOutput()
    notice = NoticeOfDisputeOutput(allow_null=True)
    statement = serializers.CharField()
    language = serializers.CharField()
    first_answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    refused_at = serializers.DateTimeField(allow_null=True)
    answer_due_at = serializers.DateTimeField()
    escalate_from = serializers.DateTimeField()
    escalated_at = serializers.DateTimeField(allow_null=True)
    joined_at = serializers.DateTimeField(allow_null=True)
    demands = DemandOutput(many=True, source="demands.all")
    no_return_consents = ConsentOutput(many=True, source="no_return_consents.all")
    review_closes_at = serializers.DateTimeField(allow_null=True)
    pause = serializers.SerializerMethodField()
    determinations = DeterminationOutput(many=True, source="determinations.all", help_text="By round.")
    obligations = ObligationOutput(many=True, source="obligations.all")
    advances = AdvanceOutput(many=True, source="advances.all")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(PauseOutput(allow_null=True))
    def get_pause(self, row: Dispute) -> Any:
        return PauseOutput(row, context=self.context).data if row.paused_at is not None else None

    @extend_schema_field(DisputeActionOutput(many=True))
    def get_actions(self, row: Dispute) -> list[dict[str, Any]]:
        call = self.context["call"]
        return [
            {
                **shown_action(each, ADDRESS, ref=each.offer or row.ref),
                "fact": each.fact,
                "offer": each.offer or None,
                "obligation": each.obligation,
                "needs_if_match": each.verb.needs_version,
            }
            for each in actions_for(call.actor, row, now=call.now)
        ]


# — facts and evidence —


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


class FileOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    href = serializers.CharField()


class QuotedOutput(serializers.Serializer[Any]):
    """A message of the common room, as both sides read it."""

    sequence = serializers.IntegerField()
    side = Code(Side)
    text = serializers.CharField(source="shown")
    sent_at = serializers.DateTimeField()


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
    file = serializers.SerializerMethodField()
    message = QuotedOutput(source="item.message", allow_null=True)
    record = RecordOutput(source="item.record", allow_null=True)
    objections = ObjectionOutput(many=True, source="item.objections.all")

    @extend_schema_field(FileOutput(allow_null=True))
    def get_file(self, view: EvidenceView) -> Any:
        attachment = view.item.attachment
        if attachment is None:
            return None
        return {
            "name": attachment.name,
            "media_type": attachment.media_type,
            "size": attachment.size,
            "href": f"/api/v1/disputes/{view.item.dispute.ref}/evidence/{view.item.no}/file",
        }

    def to_representation(self, instance: EvidenceView) -> Any:
        shown = super().to_representation(instance)
        if instance.is_hidden:
            shown |= {"kind": None, "caption": "", "sha256": None, "file": None, "message": None, "record": None}
        return shown


class StagedOutput(serializers.Serializer[Any]):
    """What was brought in: a draft of evidence, or a request for the platform's records."""

    evidence = DisputeEvidenceOutput(allow_null=True)
    records = PullOutput(allow_null=True)


# — the room and offers —


class EntryOutput(serializers.Serializer[Any]):
    """One entry of a lane. `kind` is `text`, `event` (then with `event` and `facts`) or `recall` (with `recalls`)."""

    type = serializers.CharField()
    sequence = serializers.IntegerField()
    lane = serializers.CharField()
    kind = serializers.CharField()
    client_id = serializers.CharField(default="", help_text="Yours alone.")
    sender = serializers.CharField(default="", help_text="The party's name, or an officer's code.")
    role = serializers.CharField(allow_null=True, default=None)
    side = serializers.CharField(allow_null=True, default=None)
    text = serializers.CharField(default="")
    mine = serializers.BooleanField(default=False)
    recalls = serializers.IntegerField(allow_null=True, default=None, help_text="The entry that this one takes back.")
    recalled = serializers.IntegerField(allow_null=True, default=None, help_text="The entry that took this one back.")
    event = serializers.CharField(allow_null=True, default=None)
    facts = ContentOutput(default=dict)
    at = Computed(lambda picture: datetime.fromisoformat(picture.get("sent_at") or picture["at"]), datetime | None)


class MessagesOutput(serializers.Serializer[Any]):
    """Some entries of a lane, in order. Ask again with `after` = `next_after`; nothing new answers an empty list."""

    lane = serializers.CharField()
    items = EntryOutput(many=True)
    next_after = serializers.IntegerField()
    read = serializers.DictField(child=serializers.IntegerField(), help_text="How far each side has read.")


class OfferAnswerOutput(serializers.Serializer[Any]):
    side = Code(Side)
    accepted = serializers.BooleanField()
    answered_at = serializers.DateTimeField()


class OfferOutput(serializers.Serializer[Any]):
    """Terms proposed by a side or the platform. They are not evidence, and who decides does not see the sides' own."""

    ref = serializers.CharField()
    no = serializers.IntegerField()
    side = Code(Side)
    by_system = serializers.BooleanField()
    remedy = Code(Remedy)
    amount = Computed(lambda row: money(row.amount_minor, row.dispute.currency), Money(allow_null=True))
    goods_back = serializers.BooleanField()
    freight_payer = Code(Payer)
    note = serializers.CharField()
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    state = Code(OfferState)
    ended_at = serializers.DateTimeField(allow_null=True)
    answers = serializers.SerializerMethodField(help_text="The sides' own; empty for who decides.")

    @extend_schema_field(OfferAnswerOutput(many=True))
    def get_answers(self, row: Offer) -> Any:
        shown = row.answers.all() if sees_offers(self.context["call"].actor, row.dispute) else ()
        return OfferAnswerOutput(shown, many=True).data


# — mediating —


class DisputePlaceOutput(serializers.Serializer[Any]):
    """Why a dispute stands where it stands in the queue.

    `rule` is `ahead` where reasons brought it forward by `ahead_minutes`, `due` where nothing did; with `late`,
    `pressing`, `clock` (the law sets a time in days) and `unread` (its opening was not read yet) nothing that is due
    later stands before it.
    """

    rule = serializers.ChoiceField(choices=["late", "pressing", "clock", "unread", "ahead", "due"])
    ahead_minutes = Computed(lambda place: int(place.ahead.total_seconds() // 60), int)
    why = Computed(lambda place: codes(place.why, UrgencyReason), Coded(many=True))


class DisputeQueueRowOutput(serializers.Serializer[Any]):
    """What a mediator sees of a dispute before joining it; `language` is that of the claimant's own words."""

    ref = serializers.CharField()
    number = serializers.CharField()
    ground = serializers.CharField()
    amount = Amount()
    due_at = serializers.DateTimeField(allow_null=True)
    human_demanded = serializers.BooleanField()
    is_review = serializers.BooleanField()
    opened_at = serializers.DateTimeField()
    language = Code(OpeningLanguage, allow_null=True)
    queue = Code(OpeningQueue, allow_null=True)
    place = DisputePlaceOutput()


class DerivedOutput(serializers.Serializer[Any]):
    """What the burden table makes of the facts as they stand: `supported` is null while one is unsettled."""

    supported = serializers.BooleanField(allow_null=True)
    remedy = Code(Remedy, allow_null=True)
    amount_minor = serializers.IntegerField(allow_null=True)
    open_facts = serializers.ListField(child=serializers.IntegerField())
    for_claimant = serializers.ListField(child=serializers.IntegerField())
    against_claimant = serializers.ListField(child=serializers.IntegerField())
    stakes = Computed(lambda derived: codes(derived.stakes, Stake), Coded(many=True))


__all__ = [
    "AdvanceOutput",
    "BurdenTableOutput",
    "DerivedOutput",
    "DisputeEvidenceOutput",
    "DisputeOutput",
    "DisputeQueueRowOutput",
    "DisputeRowOutput",
    "FactOutput",
    "MessagesOutput",
    "OfferOutput",
    "StagedOutput",
]
