"""What follows from facts as they were found, by the effect that the table gives to each: pure values and functions.

A fact found against the claimant bars the claim, bars or caps one part of it, or lays another fact on the claimant;
what nothing bars holds. Who decides, and whether they depart from this, does not belong here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from disputes.choices import REFUNDS, Effect, Remedy, Side, Stake
from disputes.machine import FactState
from disputes.proof import found_for


@dataclass(frozen=True, slots=True)
class FactFinding:
    """A fact as it stands: its number, whom it favours once true, its state, whether it counts as true (or None).

    `effect`, `part`, `shifts_to` and `persuasion_on` are those of the table that the dispute began under.
    """

    no: int
    key: str
    favours: str
    state: str
    established: bool | None
    effect: str = Effect.BARS
    part: Sequence[str] = ()
    shifts_to: str = ""
    persuasion_on: str = ""

    @property
    def found_for(self) -> Side | None:
        return None if self.established is None else found_for(self.favours, self.established)


class IsFactRow(Protocol):
    """What the table says of a fact, as a row."""

    key: str
    effect: str
    part: Sequence[str]
    shifts_to: str
    persuasion_on: str


def finding_of(row: IsFactRow, no: int, favours: str, state: str, established: bool | None) -> FactFinding:
    """A fact as it stands, with the effect that its own table gives it."""
    return FactFinding(
        no, row.key, favours, state, established, row.effect, tuple(row.part), row.shifts_to, row.persuasion_on
    )


@dataclass(frozen=True, slots=True)
class Derived:
    """What the table makes of the facts: whether the claim holds (None while a fact is unsettled), and why.

    `barred_by` are the facts that let it fall, `limited_by` those that cap it. Where one does, the sum is for a person:
    `amount_minor` is None, and it lies between `at_least_minor` and `at_most_minor`.
    """

    supported: bool | None
    remedy: str
    amount_minor: int | None
    open_facts: tuple[int, ...]
    for_claimant: tuple[int, ...]
    against_claimant: tuple[int, ...]
    stakes: tuple[str, ...]
    barred_by: tuple[int, ...] = ()
    limited_by: tuple[int, ...] = ()
    at_least_minor: int | None = None
    at_most_minor: int | None = None


SHOWN = frozenset({str(FactState.PROVED), str(FactState.ADMITTED)})
"""States in which a fact was shown or conceded, and not only supplied by what silence means."""


def bars_of(facts: Sequence[FactFinding], remedy: str) -> tuple[list[FactFinding], list[FactFinding]]:
    """The facts that bar the claim for this remedy, and those that are open for as long as another fact is.

    A fact that shifts bars nothing itself. Found against the claimant, it leaves to the claimant what `shifts_to`
    names: that has to be shown or conceded, and the other side's silence about it does not do. Where that is not at
    issue here, nothing is left and the claim falls. Found for the claimant, it relieves the claimant of that fact where
    the claimant would lose it in doubt.
    """
    by_key = {f.key: f for f in facts}
    ends_here = {f.no for f in facts if f.effect == Effect.SHIFTS and f.shifts_to not in by_key}
    relieved: set[int] = set()
    left: set[int] = set()
    waits: set[int] = set()
    for fact in facts:
        target = by_key.get(fact.shifts_to) if fact.effect == Effect.SHIFTS else None
        if target is None:
            continue
        if fact.established is None:
            waits.add(target.no)
        elif fact.found_for is not Side.CLAIMANT:
            left.add(target.no)
        elif target.persuasion_on == Side.CLAIMANT:
            relieved.add(target.no)
    bars = []
    for fact in facts:
        if fact.established is None or fact.no in waits or fact.no in relieved:
            continue
        is_lost = fact.found_for is not Side.CLAIMANT
        if (
            (is_lost and (fact.effect == Effect.BARS or fact.no in ends_here))
            or (is_lost and fact.effect == Effect.BARS_PART and remedy in fact.part)
            or (not is_lost and fact.no in left and str(fact.state) not in SHOWN)
        ):
            bars.append(fact)
    return bars, [f for f in facts if f.established is None or f.no in waits]


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
    """The outcome that follows from the facts by their effects: the claim holds unless a fact bars it.

    The remedy is the claimed one where the table allows it, else the table's own. Where a fact caps that remedy the sum
    is for a person: no more than claimed, and, of compensation where the table also gives the price back, no less than
    the price. Money beyond the order's amount is marked as beyond the loss (`punitive`), a large amount as such; both
    then want a person's confirmation.
    """
    remedy = claim_remedy if claim_remedy in remedies else default_remedy
    bars, waiting = bars_of(facts, remedy)
    supported: bool | None = False if bars else (None if waiting else True)
    caps = [
        f
        for f in facts
        if f.effect == Effect.CAPS_PART and remedy in f.part and f.found_for not in (None, Side.CLAIMANT)
    ]
    gives_price = remedy == Remedy.COMPENSATE and not REFUNDS.isdisjoint(remedies)
    at_least = min(claim_amount_minor or 0, order_amount_minor) if gives_price else None
    capped = bool(supported) and bool(caps) and claim_amount_minor is not None and at_least != claim_amount_minor
    marks = set(stakes)
    if claim_amount_minor is not None and claim_amount_minor > order_amount_minor:
        marks.add(Stake.PUNITIVE)
    if max(claim_amount_minor or 0, order_amount_minor) >= amount_needs_person_minor:
        marks.add(Stake.AMOUNT)
    return Derived(
        supported=supported,
        remedy=remedy if supported else "",
        amount_minor=claim_amount_minor if supported and not capped else None,
        open_facts=tuple(f.no for f in facts if f.established is None),
        for_claimant=tuple(f.no for f in facts if f.found_for is Side.CLAIMANT),
        against_claimant=tuple(f.no for f in facts if f.found_for not in (None, Side.CLAIMANT)),
        stakes=tuple(sorted(marks)),
        barred_by=tuple(f.no for f in bars),
        limited_by=tuple(f.no for f in caps) if capped else (),
        at_least_minor=at_least if capped else None,
        at_most_minor=claim_amount_minor if capped else None,
    )
