"""What each verb of a side takes, and opening a dispute."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from disputes import commands
from disputes.choices import Lane, ObjectionGround, Payer, Remedy
from disputes.default_table import GROUNDS
from disputes.proof import can_have_fast_refunds
from surfaces.api.inputs import Boolean, Choice, CorrectionInput, Fen, Input, Integer, Line, Text
from surfaces.api.parsers import MAX_PATH_NUMBER
from surfaces.asks import Ask

MAX_MONEY = 10**12
MAX_HOURS = 10_000
MAX_FACTS = 50
LANES = ("private", *Lane.values)
FAST_GROUNDS = sorted(ground.slug for ground in GROUNDS if can_have_fast_refunds(ground))


class DisputeClaimInput(Input):
    remedy = Choice(choices=Remedy.choices)
    amount_minor = Fen(
        min_value=1,
        max_value=MAX_MONEY,
        allow_null=True,
        default=None,
        help_text=_(
            "in fen: at most what is open of the order; more only where the ground gives compensation, with a reason "
            "in `statement`; otherwise `above-ceiling`"
        ),
    )


class OpenDisputeInput(Input):
    order_ref = Line(max_length=100, help_text=_("the order's number on the platform"))
    ground = Line(max_length=40, help_text=_("`slug` or `code` of a ground of `GET burden-tables/current`"))
    claim = DisputeClaimInput()
    statement = Text(max_length=2000, allow_blank=True, default="")
    notice = Line(
        max_length=100,
        allow_blank=True,
        default="",
        help_text=_("the notice to you that it is about, by `ref` or number; only where the platform answers"),
    )


class ConfirmDisputeFilingInput(CorrectionInput):
    pass


class AnswerDisputeInput(Input):
    text = Text(max_length=2000)
    refuses = Boolean(default=False, help_text=_("whether the claim is refused; the platform can then be called in"))


class EvidenceFileInput(Input):
    """A file as a draft; with `withheld_reason` it will be shown to the platform alone."""

    file = serializers.FileField(max_length=255, allow_empty_file=True)
    caption = Line(max_length=200)
    withheld_reason = Line(max_length=500, allow_blank=True, default="")


class EvidenceSourceInput(Input):
    """Evidence that is here already: the platform's own records, or a message of the room with its number."""

    source = Choice(choices=["platform", "message"])
    sequence = Integer(min_value=1, max_value=MAX_PATH_NUMBER, required=False)
    caption = Line(max_length=200, required=False)

    def validate(self, attrs: Any) -> Any:
        is_message = attrs["source"] == "message"
        errors: dict[str, list[Any]] = {}
        for name in ("sequence", "caption"):
            if is_message and name not in attrs:
                errors[name] = [ErrorDetail(str(_("This field is required for a message.")), code="required")]
            if not is_message and name in attrs:
                errors[name] = [ErrorDetail(str(_("The platform's records need no such field.")), code="contradiction")]
        if errors:
            raise ValidationError(errors)
        return attrs


class ObjectInput(Input):
    item = Integer(min_value=1, max_value=MAX_PATH_NUMBER, help_text=_("the number of the piece of evidence"))
    ground = Choice(
        choices=ObjectionGround.choices, asks=Ask(_("What is wrong with it?"), missing=_("Choose one of the three."))
    )
    text = Text(max_length=1000, asks=Ask(_("Why"), missing=_("Say what is wrong with it."), lines=3, counts=True))


class PostMessageInput(Input):
    client_id = Line(max_length=64, help_text=_("chosen by the client; a repeat is the message that was sent before"))
    text = Text(max_length=4096)
    lane = Choice(choices=LANES, default="both")


class LaneInput(Input):
    lane = Choice(choices=LANES, default="both")


class OfferInput(Input):
    remedy = Choice(choices=Remedy.choices, asks=Ask(_("Remedy"), radio=False))
    amount_minor = Fen(
        min_value=1,
        max_value=MAX_MONEY,
        allow_null=True,
        default=None,
        help_text=_(
            "in fen: at most `limits.open`, or with a reason in `note` and as compensation `limits.most`; otherwise "
            "`above-ceiling`"
        ),
        asks=Ask(_("Amount in yuan"), _("Only where money is paid.")),
    )
    goods_back = Boolean(default=False, asks=Ask(_("The goods go back")))
    freight_payer = Choice(
        choices=Payer.choices, default=Payer.NOBODY.value, asks=Ask(_("Who pays the way back"), radio=False)
    )
    note = Text(max_length=500, allow_blank=True, default="", asks=Ask(_("A word to both sides"), lines=2))
    hours = Integer(
        min_value=1,
        max_value=MAX_HOURS,
        default=48,
        help_text=_("how long the offer stands"),
        asks=Ask(_("For how many hours"), _("Left empty: 48.")),
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"terms": commands.Terms(**values)}


class ReportObligationInput(Input):
    note = Line(
        max_length=500,
        allow_blank=True,
        default="",
        asks=Ask(_("How was it done?"), _("For example the payment's number, or the parcel's."), lines=0),
    )


class FastRefundOptInInput(Input):
    limit_minor = Fen(
        min_value=1,
        max_value=MAX_MONEY,
        help_text=_("in fen, the most in one case"),
        asks=Ask(_("Most in one dispute, in yuan")),
    )
