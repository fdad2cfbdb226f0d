"""A promise about closing cases alone: how it is proved on decided cases, and when it holds.

With confidence 1 − delta over the draw of the cases that prove it, at most a share alpha of the new cases that resemble
them and lie at or above the threshold is closed wrongly. Thresholds are tested from the surest cases downwards, each
with the exact binomial p-value, and the first that fails ends the search (fixed-sequence learn-then-test). There is one
direction, `restore`; an error is a measure that should have stood, in full or in part.

What does not belong here: which cases may serve as proof, who may sign, where certificates are kept.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from classifier.binomial import binomial_cdf, upper_bound
from classifier.budget import most_a_day, most_closings
from classifier.features import TriageInput, input_hash, normalise
from classifier.person import asks_for_a_person

ALPHA = 0.05
DELTA = 0.05
MOST_ALPHA = 0.2
MOST_DELTA = 0.1
FIRST_ERRORS = 2
"""The search starts with so many cases that this number of errors still passes."""
LIFE = timedelta(days=45)
FLOOR = 0.5
"""No threshold below is tried: nobody's case is closed on less than an even chance."""
GRID = 1000
"""Probabilities count in thousandths, as they are stored, so that what is certified is what is compared later."""
LEAST_OF_LANGUAGE = 20
LEAST_OF_CLAUSE = 5


class NotCertified(ValueError):  # noqa: N818  it is an answer, not a defect
    """These cases prove nothing that could be promised. `reason` is one of `REASONS`.

    `errors` were found among the `n` cases at or above the last threshold looked at; `least` must lie there.
    """

    REASONS = ("too_few", "too_many_errors", "words_decide")

    def __init__(self, reason: str, *, n: int = 0, errors: int = 0, least: int = 0) -> None:
        if reason not in self.REASONS:
            raise ValueError(reason)
        self.reason, self.n, self.errors, self.least = reason, n, errors, least
        super().__init__(f"{reason}: {errors} errors among {n}; {least} cases needed at or above a threshold")


# — proving —


@lru_cache(maxsize=65_536)
def passes(errors: int, n: int, alpha: float, delta: float) -> bool:
    """True when so few errors among n would be rarer than delta if the error rate were alpha or more."""
    return n > 0 and binomial_cdf(errors, n, alpha) <= delta


@lru_cache(maxsize=256)
def least_cases(alpha: float, delta: float, errors: int = FIRST_ERRORS) -> int:
    """How many cases must lie at or above a threshold for that many errors to pass."""
    n = errors + 1
    while not passes(errors, n, alpha, delta):
        n += 1
    return n


@dataclass(frozen=True, slots=True)
class Proof:
    """A decided case that may serve as proof: its probability at filing, and whether restoring was wrong."""

    probability: float
    is_error: bool
    reach: float | None = None
    """The highest probability that any words could have given this case; None where that is its own."""


@dataclass(frozen=True, slots=True)
class Certified:
    """What was proved: of `pool` cases `n` lie at or above the threshold, `k` of them errors.

    Whatever had been written, no more than `reachable` errors could have lain there.
    """

    threshold: float
    pool: int
    n: int
    k: int
    reachable: int
    alpha: float
    delta: float
    bound: float


def on_grid(probability: float) -> int:
    """The probability in thousandths."""
    return round(probability * GRID)


def is_robust(errors: int, reachable: int) -> bool:
    """True where no words could bring more than twice as many errors to a closing as come there untouched."""
    return reachable <= 2 * max(errors, 1)


