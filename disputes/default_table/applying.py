"""Orders beside the default table: which grounds they exclude, which facts they settle, and by which law.

For reading and for a test; no program asks it. Ten kinds of goods, each received at ten moments, at three prices; then
orders that say more, each ordered on 1 June 2026.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from casework.formats import money
from casework.toml import read
from disputes.choices import Condition
from disputes.conditions import CLAIM, Order, says, why_not_at_issue, why_refused
from disputes.default_table import GROUNDS
from disputes.proof import GroundDraft
from disputes.statutory import sums_of

OPENED = datetime(2026, 6, 10, 4, tzinfo=UTC)
"""Noon in Shanghai, a Wednesday."""
PLACED = datetime(2026, 6, 1, 4, tzinfo=UTC)
KINDS = ("", "durable", "decoration", "food", "fresh", "clothing", "cosmetics", "prepaid", "virtual", "not_durable")
RECEIVED = (None, 0, 6, 7, 8, 30, 182, 184, 365, 800)
"""Days before the dispute; None was not received."""
MORE = Path(__file__).with_name("orders") / "more.toml"
PRICES = (9_900, 16_700, 1_000_000)


@dataclass(frozen=True, slots=True)
class SampleOrder:
    """An order of the table: its kind of goods, when it came, and what was paid."""

    no: int
    kind: str
    days: int | None
    paid_minor: int
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> Order:
        at = None if self.days is None else OPENED - timedelta(days=self.days)
        return Order((self.kind,) if self.kind else (), at, OPENED, PLACED, **self.more)


_PAID = cycle(PRICES)
ORDERS = tuple(
    SampleOrder(no, kind, days, next(_PAID))
    for no, (kind, days) in enumerate(((kind, days) for kind in KINDS for days in RECEIVED), start=1)
) + tuple(SampleOrder(no, said.pop("kind"), 8, 16_700, said) for no, said in enumerate(read(MORE)["orders"], start=101))


@dataclass(frozen=True, slots=True)
class Applied:
    """What one order says about one ground: `refused` by a condition, facts `settled` by one, sums the law names.

    `by_a_person` are facts of which silence decides nothing by itself, because the order does not say what it takes.
    """

    ground: str
    refused: str
    settled: dict[str, str]
    by_a_person: list[str]
    sums: dict[str, int | None]


def applied(ground: GroundDraft, sample: SampleOrder) -> Applied:
    """What the order says about the ground, for its default remedy."""
    order = sample.order
    if refused := why_refused(ground.applies_if, order):
        return Applied(ground.code, refused, {}, [], {})
    why = {fact.key: why_not_at_issue(fact, str(ground.default_remedy), order) for fact in ground.facts}
    settled = {key: reason for key, reason in why.items() if reason}
    left = [
        fact.key
        for fact in ground.facts
        if not why[fact.key] and any(s.silence_if and says(s.silence_if, order) is not True for s in fact.steps)
    ]
    sums = sums_of(
        claimant=order.acting(ground.claimant_role),
        respondent=ground.respondent_role,
        stakes=[str(stake) for stake in ground.stakes],
        bases_zh=[step.basis.zh for fact in ground.facts for step in fact.steps],
        total_minor=sample.paid_minor,
        currency="CNY",
    )
    return Applied(ground.code, "", settled, left, {each.kind: each.amount_minor for each in sums})


def what_applies() -> Iterator[str]:
    """The section of the document: a row for each order, and a line about what no order changes."""
    rows = [(sample, [applied(ground, sample) for ground in GROUNDS]) for sample in ORDERS]
    yield "\n## A hundred and twelve orders beside the grounds\n\n"
    yield "Each dispute is opened at noon on 10 June 2026. What a row does not name applies with all of its facts\n"
    yield "but those that its usual remedy does not raise. A sum is a note: nobody owes it by itself.\n\n"
    yield from (f"- {each.value}: {each.label}\n" for each in Condition)
    yield "\n| no | goods | received | paid | says besides | refused | not at issue | silence is for a person |"
    yield " sums of the law |\n"
    yield "|" + "---|" * 9 + "\n"
    for sample, found in rows:
        came = "not received" if sample.days is None else f"{sample.days} days before"
        refused = [f"{each.ground} ({each.refused})" for each in found if each.refused]
        settled = [
            f"{each.ground} {key} ({why})" for each in found for key, why in each.settled.items() if why != CLAIM
        ]
        left = [f"{each.ground} {key}" for each in found for key in each.by_a_person]
        sums = [
            f"{each.ground} {kind}{'' if amount is None else ' ' + money(amount)}"
            for each in found
            for kind, amount in each.sums.items()
        ]
        said = map(", ".join, (refused, settled, left, sums))
        besides = ", ".join(f"{name}: {value}" for name, value in sample.more.items())
        cells = (sample.kind or "not said", came, money(sample.paid_minor), besides, *said)
        yield f"| {sample.no} | {' | '.join(cells)} |\n"
