"""Whether certificates keep their promise, and how soon the watch over them sees that they no longer do.

Run as `.venv/bin/python bench/certification.py [--quick] [--watch] [--data DIR]`. No database, no network, a fixed
seed. Cases are drawn again and again from large populations whose true error is known: invented ones and, with
`--data`, the files `en_banking77.csv.gz` and `en_housing_ombudsman_outcome.csv.gz` of that folder, scored by a plain
linear model.
Nothing is asserted here; tests/classifier/test_certification_bench.py holds the limits on a smaller run.
"""

import argparse
import csv
import gzip
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from classifier.binomial import binomial_cdf, lower_bound, upper_bound  # noqa: E402
from classifier.budget import most_closings  # noqa: E402
from classifier.certificate import (  # noqa: E402
    FLOOR,
    GRID,
    PPM,
    NotCertified,
    Proof,
    certify,
    spent_ppm,
)
from classifier.monitor import (  # noqa: E402
    AGAIN,
    AUDITED_SHARE,
    FIRST,
    LEVEL,
    _odds,
    chances_of_seeing,
    watch,
)

SEED = 20261126
ALPHA, DELTA = 0.05, 0.05


@dataclass(frozen=True, slots=True)
class Population:
    """All the cases there are: the probability of each in thousandths, and whether closing it would be wrong."""

    name: str
    at: NDArray[np.int64]
    wrong: NDArray[np.bool_]
    alpha: float
    floor: float = FLOOR

    def truth(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """For each threshold in thousandths: the share of cases at or above it, and the share of errors among them."""
        total = np.bincount(self.at, minlength=GRID + 1)[::-1].cumsum()[::-1]
        errors = np.bincount(self.at, weights=self.wrong, minlength=GRID + 1)[::-1].cumsum()[::-1]
        return total / len(self.at), errors / np.maximum(total, 1)


@dataclass(frozen=True, slots=True)
class Trials:
    """What a rule did in all trials: how often it closed anything, how often it broke alpha, how much it closed."""

    trials: int
    closed: int
    broken: int
    coverage: float
    error: float

    def broken_between(self) -> tuple[float, float]:
        """The share of trials that broke alpha lies here with 95 % confidence (Clopper-Pearson)."""
        return lower_bound(self.broken, self.trials, 0.025), upper_bound(self.broken, self.trials, 0.025)


# — populations —


def invented(name: str, *, shape: tuple[float, float], slope: float, flat: float | None, size: int) -> Population:
    """Probabilities from a beta distribution; the true chance of an error follows them, bent by `slope`, or is flat."""
    draw = np.random.default_rng(SEED)
    p = np.clip(draw.beta(*shape, size), 1e-6, 1 - 1e-6)
    chance = np.full(size, flat) if flat is not None else 1 / (1 + np.exp(slope * np.log(p / (1 - p))))
    return Population(name, np.rint(p * GRID).astype(np.int64), draw.random(size) < chance, ALPHA)


def populations(size: int) -> list[Population]:
    return [
        invented("calibrated scores", shape=(3.0, 0.4), slope=1.0, flat=None, size=size),
        invented("too sure of itself", shape=(3.0, 0.4), slope=0.8, flat=None, size=size),
        invented("an error just above alpha everywhere", shape=(2.0, 1.0), slope=0.0, flat=ALPHA + 0.001, size=size),
    ]


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def banking(folder: Path) -> Population:
    """Which of 77 intents: trained on a half of the training part, drawn by lot; the other half is the population."""
    from scipy.special import softmax
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union
    from sklearn.svm import LinearSVC

    rows = read(folder, "en_banking77.csv.gz")
    rows = [rows[i] for i in np.random.default_rng(SEED).permutation(len(rows))]
    old, new = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    vectors = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    model = LinearSVC(C=1.0, random_state=0).fit(
        vectors.fit_transform([r["text"] for r in old]), [r["label"] for r in old]
    )
    shares = softmax(model.decision_function(vectors.transform([r["text"] for r in new])) * 4.0, axis=1)
    wrong = model.classes_[shares.argmax(axis=1)] != np.asarray([r["label"] for r in new])
    return Population("BANKING77, 77 intents", np.rint(shares.max(axis=1) * GRID).astype(np.int64), wrong, ALPHA, 0.0)


def housing(folder: Path) -> Population:
    """Whether a real ombudsman upheld the complaint: trained on the older half, the newer half is the population."""
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression

    rows = read(folder, "en_housing_ombudsman_outcome.csv.gz")
    rows.sort(key=lambda r: (r["decision_date_iso"], r["case_id"], r["text"]))
    old, new = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    vectors = HashingVectorizer(ngram_range=(1, 2), n_features=1 << 18, alternate_sign=False)
    model = LogisticRegression(C=10.0, max_iter=500).fit(
        vectors.transform([r["text"] for r in old]), [r["upheld"] == "1" for r in old]
    )
    p = model.predict_proba(vectors.transform([r["text"] for r in new]))[:, 1]
    wrong = np.asarray([r["upheld"] != "1" for r in new])
    return Population("Housing Ombudsman, outcome", np.rint(p * GRID).astype(np.int64), wrong, 0.20)


# — certifying —


def naive(proofs: Sequence[Proof], alpha: float, floor: float) -> float | None:
    """The lowest threshold at which the decided cases themselves show an error of at most alpha."""
    found, n, k = None, 0, 0
    by_score: dict[int, list[bool]] = {}
    for proof in proofs:
        by_score.setdefault(round(proof.probability * GRID), []).append(proof.is_error)
    for at in sorted((at for at in by_score if at >= round(floor * GRID)), reverse=True):
        n, k = n + len(by_score[at]), k + sum(by_score[at])
        if k <= alpha * n:
            found = at / GRID
    return found


def certified(proofs: Sequence[Proof], alpha: float, floor: float, delta: float = DELTA) -> float | None:
    try:
        return certify(proofs, alpha=alpha, delta=delta, floor=floor).threshold
    except NotCertified:
        return None


def trials(population: Population, *, cases: int, repeats: int) -> dict[str, Trials]:
    """Each rule on the same draws; what it would close and get wrong is counted over the whole population."""
    draw = np.random.default_rng(SEED)
    covers, errs = population.truth()
    found: dict[str, list[float | None]] = {"certified": [], "naive": []}
    for _repeat in range(repeats):
        chosen = draw.integers(0, len(population.at), cases)
        proofs = [
            Proof(at / GRID, wrong)
            for at, wrong in zip(population.at[chosen].tolist(), population.wrong[chosen].tolist(), strict=True)
        ]
        found["certified"].append(certified(proofs, population.alpha, population.floor))
        found["naive"].append(naive(proofs, population.alpha, population.floor))
    return {rule: _counted(values, covers, errs, population.alpha) for rule, values in found.items()}


def _counted(
    values: Sequence[float | None], covers: NDArray[np.float64], errs: NDArray[np.float64], alpha: float
) -> Trials:
    at = [round(value * GRID) for value in values if value is not None]
    coverage = [float(covers[i]) for i in at] + [0.0] * (len(values) - len(at))
    closed = sum(coverage)
    return Trials(
        trials=len(values),
        closed=len(at),
        broken=sum(bool(errs[i] > alpha) for i in at),
        coverage=closed / len(values),
        error=sum(float(covers[i] * errs[i]) for i in at) / closed if closed else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Repeated:
    """Attempts again and again with new cases: in how many runs any of them broke alpha, and what the last closed."""

    runs: int
    broken: int
    coverage: float

    def broken_between(self) -> tuple[float, float]:
        return lower_bound(self.broken, self.runs, 0.025), upper_bound(self.broken, self.runs, 0.025)


def repeated(population: Population, *, attempts: int, first: int, step: int, repeats: int) -> dict[str, Repeated]:
    """The k-th attempt on all cases until then, each with the whole of delta, and each with its share of it."""
    draw = np.random.default_rng(SEED)
    covers, errs = population.truth()
    levels = {"whole": [DELTA] * attempts}
    levels["shared"] = [spent_ppm(round(DELTA * 1000), number) / PPM for number in range(1, attempts + 1)]
    broken, coverage = dict.fromkeys(levels, 0), dict.fromkeys(levels, 0.0)
    for _repeat in range(repeats):
        chosen = draw.integers(0, len(population.at), first + step * (attempts - 1))
        proofs = [
            Proof(at / GRID, wrong)
            for at, wrong in zip(population.at[chosen].tolist(), population.wrong[chosen].tolist(), strict=True)
        ]
        for rule, deltas in levels.items():
            found = [
                certified(proofs[: first + step * k], population.alpha, population.floor, delta)
                for k, delta in enumerate(deltas)
            ]
            at = [None if value is None else round(value * GRID) for value in found]
            broken[rule] += any(i is not None and errs[i] > population.alpha for i in at)
            coverage[rule] += 0.0 if at[-1] is None else float(covers[at[-1]])
    return {rule: Repeated(repeats, broken[rule], coverage[rule] / repeats) for rule in levels}


# — watching —


def alarms(rates: NDArray[np.float64], *, alpha: float, repeats: int) -> list[int | None]:
    """When the watch revoked, counted in audited cases, where the n-th audit finds an error with the n-th chance."""
    draw = np.random.default_rng(SEED)
    outcomes = draw.random((repeats, len(rates))) < rates
    odds = [np.asarray(pair) for pair in _odds(alpha)]
    found, going = np.zeros(repeats, dtype=np.int64), np.arange(repeats)
    aside, placed = 1.0, np.zeros((0, repeats))
    for n in range(len(rates)):
        if n % AGAIN == 0:
            share = FIRST if n == 0 else (1 - FIRST) / (n // AGAIN * (n // AGAIN + 1))
            aside -= share
            placed = np.concatenate((placed, np.full((len(odds), len(going)), share / len(odds))))
        for i, pair in enumerate(odds):
            placed[i :: len(odds)] *= pair[outcomes[going, n].astype(np.int64)]
        crossed = aside + placed.sum(axis=0) >= 1 / LEVEL
        if crossed.any():
            found[going[crossed]] = n + 1
            going, placed = going[~crossed], placed[:, ~crossed]
    return [int(n) or None for n in found]


def alarms_of_window(rate: float, *, alpha: float, budget: int, budgets: int, repeats: int) -> list[int | None]:
    """The same for the watch until 2026-11: each certificate by itself, whose audits so far leave no error rate up to
    alpha possible at 99 %, whenever one looks.
    """
    draw = np.random.default_rng(SEED)
    limits = np.asarray([next(k for k in range(n + 2) if k > n or _is_rare(k, n, alpha)) for n in range(1, budget + 1)])
    crossed = (draw.random((repeats, budgets, budget)) < rate).cumsum(axis=2) >= limits
    first = crossed.reshape(repeats, -1)
    return [int(row.argmax()) + 1 if row.any() else None for row in first]


def _is_rare(errors: int, audits: int, alpha: float) -> bool:
    return errors > audits * alpha and 1.0 - binomial_cdf(errors - 1, audits, alpha) < 0.01


def seen_by(when: Sequence[int | None], audits: int) -> float:
    return sum(n is not None and n <= audits for n in when) / len(when)


def agrees_with_watch(*, alpha: float, length: int = 400, error: float = 0.09) -> bool:
    """The fast count above and the product's own `watch`, audit by audit, fall at the same case."""
    draw = np.random.default_rng(SEED)
    outcomes = (draw.random(length) < error).tolist()
    slow = next((n for n in range(1, length + 1) if watch(outcomes[:n], alpha=alpha).is_crossed), None)
    return alarms(np.full(length, error), alpha=alpha, repeats=1)[0] == slow


def false_alarms(error: float, *, alpha: float, audits: int, repeats: int) -> float:
    return sum(n is not None for n in alarms(np.full(audits, error), alpha=alpha, repeats=repeats)) / repeats


def delays(before: float, after: float, *, alpha: float, clean: int, repeats: int) -> tuple[list[float], float]:
    """Audited cases from the drift to the revocation, endless where none came in 2,000; and alarms before the drift."""
    rates = np.concatenate((np.full(clean, before), np.full(2_000, after)))
    when = alarms(rates, alpha=alpha, repeats=repeats)
    early = sum(n is not None and n <= clean for n in when) / repeats
    return [math.inf if n is None else n - clean for n in when if n is None or n > clean], early


# — the report —


def report_budgets(repeats: int) -> None:
    """Twice alpha, and alpha itself, seen before one certificate after the other has closed all that it may."""
    budget = round(most_closings(round(ALPHA * 1000)) * AUDITED_SHARE)
    print(f"| true error | watch, {budget} audits a certificate | 1 | 2 | 4 | 6 | 10 certificates |")
    print("|---|---|---|---|---|---|---|")
    for rate in (ALPHA, 2 * ALPHA):
        carried = alarms(np.full(10 * budget, rate), alpha=ALPHA, repeats=repeats)
        alone = alarms_of_window(rate, alpha=ALPHA, budget=budget, budgets=10, repeats=repeats)
        stated = chances_of_seeing(rate, alpha=ALPHA, audited=0, errors=0, ahead=10 * budget)
        for name, share in (
            ("until 2026-11", lambda n, when=alone: seen_by(when, n)),
            ("carried over", lambda n, when=carried: seen_by(when, n)),
            ("stated, at least", lambda n, chances=stated: chances[n]),
        ):
            row = " | ".join(f"{share(k * budget):.3f}" for k in (1, 2, 4, 6, 10))
            print(f"| {rate:.3f} | {name} | {row} |")
    print()


def report_certificates(pool: list[Population], data: Path | None, repeats: int) -> None:
    if data is not None:
        pool += [banking(data), housing(data)]
    print(f"\n{repeats:,} certifications each, delta {DELTA}; error and coverage over the whole population\n")
    print("| population | cases | alpha | rule | certified | broke alpha (95 % interval) | coverage | error |")
    print("|---|---|---|---|---|---|---|---|")
    for population in pool:
        for cases in (300, 500, 1_000):
            for rule, t in trials(population, cases=cases, repeats=repeats).items():
                low, high = t.broken_between()
                what = f"{population.name} | {cases:,} | {population.alpha:.2f} | {rule} | {t.closed / t.trials:.3f}"
                broke = f"{t.broken / t.trials:.3f} ({low:.3f}–{high:.3f})"
                print(f"| {what} | {broke} | {t.coverage:.3f} | {t.error:.4f} |")
    print(f"\n{repeats:,} runs of ten attempts each: on 300 cases, and then after every 200 new ones\n")
    print("| population | alpha | delta of each | some attempt broke alpha (95 % interval) | coverage of the last |")
    print("|---|---|---|---|---|")
    for population in pool:
        for rule, r in repeated(population, attempts=10, first=300, step=200, repeats=repeats).items():
            low, high = r.broken_between()
            broke = f"{r.broken / r.runs:.3f} ({low:.3f}–{high:.3f})"
            print(f"| {population.name} | {population.alpha:.2f} | {rule} | {broke} | {r.coverage:.3f} |")


def report_watch(watched: int) -> None:
    print(f"\nThe watch: level {LEVEL}, alpha {ALPHA}; {watched:,} runs each; audited cases\n")
    print(f"fast count agrees with the product's own: {agrees_with_watch(alpha=ALPHA)}\n")
    report_budgets(watched)
    print("| true error, no drift | false alarms in 200 | in 500 | in 2,000 |")
    print("|---|---|---|---|")
    for share in (0.5, 0.8, 1.0):
        row = [false_alarms(share * ALPHA, alpha=ALPHA, audits=audits, repeats=watched) for audits in (200, 500, 2_000)]
        print(f"| {share * ALPHA:.3f} | " + " | ".join(f"{value:.3f}" for value in row) + " |")
    print(f"\n| drift from {ALPHA / 2:.3f} to | after | revoked after, median | 9 in 10 by | closed by then |")
    print("|---|---|---|---|---|")
    for after in (1.5, 2.0, 3.0, 4.0, 6.0):
        for clean in (0, 400):
            late, _early = delays(ALPHA / 2, after * ALPHA, alpha=ALPHA, clean=clean, repeats=watched)
            middle, most = statistics.median(late), sorted(late)[int(len(late) * 0.9)]
            print(
                f"| {after * ALPHA:.3f} | {clean} audits | {middle:.0f} | {most:.0f} | {middle / AUDITED_SHARE:.0f} |"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer repetitions of the watch, smaller populations")
    parser.add_argument("--watch", action="store_true", help="the watch alone")
    parser.add_argument("--data", type=Path, help="a folder with the two public files")
    options = parser.parse_args()
    repeats, begun = 1_000, time.perf_counter()
    watched = 1_000 if options.quick else 10_000
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    print(f"Python {platform.python_version()}, {machine}, {time.strftime('%Y-%m-%d')}")
    if not options.watch:
        report_certificates(populations(100_000 if options.quick else 1_000_000), options.data, repeats)
    report_watch(watched)
    print(f"\n{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