def certify(
    proofs: Sequence[Proof],
    *,
    alpha: float = ALPHA,
    delta: float = DELTA,
    floor: float = FLOOR,
    beside: Sequence[Proof] = (),
) -> Certified:
    """The lowest threshold of the unbroken row of passing tests that no words overturn. Raises `NotCertified`.

    The order of the tests follows from how many cases each threshold selects; no outcome is looked at to choose it. All
    thresholds of the row hold together at level delta, so any of them may be taken. `beside` are decided cases that
    prove nothing, such as those in which the model abstains: other words could have brought them to a closing, too.
    """
    _require_levels(alpha, delta)
    totals, wrong = Counter[int](), Counter[int]()
    for proof in proofs:
        if not 0.0 <= proof.probability <= 1.0:
            raise ValueError("a probability lies between 0 and 1")
        at = on_grid(proof.probability)
        totals[at] += 1
        wrong[at] += proof.is_error
    reaches = sorted(
        on_grid(p.probability if p.reach is None else max(p.reach, p.probability))
        for p in (*proofs, *beside)
        if p.is_error
    )
    least = least_cases(alpha, delta)
    n = k = 0
    found: tuple[int, int, int, int] | None = None
    was_tested = has_passed = False
    for at in sorted((at for at in totals if at >= round(floor * GRID)), reverse=True):
        n, k = n + totals[at], k + wrong[at]
        if n < least:
            continue
        was_tested = True
        if not passes(k, n, alpha, delta):
            break
        has_passed = True
        reachable = len(reaches) - bisect_left(reaches, at)
        if is_robust(k, reachable):
            found = at, n, k, reachable
    if found is None:
        reason = "words_decide" if has_passed else "too_many_errors" if was_tested else "too_few"
        raise NotCertified(reason, n=n, errors=k, least=least)
    at, n, k, reachable = found
    return Certified(at / GRID, len(proofs), n, k, reachable, alpha, delta, upper_bound(k, n, delta))


SPENT_PERMILLE = 607
"""Of delta the first attempt spends this share, the k-th a k²-th part of it: 0.607 · (1 + 1/4 + 1/9 + …) is below 1."""
PPM = 1_000_000


def spent_ppm(delta_permille: int, number: int) -> int:
    """What the attempt of this number, counted from one, may spend of delta, in millionths; all of them together delta.

    Whoever tries again with new cases gets another chance to be wrong, so each attempt has a smaller one.
    """
    if number < 1:
        raise ValueError("attempts are counted from one")
    return delta_permille * SPENT_PERMILLE // (number * number)


def seen_often(codes: Iterable[str], least: int) -> frozenset[str]:
    """The codes that occur at least so often; a promise says nothing of the others."""
    return frozenset(code for code, count in Counter(codes).items() if count >= least)


def seen_often_together(cases: Iterable[Sequence[str]], least: int) -> frozenset[str]:
    """The codes that occur at least so often among the cases that hold no others, so that each code kept is proved."""
    left = [frozenset(codes) for codes in cases if codes]
    while True:
        found = seen_often((code for codes in left for code in codes), least)
        kept = [codes for codes in left if codes <= found]
        if len(kept) == len(left):
            return found
        left = kept


def _require_levels(alpha: float, delta: float) -> None:
    if not 0.0 < alpha <= MOST_ALPHA or not 0.0 < delta <= MOST_DELTA:
        raise ValueError(f"alpha runs to {MOST_ALPHA}, delta to {MOST_DELTA}")


