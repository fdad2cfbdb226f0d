"""Working out a formula as it is printed in a notice: numbers, percent, parentheses and + − × ÷, nothing else."""

import re
from collections.abc import Mapping
from decimal import Decimal

_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?%?|[-+−×÷()])")


def value_of(formula: str) -> Decimal:
    """The exact value; raises `ValueError` for anything that is not such a formula."""
    tokens: list[str] = []
    rest = formula.strip()
    while rest:
        match = _TOKEN.match(rest)
        if match is None:
            raise ValueError(f"not a formula: {formula!r}")
        tokens.append(match[1])
        rest = rest[match.end() :].strip()
    value = _sum(tokens)
    if tokens:
        raise ValueError(f"not a formula: {formula!r}")
    return value


def filled_in(formula: str, inputs: Mapping[str, str]) -> str:
    """The printed formula with every label replaced by its number, longest label first."""
    for label in sorted(inputs, key=len, reverse=True):
        formula = formula.replace(label, inputs[label])
    return formula


def _sum(tokens: list[str]) -> Decimal:
    value = _product(tokens)
    while tokens and tokens[0] in "+-−":
        value = value + _product(tokens) if tokens.pop(0) == "+" else value - _product(tokens)
    return value


def _product(tokens: list[str]) -> Decimal:
    value = _single(tokens)
    while tokens and tokens[0] in "×÷":
        value = value * _single(tokens) if tokens.pop(0) == "×" else value / _single(tokens)
    return value


def _single(tokens: list[str]) -> Decimal:
    if not tokens:
        raise ValueError("the formula ends too early")
    first = tokens.pop(0)
    if first == "(":
        value = _sum(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise ValueError("a parenthesis stays open")
        return value
    if first.endswith("%"):
        return Decimal(first[:-1]) / 100
    if first in "+-−×÷)":
        raise ValueError(f"a number is missing before {first!r}")
    return Decimal(first)
