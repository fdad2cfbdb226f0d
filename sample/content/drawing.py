"""Filling a scenario's slots for one case: the same seed always gives the same values, amounts and sentences.

What does not belong here: when the case happens and who decides it (notices.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from notices.arithmetic import work_out
from sample.content.bilingual import Both, same
from sample.content.people import MERCHANTS, PARTY_BY_KEY
from sample.content.products import PRODUCTS
from sample.content.scenarios import Money, Number, Pick, Scenario, Yuan

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The words of every slot, and the numbers behind those that are numbers."""

    words: Mapping[str, Both]
    numbers: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount in fen with its calculation in the shape a notice carries it, once per language."""

    amount_minor: int
    zh: dict[str, object]
    en: dict[str, object]


def day_words(moment: datetime) -> Both:
    return Both(
        f"{moment.year}年{moment.month}月{moment.day}日", f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    )


def yuan_words(amount: Decimal) -> Both:
    return same(f"¥{amount:,.2f}")


def draw_slots(scenario: Scenario, party_key: str, conduct_at: datetime, random: Random) -> Drawn:
    """Every slot of the scenario and the slots that all scenarios share."""
    party = PARTY_BY_KEY[party_key]
    seller = party_key if party.kind == "MERCHANT" else random.choice(MERCHANTS).key
    words = {
        "party": party.name,
        "party_ref": same(party.external_ref),
        "seller": PARTY_BY_KEY[seller].name,
        "product": random.choice(PRODUCTS[seller]),
        "day": day_words(conduct_at),
        "at": same(f"{conduct_at:%H:%M}"),
        "at_end": same(f"{conduct_at + timedelta(minutes=random.randint(20, 60)):%H:%M}"),
        "later": day_words(conduct_at + timedelta(days=7)),
        "earlier": day_words(conduct_at - timedelta(days=random.randint(12, 40))),
        "expired": day_words(conduct_at - timedelta(days=random.randint(20, 90))),
        "listing": same(str(random.randint(80000, 99999))),
        "order": same(f"{conduct_at - timedelta(days=random.randint(2, 9)):%y%m%d}{random.randint(10**7, 10**8 - 1)}"),
        "waybill": same(f"HW{random.randint(10**10, 10**11 - 1)}"),
        "live": same(f"ZB-{random.randint(4000, 9999)}"),
        "coupon": same(f"YHQ-{random.randint(10000, 99999)}"),
        "content": same(f"NR-{random.randint(100000, 999999)}"),
        "campaign_ref": same(f"HD-{conduct_at:%y%m}-{random.randint(11, 99)}"),
    }
    numbers: dict[str, Decimal] = {}
    slots = {"points": Number((2, 4)), "score": Number((2, 6))} | dict(scenario.slots)
    tied: dict[str, int] = {"party": scenario.parties.index(party_key)}
    for name, slot in slots.items():
        match slot:
            case Pick(phrases, ""):
                words[name] = random.choice(phrases)
            case Pick(phrases, group):
                words[name] = phrases[tied.setdefault(group, random.randrange(len(phrases)))]
            case Number((low, high)):
                numbers[name] = Decimal(random.randint(low, high))
                words[name] = same(str(numbers[name]))
            case Yuan((low, high), whole):
                fen = 0 if whole else random.randint(0, 99)
                numbers[name] = Decimal(random.randint(low, high)) + Decimal(fen) / 100
                words[name] = yuan_words(numbers[name])
    for plan in scenario.measures:
        if plan.money is not None:
            words["amount"] = yuan_words(Decimal(sum_of(plan.money, numbers).amount_minor) / 100)
    # A phrase may itself name another slot.
    return Drawn({name: text.filled(words) if "{" in text.zh else text for name, text in words.items()}, numbers)


def sum_of(plan: Money, numbers: Mapping[str, Decimal]) -> Sum:
    """The amount and how it came about; the result is the formula's value, never above the cap, rounded to fen."""
    worked, cap = (_worked(formula, plan, numbers) for formula in (plan.formula, plan.cap))
    result = min(worked, cap)

    def shown(language: str) -> dict[str, object]:
        labels = {name: label.of(language) for name, label in plan.labels.items()}
        return {
            "formula": plan.formula.format_map(labels),
            "inputs": {labels[name]: str(numbers[name]) for name in labels},
            "cap_minor": cap,
            "result_minor": result,
        }

    return Sum(result, shown("zh"), shown("en"))


def _worked(formula: str, plan: Money, numbers: Mapping[str, Decimal]) -> int:
    used = {name: label.zh for name, label in plan.labels.items() if f"{{{name}}}" in formula}
    return work_out(formula.format_map(used), {label: str(numbers[name]) for name, label in used.items()}).rounded_minor
