"""Explains a score by the clauses of the text: which weighed most, where they stand, how much.

A clause weighs what its n-grams weigh together, each counted where it ends; so the clauses add up to the text.
What does not belong here: what an n-gram weighs (`model`), and who may read which part of it.
"""

import numpy as np
from numpy.typing import NDArray

from classifier.clauses import clauses
from classifier.features import CaseText, Grams
from classifier.suggestion import Phrase

SHOWN = 3
"""So many clauses at most for, and as many against."""
LEAST = 0.1
"""A clause that weighs less than this part of the strongest is not shown."""
_EDGE = " 。、,.:;!?"


def strongest_clauses(original: str, text: CaseText, grams: Grams, weights: NDArray[np.float64]) -> tuple[Phrase, ...]:
    """The clauses that weigh most for, then those that weigh most against; each is a slice of the original.

    `weights` has one number for each n-gram.
    """
    found = clauses(text.text)
    if not found:
        return ()
    begins = np.asarray([clause.start for clause in found])
    at = np.searchsorted(begins, np.asarray(grams.ends) - 1, side="right") - 1
    each = np.bincount(at, weights, len(found))
    least = LEAST * float(np.abs(each).max())
    order = sorted(np.flatnonzero((np.abs(each) >= least) & (each != 0)).tolist(), key=lambda i: (-abs(each[i]), i))
    chosen = [i for i in order if each[i] > 0][:SHOWN] + [i for i in order if each[i] < 0][:SHOWN]
    return tuple(_phrase(original, text, found[i].start, found[i].end, float(each[i])) for i in chosen)


def _phrase(original: str, text: CaseText, start: int, end: int, weight: float) -> Phrase:
    words = text.text[start:end]
    start += len(words) - len(words.lstrip(_EDGE))
    end -= len(words) - len(words.rstrip(_EDGE))
    first, last = text.span(start, end)
    return Phrase(original[first:last], first, last, weight)
