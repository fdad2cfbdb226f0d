"""From decided cases to a model and an honest report. The same rows, seed and version give the same bits.

Oldest cases train, newest test: a random split flatters. A case weighs only what was known when it was filed: how its
kind was decided before counts from its own filing day in training, and as the model's last knowledge afterwards.
What does not belong here: fetching cases, writing files, deciding whether the new model replaces the old one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.sparse import csr_matrix, hstack
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from classifier.cases import MINIMUM_CASES, MINIMUM_PER_GROUND, DecidedCase, TooFewCases
from classifier.features import BUCKETS, MOVED_BY_FILING, CaseText, buckets, facts, grams, normalise
from classifier.model import Circumstances, Floats, TriageModel, tf_idf, word_vector
from classifier.past import Decided, counts_of, rates_at_filing

TEST_SHARE = 0.2
FOLDS = 3
GROUND_CS = (0.1, 0.3, 1.0, 2.0)
OUTCOME_CS = (0.03, 0.1, 0.3, 1.0)
CHOOSE_ON = 5_000
"""So many cases at most choose how strongly weights are held back."""
ONE_FOLD_FROM = 15_000
"""From so many cases on, a third of them that nothing learnt from is enough to make probabilities true."""
FORWARD, FORWARD_PARTS = 0.4, 2
"""This share of the cases, the newest, says how far a score is to be trusted, each part scored by what was older."""
NEWEST = 300
"""So many of the newest say how often measures are revoked now."""
UNSEEN_QUANTILE = 0.98
BINS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How well one head did on the newest cases. None where there was nothing to measure."""

    n: int
    accuracy: float | None
    macro_f1: float | None
    ece: float | None
    auc: float | None = None
    brier: float | None = None
    base_rate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was learnt from what, and how well it did on cases newer than all it had seen."""

    version: str
    seed: int
    model_hash: str
    n_rows: int
    n_train: int
    n_test: int
    n_left_out_automatic: int
    n_left_out_repeated: int
    n_left_out_known: int
    train_from: str
    train_to: str
    test_to: str
    per_ground: dict[str, int]
    per_language: dict[str, int]
    ground: Scores
    outcome: Scores
    ground_by_language: dict[str, Scores]
    outcome_by_language: dict[str, Scores]
    abstained_share: float | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def train(
    rows: Iterable[DecidedCase],
    *,
    seed: int,
    version: str,
    minimum: int = MINIMUM_CASES,
    minimum_per_ground: int = MINIMUM_PER_GROUND,
) -> tuple[TriageModel, Report]:
    """A model of the oldest four fifths and its report on the newest fifth; `TooFewCases` when there are too few.

    Of the newest, those filed before the last decision that was learnt from test nothing: the model knows what happened
    after their filing. The report counts them.
    """
    given = list(rows)
    human = [row for row in given if row.decided_by_person]
    # Ties are broken by content, so that the order of the query does not matter.
    human.sort(key=lambda r: (r.decided_at, r.case.statement, r.route_ground, r.overturned, repr(r.case)))
    texts = [normalise(row.case.statement) for row in human]
    cut = len(human) - int(len(human) * TEST_SHARE)
    old, old_texts = human[:cut], texts[:cut]
    _require_enough(human, old, minimum, minimum_per_ground)
    model = learn(old, seed=seed, version=version, minimum_per_ground=minimum_per_ground, texts=old_texts)
    known = {text.text for text in old_texts}
    later = [(r, t) for r, t in zip(human[cut:], texts[cut:], strict=True) if r.filed_at > old[-1].decided_at]
    newest = [(row, text) for row, text in later if text.text not in known]
    report = _report(model, given, human, old, newest, len(later), seed, old_texts)
    return model, report


def learn(
    old: Sequence[DecidedCase],
    *,
    seed: int,
    version: str,
    minimum_per_ground: int = MINIMUM_PER_GROUND,
    texts: Sequence[CaseText] | None = None,
) -> TriageModel:
    """A model of all these cases, oldest first, which tests nothing. `texts` are their normalised copies."""
    old_texts = [normalise(row.case.statement) for row in old] if texts is None else texts
    bags = [_bag(text) for text in old_texts]
    idf, seen = _document_frequencies(bags)
    # Only buckets that some text fell in can get a weight; without the rest, small trainings are several times faster.
    active = np.flatnonzero(seen)
    matrix = _matrix(bags, idf)[:, active]

    grounds, ground_codes = np.unique(np.asarray([row.route_ground for row in old]), return_inverse=True)
    weights, intercepts, temperature = _fit_ground(matrix, ground_codes, len(grounds), seed)

    past = [Decided(row.case, row.overturned, row.filed_at, row.decided_at) for row in old]
    known_at_filing = [[*facts(row.case), *before] for row, before in zip(old, rates_at_filing(past), strict=True)]
    fact_names = sorted({name for named in known_at_filing for name, _ in named})
    outcomes = np.asarray([row.overturned for row in old], dtype=np.int64)
    fact_matrix = _fact_matrix(known_at_filing, fact_names)
    coefficients, intercept = _fit_outcome(hstack([matrix, fact_matrix], format="csr"), outcomes, seed)
    unmoved = [i for i, name in enumerate(fact_names) if name != MOVED_BY_FILING]
    alone, intercept_alone = _fit_outcome(fact_matrix[:, unmoved], outcomes, seed)
    circumstances = Circumstances(
        weights={fact_names[i]: float(w) for i, w in zip(unmoved, alone.tolist(), strict=True)},
        intercept=intercept_alone,
    )

    return TriageModel(
        version=version,
        idf=idf,
        seen=seen,
        grounds=tuple(str(g) for g in grounds),
        ground_counts=tuple(int(n) for n in np.bincount(ground_codes, minlength=len(grounds))),
        min_per_ground=minimum_per_ground,
        ground_weights=_spread(weights, active),
        ground_intercepts=intercepts,
        ground_temperature=temperature,
        outcome_weights=_spread(coefficients[: active.size], active),
        outcome_facts={n: float(w) for n, w in zip(fact_names, coefficients[active.size :].tolist(), strict=True)},
        past=counts_of(past),
        outcome_intercept=intercept,
        circumstances=circumstances,
        measures=frozenset(code for row in old for code in row.case.measure_types),
        unseen_limit=_unseen_limit(bags, seed),
    )


def _require_enough(
    human: Sequence[DecidedCase], old: Sequence[DecidedCase], minimum: int, minimum_per_ground: int
) -> None:
    if len(human) < minimum:
        raise TooFewCases(f"{len(human)} cases decided by people, {minimum} needed")
    usable = [g for g, n in Counter(row.route_ground for row in old).items() if n >= minimum_per_ground]
    if len(usable) < 2:
        raise TooFewCases(f"fewer than two grounds with {minimum_per_ground} cases")
    outcomes = Counter(row.overturned for row in old)
    if min(outcomes[True], outcomes[False]) < max(minimum_per_ground, FOLDS):
        raise TooFewCases(f"fewer than {minimum_per_ground} cases of one outcome")


# — features —


Bag = tuple[NDArray[np.int64], NDArray[np.int64]]
"""The buckets of one text, and how often each occurs in it."""
Fold = tuple[NDArray[np.int64], NDArray[np.int64]]
"""The cases learnt from, and those kept back."""


def _bag(text: CaseText) -> Bag:
    found = np.asarray(buckets(grams(text.text).keys), dtype=np.int64)
    unique, counts = np.unique(found, return_counts=True)
    return unique, counts


def _document_frequencies(bags: Sequence[Bag]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    counts = np.zeros(BUCKETS, dtype=np.int64)
    for unique, _ in bags:
        counts[unique] += 1
    idf = (np.log((1.0 + len(bags)) / (1.0 + counts)) + 1.0).astype(np.float32)
    return idf, counts > 0


def _matrix(bags: Sequence[Bag], idf: NDArray[np.float32]) -> Any:
    lengths = [0, *(unique.size for unique, _ in bags)]
    values = [tf_idf(unique, counts, idf) for unique, counts in bags]
    return csr_matrix(
        (np.concatenate(values), np.concatenate([unique for unique, _ in bags]), np.cumsum(lengths)),
        shape=(len(bags), BUCKETS),
    )


def _spread(weights: Floats, active: NDArray[np.int64]) -> NDArray[np.float32]:
    """The weights in their buckets, nought elsewhere."""
    full = np.zeros((*weights.shape[:-1], BUCKETS), dtype=np.float32)
    full[..., active] = weights
    return full


def _fact_matrix(known: Sequence[Sequence[tuple[str, float]]], names: Sequence[str]) -> Any:
    place = {name: i for i, name in enumerate(names)}
    triples = [(i, place[name], value) for i, named in enumerate(known) for name, value in named]
    at, column, values = zip(*triples, strict=True)
    return csr_matrix((values, (at, column)), shape=(len(known), len(names)))


def _unseen_limit(bags: Sequence[Bag], seed: int) -> float:
    """The share of new n-grams that nearly all texts of this platform stay below, seen from the other texts."""
    folds = np.random.default_rng(seed).integers(0, FOLDS, len(bags))
    shares = []
    for fold in range(FOLDS):
        seen = np.zeros(BUCKETS, dtype=bool)
        for i in np.flatnonzero(folds != fold).tolist():
            seen[bags[i][0]] = True
        shares += [1.0 - seen[bags[i][0]].mean() for i in np.flatnonzero(folds == fold).tolist() if bags[i][0].size]
    # Invented or very uniform texts would give a limit that no real text passes; very mixed ones, a limit of one.
    return float(np.clip(np.quantile(shares, UNSEEN_QUANTILE), 0.5, 0.9)) if shares else 0.9


# — heads —


def _fit_ground(matrix: Any, codes: NDArray[np.int64], count: int, seed: int) -> tuple[Floats, Floats, float]:
    def fitted(x: Any, y: NDArray[np.int64], strength: float) -> tuple[Floats, Floats]:
        svc = LinearSVC(C=strength, random_state=seed).fit(x, y)
        weights, intercepts = np.zeros((count, x.shape[1])), np.full(count, -1.0)
        if len(svc.classes_) == 2:  # one line for two classes: the second, and its mirror
            weights[svc.classes_[1]], weights[svc.classes_[0]] = svc.coef_[0], -svc.coef_[0]
            intercepts[svc.classes_[1]], intercepts[svc.classes_[0]] = svc.intercept_[0], -svc.intercept_[0]
        else:
            weights[svc.classes_], intercepts[svc.classes_] = svc.coef_, svc.intercept_
        return weights, intercepts

    def held_out(x: Any, y: NDArray[np.int64], strength: float) -> tuple[Floats, NDArray[np.int64]]:
        margins, labels = [], []
        for train_part, held in _enough(_folds(y, seed)):
            weights, intercepts = fitted(x[train_part], y[train_part], strength)
            margins.append(x[held] @ weights.T + intercepts)
            labels.append(y[held])
        return np.concatenate(margins), np.concatenate(labels)

    def found(strength: float) -> float:
        margins, labels = held_out(matrix[some], codes[some], strength)
        said = margins.argmax(axis=1)
        return float((said == labels).mean() + f1_score(labels, said, average="macro", zero_division=0.0))

    some = _some(codes.size, seed)
    strength = max(
        GROUND_CS, key=lambda c: (round(found(c), 3), -c)
    )  # of equals the one that trusts single words least
    temperature = _temperature(*held_out(matrix, codes, strength))
    weights, intercepts = fitted(matrix, codes, strength)
    return weights, intercepts, temperature


def _some(count: int, seed: int) -> NDArray[np.int64]:
    """All cases, or as many of them as choose a strength well enough."""
    if count <= CHOOSE_ON:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, CHOOSE_ON, replace=False))


def _temperature(margins: Floats, labels: NDArray[np.int64]) -> float:
    """The one number that makes the confidences of cases not trained on true on average.

    Labels are softened as in Platt's method, by what their number allows to claim: a hundred cases without an error do
    not make the next one certain.
    """
    count = margins.shape[1]
    doubt = 1.0 / (np.bincount(labels, minlength=count)[labels] + 2.0)

    def loss(log_temperature: float) -> float:
        scaled = margins / np.exp(log_temperature)
        right = scaled[np.arange(len(labels)), labels]
        wrong = (scaled.sum(axis=1) - right) / (count - 1)
        return float(np.mean(logsumexp(scaled, axis=1) - (1.0 - doubt) * right - doubt * wrong))

    return float(np.exp(minimize_scalar(loss, bounds=(-4.0, 4.0), method="bounded").x))


def _fit_outcome(matrix: Any, outcomes: NDArray[np.int64], seed: int) -> tuple[Floats, float]:
    """Weights and intercept whose sum is the log odds that the measure is revoked. Rows are oldest first."""

    def held_out(
        x: Any, y: NDArray[np.int64], strength: float, folds: Sequence[Fold]
    ) -> tuple[Floats, NDArray[np.int64]]:
        """Scores of cases by models that did not learn from them, and how these cases ended."""
        found = [_logistic(strength, seed).fit(x[a], y[a]).decision_function(x[b]) for a, b in folds]
        return np.concatenate(found), np.concatenate([y[b] for _a, b in folds])

    def found(strength: float) -> float:
        scores, ended = held_out(matrix[some], outcomes[some], strength, _enough(_folds(outcomes[some], seed)))
        return float(roc_auc_score(ended, scores))

    some = _some(outcomes.size, seed)
    chosen = max(OUTCOME_CS, key=lambda c: (round(found(c), 3), -c))
    slope, shift = _calibration(*held_out(matrix, outcomes, chosen, _forward(outcomes)))
    whole = _logistic(chosen, seed).fit(matrix, outcomes)
    return slope * whole.coef_[0], slope * float(whole.intercept_[0]) + shift


def _forward(outcomes: NDArray[np.int64]) -> list[Fold]:
    """The newest two fifths in two parts, each to be scored by a model of all cases before it, as new cases will be.

    Of older cases with one outcome only nothing can be learnt, so the first part then begins where both are known.
    """
    first = max(round(outcomes.size * (1 - FORWARD)), int(np.argmax(outcomes != outcomes[0])) + 1)
    cuts = np.linspace(first, outcomes.size, FORWARD_PARTS + 1).astype(int).tolist()
    return [(np.arange(a), np.arange(a, b)) for a, b in pairwise(cuts) if a < b]


def _calibration(scores: Floats, outcomes: NDArray[np.int64]) -> tuple[float, float]:
    """Slope and shift that make log odds of the scores; the newest cases stand last."""
    slope = 0.0
    if 0 < outcomes.sum() < outcomes.size:
        slope = float(LogisticRegression(C=10.0).fit(scores[:, None], outcomes).coef_[0, 0])
    # No signal: say the base rate rather than turn the order upside down.
    slope = max(slope, 0.01)
    return slope, _shift(slope * scores[-NEWEST:], outcomes[-NEWEST:])


def _shift(scores: Floats, outcomes: NDArray[np.int64]) -> float:
    """What makes the mean probability of these scores their rate, drawn to one half as if two more cases were split."""
    rate = (float(outcomes.sum()) + 1.0) / (outcomes.size + 2.0)

    def miss(shift: float) -> float:
        return float(np.mean(1.0 / (1.0 + np.exp(-(scores + shift)))) - rate)

    return float(brentq(miss, -50.0, 50.0))


def _logistic(strength: float, seed: int) -> LogisticRegression:
    # On wide sparse rows the dual of liblinear takes a tenth of the time of lbfgs, and finds the same weights. It
    # shrinks the intercept, so that is scaled up.
    return LogisticRegression(
        C=strength, solver="liblinear", dual=True, tol=1e-2, intercept_scaling=10.0, random_state=seed, max_iter=1_000
    )


def _enough(folds: list[Fold]) -> list[Fold]:
    """All folds, or the first of them where it holds many cases already."""
    return folds[:1] if sum(held.size for _train, held in folds) >= ONE_FOLD_FROM else folds


def _folds(labels: NDArray[np.int64], seed: int) -> list[Fold]:
    """Folds in which every class that has enough cases is in each; a rarer one is only ever trained on."""
    rare = np.isin(labels, np.flatnonzero(np.bincount(labels) < FOLDS))
    common, always = np.flatnonzero(~rare), np.flatnonzero(rare)
    split = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(common, labels[common])
    return [(np.concatenate([common[a], always]), common[b]) for a, b in split]


# — report —


def _report(
    model: TriageModel,
    given: Sequence[DecidedCase],
    human: Sequence[DecidedCase],
    old: Sequence[DecidedCase],
    newest: Sequence[tuple[DecidedCase, CaseText]],
    n_later: int,
    seed: int,
    old_texts: Sequence[CaseText],
) -> Report:
    suggestions = [model.suggest(row.case) for row, _ in newest]
    words = [word_vector(text, model.idf) for _, text in newest]
    probabilities = [model.ground_probabilities(w) for w in words]
    overturn = np.asarray(
        [model.overturn_probability(model.score(r.case, w)) for (r, _), w in zip(newest, words, strict=True)]
    )
    truth = np.asarray([row.overturned for row, _ in newest], dtype=np.int64)
    grounds = [row.route_ground for row, _ in newest]
    languages = np.asarray([text.language for _, text in newest])

    def ground_scores(mask: NDArray[np.bool_]) -> Scores:
        chosen = np.flatnonzero(mask)
        return _ground_scores(model.grounds, [probabilities[i] for i in chosen], [grounds[i] for i in chosen])

    def outcome_scores(mask: NDArray[np.bool_]) -> Scores:
        return _outcome_scores(overturn[mask], truth[mask])

    every = np.ones(len(newest), dtype=bool)
    spoken = sorted(set(languages.tolist()))
    return Report(
        version=model.version,
        seed=seed,
        model_hash=model.hash,
        n_rows=len(given),
        n_train=len(old),
        n_test=len(newest),
        n_left_out_automatic=len(given) - len(human),
        n_left_out_repeated=n_later - len(newest),
        n_left_out_known=len(human) - len(old) - n_later,
        train_from=old[0].decided_at.isoformat(),
        train_to=old[-1].decided_at.isoformat(),
        test_to=human[-1].decided_at.isoformat(),
        per_ground=dict(sorted(Counter(row.route_ground for row in old).items())),
        per_language=dict(sorted(Counter(text.language for text in old_texts).items())),
        ground=ground_scores(every),
        outcome=outcome_scores(every),
        ground_by_language={name: ground_scores(languages == name) for name in spoken},
        outcome_by_language={name: outcome_scores(languages == name) for name in spoken},
        abstained_share=sum(s.abstained for s in suggestions) / len(suggestions) if suggestions else None,
    )


def _ground_scores(names: Sequence[str], probabilities: Sequence[Floats], real: Sequence[str]) -> Scores:
    """How often the likeliest ground was the real one."""
    if not real:
        return Scores(n=0, accuracy=None, macro_f1=None, ece=None)
    shares = np.asarray(probabilities)
    said = [names[k] for k in shares.argmax(axis=1)]
    right = np.asarray([a == b for a, b in zip(said, real, strict=True)], dtype=float)
    macro = f1_score(real, said, average="macro", labels=sorted(set(real)), zero_division=0.0)
    return Scores(n=len(real), accuracy=float(right.mean()), macro_f1=float(macro), ece=ece(shares.max(axis=1), right))


def _outcome_scores(p: Floats, y: NDArray[np.int64]) -> Scores:
    """How well the probabilities of being overturned fit what was decided."""
    if not y.size:
        return Scores(n=0, accuracy=None, macro_f1=None, ece=None)
    said = (p >= 0.5).astype(np.int64)
    return Scores(
        n=int(y.size),
        accuracy=float((said == y).mean()),
        macro_f1=float(f1_score(y, said, average="macro", labels=[0, 1], zero_division=0.0)),
        ece=ece(p, y.astype(float)),
        auc=float(roc_auc_score(y, p)) if 0 < y.sum() < y.size else None,
        brier=float(np.mean((p - y) ** 2)),
        base_rate=float(y.mean()),
    )


def ece(confidence: Floats, right: Floats) -> float:
    """Expected calibration error over bins of equal width."""
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    total = 0.0
    for k in range(BINS):
        inside = bins == k
        if inside.any():
            total += inside.mean() * abs(float(confidence[inside].mean()) - float(right[inside].mean()))
    return float(total)
