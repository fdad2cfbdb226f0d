"""What is sent about exits, as a body: shapes and sizes, nothing about the case."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from rules.arithmetic import KINDS, MAX_DAYS, MAX_ITEMS, MAX_MINOR, Item
from surfaces.api.serializers import Choice, Fen, Input, Integer, Line, Ref, Text
from surfaces.asks import Ask


class RequestExitInput(Input):
    """The party that leaves; it can be left out by whoever speaks for one party only."""

    party = Ref(required=False, default="")

    example: ClassVar[Mapping[str, Any]] = {}


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

    example: ClassVar[Mapping[str, Any]] = {
        "kind": "FEE",
        "label": "2026年度技术服务费",
        "paid_minor": 1200000,
        "days": 365,
        "unused_days": 100,
    }


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

    example: ClassVar[Mapping[str, Any]] = {"objection": "技术服务费按自然日计算，剩余应为一百二十日。"}


class PayExitInput(Input):
    receipt = Line(max_length=60, help_text=_("the number of the payment"), asks=Ask(_("Number of the payment")))

    example: ClassVar[Mapping[str, Any]] = {"receipt": "PAY-2026-11-000317"}
