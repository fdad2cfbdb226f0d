"""Disputes as JSON, with what was determined, owed and paid first."""

from datetime import datetime
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from disputes.api.outputs.tables import GroundOutput, StatutorySumOutput, TableRefOutput
from disputes.ceilings import ceiling_for
from disputes.choices import (
    Beyond,
    Payer,
    Remedy,
    Role,
    Side,
)
from disputes.fast_refund import fast_refund_of
from disputes.machine import DisputeState, FactState
from disputes.models import (
    AdvanceState,
    AppraisalState,
    ClosedAs,
    Dispute,
    DisputeOutcome,
    GoodsAre,
    IdentityRefusal,
    IdentityState,
    NoReturnGround,
    ObligationKind,
    ObligationState,
    TakenDown,
)
from disputes.policies import side_of
from disputes.queries import assisted_shown_to, due_at_of, statutory_notes, turn_of
from disputes.verbs import ADDRESS, actions_for
from helpline.callers import IdentifiedBy
from operations import outages
from surfaces.api.rendering import moment
from surfaces.api.serializers import Action, Code, Coded, Computed, Money, coded, codes, money, represented
from surfaces.api.verbs import shown_action


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


class LimitsOutput(serializers.Serializer[Any]):
    """How much money can be claimed, offered and determined here."""

    open = Money(
        help_text="What of the order's price neither went back to this claimant in another dispute, nor is owed."
    )
    most = Money(help_text="The most under any remedy of money. What is more than `open` needs a reason in words.")
    beyond = Code(Beyond, allow_null=True, help_text="Why `most` is more than `open`.")


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


class CustodyStepOutput(serializers.Serializer[Any]):
    """The goods under appraisal went into other hands."""

    no = serializers.IntegerField()
    from_holder = serializers.CharField()
    to_holder = serializers.CharField()
    condition = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class AppraisalOutput(serializers.Serializer[Any]):
    """A test of the goods: by a body on which both sides agreed, or which an authority designated."""

    no = serializers.IntegerField()
    state = Code(AppraisalState)
    body = serializers.CharField()
    item = serializers.CharField()
    question = serializers.CharField()
    authority = serializers.CharField(help_text="Which authority designated the body; empty where both sides agree.")
    pays_first = Code(Side)
    proposed_at = serializers.DateTimeField()
    claimant_agreed_at = serializers.DateTimeField(allow_null=True)
    respondent_agreed_at = serializers.DateTimeField(allow_null=True)
    begun_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    report = serializers.CharField()
    findings = serializers.CharField()
    custody = CustodyStepOutput(many=True, source="custody.all")


class IdentityRequestOutput(serializers.Serializer[Any]):
    """A consumer's request to know who the merchant is. The answer itself is read by a call of its own."""

    no = serializers.IntegerField()
    side = Code(Side)
    state = Code(IdentityState)
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    is_late = serializers.BooleanField(help_text="The consumer can claim from the platform then.")
    answered_at = serializers.DateTimeField(allow_null=True)
    refusal = Code(IdentityRefusal, allow_null=True)


class IdentityOutput(serializers.Serializer[Any]):
    """Who the merchant is, as the platform told the consumer who asked."""

    no = serializers.IntegerField()
    name = serializers.CharField()
    licence = serializers.CharField(help_text="Empty where the law exempts the merchant from registration.")
    address = serializers.CharField()
    contact = serializers.CharField()
    answered_at = serializers.DateTimeField()


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
    not_received_at = serializers.DateTimeField(
        allow_null=True, help_text="When whoever it is owed to said that it did not arrive."
    )
    platform_due_at = serializers.DateTimeField(allow_null=True, help_text="By when the platform steps in then.")
    is_guaranteed = serializers.BooleanField(help_text="Whether the platform pays it first by then, as a clause says.")
    payment_ref = serializers.CharField(help_text="The payment that proves it, in the platform's payment channel.")
    paid_at = serializers.DateTimeField(allow_null=True)


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


