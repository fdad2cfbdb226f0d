"""The exact binomial: chances of counts, and the bounds that a count leaves possible (Clopper and Pearson 1934)."""

import math
from collections.abc import Callable, Iterable


def binomial_cdf(k: int, n: int, p: float) -> float:
    """P(X ≤ k) for X binomial in n trials of chance p."""
    if k < 0:
        return 0.0
    if k >= n or p <= 0.0:
        return 1.0
    if p >= 1.0:
        return 0.0
    if k > n * p:  # the rarer side is summed: small numbers keep their digits
        return 1.0 - _sum(range(k + 1, n + 1), n, p)
    return _sum(range(k + 1), n, p)


def _sum(terms: Iterable[int], n: int, p: float) -> float:
    whole, yes, no = math.lgamma(n + 1), math.log(p), math.log1p(-p)
    chances = (math.exp(whole - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * yes + (n - i) * no) for i in terms)
    return min(1.0, math.fsum(chances))


def upper_bound(errors: int, n: int, delta: float) -> float:
    """The highest error rate that so few errors leave possible at level delta (one-sided Clopper-Pearson)."""
    return 1.0 if errors >= n else _where(lambda p: binomial_cdf(errors, n, p) > delta)


def lower_bound(errors: int, n: int, delta: float) -> float:
    """The lowest error rate that so many errors leave possible at level delta (one-sided Clopper-Pearson)."""
    return 0.0 if errors <= 0 else _where(lambda p: 1.0 - binomial_cdf(errors - 1, n, p) < delta)


def _where(is_below: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _step in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return (low + high) / 2
