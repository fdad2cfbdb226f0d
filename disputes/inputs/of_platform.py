"""What each verb of mediators and of oversight takes, and a burden table."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from disputes import commands
from disputes.choices import Payer, Remedy, Side
from disputes.inputs.of_sides import FAST_GROUNDS, MAX_FACTS, MAX_HOURS, MAX_MONEY
from disputes.models import DisputeOutcome, GoodsAre, IdentityRefusal, NoReturnGround
from surfaces.api.inputs import Boolean, Choice, Fen, Input, Integer, Items, Line, Moment, Text, TranslateInput
from surfaces.api.parsers import MAX_PATH_NUMBER
from surfaces.asks import Ask


class HandOverInput(Input):
    to = Line(
        max_length=20,
        help_text=_("the officer code of another mediator"),
        asks=Ask(_("Officer code of the mediator who takes over")),
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"to_code": values["to"]}


class AssignDisputeInput(Input):
    to = Line(
        max_length=20,
        help_text=_("the officer code of a mediator"),
        asks=Ask(_("Officer code of the mediator who takes it")),
    )
    note = Line(
        max_length=500,
        help_text=_("why, for whoever takes over"),
        asks=Ask(_("Note"), _("The mediator who takes it reads this; the two sides do not.")),
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"to_code": values["to"], "note": values["note"]}


class ShiftBurdenInput(Input):
    bearer = Choice(choices=Side.choices)
    basis = Text(max_length=300, help_text=_("the legal basis"))
    reasons = Text(max_length=600)
    hours = Integer(min_value=1, max_value=MAX_HOURS, help_text=_("how long that side has"))


class RuleFactInput(Input):
    proved = Boolean()
    reasons = Text(max_length=2000)
    evidence = Items(child=Integer(min_value=1, max_value=MAX_PATH_NUMBER), max_length=200, default=list)


class SentenceInput(Input):
    fact = Integer(min_value=1, max_value=MAX_FACTS)
    sentence = Text(max_length=2000)


class DetermineInput(Input):
    outcome = Choice(choices=DisputeOutcome.choices)
    remedy = Choice(choices=Remedy.choices, allow_blank=True, default="")
    amount_minor = Fen(
        min_value=1,
        max_value=MAX_MONEY,
        allow_null=True,
        default=None,
        help_text=_("in fen: at most `limits.open`, as compensation `limits.most`; otherwise `above-ceiling`"),
    )
    payer = Choice(choices=Payer.choices, default=Payer.NOBODY.value)
    goods_back = Boolean(default=False)
    freight_payer = Choice(choices=Payer.choices, default=Payer.NOBODY.value)
    reasons = Text(max_length=8000)
    sentences = SentenceInput(many=True, max_length=MAX_FACTS, help_text=_("one sentence about every fact"))
    departure_reasons = Text(
        max_length=4000, allow_blank=True, default="", help_text=_("where the table derives something else")
    )
    confirmed_stakes = Boolean(default=False, help_text=_("true where the stakes are high, which `derived` lists"))
    no_return_ground = Choice(choices=NoReturnGround.choices, allow_blank=True, default="")
    no_return_reason = Text(max_length=1000, allow_blank=True, default="")
    goods_are = Choice(
        choices=GoodsAre.choices,
        allow_blank=True,
        default="",
        help_text=_("where the whole price goes back and no goods do: why the buyer has none"),
    )
    goods_are_reason = Text(max_length=1000, allow_blank=True, default="")

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parsed body as the command takes it; a fact named twice keeps its last sentence."""
        plain = dict(values)
        sentences = {row["fact"]: row["sentence"] for row in plain.pop("sentences")}
        return {"draft": commands.DeterminationDraft(sentences=sentences, **plain)}


class PauseInput(Input):
    reason = Text(max_length=500, asks=Ask(_("Why?")))
    authority = Line(
        max_length=200,
        help_text=_("the court or police office and its case number"),
        asks=Ask(_("Which office, and its case number")),
    )


class ProposeAppraisalInput(Input):
    body = Line(max_length=200, help_text=_("the testing body"), asks=Ask(_("Testing body")))
    item = Line(max_length=300, help_text=_("what is tested"), asks=Ask(_("What is tested")))
    question = Text(max_length=500, asks=Ask(_("Which question it answers")))
    pays_first = Choice(choices=Side.choices, help_text=_("who advances the cost"), asks=Ask(_("Who pays first")))
    authority = Line(
        max_length=200,
        allow_blank=True,
        default="",
        help_text=_("where an authority designated the body: which, and the number of its document"),
        asks=Ask(
            _("Designated by which authority, with the number of its document"),
            _("Leave empty where both sides are to agree."),
        ),
    )


