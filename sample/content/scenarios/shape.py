"""The shape of a notice scenario: text with slots, what fills the slots, measures, money, proof, and who decided.

What does not belong here: the scenarios themselves, and drawing values for one notice (notices.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sample.content.bilingual import Both


@dataclass(frozen=True, slots=True)
class Pick:
    """One of several phrases; tied ones move together, those tied to `party` follow its place in the list."""

    phrases: tuple[Both, ...]
    tied: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from `low` to `high`."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Yuan:
    """A sum in yuan from `low` to `high`, with fen unless `whole`."""

    low: int
    high: int
    whole: bool = False


Slot = Pick | Number | Yuan


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
    """How a sum comes about: `formula` over slots in braces, in yuan; the result is never above `cap` (yuan)."""

    formula: str
    labels: Mapping[str, Both]
    cap: Decimal | None = None


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
    slots: Mapping[str, Slot] = field(default_factory=dict)
    breach_kind: str = "RULE"
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


def pick(*phrases: tuple[str, str], tied: str = "") -> Pick:
    return Pick(tuple(Both(zh, en) for zh, en in phrases), tied)


def basis(*refs: str) -> tuple[ClauseRef | LawRef, ...]:
    """`rule:clause` for a platform rule, `law:instrument:article` for the law."""
    parsed: list[ClauseRef | LawRef] = []
    for ref in refs:
        first, *rest = ref.split(":")
        parsed.append(LawRef(rest[0], rest[1]) if first == "law" else ClauseRef(first, rest[0]))
    return tuple(parsed)


def measure(
    type_: str,
    object_: str,
    *days: int,
    hours: int | None = None,
    money: Money | None = None,
    scope: Both | None = None,
) -> MeasurePlan:
    return MeasurePlan(type_, object_, days, hours, money, scope)


def money(formula: str, *, cap: int | None = None, **labels: tuple[str, str]) -> Money:
    named = {name: Both(zh, en) for name, (zh, en) in labels.items()}
    return Money(formula, named, None if cap is None else Decimal(cap))


def proof(caption_zh: str, caption_en: str, zh: str, en: str) -> Proof:
    return Proof(Both(caption_zh, caption_en), Both(zh, en))


def scenario(
    code: str,
    rests_on: tuple[ClauseRef | LawRef, ...],
    *,
    parties: str,
    facts: tuple[str, str],
    reasons: tuple[str, str],
    measures: tuple[MeasurePlan, ...],
    proofs: tuple[Proof, ...],
    found_by: str,
    decided: str,
    party_kind: str = "MERCHANT",
    slots: Mapping[str, Slot] | None = None,
    breach_kind: str = "RULE",
    is_precautionary: bool = False,
    not_before: date | None = None,
    not_after: date | None = None,
    executor: str = "",
    lag_days: int = 0,
) -> Scenario:
    """A scenario; `parties` and `decided` are words in one string."""
    return Scenario(
        code=code,
        party_kind=party_kind,
        parties=tuple(parties.split()),
        basis=rests_on,
        facts=Both(*facts),
        reasons=Both(*reasons),
        measures=measures,
        proofs=proofs,
        found_by=found_by,
        decided=tuple(decided.split()),
        slots=slots or {},
        breach_kind=breach_kind,
        is_precautionary=is_precautionary,
        not_before=not_before,
        not_after=not_after,
        executor=executor,
        lag_days=lag_days,
    )
