"""What an order says about a condition of the table: yes, no, or nothing. Pure values, no clock, no database.

The law gives some rules to some goods, days, payments and buyers only: the six months of durable goods, the seven days
of a return, a consumer's purchase. An order that says no makes a ground impossible; one that says nothing leaves to a
person what would follow by itself.
What does not belong here: what then happens (commands).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from casework.clock import BEIJING
from casework.working_days import Calendar, add_days, add_months, at_law
from disputes.choices import CONSUMERS, BoughtAs, Condition, PaidBy, Role

DURABLE_TAGS = frozenset({"durable", "decoration"})
FOOD_TAGS = frozenset({"food", "fresh"})
PREPAID_TAGS = frozenset({"prepaid"})
CATEGORIES = DURABLE_TAGS | FOOD_TAGS | PREPAID_TAGS | {"clothing", "cosmetics", "virtual", "not_durable"}
"""The tags of an order that say what kind of goods it is about: with one of them, it is of no other kind."""

CLAIM = "CLAIM"
"""The part of the claim that a fact is about is not claimed."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the platform's order says, and when the dispute about it was opened."""

    tags: Sequence[str]
    received_at: datetime | None
    opened_at: datetime
    placed_at: datetime | None = None
    warranty_until: date | None = None
    best_before: date | None = None
    paid_by: str = ""
    bought_as: str = ""

    def acting(self, role: str) -> str:
        """The role as the law of consumers sees it: a business that buys is a merchant, whatever the ground says."""
        return Role.MERCHANT if self.bought_as == BoughtAs.BUSINESS and role in CONSUMERS else role


class Arises(Protocol):
    """What the table says of a fact, as a row or as a draft."""

    @property
    def arises_unless(self) -> str | None: ...
    @property
    def arises_if_claimed(self) -> bool: ...
    @property
    def part(self) -> Sequence[str]: ...


def why_refused(applies_if: str | None, order: Order) -> str:
    """The condition for which a ground is refused about this order; empty where the order says so or says nothing."""
    if says(applies_if, order) is not False:
        return ""
    return Condition.CONSUMER if _is_for_consumers_only(applies_if, order) else str(applies_if)


def why_not_at_issue(fact: Arises, claimed: str, order: Order) -> str:
    """Why this order or claim does not raise the fact: the condition that it meets, or `CLAIM`; empty where it does."""
    if fact.arises_unless and says(fact.arises_unless, order):
        return fact.arises_unless
    return CLAIM if fact.arises_if_claimed and claimed not in fact.part else ""


def says(condition: str | None, order: Order) -> bool | None:
    """Whether the order says that the condition holds; None where it does not say. No condition always holds."""
    if not condition:
        return True
    if _is_for_consumers_only(condition, order):
        return False
    return _SAYS[condition](order)


def _is_for_consumers_only(condition: str | None, order: Order) -> bool:
    """Whether the order is a business's, and the condition one of the law of consumers: all but of how it was paid."""
    return order.bought_as == BoughtAs.BUSINESS and condition != Condition.ELECTRONIC


def _within_seven_days(order: Order) -> bool | None:
    return None if order.received_at is None else order.opened_at <= _end(add_days(order.received_at, 7))


def _within_six_months(order: Order) -> bool | None:
    durable = _is_among(order, DURABLE_TAGS)
    if order.received_at is None or durable is None:
        return durable and None
    # A fault that was found in time can be disputed later: the date of the dispute never says no.
    return (durable and order.opened_at <= _end(add_months(order.received_at, 6))) or (None if durable else False)


def _is_after(moment: datetime | None, last: date | None) -> bool | None:
    """Whether the day is over; None where one of them is not known."""
    return None if moment is None or last is None else moment.astimezone(BEIJING).date() > last


PAID_ELECTRONICALLY = {str(PaidBy.BANK_CARD): True, str(PaidBy.WALLET): True, str(PaidBy.CASH_ON_DELIVERY): False}
_SAYS: dict[str, Callable[[Order], bool | None]] = {
    Condition.DURABLE: lambda order: _is_among(order, DURABLE_TAGS),
    Condition.FOOD: lambda order: _is_among(order, FOOD_TAGS),
    Condition.PREPAID: lambda order: order.paid_by == PaidBy.PREPAID_CARD or _is_among(order, PREPAID_TAGS),
    Condition.SEVEN_DAYS: _within_seven_days,
    Condition.SIX_MONTHS: _within_six_months,
    Condition.CONSUMER: lambda order: order.bought_as == BoughtAs.CONSUMER or None,
    # What was asked for in time can be disputed later, and repairs lengthen the term (条例 18): it never says no.
    Condition.WARRANTY: lambda order: _is_after(order.opened_at, order.warranty_until) is False or None,
    Condition.SHELF_LIFE: lambda order: _is_after(order.placed_at, order.best_before),
    Condition.ELECTRONIC: lambda order: PAID_ELECTRONICALLY.get(order.paid_by),
}


def _is_among(order: Order, kinds: frozenset[str]) -> bool | None:
    found = CATEGORIES.intersection(order.tags)
    return None if not found else not found.isdisjoint(kinds)


def _end(ends: datetime) -> datetime:
    return at_law(ends, calendar=Calendar.current()).at
