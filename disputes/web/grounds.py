"""What may be in dispute about an order, as the pages that open one ask for it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casework.formats import money
from casework.sums import in_words
from disputes import queries
from disputes.choices import Condition, Family, Remedy, Role
from disputes.commands import DisputeFiling
from disputes.conditions import FOOD_TAGS, why_refused
from disputes.models import GroundRow
from disputes.records import OrderRecord

TRADERS = frozenset({Role.SELLER, Role.RIGHT_HOLDER, Role.MERCHANT})

BROUGHT_UP_BY_SELLERS = frozenset({"knowing_buyer"})
"""Grounds of a buyer's that are about what the seller says: a buyer claims something else first."""


def grounds_for(
    order: OrderRecord, parties: Sequence[int], *, is_buyer: bool, is_seller: bool, now: datetime
) -> list[GroundRow]:
    """The grounds of the table that applied to these parties at the order, for the buyer, the seller, or both.

    Without those that the law gives to other orders than this one says to be.
    """

    def is_theirs(ground: GroundRow) -> bool:
        if ground.claimant_role == Role.RIGHT_HOLDER:
            return True
        return is_seller if ground.claimant_role in TRADERS else is_buyer

    says = order.says(now)
    rows = queries.grounds_in_force(order.placed_at, parties, known_at=now)
    return [g for g in rows if is_theirs(g) and not why_refused(g.applies_if, says)]


def is_far_off(ground: GroundRow, order: OrderRecord, *, is_buyer: bool) -> bool:
    """Whether it is rarely what this reader means about this order, so that it stands under “Something else”.

    That is food where the order does not say so, and for a buyer what right holders claim and what sellers bring up.
    """
    is_of_others = is_buyer and (ground.claimant_role == Role.RIGHT_HOLDER or ground.slug in BROUGHT_UP_BY_SELLERS)
    return is_of_others or (ground.applies_if == Condition.FOOD and FOOD_TAGS.isdisjoint(order.tags))


def families_of(
    grounds: Iterable[GroundRow], chosen: str, order: OrderRecord, *, is_buyer: bool
) -> list[dict[str, Any]]:
    """The grounds under what happened, in the order of the table; the one that holds the choice is open.

    What is far off stands under “Something else”, from where it can still be chosen.
    """
    place = {str(family): number for number, family in enumerate(Family)}

    def family_of(ground: GroundRow) -> str:
        return str(Family.OTHER if is_far_off(ground, order, is_buyer=is_buyer) else ground.family)

    rows = sorted(grounds, key=lambda g: (place[family_of(g)], g.position))
    return [
        {
            "code": family,
            "label": Family(family).label,
            "grounds": (members := list(each)),
            "is_open": any(g.slug == chosen for g in members),
        }
        for family, each in groupby(rows, key=family_of)
    ]


def wanted_text(filing: DisputeFiling, currency: str) -> str:
    """What is wanted, and how much."""
    return f"{capfirst(Remedy(filing.remedy).label)} {money(filing.amount_minor, currency)}".strip()


def claim_rows(ground: GroundRow, filing: DisputeFiling, currency: str, *more: dict[str, str]) -> list[dict[str, str]]:
    """The claim, to read once more before it is sent; `more` stands before the words."""
    words = in_words(filing.amount_minor, currency)
    return [
        {"key": _("What happened"), "value": ground.title},
        {"key": _("What you want"), "value": wanted_text(filing, currency)},
        *([{"key": _("The sum in words"), "value": words}] if words else []),
        *more,
        {"key": _("In your words"), "value": filing.statement or _("None; you can explain in the conversation.")},
    ]
