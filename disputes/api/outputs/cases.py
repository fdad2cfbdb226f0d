"""Disputes as JSON, with what was determined, owed and paid first."""

from datetime import datetime
from typing import Any, cast

from rest_framework import serializers

from disputes import described
from disputes.api.outputs.tables import GroundOutput, StatutorySumOutput, TableRefOutput
from disputes.ceilings import ceiling_for
from disputes.choices import Beyond, BoughtAs, PaidBy, Remedy, Role, Side
from disputes.fast_refund import fast_refund_of
from disputes.models import Dispute, FastRefundOptIn, HumanDemand, IdentityRequest, NoReturnConsent, TakenDown
from disputes.policies import side_of
from disputes.queries import AssistedView, assisted_shown_to, due_at_of, statutory_notes, turn_of, unread_in
from disputes.verbs import ADDRESS, actions_for
from helpline.callers import IdentifiedBy
from operations import outages
from surfaces.api.described import Output, Shown, columns
from surfaces.api.rendering import moment
from surfaces.api.serializers import Action, Code, Coded, Computed, ForReader, Money, WebUrl, coded, codes, money
from surfaces.api.verbs import shown_action
from surfaces.api.views import Call


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
    warranty_until = serializers.DateField(allow_null=True, help_text="The last day of the warranty.")
    best_before = serializers.DateField(allow_null=True, help_text="The last day of its shelf life.")
    paid_by = Code(PaidBy, allow_null=True, help_text="How the platform says that it was paid.")
    bought_as = Code(BoughtAs, allow_null=True, help_text="For what the platform says that it was bought.")
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


class DemandOutput(Output):
    shown = columns(HumanDemand, lambda d: (d.side, d.demanded_at))


class PauseOutput(serializers.Serializer[Any]):
    since = serializers.DateTimeField(source="paused_at")
    reason = serializers.CharField(source="pause_reason")
    authority = serializers.CharField(source="pause_authority")


class CustodyStepOutput(Output):
    """The goods under appraisal went into other hands."""

    shown = columns(described.CUSTODY)


class AppraisalOutput(Output):
    """A test of the goods: by a body on which both sides agreed, or which an authority designated."""

    shown = columns(described.APPRAISAL, authority="Which authority designated the body; empty where both sides agree.")
    custody = CustodyStepOutput(many=True, source="custody.all")


class IdentityRequestOutput(Output):
    """A consumer's request to know who the merchant is. The answer itself is read by a call of its own."""

    shown = columns(described.IDENTITY_REQUEST, is_late="The consumer can claim from the platform then.")


class IdentityOutput(Output):
    """Who the merchant is, as the platform told the consumer who asked."""

    shown = columns(
        IdentityRequest,
        lambda r: (r.no, r.name, r.licence, r.address, r.contact),
        licence="Empty where the law exempts the merchant from registration.",
    )
    answered_at = serializers.DateTimeField()


class ConsentOutput(Output):
    side = Computed(
        lambda row: coded(
            Side.CLAIMANT if row.party_id == row.dispute.claimant_id else Side.RESPONDENT,
            Side,
        ),
        Coded(),
    )
    shown = columns(NoReturnConsent, lambda c: (c.given_at,))


class ObligationOutput(Output):
    shown = columns(
        described.OBLIGATION,
        due_at="Null while something else comes first.",
        confirm_due_at="What was reported counts as done then, unless the platform found that it failed.",
        not_received_at="When whoever it is owed to said that it did not arrive.",
        platform_due_at="By when the platform steps in then.",
        is_guaranteed="Whether the platform pays it first by then, as a clause says.",
        payment_ref="The payment that proves it, in the platform's payment channel.",
    )


class AdvanceOutput(Output):
    """What the platform paid first; it says nothing about who is right."""

    to_side = Code(Side)
    shown = columns(described.ADVANCE)


class FastRefundOutput(Output):
    """The fast refund that the dispute was opened with: who bears it for good. It decides nothing, taken or not."""

    shown = columns(described.FAST_REFUND)
    consent_version = serializers.IntegerField(
        source="opt_in.version",
        default=None,
        allow_null=True,
        help_text="Of the shop's standing consent; null where the platform pays.",
    )


class FastRefundOptInOutput(Output):
    """One version of a shop's consent to pay fast refunds, up to a sum in a case."""

    shown = columns(FastRefundOptIn, lambda o: (o.version, o.given_at, o.ended_at))
    limit = Computed(lambda row: money(row.limit_minor, "CNY"), Money())
    given_by = serializers.CharField(source="given_by.ref")
    ended_by = serializers.CharField(source="ended_by.ref", default=None, allow_null=True)


class DisputeFindingOutput(Output):
    fact = serializers.IntegerField(source="no")
    shown = columns(described.FINDING)
    evidence = serializers.ListField(child=serializers.IntegerField())


