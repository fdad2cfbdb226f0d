"""The burden of proof as data, and what forbids a table: pure values and functions, no database, no clock.

A ground has facts at issue; a fact has a ladder of steps; a step says who must show what, to which standard, on which
basis, within how many hours, and what silence means. Facts that support the claim speak for the claimant when
established, defences for the respondent; the effect of each says what it does to the claim (`outcome`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from disputes.choices import (
    CONSUMERS,
    FAST_REFUNDED,
    MONEY,
    REFUNDS,
    BasisKind,
    Condition,
    Effect,
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
from disputes.statutes import Statute, rests_only_on_leave, statutes_cited


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
    `silence_is_for_a_person`: the law only allows that finding, so silence leaves it to the mediator's ruling; so does
    silence where the order does not say `silence_if`. `days`, where set, are the days that the law itself gives.
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
    silence_is_for_a_person: bool = False
    silence_if: Condition | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class FactDraft:
    """One fact at issue. `favours` is the side that it speaks for once established; `persuasion_on` loses in doubt.

    `effect` is what it does to the claim once found against the claimant: on which remedies (`part`) where it bars or
    caps one part, or which other fact of the ground the claimant has to show then (`shifts_to`). `follows` says so in
    words wherever it is not simply the end of the claim. It is not at issue where the order says `arises_unless`, nor,
    with `arises_if_claimed`, where none of the remedies in `part` is claimed.
    """

    key: str
    statement: BilingualText
    favours: Side
    persuasion_on: Side
    steps: Sequence[StepDraft]
    effect: Effect = Effect.BARS
    part: Sequence[Remedy] = ()
    shifts_to: str = ""
    follows: BilingualText = BilingualText("", "")
    arises_unless: Condition | None = None
    arises_if_claimed: bool = False


@dataclass(frozen=True, slots=True)
class GroundDraft:
    """One row of the table: what is in dispute, between whom, which facts decide it, and what follows.

    It cannot be brought about an order that says no to `applies_if`.
    """

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
    applies_if: Condition | None = None


@dataclass(frozen=True, slots=True)
class ControlDraft:
    """One control against the abuse of a relief: `kind` is identify, prevent or handle (办法 21)."""

    kind: str
    text: BilingualText


@dataclass(frozen=True, slots=True)
class RelaxationDraft:
    """A relief from proof for one side of one fact, and the controls without which it may not be in force.

    With `fast_refund_limit_minor` it is a rule of fast refunds, as in `models.Relaxation`.
    """

    ground: str
    fact: str
    relieved: Side
    reason: BilingualText
    controls: Sequence[ControlDraft] = field(default_factory=tuple)
    fast_refund_limit_minor: int | None = None
    platform_pays: bool = False


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

    Nor may an inference that the law only allows run by clock, or who only answers a fact have to prove anything.

    Codes: `no-basis`, `statutory-burden-on-consumer`, `burden-not-in-the-law`, `no-steps`, `no-facts`, `repeated`,
    `silence-state`, `silence-contradicts-state`, `silence-rewards-the-bearer`, `silence-is-no-inference`,
    `inference-by-clock`, `rebuttal-needs-doubt`, `doubt-is-no-proof`, `hours`, `remedy`, `effect`, `condition`,
    `unknown-fact`, `no-control`, `no-fast-refund`.
    """
    faults = []
    if len({g.slug for g in grounds}) != len(grounds) or len({g.code for g in grounds}) != len(grounds):
        faults.append(TableFault("", "repeated"))
    for g, ground in enumerate(grounds):
        if not ground.facts:
            faults.append(TableFault(f"/{g}/facts", "no-facts"))
        if ground.default_remedy not in ground.remedies:
            faults.append(TableFault(f"/{g}/default_remedy", "remedy"))
        if ground.facts and all(_can_be_left_out(fact) for fact in ground.facts):
            faults.append(TableFault(f"/{g}/facts", "condition"))
        if len({f.key for f in ground.facts}) != len(ground.facts):
            faults.append(TableFault(f"/{g}/facts", "repeated"))
        for f, fact in enumerate(ground.facts):
            faults += _faults_of_fact(ground, fact, f"/{g}/facts/{f}")
        faults += _statutory_faults(ground, f"/{g}/facts")
    known = {(g.slug, f.key) for g in grounds for f in g.facts}
    for r, relaxation in enumerate(relaxations):
        if (relaxation.ground, relaxation.fact) not in known:
            faults.append(TableFault(f"/relaxations/{r}", "unknown-fact"))
        if {c.kind for c in relaxation.controls} < {"identify", "prevent", "handle"}:
            faults.append(TableFault(f"/relaxations/{r}/controls", "no-control"))
        if not _is_fast_refund_sound(grounds, relaxation):
            faults.append(TableFault(f"/relaxations/{r}", "no-fast-refund"))
    return faults


def _is_fast_refund_sound(grounds: Sequence[GroundDraft], relaxation: RelaxationDraft) -> bool:
    """Whether it is none, or one up to a sum, for the claimant of a ground that can have them."""
    limit, ground = relaxation.fast_refund_limit_minor, next((g for g in grounds if g.slug == relaxation.ground), None)
    if limit is None or ground is None:
        return not relaxation.platform_pays
    return limit > 0 and relaxation.relieved is Side.CLAIMANT and can_have_fast_refunds(ground)


