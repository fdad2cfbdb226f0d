"""What an order says about a condition of the table: yes, no, or nothing. Pure values, no clock, no database.

The law gives some rules to some goods and days only: the six months of durable goods, the seven days of a return. An
order that says no makes a ground impossible; one that says nothing leaves to a person what would follow by itself.
What does not belong here: what then happens (commands).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from casework.working_days import Calendar, add_days, add_months, at_law
from disputes.choices import Condition

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


class HasCondition(Protocol):
    """What the table says of a ground, as a row or as a draft."""

    @property
    def applies_if(self) -> str | None: ...


class Arises(Protocol):
    """What the table says of a fact, as a row or as a draft."""

    @property
    def arises_unless(self) -> str | None: ...
    @property
    def arises_if_claimed(self) -> bool: ...
    @property
    def part(self) -> Sequence[str]: ...


def can_apply(ground: HasCondition, order: Order) -> bool:
    """Whether the ground can be brought about this order: it says so, or does not say otherwise."""
    return says(ground.applies_if, order) is not False


def why_not_at_issue(fact: Arises, claimed: str, order: Order) -> str:
    """Why this order or claim does not raise the fact: the condition that it meets, or `CLAIM`; empty where it does."""
    if fact.arises_if_claimed and claimed not in fact.part:
        return CLAIM
    if fact.arises_unless and says(fact.arises_unless, order):
        return fact.arises_unless
    return ""


def says(condition: str | None, order: Order) -> bool | None:
    """Whether the order says that the condition holds; None where it does not say. No condition always holds."""
    if not condition:
        return True
    if condition == Condition.DURABLE:
        return _is_among(order, DURABLE_TAGS)
    if condition == Condition.FOOD:
        return _is_among(order, FOOD_TAGS)
    if condition == Condition.PREPAID:
        return _is_among(order, PREPAID_TAGS)
    if condition == Condition.SEVEN_DAYS:
        return None if order.received_at is None else order.opened_at <= _end(add_days(order.received_at, 7))
    durable = _is_among(order, DURABLE_TAGS)
    if order.received_at is None or durable is None:
        return durable and None
    # A fault that was found in time can be disputed later: the date of the dispute never says no.
    return (durable and order.opened_at <= _end(add_months(order.received_at, 6))) or (None if durable else False)


def _is_among(order: Order, kinds: frozenset[str]) -> bool | None:
    found = CATEGORIES.intersection(order.tags)
    return None if not found else not found.isdisjoint(kinds)


def _end(ends: datetime) -> datetime:
    return at_law(ends, calendar=Calendar.current()).at