class DeterminationOutput(Output):
    """A person's determination of one round; whoever made it is known by officer code alone."""

    shown = columns(
        described.DETERMINATION,
        goods_are="Why the whole price goes back and no goods do.",
        departs="Whether it differs from what the burden table derives.",
    )
    officer = serializers.CharField(source="mediator.officer_code")
    findings = DisputeFindingOutput(many=True, source="findings.all")


class DisputeRowOutput(Output):
    """A dispute as a line of a list."""

    shown = columns(described.DISPUTE)
    ground = GroundOutput()
    order = OrderOutput(source="*")
    claim = ClaimOutput(source="*")
    side = ForReader(
        lambda row, call: coded(side_of(call.actor, row) or "", Side),
        Coded(allow_null=True),
        help_text="Yours; null for who only looks on, and for the mediator.",
    )
    claimant = Computed(lambda row: _party(row.claimant, row.ground.claimant_role), PartyOfDisputeOutput())
    respondent = Computed(
        lambda row: _party(row.respondent, row.ground.respondent_role),
        PartyOfDisputeOutput(allow_null=True),
        help_text="Null where the platform itself is the other side.",
    )
    officer = serializers.CharField(source="mediator.officer_code", default="")
    turn = Computed(
        lambda row: codes(turn_of(row), Side),
        Coded(many=True),
        help_text="Whose turn it is; both sides' at times, nobody's at the end.",
    )
    due_at = serializers.SerializerMethodField()
    web_url = WebUrl("disputes:room")
    opened_at = serializers.DateTimeField(source="created_at")
    more = columns(Dispute, lambda d: (d.human_demanded, d.updated_at))
    unread = ForReader(
        lambda row, call: unread_in(row, call.actor),
        int,
        help_text="Messages of others, where you talk, beyond how far you have read; 0 where you take no part.",
    )

    def get_due_at(self, row: Dispute) -> datetime | None:
        context = cast(dict[str, Any], self.context)  # one for every row of a page
        if "outages" not in context:
            context["outages"] = outages.ledger()
        due = due_at_of(row, context["outages"])
        return None if due is None else moment(due)  # type: ignore[return-value]  # as JSON


class AssistedInDisputeOutput(Output):
    """What an officer took down for one side on the phone.

    Who did, how the caller was identified and whether that side has answered is for that side and staff.
    """

    what = Code(TakenDown)
    side = Code(Side)
    officer = serializers.CharField(source="officer_code")
    identified_by = Code(IdentifiedBy, allow_null=True)
    shown = columns(AssistedView, lambda a: (a.taken_at, a.answered_at, a.correction))


def _party(party: Any, role: str) -> dict[str, Any] | None:
    return None if party is None else {"name": party.name, "role": coded(role, Role)}


def _limits(row: Dispute) -> dict[str, Any]:
    found = ceiling_for(row, Remedy.COMPENSATE)
    return {
        "open": money(found.open_minor, row.currency),
        "most": money(found.most_minor, row.currency),
        "beyond": coded(found.beyond, Beyond),
    }


class DisputeOutput(DisputeRowOutput):
    """A dispute as this reader sees it. Its facts, evidence, offers and messages have addresses of their own."""

    table = TableRefOutput()
    notice = NoticeOfDisputeOutput(allow_null=True)
    course = columns(described.COURSE)
    further = columns(Dispute, lambda d: (d.language, d.first_answer, d.answer_due_at, d.escalate_from))
    demands = DemandOutput(many=True, source="demands.all")
    assisted = Shown(AssistedInDisputeOutput, lambda row, call: assisted_shown_to(call.actor, row), many=True)
    no_return_consents = ConsentOutput(many=True, source="no_return_consents.all")
    pause = Shown(PauseOutput, lambda row, _call: row if row.paused_at is not None else None)
    appraisals = AppraisalOutput(many=True, source="appraisals.all")
    identity_requests = IdentityRequestOutput(many=True, source="identity_requests.all")
    determinations = DeterminationOutput(many=True, source="determinations.all", help_text="By round.")
    obligations = ObligationOutput(many=True, source="obligations.all")
    advances = AdvanceOutput(many=True, source="advances.all")
    fast_refund = Shown(FastRefundOutput, lambda row, _call: fast_refund_of(row))
    limits = Computed(lambda row: _limits(row), LimitsOutput())
    statutory_sums = Shown(
        StatutorySumOutput,
        lambda row, _call: statutory_notes(row),
        many=True,
        help_text="Sums that the law names where the ground makes them possible: notes, never owed by themselves.",
    )
    actions = ForReader(lambda row, call: _actions(row, call), DisputeActionOutput(many=True))


def _actions(row: Dispute, call: Call) -> list[dict[str, Any]]:
    return [
        {
            **shown_action(each, ADDRESS, ref=each.offer or row.ref),
            "fact": each.fact,
            "offer": each.offer or None,
            "obligation": each.obligation,
        }
        for each in actions_for(call.actor, row, now=call.now)
    ]
