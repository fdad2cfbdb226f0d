"""The burden of proof as data, and what follows from it: pure values and functions, no database, no clock.

A ground has facts at issue; a fact has a ladder of steps; a step says who must show what, to which standard, on which
basis, within how many hours, and what silence means. The claim holds when every fact is found for the claimant: facts
that support the claim speak for the claimant when established, defences for the respondent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from disputes.choices import (
    CONSUMERS,
    REFUNDS,
    BasisKind,
    Family,
    Record,
    Remedy,
    Role,
    Side,
    SourceConfidence,
    Stake,
    Standard,
)
from disputes.machine import FactState


@dataclass(frozen=True, slots=True)
class BilingualText:
    """One text in both languages; Chinese is the authentic one."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class StepDraft:
    """One rung: `bearer` must show `shows` within `hours`. `rebuts` says that showing it speaks against the fact.

    `if_silent` is the state that the fact takes when the bearer shows nothing (one of `machine.BY_SILENCE`), and
    `silence_establishes` whether the fact then counts as true; `silence` says so in words to whom it concerns.
    """

    bearer: Side
    shows: BilingualText
    accepts: BilingualText
    standard: Standard
    basis_kind: BasisKind
    basis: BilingualText
    if_silent: FactState
    silence_establishes: bool
    silence: BilingualText
    hours: int = 72
    rebuts: bool = False
    holds: Sequence[Record] = ()
    presumption: BilingualText = BilingualText("", "")


@dataclass(frozen=True, slots=True)
class FactDraft:
    """One fact at issue. `favours` is the side that it speaks for once established; `persuasion_on` loses in doubt."""

    key: str
    statement: BilingualText
    favours: Side
    persuasion_on: Side
    steps: Sequence[StepDraft]


@dataclass(frozen=True, slots=True)
class GroundDraft:
    """One row of the table: what is in dispute, between whom, which facts decide it, and what follows."""

    code: str
    slug: str
    family: Family
    title: BilingualText
    claimant_role: Role
    respondent_role: Role
    facts: Sequence[FactDraft]
    remedies: Sequence[Remedy]
    default_remedy: Remedy
    if_supported: BilingualText
    if_not_supported: BilingualText
    confidence: SourceConfidence
    stakes: Sequence[Stake] = ()
    must_mediate: bool = False


@dataclass(frozen=True, slots=True)
class ControlDraft:
    """One control against the abuse of a relief: `kind` is identify, prevent or handle (办法 21)."""

    kind: str
    text: BilingualText


@dataclass(frozen=True, slots=True)
class RelaxationDraft:
    """A relief from proof for one side of one fact, and the controls without which it may not be in force."""

    ground: str
    fact: str
    relieved: Side
    reason: BilingualText
    controls: Sequence[ControlDraft] = field(default_factory=tuple)


STATUTORY: Mapping[tuple[str, str], Role] = {
    ("durable_defect", "defect"): Role.SELLER,  # 消保法 23(3), once purchase, receipt and timely discovery are shown
    ("food_standard", "meets_standard"): Role.PRODUCER,  # 食品药品纠纷规定 6
    ("knowing_buyer", "buyer_knew"): Role.PRODUCER,  # 惩罚性赔偿解释 12(3)
    ("return_excluded", "excluded"): Role.SELLER,  # 七日无理由退货暂行办法 20(2)
    ("prepaid_balance", "balance"): Role.PROVIDER,  # 预付式消费解释 25
    ("unauthorised_payment", "user_at_fault"): Role.PAYMENT_PROVIDER,  # 电商法 57(2)
    ("live_room_not_seller", "seller_labelled"): Role.LIVE_ROOM,  # 网络消费规定 12(1)
    ("warranty_start", "real_price"): Role.SELLER,  # 实施条例 18
}
"""(ground slug, fact key) of the facts whose burden a statute lays on the trader: no table may lay its decisive step on
a consumer. The decisive step is the first; a consumer may have to answer only what the trader has shown."""


def role_of(ground: GroundDraft, side: Side) -> Role:
    """What a side is in the trade, in this ground."""
    return {Side.CLAIMANT: ground.claimant_role, Side.RESPONDENT: ground.respondent_role}.get(side, Role.PLATFORM)


@dataclass(frozen=True, slots=True)
class TableFault:
    """Why a table may not be published: where (JSON pointer below `/grounds`), and a stable code."""

    pointer: str
    code: str


def faults_of(grounds: Sequence[GroundDraft], relaxations: Sequence[RelaxationDraft] = ()) -> list[TableFault]:
    """Everything that forbids this table: no basis, a statutory burden laid on a consumer, a ladder that cannot end.

    Codes: `no-basis`, `statutory-burden-on-consumer`, `no-steps`, `no-facts`, `repeated`, `silence-state`,
    `silence-contradicts-state`, `silence-rewards-the-bearer`, `hours`, `remedy`, `unknown-fact`, `no-control`.
    """
    faults = []
    if len({g.slug for g in grounds}) != len(grounds) or len({g.code for g in grounds}) != len(grounds):
        faults.append(TableFault("", "repeated"))
    for g, ground in enumerate(grounds):
        if not ground.facts:
            faults.append(TableFault(f"/{g}/facts", "no-facts"))
        if ground.default_remedy not in ground.remedies:
            faults.append(TableFault(f"/{g}/default_remedy", "remedy"))
        if len({f.key for f in ground.facts}) != len(ground.facts):
            faults.append(TableFault(f"/{g}/facts", "repeated"))
        for f, fact in enumerate(ground.facts):
            faults += _faults_of_fact(ground, fact, f"/{g}/facts/{f}")
    known = {(g.slug, f.key) for g in grounds for f in g.facts}
    for r, relaxation in enumerate(relaxations):
        if (relaxation.ground, relaxation.fact) not in known:
            faults.append(TableFault(f"/relaxations/{r}", "unknown-fact"))
        if {c.kind for c in relaxation.controls} < {"identify", "prevent", "handle"}:
            faults.append(TableFault(f"/relaxations/{r}/controls", "no-control"))
    return faults