def can_have_fast_refunds(ground: GroundDraft) -> bool:
    """Whether a consumer claims money back from a trader on this ground, and neither fraud nor safety is at stake."""
    against_trader = ground.respondent_role not in (*CONSUMERS, Role.PLATFORM)
    gives_money_back = not FAST_REFUNDED.isdisjoint(ground.remedies)
    return ground.claimant_role in CONSUMERS and against_trader and gives_money_back and not ground.stakes


def _faults_of_fact(ground: GroundDraft, fact: FactDraft, at: str) -> Iterable[TableFault]:
    if not fact.steps:
        yield TableFault(f"{at}/steps", "no-steps")
    for s, step in enumerate(fact.steps):
        here = f"{at}/steps/{s}"
        if not step.basis.zh.strip():
            yield TableFault(f"{here}/basis", "no-basis")
        if step.hours < 1 or step.days < 0:
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
        if step.silence_is_for_a_person and step.if_silent != FactState.ADVERSE_INFERENCE:
            yield TableFault(f"{here}/silence_is_for_a_person", "silence-is-no-inference")
        infers = step.if_silent == FactState.ADVERSE_INFERENCE or rests_only_on_leave(step.basis.zh)
        if infers and not step.silence_is_for_a_person:
            yield TableFault(f"{here}/silence_is_for_a_person", "inference-by-clock")
        bears = is_same_side(ground, step.bearer, fact.persuasion_on)
        if not bears and step.standard in (Standard.HIGH_PROBABILITY, Standard.BEYOND_REASONABLE_DOUBT):
            yield TableFault(f"{here}/standard", "rebuttal-needs-doubt")
        if bears and step.standard == Standard.REASONABLE_DOUBT:
            yield TableFault(f"{here}/standard", "doubt-is-no-proof")
    if fact.arises_if_claimed and not fact.part:
        yield TableFault(f"{at}/arises_if_claimed", "condition")
    if not _is_effect_whole(ground, fact):
        yield TableFault(f"{at}/effect", "effect")


def _can_be_left_out(fact: FactDraft) -> bool:
    """Whether some orders or claims leave the fact out: a ground needs one that none leaves out."""
    return fact.arises_unless is not None or fact.arises_if_claimed


def _is_effect_whole(ground: GroundDraft, fact: FactDraft) -> bool:
    """Whether the effect names what it is on and no more, and says what follows where the claim does not just fall."""
    others = {other.key for other in ground.facts if other is not fact and other.effect != Effect.SHIFTS}
    names_part = bool(fact.part) and set(fact.part) <= set(ground.remedies)
    is_on = {
        Effect.BARS: not fact.part and not fact.shifts_to,
        Effect.BARS_PART: names_part and not fact.shifts_to,
        Effect.CAPS_PART: names_part and not fact.shifts_to and set(fact.part) <= set(MONEY),
        Effect.SHIFTS: not fact.part and fact.shifts_to in others,
    }
    return is_on[fact.effect] and (fact.effect == Effect.BARS or bool(fact.follows.zh.strip()))


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


def _statutory_faults(ground: GroundDraft, at: str) -> Iterable[TableFault]:
    """A burden that a cited article lays on the trader lies there, whatever ground and fact are called.

    A ground that cites such an article has a fact in which a trader bears it as said by the law; there the trader loses
    in doubt, and shows before any consumer must. And no step says that the law itself lays it on a consumer unless a
    cited article does.
    """
    cited: dict[Statute, str] = {}
    borne: set[Statute] = set()
    for f, fact in enumerate(ground.facts):
        roles = [role_of(ground, step.bearer) for step in fact.steps]
        laid: list[int] = []
        for s, (step, role) in enumerate(zip(fact.steps, roles, strict=True)):
            found = statutes_cited(step.basis.zh)
            for statute in found:
                cited.setdefault(statute, f"{at}/{f}/steps/{s}/bearer")
            if step.basis_kind != BasisKind.EXPLICIT:
                continue
            if role in CONSUMERS and not any(role in statute.roles for statute in found):
                yield TableFault(f"{at}/{f}/steps/{s}/basis_kind", "burden-not-in-the-law")
            on_trader = {statute for statute in found if statute.is_for_traders and role in statute.roles}
            borne |= on_trader
            laid += [s] if on_trader else []
        if not laid:
            continue
        if role_of(ground, fact.persuasion_on) in CONSUMERS:
            yield TableFault(f"{at}/{f}/persuasion_on", "statutory-burden-on-consumer")
        for s, role in enumerate(roles[: laid[0]]):
            if role in CONSUMERS:
                yield TableFault(f"{at}/{f}/steps/{s}/bearer", "statutory-burden-on-consumer")
    for statute, where in cited.items():
        if statute.is_for_traders and statute not in borne:
            yield TableFault(where, "statutory-burden-on-consumer")


def found_for(favours: str, established: bool) -> Side:
    """The side for which a settled fact speaks; the platform's own facts stand opposite the claimant."""
    side = Side(favours)
    return side if established else side.other