class FastRefundOutput(serializers.Serializer[Any]):
    """The fast refund that the dispute was opened with: who bears it for good. It decides nothing, taken or not."""

    payer = Code(Payer)
    consent_version = serializers.IntegerField(
        source="opt_in.version",
        default=None,
        allow_null=True,
        help_text="Of the shop's standing consent; null where the platform pays.",
    )
    amount = Computed(lambda row: money(row.amount_minor, row.dispute.currency), Money())
    offered_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)


class FastRefundOptInOutput(serializers.Serializer[Any]):
    """One version of a shop's consent to pay fast refunds, up to a sum in a case."""

    version = serializers.IntegerField()
    limit = Computed(lambda row: money(row.limit_minor, "CNY"), Money())
    given_at = serializers.DateTimeField()
    given_by = serializers.CharField(source="given_by.ref")
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(source="ended_by.ref", default=None, allow_null=True)


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
    unread = serializers.IntegerField(
        help_text="Messages of others, where you talk, beyond how far you have read; 0 where you take no part."
    )

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


class AssistedInDisputeOutput(serializers.Serializer[Any]):
    """What an officer took down for one side on the phone.

    Who did, how the caller was identified and whether that side has answered is for that side and staff.
    """

    what = Code(TakenDown)
    side = Code(Side)
    officer = serializers.CharField(source="officer_code")
    identified_by = Code(IdentifiedBy, allow_null=True)
    taken_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    correction = serializers.CharField()


def _limits(row: Dispute) -> dict[str, Any]:
    found = ceiling_for(row, Remedy.COMPENSATE)
    return {
        "open": money(found.open_minor, row.currency),
        "most": money(found.most_minor, row.currency),
        "beyond": coded(found.beyond, Beyond),
    }


class DisputeOutput(DisputeRowOutput):
    """A dispute as this reader sees it. Its facts, evidence, offers and messages have addresses of their own."""

    unread = None  # which the list says
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
    assisted = serializers.SerializerMethodField()
    no_return_consents = ConsentOutput(many=True, source="no_return_consents.all")
    review_closes_at = serializers.DateTimeField(allow_null=True)
    pause = serializers.SerializerMethodField()
    appraisals = AppraisalOutput(many=True, source="appraisals.all")
    identity_requests = IdentityRequestOutput(many=True, source="identity_requests.all")
    determinations = DeterminationOutput(many=True, source="determinations.all", help_text="By round.")
    obligations = ObligationOutput(many=True, source="obligations.all")
    advances = AdvanceOutput(many=True, source="advances.all")
    fast_refund = serializers.SerializerMethodField()
    limits = Computed(lambda row: _limits(row), LimitsOutput())
    statutory_sums = serializers.SerializerMethodField(
        help_text="Sums that the law names where the ground makes them possible: notes, never owed by themselves."
    )
    actions = serializers.SerializerMethodField()

    @extend_schema_field(StatutorySumOutput(many=True))
    def get_statutory_sums(self, row: Dispute) -> Any:
        return represented(StatutorySumOutput, statutory_notes(row), self.context, many=True)

    @extend_schema_field(AssistedInDisputeOutput(many=True))
    def get_assisted(self, row: Dispute) -> Any:
        shown = assisted_shown_to(self.context["call"].actor, row)
        return represented(AssistedInDisputeOutput, shown, self.context, many=True)

    @extend_schema_field(PauseOutput(allow_null=True))
    def get_pause(self, row: Dispute) -> Any:
        return PauseOutput(row, context=self.context).data if row.paused_at is not None else None

    @extend_schema_field(FastRefundOutput(allow_null=True))
    def get_fast_refund(self, row: Dispute) -> Any:
        found = fast_refund_of(row)
        return None if found is None else FastRefundOutput(found, context=self.context).data

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