def _faults_of_fact(ground: GroundDraft, fact: FactDraft, at: str) -> Iterable[TableFault]:
    if not fact.steps:
        yield TableFault(f"{at}/steps", "no-steps")
    for s, step in enumerate(fact.steps):
        here = f"{at}/steps/{s}"
        if not step.basis.zh.strip():
            yield TableFault(f"{here}/basis", "no-basis")
        if step.hours < 1:
            yield TableFault(f"{here}/hours", "hours")
        if step.if_silent not in (
            FactState.PROVED,
            FactState.NOT_PROVED,
            FactState.PRESUMED,
            FactState.ADVERSE_INFERENCE,
        ):
            yield TableFault(f"{here}/if_silent", "silence-state")
        if (step.if_silent == FactState.PROVED and not step.silence_establishes) or (
            step.if_silent == FactState.NOT_PROVED and step.silence_establishes
        ):
            yield TableFault(f"{here}/silence_establishes", "silence-contradicts-state")
        if is_same_side(ground, found_for(fact.favours, step.silence_establishes), step.bearer):
            yield TableFault(f"{here}/silence_establishes", "silence-rewards-the-bearer")
    yield from _statutory_faults(ground, fact, at)


class HasRespondent(Protocol):
    """Who is complained of: a ground as a draft or as a row."""

    @property
    def respondent_role(self) -> str: ...


def is_same_side(ground: HasRespondent, side: str, other: str) -> bool:
    """Whether two sides are one: the respondent is the platform where the ground is brought against it."""
    names = {Side(side), Side(other)}
    against_platform = ground.respondent_role == Role.PLATFORM
    return len(names) == 1 or (against_platform and names == {Side.RESPONDENT, Side.PLATFORM})


def payer_of(ground: HasRespondent, remedy: str) -> Side:
    """Who pays under a remedy of money: the side opposite the claimant, but a price goes back only to a buyer."""
    if remedy in {str(r) for r in REFUNDS} and ground.respondent_role in {str(r) for r in CONSUMERS}:
        return Side.CLAIMANT
    return Side.PLATFORM if ground.respondent_role == Role.PLATFORM else Side.RESPONDENT


def _statutory_faults(ground: GroundDraft, fact: FactDraft, at: str) -> Iterable[TableFault]:
    """A burden that a statute lays on the trader: the trader loses in doubt, and shows before any consumer must."""
    bearer = STATUTORY.get((ground.slug, fact.key))
    if bearer is None:
        return
    if role_of(ground, fact.persuasion_on) in CONSUMERS:
        yield TableFault(f"{at}/persuasion_on", "statutory-burden-on-consumer")
    roles = [role_of(ground, step.bearer) for step in fact.steps]
    before = roles[: roles.index(bearer)] if bearer in roles else roles
    for s, role in enumerate(before):
        if role in CONSUMERS:
            yield TableFault(f"{at}/steps/{s}/bearer", "statutory-burden-on-consumer")


def found_for(favours: str, established: bool) -> Side:
    """The side for which a settled fact speaks; the platform's own facts stand opposite the claimant."""
    side = Side(favours)
    return side if established else side.other


@dataclass(frozen=True, slots=True)
class FactFinding:
    """A fact as it stands: its number, whom it favours once true, its state, whether it counts as true (or None)."""

    no: int
    key: str
    favours: str
    state: str
    established: bool | None


@dataclass(frozen=True, slots=True)
class Derived:
    """What the table makes of the facts: whether the claim holds (None while a fact is unsettled), and why."""

    supported: bool | None
    remedy: str
    amount_minor: int | None
    open_facts: tuple[int, ...]
    for_claimant: tuple[int, ...]
    against_claimant: tuple[int, ...]
    stakes: tuple[str, ...]


def derive(
    facts: Sequence[FactFinding],
    *,
    claim_remedy: str,
    claim_amount_minor: int | None,
    order_amount_minor: int,
    remedies: Sequence[str],
    default_remedy: str,
    stakes: Sequence[str],
    amount_needs_person_minor: int,
) -> Derived:
    """The outcome that follows from the facts: the claim holds when every fact is found for the claimant.

    The remedy is the claimed one where the table allows it, else the table's own. Money beyond the order's amount is
    marked as beyond the loss (`punitive`), a large amount as such; both then want a person's confirmation.
    """
    unsettled = tuple(f.no for f in facts if f.established is None)
    won = tuple(
        f.no for f in facts if f.established is not None and found_for(f.favours, f.established) is Side.CLAIMANT
    )
    lost = tuple(
        f.no for f in facts if f.established is not None and found_for(f.favours, f.established) is not Side.CLAIMANT
    )
    supported: bool | None = False if lost else (None if unsettled else True)
    remedy = (claim_remedy if claim_remedy in remedies else default_remedy) if supported else ""
    marks = set(stakes)
    if claim_amount_minor is not None and claim_amount_minor > order_amount_minor:
        marks.add(Stake.PUNITIVE)
    if max(claim_amount_minor or 0, order_amount_minor) >= amount_needs_person_minor:
        marks.add(Stake.AMOUNT)
    return Derived(
        supported=supported,
        remedy=remedy,
        amount_minor=claim_amount_minor if supported else None,
        open_facts=unsettled,
        for_claimant=won,
        against_claimant=lost,
        stakes=tuple(sorted(marks)),
    )
