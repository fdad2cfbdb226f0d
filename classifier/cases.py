"""A decided case, as it is learnt from and as models are compared on it.

Importing this is cheap: only a process that trains a model pays for what training.py imports.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from classifier.features import TriageInput

MINIMUM_CASES = 200
MINIMUM_PER_GROUND = 20


class TooFewCases(ValueError):  # noqa: N818  the cold start is a state, not a defect
    """Not enough decided cases to learn from; every appeal goes to a person without a suggestion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCase:
    """One appeal with its final decision. `overturned` is true when the measure was revoked or reduced.

    `route_ground` is the ground the decision turned on; `decided_by_person` keeps a machine from learning from itself.
    """

    case: TriageInput
    route_ground: str
    overturned: bool
    filed_at: datetime
    decided_at: datetime
    decided_by_person: bool = True

    def __post_init__(self) -> None:
        if self.filed_at > self.decided_at:
            raise ValueError("a case is filed before it is decided")


@dataclass(frozen=True, slots=True)
class Asked:
    """A decided case that neither model should have learnt from; `ref` names it, `groups` says where it is counted."""

    ref: str
    case: DecidedCase
    groups: Mapping[str, str]
