"""What is sent about exits and about versions in the making, as a body: shapes and sizes, nothing about the case.

Versions are drafted and answered on pages alone; those inputs are in no document.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rules.arithmetic import KINDS, MAX_DAYS, MAX_ITEMS, MAX_MINOR, Item
from rules.choices import VALUES, Unit
from rules.commands import Explanation, PointDraft
from rules.inputs.of_law import (
    ProposeLawArticleInput,
    SettleLawWorkInput,
    SignAsCounselInput,
    WithdrawSignatureInput,
)
from rules.models import Audience, Disposition, TalkKind, TalkSide
from surfaces.api.inputs import Boolean, Choice, Date, Fen, File, Input, Integer, Items, Line, Moment, Name, Ref, Text
from surfaces.asks import Ask


class RequestExitInput(Input):
    """The party that leaves; it can be left out by whoever speaks for one party only."""

    party = Ref(default="")


class RecordMembershipInput(Input):
    rule = Name(max_length=60, help_text=_("ref or code of the rule that the membership is under"))
    party = Ref(help_text=_("the member: its ref, or its number in your own system"))
    external_ref = Line(max_length=64, help_text=_("the number of the paid term in your own system"))
    paid_minor = Fen(min_value=0, max_value=MAX_MINOR)
    starts_at = Moment()
    ends_at = Moment()
    renews_itself = Boolean(default=False, help_text=_("whether it renewed a term without the member's doing"))
    told_at = Moment(
        allow_null=True, default=None, help_text=_("when the member was told of the renewal and of what changed")
    )


class StopMembershipInput(Input):
    stopped_at = Moment(help_text=_("from when the service could not be given any more"))
    reason = Text(max_length=2000, help_text=_("why; the member reads it"))


class PriceObservationInput(Input):
    goods = Line(max_length=500, help_text=_("the goods: as `product_url` of an order names them"))
    conditions = Line(
        max_length=120,
        help_text=_("all that the price depends on beside the buyer, such as variant and quantity; never a person"),
    )
    shown_at = Moment(help_text=_("when it was shown; compared by the minute"))
    audience = Choice(choices=Audience.choices, help_text=_("the class of viewers, never a person"))
    price_minor = Fen(max_value=MAX_MINOR)


class RecordPricesInput(Input):
    observations = PriceObservationInput(
        many=True, min_length=1, max_length=200, help_text=_("what was shown, each with its class of viewers")
    )

    example: ClassVar[Mapping[str, Any]] = {
        "observations": [
            PriceObservationInput.example,
            PriceObservationInput.example | {"audience": "RETURNING", "price_minor": 10900},
        ]
    }


class AnswerPriceFindingInput(Input):
    rule = Line(
        max_length=60,
        allow_blank=True,
        default="",
        help_text=_("ref or code of the rule that states the difference; empty where it was mended"),
        asks=Ask(
            _("Code of the rule"),
            _("Only where a published clause states the difference; leave it empty where it was mended."),
        ),
    )
    clause = Line(
        max_length=20,
        allow_blank=True,
        default="",
        help_text=_("number of its clause, in force at that minute; empty where it was mended"),
        asks=Ask(_("Number of the clause"), _("As it was in force at that minute.")),
    )
    reason = Text(
        max_length=2000,
        help_text=_("why the clause covers it, or what was done and when"),
        asks=Ask(_("Why the clause covers it, or what was done and when"), lines=3),
    )


class RefundItemInput(Input):
    kind = Choice(choices=KINDS, asks=Ask(_("Kind")))
    label = Line(max_length=120, help_text=_("which deposit or fee it is"), asks=Ask(_("Deposit or fee")))
    paid_minor = Fen(min_value=0, max_value=MAX_MINOR, asks=Ask(_("Paid, in yuan")))
    days = Integer(
        min_value=1,
        max_value=MAX_DAYS,
        allow_null=True,
        default=None,
        help_text=_("of a fee: what it was paid for"),
        asks=Ask(_("Days it was paid for")),
    )
    unused_days = Integer(
        min_value=0,
        max_value=MAX_DAYS,
        allow_null=True,
        default=None,
        help_text=_("of a fee: how many are left"),
        asks=Ask(_("Days left")),
    )


class CalculateExitInput(Input):
    """What is refunded; the refund of each item is worked out here. `reply` answers an objection."""

    items = RefundItemInput(
        many=True,
        max_length=MAX_ITEMS,
        asks=Ask(_("What is refunded"), _("The deposit held and each prepaid fee. Days are only those of a fee.")),
    )
    reply = Text(
        max_length=2000, allow_blank=True, default="", asks=Ask(_("Answer to the objection, where there is one"))
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"items": [Item(**item) for item in values["items"]], "reply": values["reply"]}

    example: ClassVar[Mapping[str, Any]] = {
        "items": [{"kind": "DEPOSIT", "label": "店铺保证金", "paid_minor": 1000000}, RefundItemInput.example]
    }


class ObjectToExitInput(Input):
    objection = Text(
        max_length=2000, help_text=_("what is wrong with the calculation"), asks=Ask(_("What is wrong with it?"))
    )


class PayExitInput(Input):
    receipt = Line(max_length=60, help_text=_("the number of the payment"), asks=Ask(_("Number of the payment")))


# — catalogues —


class ProposeOwnerInput(Input):
    user = Ref(help_text=_("the ref of a member of the party"), asks=Ask(_("Member of the party")))
    reason = Text(
        max_length=2000,
        help_text=_("why the party needs this owner, and who asked for it; its owners are told"),
        asks=Ask(_("Why the party needs this owner, and who asked for it"), lines=3),
    )


class RemoveSecondFactorInput(Input):
    reason = Text(max_length=2000, asks=Ask(_("How it was lost, and how you made sure who asks"), lines=3))


class SignChangeInput(Input):
    source_text = Text(
        max_length=8000,
        allow_blank=True,
        default="",
        help_text=_("of a law article with its wording: what you read in the named source; it must be the same"),
        asks=Ask(
            _("The article as its official source prints it"),
            _("Only where its wording was entered: open the source and paste the article here. It must be the same."),
            lines=6,
        ),
    )


class RefuseChangeInput(Input):
    reason = Text(max_length=2000, asks=Ask(_("Why it is refused"), lines=3))


# — versions in the making —


class ValueInput(Input):
    """A time or number that a clause promises; the text says `{promise}` where it belongs."""

    clause = Line(max_length=20, asks=Ask(_("Clause")))
    key = Choice(choices=[(key, each.label) for key, each in VALUES.items()], asks=Ask(_("Promise")))
    amount = Integer(min_value=1, max_value=999_999, asks=Ask(pgettext_lazy("how many", "Number")))
    unit = Choice(choices=Unit.choices, asks=Ask(_("Unit")))


class ConsultInput(Input):
    closes_at = Moment(asks=Ask(_("Comments are taken until")))


class EnterInput(Input):
    """What a program proposed is checked by a person."""

    is_checked = Boolean(
        asks=Ask(
            _("I read the record of the consultation, and the draft is what it was about"),
            missing=_("Read the record of the consultation first."),
        )
    )


class ExplanationInput(Input):
    clause = Line(max_length=20, asks=Ask(_("Clause")))
    opinion = Integer(
        min_value=1,
        max_value=999_999,
        allow_null=True,
        default=None,
        asks=Ask(_("Number of the opinion that was taken up")),
    )
    correction = Text(
        max_length=1000, allow_blank=True, default="", asks=Ask(_("or what the correction of words mends"), lines=2)
    )


class ExplainInput(Input):
    """Why clauses read otherwise than they were consulted on."""

    changes = ExplanationInput(
        many=True, max_length=200, asks=Ask(_("Changed clauses"), _("The public reads it beside the change."))
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"changes": [Explanation(**row) for row in values["changes"]]}


class AdoptInput(Input):
    summary_zh = Text(max_length=4000, asks=Ask(_("what the consultation said (Chinese)")))
    summary_en = Text(
        max_length=4000, allow_blank=True, default="", asks=Ask(_("what the consultation said (English)"))
    )
    signs_neutral = Boolean(
        default=False,
        asks=Ask(_("I sign that this version adds no duty and cuts no right (only where silence is to be consent)")),
    )


class PubliciseInput(Input):
    """When it takes effect; earlier than the time of publicity allows only where an article of a law forces it."""

    effective_from = Moment(asks=Ask(_("In force from")))
    forced_by = Line(
        max_length=200,
        allow_blank=True,
        default="",
        asks=Ask(
            _("The article that forces an earlier start"),
            _("Signed by whoever adopted the version, and shown to everybody with the reason."),
            nothing=_("None"),
        ),
    )
    forced_reason = Text(max_length=2000, allow_blank=True, default="", asks=Ask(_("Why it must start early")))

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        instrument, _space, article = values["forced_by"].partition(" ")
        return {**values, "forced_by": (instrument, article) if article else None}


class WithdrawVersionInput(Input):
    reason = Text(max_length=2000, asks=Ask(_("Why it is withdrawn"), lines=3))


class AnswerOpinionsInput(Input):
    """One answer to several opinions that say the same."""

    opinions = Items(
        child=Integer(min_value=1),
        max_length=10_000,
        min_length=1,
        asks=Ask(_("Opinions"), missing=_("Choose at least one opinion.")),
    )
    disposition = Choice(choices=Disposition.choices, asks=Ask(_("What becomes of it")))
    reason = Text(max_length=2000, asks=Ask(_("Why"), lines=3))


class ParticipantsInput(Input):
    side = Choice(choices=TalkSide.choices, asks=Ask(_("Who")))
    count = Integer(min_value=1, max_value=999_999, asks=Ask(_("How many")))


class PointInput(Input):
    side = Choice(choices=TalkSide.choices, asks=Ask(_("Who said it")))
    text = Text(max_length=2000, asks=Ask(_("What was said")))
    disposition = Choice(choices=Disposition.choices, asks=Ask(_("What becomes of it")))
    reason = Text(max_length=2000, asks=Ask(_("Why")))


class TalkInput(Input):
    """A meeting, talk or survey about the rule, with its minutes (办法 17)."""

    kind = Choice(choices=TalkKind.choices, asks=Ask(_("What was it?")))
    held_on = Date(asks=Ask(_("When was it held?")))
    subject_zh = Line(max_length=200, asks=Ask(_("What was it about? (Chinese)")))
    subject_en = Line(max_length=200, allow_blank=True, default="", asks=Ask(_("What was it about? (English)")))
    participants = ParticipantsInput(
        many=True, max_length=len(TalkSide), asks=Ask(_("Who took part"), _("Kinds of people with how many, no names."))
    )
    points = PointInput(
        many=True,
        max_length=200,
        asks=Ask(_("What was said, and what became of it"), _("The public reads it.")),
    )
    minutes = File(max_length=255, asks=Ask(_("Minutes (a file that staff alone read)")))
    planned = Line(
        max_length=10, allow_blank=True, default="", asks=Ask(_("Which announced one was it?"), nothing=_("None"))
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **values,
            "planned": int(values["planned"]) if values.get("planned") else None,
            "participants": {row["side"]: row["count"] for row in values["participants"]},
            "points": [PointDraft(**row) for row in values["points"]],
            "minutes_name": values["minutes"].name,
        }


class PlanTalkInput(Input):
    """A meeting, talk or survey that is announced; the version is not adopted before it."""

    kind = Choice(choices=TalkKind.choices, asks=Ask(_("What is it?")))
    planned_for = Date(asks=Ask(_("On which day?")))
    subject_zh = Line(max_length=200, asks=Ask(_("What is it about? (Chinese)")))
    subject_en = Line(max_length=200, allow_blank=True, default="", asks=Ask(_("What is it about? (English)")))
    how = Line(
        max_length=500, asks=Ask(_("How to take part"), _("Place and time, or an address. The public reads it."))
    )
    participants = ParticipantsInput(
        many=True,
        max_length=len(TalkSide),
        asks=Ask(_("Who is invited"), _("Kinds of people with how many, no names.")),
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "participants": {row["side"]: row["count"] for row in values["participants"]}}


class CallOffTalkInput(Input):
    planned = Line(max_length=10, asks=Ask(_("Which one?")))
    reason = Line(max_length=500, asks=Ask(_("Why it is not held"), _("The public reads it.")))

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "planned": int(values["planned"])}
