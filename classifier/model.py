"""A trained model and what it says of one input, with the exact weight of every word.

Two linear models over one feature space: which ground the words speak of, and how likely the measure is to be revoked.
What does not belong here: fitting (`training`), files (`store`), threads and time (`service`).
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from classifier.certificate import Permission, Warrant
from classifier.clauses import clauses, parts
from classifier.explanation import strongest_clauses
from classifier.features import BUCKETS, CaseText, Grams, TriageInput, buckets, facts, grams, input_hash, normalise
from classifier.past import rates
from classifier.person import asks_for_a_person
from classifier.routing import priority_for, queue_for
from classifier.suggestion import Feature, Language, Phrase, Suggestion

Floats = NDArray[np.float64]
FORMAT = 5

MIN_UNITS = {"zh": 8, "en": 4, "mixed": 5, "unknown": 1}
"""Signs (zh) or words (en) below which a text says too little."""
MIN_ROUTE_CONFIDENCE = 0.45


@dataclass(frozen=True, slots=True)
class WordVector:
    """The words of one text: the buckets they fall in, and their TF-IDF values, of length one together."""

    text: CaseText
    grams: Grams
    buckets: NDArray[np.int64]
    values: Floats
    inverse: NDArray[np.int64]
    counts: NDArray[np.int64]


def word_vector(text: CaseText, idf: NDArray[Any]) -> WordVector:
    """The hashed n-grams of a text and their values. An empty text gives an empty vector."""
    found = grams(text.text)
    unique, inverse, counts = np.unique(
        np.asarray(buckets(found.keys), dtype=np.int64), return_inverse=True, return_counts=True
    )
    return WordVector(text, found, unique, tf_idf(unique, counts, idf), inverse, counts)


def tf_idf(unique: NDArray[np.int64], counts: NDArray[np.int64], idf: NDArray[Any]) -> Floats:
    """Sublinear TF times IDF, of length one together."""
    values: Floats = (1.0 + np.log(counts)) * idf[unique].astype(np.float64)
    length = math.sqrt(float(values @ values))
    return values / length if length else values


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """How likely a measure is to be revoked by its circumstances alone, whatever is written about it.

    This bounds what may be closed alone: words can keep a case from that, and never bring it there.
    """

    weights: Mapping[str, float]
    intercept: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(number) for number in (*self.weights.values(), self.intercept)):
            raise ValueError("a weight is not a number")

    def probability(self, named: Iterable[tuple[str, float]]) -> float:
        return _sigmoid(self.intercept + sum(self.weights.get(name, 0.0) * value for name, value in named))


@dataclass(frozen=True, kw_only=True)
class TriageModel:
    """Weights and the few numbers that give them meaning. Equal weights have an equal `hash`, wherever they lie."""

    version: str
    idf: NDArray[np.float32]
    seen: NDArray[np.bool_]
    grounds: tuple[str, ...]
    ground_counts: tuple[int, ...]
    min_per_ground: int
    ground_weights: NDArray[np.float32]
    ground_intercepts: Floats
    ground_temperature: float
    outcome_weights: NDArray[np.float32]
    outcome_facts: Mapping[str, float]
    past: Mapping[str, tuple[int, int]]
    outcome_intercept: float
    circumstances: Circumstances
    measures: frozenset[str]
    unseen_limit: float

    def __post_init__(self) -> None:
        shapes = {
            "idf": (self.idf.shape, (BUCKETS,)),
            "seen": (self.seen.shape, (BUCKETS,)),
            "ground_weights": (self.ground_weights.shape, (len(self.grounds), BUCKETS)),
            "ground_intercepts": (self.ground_intercepts.shape, (len(self.grounds),)),
            "ground_counts": ((len(self.ground_counts),), (len(self.grounds),)),
            "outcome_weights": (self.outcome_weights.shape, (BUCKETS,)),
        }
        for name, (found, wanted) in shapes.items():
            if found != wanted:
                raise ValueError(f"{name} has shape {found}, not {wanted}")
        numbers: list[NDArray[Any]] = [self.idf, self.ground_weights, self.ground_intercepts, self.outcome_weights]
        numbers.append(np.asarray([*self.outcome_facts.values(), self.outcome_intercept]))
        numbers.append(np.asarray([self.ground_temperature, self.unseen_limit]))
        if not all(bool(np.isfinite(array).all()) for array in numbers):
            raise ValueError("a weight is not a number")
        if self.ground_temperature <= 0 or len(self.grounds) < 2 or not self.version:
            raise ValueError("not a usable model")
        if any(not 0 <= k <= n for n, k in self.past.values()):
            raise ValueError("more were revoked than decided")

    def facts_of_file(self) -> dict[str, Any]:
        """Everything but the arrays, as plain JSON values."""
        return {
            "format": FORMAT,
            "version": self.version,
            "grounds": list(self.grounds),
            "ground_counts": list(self.ground_counts),
            "min_per_ground": self.min_per_ground,
            "ground_temperature": self.ground_temperature,
            "outcome_facts": dict(sorted(self.outcome_facts.items())),
            "past": {name: list(pair) for name, pair in sorted(self.past.items())},
            "outcome_intercept": self.outcome_intercept,
            "circumstances": dict(sorted(self.circumstances.weights.items())),
            "circumstances_intercept": self.circumstances.intercept,
            "measures": sorted(self.measures),
            "unseen_limit": self.unseen_limit,
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "idf": self.idf,
            "seen": self.seen,
            "ground_weights": self.ground_weights,
            "ground_intercepts": self.ground_intercepts,
            "outcome_weights": self.outcome_weights,
        }

    @classmethod
    def from_parts(cls, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> "TriageModel":
        """The model these parts describe; ValueError, KeyError or TypeError when they describe none."""
        if plain["format"] != FORMAT:
            raise ValueError(f"format {plain['format']!r} is not {FORMAT}")
        wanted = {
            "idf": "<f4",
            "seen": "|b1",
            "ground_weights": "<f4",
            "ground_intercepts": "<f8",
            "outcome_weights": "<f4",
        }
        if set(arrays) != set(wanted):
            raise ValueError("not the arrays of a model")
        for name, kind in wanted.items():
            if arrays[name].dtype.str != kind:
                raise TypeError(f"{name} is {arrays[name].dtype.str}, not {kind}")
        return cls(
            version=str(plain["version"]),
            idf=arrays["idf"],
            seen=arrays["seen"],
            grounds=tuple(str(g) for g in plain["grounds"]),
            ground_counts=tuple(int(n) for n in plain["ground_counts"]),
            min_per_ground=int(plain["min_per_ground"]),
            ground_weights=arrays["ground_weights"],
            ground_intercepts=arrays["ground_intercepts"],
            ground_temperature=float(plain["ground_temperature"]),
            outcome_weights=arrays["outcome_weights"],
            outcome_facts={str(k): float(v) for k, v in plain["outcome_facts"].items()},
            past={str(name): (int(n), int(k)) for name, (n, k) in plain["past"].items()},
            outcome_intercept=float(plain["outcome_intercept"]),
            circumstances=Circumstances(
                weights={str(k): float(v) for k, v in plain["circumstances"].items()},
                intercept=float(plain["circumstances_intercept"]),
            ),
            measures=frozenset(str(m) for m in plain["measures"]),
            unseen_limit=float(plain["unseen_limit"]),
        )

    @cached_property
    def hash(self) -> str:
        """Over the weights themselves, so that it survives any change of file format."""
        digest = hashlib.sha256(json.dumps(self.facts_of_file(), sort_keys=True, ensure_ascii=True).encode())
        for name, array in sorted(self.arrays().items()):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    # — scores —

    def ground_probabilities(self, words: WordVector) -> Floats:
        margins = self.ground_weights[:, words.buckets].astype(np.float64) @ words.values + self.ground_intercepts
        scaled = margins / self.ground_temperature
        powers = np.exp(scaled - scaled.max())
        return cast("Floats", powers / powers.sum())

    def score(self, case: TriageInput, words: WordVector | None = None) -> float:
        """The log odds that the measure is revoked, whether or not the model would abstain."""
        return self._weighed(case, words or word_vector(normalise(case.statement), self.idf))[0]

    def overturn_probability(self, score: float) -> float:
        return _sigmoid(score)

    def least_favourable(self, score: float, words: WordVector) -> float:
        """The score of the case if it had said only that substantial part of its text which speaks most against it.

        So nothing is gained by writing more: what is added dilutes the whole and leaves the other parts as they were.
        """
        found = parts(clauses(words.text.text))
        if len(found) < 2:
            return score
        of_text = float(self.outcome_weights[words.buckets].astype(np.float64) @ words.values)
        return score + min(0.0, float(self._of_parts(words, found).min()) - of_text)

    def _of_parts(self, words: WordVector, found: Sequence[tuple[int, int]]) -> Floats:
        """What the words of each part alone add to the score; all parts at once, as a long text has hundreds."""
        order = np.argsort(words.grams.starts, kind="stable")
        starts = np.asarray(words.grams.starts)[order]
        ends = np.asarray(words.grams.ends)[order]
        places = words.buckets[words.inverse][order]
        begin, end = np.asarray(found).T
        first, last = np.searchsorted(starts, begin), np.searchsorted(starts, end)
        part = np.repeat(np.arange(len(found)), last - first)
        gram = np.arange(part.size) + np.repeat(first - np.cumsum(last - first) + (last - first), last - first)
        inside = ends[gram] <= end[part]
        keys, counts = np.unique(part[inside] * BUCKETS + places[gram[inside]], return_counts=True)
        part, bucket = np.divmod(keys, BUCKETS)
        values = (1.0 + np.log(counts)) * self.idf[bucket].astype(np.float64)
        lengths = np.sqrt(np.bincount(part, values * values, len(found)))
        sums = np.bincount(part, values * self.outcome_weights[bucket], len(found))
        return sums / np.maximum(lengths, 1e-12)

    def reach(self, case: TriageInput) -> float:
        """The highest probability that a certificate is compared with, whatever the words of the case."""
        return self.circumstances.probability([*facts(case), *rates(case, self.past)])

    def unseen_share(self, words: WordVector) -> float:
        """The part of this text's n-grams that training never met."""
        return float(1.0 - self.seen[words.buckets].mean()) if words.buckets.size else 1.0

    def suggest_many(self, cases: Sequence[TriageInput], *, permission: Permission | None = None) -> list[Suggestion]:
        return [self.suggest(case, permission=permission) for case in cases]

    def suggest(self, case: TriageInput, *, permission: Permission | None = None) -> Suggestion:
        """A suggestion that depends on nothing but the weights, the input and the permission.

        `permission` is a certificate and the moment; None allows nothing automatic. Whatever it is, a case in which a
        person was demanded, by the form or by the words, has no automatic action, and no action but restoring exists.
        """
        text = normalise(case.statement)
        words = word_vector(text, self.idf)
        shares = self.ground_probabilities(words)
        best = int(np.argmax(shares))
        confidence = float(shares[best])
        reasons = self._doubts(case, words, confidence, best)
        wants_person = asks_for_a_person(text)
        ground = case.ground if reasons else self.grounds[best]
        score, phrases, features = (None, (), ()) if reasons else self._weighed(case, words)
        reach = self.reach(case)
        probability = least = closing = None
        if score is not None:
            least_score = self.least_favourable(score, words)
            probability, least = self.overturn_probability(score), self.overturn_probability(least_score)
            # A certificate speaks of people who ticked its ground unasked.
            closing = min(least, reach) if ground == case.ground else 0.0
        withheld: tuple[str, ...] = ()
        warrant: Warrant | None = None
        if permission is not None and closing is None:
            withheld = ("abstained",)
        elif permission is not None and closing is not None:
            withheld = permission.objections(case, model_hash=self.hash, probability=closing)
            if not withheld:
                warrant = Warrant(permission=permission, case=case, model_hash=self.hash, probability=closing)
        return Suggestion(
            route_ground=ground,
            route_confidence=None if reasons else confidence,
            queue=queue_for(ground=ground, axes=case.axes),
            priority=priority_for(
                axes=case.axes,
                amount_minor=case.amount_minor,
                days_blocked=case.days_blocked,
                overturn_probability=least,
            ),
            language=cast("Language", text.language),
            overturn_probability=probability,
            closing_probability=closing,
            reach=reach,
            abstained=bool(reasons),
            abstain_reasons=reasons,
            phrases=phrases,
            features=features,
            score=score,
            model_version=self.version,
            model_hash=self.hash,
            input_hash=input_hash(case),
            human_demanded=case.human_demanded,
            asks_for_a_person=wants_person,
            automatic_action="restore" if warrant is not None else None,
            warrant=warrant,
            withheld=withheld,
        )

    def _doubts(self, case: TriageInput, words: WordVector, confidence: float, best: int) -> tuple[str, ...]:
        text = words.text
        if not words.grams.units:
            return ("empty",)
        reasons = []
        if len(words.grams.units) < MIN_UNITS[text.language]:
            reasons.append("too_short")
        if text.truncated:
            reasons.append("too_long")
        if text.language == "unknown":
            reasons.append("language_unknown")
        if self.unseen_share(words) > self.unseen_limit:
            reasons.append("out_of_vocabulary")
        if any(code not in self.measures for code in case.measure_types):
            reasons.append("measure_unseen")
        if self.ground_counts[best] < self.min_per_ground:
            reasons.append("ground_too_rare")
        if confidence < MIN_ROUTE_CONFIDENCE:
            reasons.append("low_confidence")
        return tuple(reasons)

    # — why —

    def _weighed(self, case: TriageInput, words: WordVector) -> tuple[float, tuple[Phrase, ...], tuple[Feature, ...]]:
        """The score, and where every bit of it comes from."""
        per_bucket = self.outcome_weights[words.buckets].astype(np.float64) * words.values
        named = [
            Feature(name, self.outcome_facts[name] * value)
            for name, value in [*facts(case), *rates(case, self.past)]
            if self.outcome_facts.get(name)
        ]
        of_text = float(per_bucket.sum())
        score = self.outcome_intercept + of_text + sum(f.weight for f in named)
        per_gram = (per_bucket / words.counts)[words.inverse]
        phrases = strongest_clauses(case.statement, words.text, words.grams, per_gram)
        rest = of_text - sum(p.weight for p in phrases)
        features = sorted(named, key=lambda f: (-abs(f.weight), f.name))
        features += [Feature("text.rest", rest), Feature("intercept", self.outcome_intercept)]
        return score, phrases, tuple(features)


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))
