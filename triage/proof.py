"""Decided cases as proof of a promise, and what came in meanwhile; values without a database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from appeals.models import DecidedBy, Outcome
from casework.canonical import digest
from classifier.monitor import Recent, Reference, reference_of


@dataclass(frozen=True, slots=True)
class IntakeCase:
    """One case as it came in: how sure the model is of it, and how it ended so far."""

    permille: int | None
    is_unknown: bool
    decided_by: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class ProofCase:
    """One decided case as it may prove a promise. `permille` is None where the model abstains or it repeats another.

    `reach_permille` is the most that other words could have made of it; None where that is its own.
    """

    ref: str
    permille: int | None
    is_error: bool
    language: str
    clauses: tuple[str, ...]
    is_unknown: bool
    decided_at: datetime
    reach_permille: int | None = None


@dataclass(frozen=True, slots=True)
class ProofSet:
    """Decided cases, scored by one model that learnt from none of them; `intake` is all that came in meanwhile."""

    model_version: str
    model_hash: str
    cases: Sequence[ProofCase]
    intake: Sequence[IntakeCase]


def hash_of_cases(cases: Iterable[ProofCase]) -> str:
    """What a certificate rests on, provable later."""
    return digest([[c.ref, c.permille, c.is_error, c.reach_permille] for c in sorted(cases, key=lambda c: c.ref)])


def reference_from(intake: Sequence[IntakeCase], *, threshold_permille: int) -> Reference:
    """What the latest cases will be compared with: all that came in, counted as the latest are.

    Not only those that prove the certificate: while one is in force, of what lies above its threshold only what was
    audited does, and a renewed one would find its own cases strange.
    """
    found = spread(intake, threshold_permille=threshold_permille)
    return reference_of(
        found.scores, decided=found.decided, overturned=found.overturned, texts=found.texts, unknown=found.unknown
    )


def spread(cases: Sequence[IntakeCase], *, threshold_permille: int) -> Recent:
    below = [
        case
        for case in cases
        if case.decided_by == DecidedBy.HUMAN and case.permille is not None and case.permille < threshold_permille
    ]
    return Recent(
        scores=[case.permille / 1000 for case in cases if case.permille is not None],
        decided=len(below),
        overturned=sum(case.outcome == Outcome.OVERTURNED for case in below),
        texts=len(cases),
        unknown=sum(case.is_unknown for case in cases),
    )