class RecordCustodyInput(Input):
    from_holder = Line(max_length=200, asks=Ask(_("From")))
    to_holder = Line(max_length=200, asks=Ask(_("To")))
    condition = Text(
        max_length=500,
        help_text=_("when, in what condition, under which seal"),
        asks=Ask(_("When, in what condition, under which seal")),
    )


class EndAppraisalInput(Input):
    findings = Text(
        max_length=2000,
        help_text=_("what it found, or why it was called off"),
        asks=Ask(_("What it found, or why it was called off")),
    )
    report = Line(
        max_length=200,
        allow_blank=True,
        default="",
        help_text=_("empty where it was called off"),
        asks=Ask(_("Number of the report"), _("Leave empty where the test was called off.")),
    )


class GiveIdentityInput(Input):
    name = Line(
        max_length=200,
        help_text=_("the true name, as on the licence or the identity card"),
        asks=Ask(_("True name of the business")),
    )
    licence = Line(
        max_length=60,
        allow_blank=True,
        default="",
        help_text=_("empty where the law exempts the merchant from registration"),
        asks=Ask(
            _("Number of the business licence"), _("Leave empty where the law exempts the merchant from registration.")
        ),
    )
    address = Line(max_length=300, asks=Ask(_("Address"), lines=0))
    contact = Line(
        max_length=200,
        help_text=_("a telephone number or another contact that works"),
        asks=Ask(_("Contact that works")),
    )


class RefuseIdentityInput(Input):
    reason = Choice(choices=IdentityRefusal.choices, asks=Ask(_("Why it is not given")))
    order_no = Line(
        max_length=200,
        allow_blank=True,
        default="",
        help_text=_("the authority's order, with its number; only where the reason is AUTHORITY"),
        asks=Ask(_("The authority's order, with its number"), _("Only where an authority ordered it.")),
    )


class FailObligationInput(Input):
    note = Line(max_length=500, asks=Ask(_("Why it cannot be done"), lines=0))


class AdvanceInput(Input):
    to_side = Choice(choices=[Side.CLAIMANT.value, Side.RESPONDENT.value], asks=Ask(_("To whom")))
    amount_minor = Fen(
        min_value=1,
        max_value=MAX_MONEY,
        help_text=_("in fen: no more than was paid for the order, is claimed or is owed; otherwise `above-ceiling`"),
        asks=Ask(_("Amount in yuan")),
    )
    reason = Line(max_length=500, asks=Ask(_("Why the platform pays first"), lines=0))


class RecordPaymentInput(Input):
    reference = Line(
        max_length=100,
        help_text=_("the payment's own number in the payment channel"),
        asks=Ask(_("Number of the payment"), lines=0),
    )
    amount_minor = Fen(
        min_value=1, max_value=MAX_MONEY, help_text=_("in fen: exactly what is owed"), asks=Ask(_("Amount in yuan"))
    )
    paid_at = Moment(asks=Ask(_("Paid at")))
    from_guarantee = Boolean(
        default=False,
        help_text=_("the platform paid it first, where `is_guaranteed`; it is an advance, to be recovered"),
        asks=Ask(_("The platform paid it first, from its guarantee")),
    )


class SettleAdvanceInput(Input):
    recovered_minor = Fen(
        min_value=0,
        max_value=MAX_MONEY,
        asks=Ask(_("How much came back, in yuan"), missing=_("Say how much came back; 0 where nothing did.")),
    )


class FastRefundRulesInput(Input):
    grounds = Items(child=Choice(choices=FAST_GROUNDS), min_length=1, max_length=len(FAST_GROUNDS))
    limit_minor = Fen(min_value=1, max_value=MAX_MONEY, help_text=_("in fen, the most in one case"))
    platform_pays = Boolean(default=False, help_text=_("where the merchant did not opt in, at the platform's own cost"))


class PublishTableInput(Input):
    table = Choice(choices=["default"], help_text=_("the table that comes with this program"))
    fast_refunds = FastRefundRulesInput(allow_null=True, default=None)


class TranslateDeterminationInput(TranslateInput):
    pass