# — the certificate —


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The cases that the proof was drawn from, and so the only ones that it speaks of. Empty covers nothing."""

    measure_types: frozenset[str]
    grounds: frozenset[str]
    languages: frozenset[str]
    clauses: frozenset[str]

    def objections(self, case: TriageInput, language: str) -> tuple[str, ...]:
        """An appeal against several kinds of measure at once was not among the proofs, whatever its parts.

        Every clause that the notice rests on must have been, as it reads; a case without any rests on nothing known.
        """
        kinds = set(case.measure_types)
        found = []
        if len(kinds) != 1 or not kinds <= self.measure_types:
            found.append("measure")
        if case.ground not in self.grounds:
            found.append("ground")
        if language not in self.languages:
            found.append("language")
        if not case.clause_codes or not self.clauses.issuperset(case.clause_codes):
            found.append("clause")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Signature:
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A proved promise with its limits. One that its own numbers do not prove cannot be built (ValueError).

    `delta` is the risk that all attempts for such cases share, `spent` what this one had of it. `reachable` errors are
    the most that any words could have brought to a closing. It closes at most `closings` cases, `a_day` of them a day.
    """

    model_hash: str
    scope: Scope
    data_from: datetime
    data_to: datetime
    pool: int
    n: int
    k: int
    reachable: int
    alpha: float
    delta: float
    spent: float
    threshold: float
    bound: float
    closings: int
    a_day: int
    issued_at: datetime
    expires_at: datetime
    signatures: tuple[Signature, ...] = ()
    revoked_at: datetime | None = None
    direction: Literal["restore"] = "restore"

    def __post_init__(self) -> None:
        _require_levels(self.alpha, self.delta)
        _require_levels(self.alpha, self.spent)
        if self.spent > self.delta * SPENT_PERMILLE / 1000 + 1e-12:
            raise ValueError("no attempt spends the whole of delta")
        if self.direction != "restore":
            raise ValueError("the only thing a machine may do alone is to restore")
        if not self.model_hash:
            raise ValueError("a certificate is of one model")
        if not FLOOR <= self.threshold <= 1.0:
            raise ValueError("a threshold lies between one half and one")
        if not 0 <= self.k <= self.n <= self.pool or self.n < least_cases(self.alpha, self.spent):
            raise ValueError("too few cases to promise anything")
        if not passes(self.k, self.n, self.alpha, self.spent):
            raise ValueError("too many errors for this promise")
        if not is_robust(self.k, self.reachable) or self.reachable < self.k:
            raise ValueError("words decide too much")
        permille = round(self.alpha * 1000)
        if not 0 < self.closings <= most_closings(permille) or not 0 < self.a_day <= most_a_day(permille):
            raise ValueError("it would close too many cases before anybody sees what goes wrong")
        if not self.data_from <= self.data_to <= self.issued_at:
            raise ValueError("the cases come before the certificate")
        if not self.issued_at < self.expires_at <= self.issued_at + LIFE:
            raise ValueError(f"a certificate lives {LIFE.days} days at most")

    def is_signed(self, now: datetime) -> bool:
        """Two different people signed it by then."""
        return len({signature.who for signature in self.signatures if signature.at <= now}) >= 2

    def standing(self, now: datetime) -> tuple[str, ...]:
        """Why it holds for nobody at this moment; empty when it is in force."""
        found = []
        if not self.is_signed(now):
            found.append("unsigned")
        if now < self.issued_at:
            found.append("not_yet")
        if now >= self.expires_at:
            found.append("expired")
        if self.revoked_at is not None and self.revoked_at <= now:
            found.append("revoked")
        return tuple(found)

    def covers(self, case: TriageInput, now: datetime) -> bool:
        """True when it is in force and this case is of those it speaks of; the model's answer is looked at apart."""
        text = normalise(case.statement)
        asked = case.human_demanded or asks_for_a_person(text)
        return not asked and not self.standing(now) and not self.scope.objections(case, text.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What the operator allows with one case at this moment: a certificate, and what sets it aside.

    `repeats` says what the words of the case repeat; None where nobody has searched, and then nothing is allowed.
    `is_spent` where it has closed as many cases as it may, altogether, today or of this party.
    """

    certificate: Certificate
    now: datetime
    warnings: tuple[str, ...] = ()
    repeats: tuple[str, ...] | None = None
    is_spent: bool = False

    def objections(self, case: TriageInput, *, model_hash: str, probability: float) -> tuple[str, ...]:
        """Every reason why this case is not closed alone, read from the case itself; empty when it may be."""
        text = normalise(case.statement)
        certificate = self.certificate
        found = list(certificate.standing(self.now))
        if self.warnings:
            found.append("drift")
        if model_hash != certificate.model_hash:
            found.append("other_model")
        if self.repeats is None:
            found.append("not_searched")
        elif self.repeats:
            found.append("repeats")
        if self.is_spent:
            found.append("budget")
        if case.human_demanded:
            found.append("demanded")
        if asks_for_a_person(text):
            found.append("asks_for_a_person")
        found += certificate.scope.objections(case, text.language)
        if not on_grid(probability) >= on_grid(certificate.threshold):
            found.append("below_threshold")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warrant:
    """Proof that one case may be closed in the appellant's favour; for any other it cannot be built (ValueError)."""

    permission: Permission
    case: TriageInput
    model_hash: str
    probability: float

    def __post_init__(self) -> None:
        found = self.permission.objections(self.case, model_hash=self.model_hash, probability=self.probability)
        if found:
            raise ValueError(f"no certificate covers this case: {', '.join(found)}")

    @property
    def input_hash(self) -> str:
        return input_hash(self.case)
