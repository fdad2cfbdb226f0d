"""Every kind of case on the invented marketplace, for merchants and for consumers, and the words that they share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from casework.toml import built
from sample.content.bilingual import Both
from sample.content.files import rows, tables


@dataclass(frozen=True, slots=True)
class Pick:
    """One of several phrases; tied ones move together, those tied to `party` follow its place in the list."""

    one_of: tuple[Both, ...]
    tied: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from the first to the second."""

    number: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Yuan:
    """A sum in yuan from the first to the second, with fen unless `whole`."""

    yuan: tuple[int, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ClauseRef:
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class LawRef:
    instrument: str
    article: str


@dataclass(frozen=True, slots=True)
class Money:
    """How a sum comes about: `formula` over slots in braces; the result is never above `cap`, which is one, too."""

    formula: str
    labels: Mapping[str, Both]
    cap: str


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """One measure; `days` are the lengths to choose from (none: no end); `scope` replaces the usual words."""

    type: str
    object: str
    days: tuple[int, ...] = ()
    hours: int | None = None
    money: Money | None = None
    scope: Both | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    caption: Both
    excerpt: Both


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One kind of case; `{slots}` in its texts are filled when a notice is drawn.

    `found_by` is a tool's key, or REPORT, STAFF or AUTHORITY; `decided` lists MACHINE, ASSISTED and PERSON;
    `act` is what the public record of a breach of a law says was done;
    `lag_days` pass at least between the conduct and the decision.
    """

    code: str
    party_kind: str
    parties: tuple[str, ...]
    basis: tuple[ClauseRef | LawRef, ...]
    facts: Both
    reasons: Both
    measures: tuple[MeasurePlan, ...]
    proofs: tuple[Proof, ...]
    found_by: str
    decided: tuple[str, ...]
    slots: Mapping[str, Pick | Number | Yuan] = field(default_factory=dict)
    breach_kind: str = "RULE"
    act: str = ""
    is_precautionary: bool = False
    not_before: date | None = None
    not_after: date | None = None
    executor: str = ""
    lag_days: int = 0

    @property
    def clause_code(self) -> str:
        """The first clause it rests on, as `rule:number`."""
        first = next(b for b in self.basis if isinstance(b, ClauseRef))
        return f"{first.rule}:{first.clause}"


@dataclass(frozen=True, slots=True)
class ObjectWords:
    ref: str
    label: Both


@dataclass(frozen=True, slots=True)
class Tool:
    """A machine that finds or decides, with what it looked at and what it did not."""

    name: Both
    data_used: Both
    data_not_used: Both


SCENARIOS: tuple[Scenario, ...] = rows(
    Scenario, "scenarios", "scenarios/goods", "scenarios/trade", "scenarios/service", "scenarios/consumers"
)
SCENARIO_BY_CODE: dict[str, Scenario] = {scenario.code: scenario for scenario in SCENARIOS}

_WORDING = tables("wording")
OBJECTS: dict[str, ObjectWords] = built(Mapping[str, ObjectWords], _WORDING["objects"])
SCOPES: dict[str, Both] = built(Mapping[str, Both], _WORDING["scopes"])
TOOLS: dict[str, Tool] = built(Mapping[str, Tool], _WORDING["tools"])
DECISION_TOOL: Both = built(Both, _WORDING["decision_tool"])
