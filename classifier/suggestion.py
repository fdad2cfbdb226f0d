"""What the classifier answers. Plain values, cheap to import; what may never be suggested is refused here.

An automatic action carries a warrant, which exists only for a case that a certificate in force covers, and which is
checked against the case itself. What does not belong here: how a suggestion is found, and whether anyone follows it.
"""

from dataclasses import dataclass
from typing import Literal

from classifier.certificate import Warrant

Language = Literal["zh", "en", "mixed", "unknown"]
Action = Literal["restore"]


class ModelUnavailable(Exception):  # noqa: N818  it is an expected state of the world, not a defect
    """No suggestion can be had now; the caller queues the case by its due time. `reason` is one of `REASONS`."""

    REASONS = ("no_model", "bad_model", "slow", "crash", "busy")

    def __init__(self, reason: str, detail: str = "") -> None:
        if reason not in self.REASONS:
            raise ValueError(reason)
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}" if detail else reason)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the appellant, `statement[start:end]`, and their weight: above nought for revoking the measure."""

    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Feature:
    """A named circumstance and its weight. `intercept` and `text.rest` make the sum complete."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One suggestion about one input. The weights of `phrases` and `features` add up to `score`.

    `closing_probability` is what a certificate is compared with: by the least favourable part of the words, and never
    above `reach`, which the circumstances alone say; it is nought where the words speak of another ground than the one
    that was ticked. Where the model abstains, `route_ground` is the ground the
    appellant chose, queue and priority come from the tables alone, and probabilities, score, phrases and features are
    empty. `withheld` says why nothing is automatic although the operator gave a permission.
    """

    route_ground: str
    route_confidence: float | None
    queue: str
    priority: int
    language: Language
    overturn_probability: float | None
    closing_probability: float | None
    reach: float
    abstained: bool
    abstain_reasons: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    features: tuple[Feature, ...]
    score: float | None
    model_version: str
    model_hash: str
    input_hash: str
    human_demanded: bool
    asks_for_a_person: bool
    automatic_action: Action | None
    warrant: Warrant | None = None
    withheld: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.automatic_action not in (None, "restore"):
            raise ValueError("the only thing a machine may do alone is to restore")
        if self.automatic_action and (self.human_demanded or self.asks_for_a_person):
            raise ValueError("a person was asked for: nothing is automatic")
        if self.automatic_action and (self.abstained or self.closing_probability is None):
            raise ValueError("a model that abstains does nothing")
        if bool(self.automatic_action) != (self.warrant is not None):
            raise ValueError("an automatic action has a warrant, and only an automatic action")
        if self.warrant is not None and (
            self.warrant.input_hash != self.input_hash
            or self.warrant.model_hash != self.model_hash
            or self.warrant.probability != self.closing_probability
        ):
            raise ValueError("the warrant is of another case")
        if (self.closing_probability or 0.0) > (self.overturn_probability or 0.0):
            raise ValueError("nothing is surer for closing than it is")
        if self.abstained != bool(self.abstain_reasons):
            raise ValueError("abstention has reasons, and only abstention")
        if self.priority not in (1, 2, 3, 4):
            raise ValueError("priority runs from 1 (urgent) to 4")
