"""Working out a formula as it is printed in a notice: numbers, percent, parentheses and + − × ÷, nothing else."""

import ast
import operator
import re
from collections.abc import Mapping
from decimal import Decimal

_SIGNS = str.maketrans("×÷−", "*/-")
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def value_of(formula: str) -> Decimal:
    """The exact value; raises `ValueError` for anything that is not such a formula."""
    plain = re.sub(r"(\d+(?:\.\d+)?)%", r"(\1/100)", formula.translate(_SIGNS).strip())
    try:
        return _value(ast.parse(plain, mode="eval").body, plain)
    except SyntaxError:
        raise ValueError(f"not a formula: {formula!r}") from None


def _value(node: ast.expr, source: str) -> Decimal:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        result: Decimal = _OPERATORS[type(node.op)](_value(node.left, source), _value(node.right, source))
        return result
    text = ast.get_source_segment(source, node) or ""
    if not isinstance(node, ast.Constant) or not re.fullmatch(r"\d+(\.\d+)?", text):
        raise ValueError(f"not a number in a formula: {text!r}")
    return Decimal(text)


def filled_in(formula: str, inputs: Mapping[str, str]) -> str:
    """The printed formula with every label replaced by its number, longest label first."""
    for label in sorted(inputs, key=len, reverse=True):
        formula = formula.replace(label, inputs[label])
    return formula
