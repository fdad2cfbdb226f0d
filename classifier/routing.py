"""The two tables of triage: which queue, and how urgent. No model decides either; a model may only raise the urgency.

What does not belong here: learnt weights.
"""

from collections.abc import Iterable

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
    return 1 if points >= 6 else 2 if points >= 4 else 3 if points >= 2 else 4
