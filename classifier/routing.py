"""The tables of triage: which queue, and how urgent. No model decides either; a model may only raise the urgency.

Appeals and openings of disputes have a table each. What does not belong here: learnt weights.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

QUEUES = ("account", "funds", "service", "visibility", "qualification", "general")

_QUEUE_OF_AXIS = {"account": "account", "monetary": "funds", "service": "service", "visibility": "visibility"}
_HEAVIEST_FIRST = ("account", "monetary", "service", "visibility")
_SEVERITY = {"account": 3, "monetary": 2, "service": 2, "visibility": 1}

LIKELY_WRONG = 0.7


def queue_for(*, ground: str, axes: Iterable[str]) -> str:
    """Authorisations and licences go to those who can read them; all else goes by the heaviest axis of the measures."""
    if ground == "authorised":
        return "qualification"
    biting = {axis.lower() for axis in axes}
    return next((_QUEUE_OF_AXIS[axis] for axis in _HEAVIEST_FIRST if axis in biting), "general")


def priority_for(
    *, axes: Iterable[str], amount_minor: int, days_blocked: int, overturn_probability: float | None
) -> int:
    """From 1 (urgent) to 4, by points: severity, money at stake, days blocked, and whether the measure is likely wrong.

    Severity 0 to 3 (account 3, money and service 2, visibility 1); 1 point from 10,000 yuan and 2 from 100,000; 1 point
    from 3 days and 2 from 15; 1 point from a probability of 0.7. From 6 points it is 1, from 4 it is 2, from 2 it is 3.
    A probability never lowers the urgency, so no model can put a case further back than the table alone would.
    """
    points = max((_SEVERITY.get(axis.lower(), 0) for axis in axes), default=0)
    points += 2 if amount_minor >= 10_000_000 else 1 if amount_minor >= 1_000_000 else 0
    points += 2 if days_blocked >= 15 else 1 if days_blocked >= 3 else 0
    points += 1 if overturn_probability is not None and overturn_probability >= LIKELY_WRONG else 0
    return level_of(points)


LEVELS = ((6, 1), (4, 2), (2, 3))
"""From so many points on it is so urgent; with fewer than any of these it is 4."""


def level_of(points: int) -> int:
    """From 1 (urgent) to 4."""
    return next((level for least, level in LEVELS if points >= least), 4)


# — openings of disputes —

DISPUTE_QUEUES = ("safety", "fraud", "platform", "statutory", "money", "general")

TIMED_BY_LAW = frozenset(
    {
        *("refund_delayed", "ip_notice"),  # fifteen days: 处罚办法 8 and 9, 电商法 43
        *("not_intact", "return_excluded", "return_window", "returned_parcel"),  # seven days: 消保法 25
        "prepaid_balance",  # seven days: 预付式消费解释 14
    }
)
"""Grounds of the default burden table about which the law itself says within how many days something is to be done."""
_LIVELIHOOD = frozenset({"prepaid_balance", "merchant_measure", "consumer_restriction"})
"""Money paid in advance that may be gone tomorrow, and measures that stop somebody's trade or account."""
_MUCH_MONEY = 1_000_000
BATCH_FROM, BIG_BATCH_FROM = 3, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the tables weigh of the opening of a dispute, as it stood then.

    `ground`, `family` and `stakes` are as the burden table has them. `amount_minor` is what was paid, in cents, and not
    what is claimed: a claim costs nothing to write. `others` counts the other claimants with an open dispute against
    the same shop about the same ground, opened in the thirty days before.
    """

    ground: str
    family: str
    stakes: tuple[str, ...] = ()
    amount_minor: int = 0
    must_mediate: bool = False
    is_against_platform: bool = False
    is_consumer_against_merchant: bool = False
    asks_for_a_person: bool = False
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPoints:
    """What makes an opening urgent, in points; nought where it does not."""

    safety: int = 0
    money: int = 0
    consumer: int = 0
    livelihood: int = 0
    clock: int = 0
    person: int = 0
    batch: int = 0

    @property
    def total(self) -> int:
        return sum(astuple(self))


def dispute_queue_for(opening: Opening) -> str:
    """Danger first, then alleged fraud, then who is on the other side, then the law's own duties, then much money."""
    if "safety" in opening.stakes or opening.family == "safety":
        return "safety"
    if "fraud" in opening.stakes or opening.family == "counterfeit":
        return "fraud"
    if opening.is_against_platform:
        return "platform"
    if opening.must_mediate or opening.ground in TIMED_BY_LAW:
        return "statutory"
    return "money" if opening.family == "payment" or opening.amount_minor >= _MUCH_MONEY else "general"


def dispute_points_for(opening: Opening) -> OpeningPoints:
    """Safety 5; money 1 from 1,000 yuan, 2 from 10,000, 3 from 100,000; a consumer against a merchant 1.

    Prepaid money or a livelihood 2; a time set by the law 2; words that ask for a person 1; a batch 1 from three other
    claimants, 2 from ten.
    """
    amount = opening.amount_minor
    return OpeningPoints(
        safety=5 if "safety" in opening.stakes or opening.family == "safety" else 0,
        money=3 if amount >= 10_000_000 else 2 if amount >= _MUCH_MONEY else 1 if amount >= 100_000 else 0,
        consumer=int(opening.is_consumer_against_merchant),
        livelihood=2 if opening.ground in _LIVELIHOOD else 0,
        clock=2 if opening.ground in TIMED_BY_LAW else 0,
        person=int(opening.asks_for_a_person),
        batch=2 if opening.others >= BIG_BATCH_FROM else 1 if opening.others >= BATCH_FROM else 0,
    )
