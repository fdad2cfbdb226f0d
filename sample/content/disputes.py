"""Every invented dispute of the sample: when it was opened, and who then did what, so many hours later.

The order 1001 and the test orders 9001 and 9002 are left without a dispute, so that a newcomer can open one; so are
1017, 1047, 1053 and 1054. What does not belong here: carrying it out (sample.loading.disputes).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sample.content.files import tables


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that `who` does `after` hours: `does` names a command or a verb of the loader, `values` what it takes.

    `who` is `claimant`, `respondent`, a username, or empty for the platform's system.
    """

    after: float
    does: str
    who: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DisputePlan:
    """One dispute of the sample. `hours_ago` is when it was opened, `shows` what it is there to show.

    `ends_in` is the state in which it stands once it is loaded.
    """

    key: str
    order: str
    ground: str
    remedy: str
    statement: str
    hours_ago: float
    ends_in: str
    shows: str
    acts: tuple[Act, ...]
    amount_minor: int | None = None


def _act(*, after: float, does: str, who: str = "", **values: Any) -> Act:
    return Act(after, does, who, values)


DISPUTES: tuple[DisputePlan, ...] = tuple(
    DisputePlan(**row | {"acts": tuple(_act(**act) for act in row["acts"])})
    for name in ("talking", "proving", "decided")
    for row in tables(f"disputes/{name}")["disputes"]
)
GREETING: str = tables("disputes/mediator")["greeting"]
"""What a mediator says first, word for word."""
