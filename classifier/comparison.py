"""Two models on the same decided cases: overall, by group, and which cases they see differently.

Cells of fewer than thirty cases say only that they are small. What does not belong here: choosing the cases, and
deciding which model is used; no figure here puts a model to use.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from classifier.agreement import agreement_of
from classifier.cases import Asked
from classifier.features import normalise
from classifier.model import Floats, TriageModel, word_vector
from classifier.training import ece

LEAST = 30
MOST_FLIPPED = 200
DRAWS = 1_000


def compare(
    asked: Sequence[Asked], candidate: TriageModel, live: TriageModel | None, *, seed: int = 0
) -> dict[str, Any]:
    """The figures of both on all these cases and on each group, their difference with its range, the flipped cases.

    `agreement` is the candidate's beside the baseline: without more of it a model does not go live.
    """
    truth = np.asarray([one.case.overturned for one in asked], dtype=np.int64)
    new = _scores(asked, candidate)
    old = _scores(asked, live) if live is not None else None
    groups: dict[str, dict[str, Any]] = {}
    for name in sorted({name for one in asked for name in one.groups}):
        values = [one.groups.get(name, "") for one in asked]
        for value in sorted(set(values)):
            inside = np.asarray([v == value for v in values], dtype=np.bool_)
            groups.setdefault(name, {})[value] = _cell(truth, new, old, inside)
    flipped: list[dict[str, Any]] = []
    if old is not None:
        flipped = [
            {
                "ref": asked[i].ref,
                "live": round(float(old[i]) * 1000),
                "candidate": round(float(new[i]) * 1000),
                "overturned": bool(truth[i]),
            }
            for i in np.flatnonzero((new >= 0.5) != (old >= 0.5)).tolist()
        ]
    flipped.sort(key=lambda f: (-abs(f["live"] - f["candidate"]), f["ref"]))
    return {
        "n": len(asked),
        "overall": _cell(truth, new, old, np.ones(len(asked), dtype=np.bool_)),
        "agreement": agreement_of(zip((new >= 0.5).tolist(), (truth == 1).tolist(), strict=True)).as_dict(),
        "difference": None if old is None else _difference(truth, new, old, seed),
        "groups": groups,
        "n_flipped": len(flipped),
        "n_flipped_right": sum((f["candidate"] >= 500) == f["overturned"] for f in flipped),
        "flipped": flipped[:MOST_FLIPPED],
    }


def _scores(asked: Sequence[Asked], model: TriageModel) -> Floats:
    """The probability for each, whether or not the model would abstain: both are asked the same."""
    found = []
    for one in asked:
        words = word_vector(normalise(one.case.case.statement), model.idf)
        found.append(model.overturn_probability(model.score(one.case.case, words)))
    return np.asarray(found)


def _cell(truth: NDArray[np.int64], new: Floats, old: Floats | None, inside: NDArray[np.bool_]) -> dict[str, Any]:
    n = int(inside.sum())
    if n < LEAST:
        return {"n": None, "candidate": None, "live": None}
    y = truth[inside]
    return {
        "n": n,
        "overturned": round(float(y.mean()), 4),
        "baseline_error": round(min(float(y.mean()), 1.0 - float(y.mean())), 4),
        "candidate": _figures(y, new[inside]),
        "live": None if old is None else _figures(y, old[inside]),
    }


def _figures(y: NDArray[np.int64], p: Floats) -> dict[str, float | None]:
    wrong = (p >= 0.5).astype(np.int64) != y
    return {
        "error": round(float(wrong.mean()), 4),
        "auc": round(float(roc_auc_score(y, p)), 4) if 0 < y.sum() < y.size else None,
        "brier": round(float(np.mean((p - y) ** 2)), 4),
        "ece": round(ece(p, y.astype(float)), 4),
    }


def _difference(truth: NDArray[np.int64], new: Floats, old: Floats, seed: int) -> dict[str, float] | None:
    """How much less the candidate's squared error is, case by case, with the range of 95 of 100 redrawn sets."""
    if truth.size < LEAST:
        return None
    gains = (old - truth) ** 2 - (new - truth) ** 2
    lots = np.random.default_rng(seed).integers(0, truth.size, (DRAWS, truth.size))
    low, high = np.quantile(gains[lots].mean(axis=1), [0.025, 0.975])
    return {"gain": round(float(gains.mean()), 5), "low": round(float(low), 5), "high": round(float(high), 5)}
