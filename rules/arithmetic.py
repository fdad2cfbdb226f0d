"""What a party that leaves gets back: its deposit, and of each prepaid fee the share for the days it does not use.

Nothing is deducted here: money that the platform keeps is a measure, with a notice that can be appealed against.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from casework.errors import Invalid, errors_in, one_of
from casework.formats import money

MAX_ITEMS = 30
MAX_MINOR = 10**13
MAX_DAYS = 3660


class Kind(StrEnum):
    DEPOSIT = "DEPOSIT"
    FEE = "FEE"


KINDS = [(str(kind), str(kind)) for kind in Kind]


@dataclass(frozen=True, slots=True)
class Item:
    """A deposit, or a fee that was paid for `days` days of which `unused_days` are left; `label` says which."""

    kind: str
    label: str
    paid_minor: int
    days: int | None = None
    unused_days: int | None = None

    @property
    def refund_minor(self) -> int:
        """In whole fen, rounded up."""
        if self.kind == Kind.DEPOSIT or not self.days:
            return self.paid_minor
        return -(-self.paid_minor * (self.unused_days or 0) // self.days)


def calculated(items: Iterable[Item]) -> tuple[list[dict[str, Any]], int]:
    """The items as they are stored, each with its refund, and their sum. Raises `Invalid`."""
    rows = list(items)
    wrong = [
        found
        for i, item in enumerate(rows)
        for found in (
            (not item.label.strip(), f"/items/{i}/label", "required", _("Say which deposit or fee it is.")),
            (item.kind not in list(Kind), f"/items/{i}/kind", "unknown", one_of(Kind)),
            (
                not 0 <= item.paid_minor <= MAX_MINOR,
                f"/items/{i}/paid_minor",
                "invalid",
                _("Give the amount that was paid, not below zero."),
            ),
            (
                item.kind == Kind.FEE and not (0 < (item.days or 0) <= MAX_DAYS),
                f"/items/{i}/days",
                "required",
                _("Say for how many days the fee was paid."),
            ),
            (
                item.kind == Kind.FEE
                and (item.unused_days is None or not 0 <= item.unused_days <= (item.days or MAX_DAYS)),
                f"/items/{i}/unused_days",
                "required",
                _("Say how many of these days are left."),
            ),
        )
    ]
    if len(rows) > MAX_ITEMS:
        raise Invalid.field("/items", "too-many", _("Give at most 30 items."))
    if errors := errors_in(*wrong):
        raise Invalid(errors=errors)
    return [asdict(item) | {"refund_minor": item.refund_minor} for item in rows], sum(i.refund_minor for i in rows)


def line_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """A stored item with its arithmetic in the reader's language."""
    paid, refund = money(item["paid_minor"]), money(item["refund_minor"])
    if item["kind"] == Kind.DEPOSIT:
        return {**item, "arithmetic": _("deposit, in full: %(amount)s") % {"amount": refund}}
    said = {"paid": paid, "unused": item["unused_days"], "days": item["days"], "refund": refund}
    return {**item, "arithmetic": _("%(paid)s × %(unused)s ÷ %(days)s days = %(refund)s, rounded up") % said}
