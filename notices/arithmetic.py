"""The small language in which a money measure says how its amount came about, and its evaluation (办法 art. 29).

Numbers, named inputs with units, + − × ÷, parentheses, %, min, max, round and floor (both to whole fen). Money is
`¥5`, `5元`, or an input in CNY or fen; everything else is a plain number. What is added or compared has one unit, and
the result is money, so that a formula which counts orders but names no price has no result.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.formats import money
from casework.text import in_digits

MAX_FORMULA = 500
MAX_DEPTH = 20
MAX_DIGITS = 16
EXCESS_PERCENT = 30
"""A penalty this much above the loss is normally excessive (合同编通则解释 art. 65(2))."""

FEN, YUAN, PERCENT = "fen", "CNY", "percent"
FUNCTIONS = ("min", "max", "round", "floor")
_FEN = Decimal("0.01")
_CONTEXT = Context(prec=60)
_SIGNS = str.maketrans("×÷−（），％￥", "*/-(),%¥")
_NUMBER = re.compile(rf"\d{{1,{MAX_DIGITS}}}(\.\d{{1,{MAX_DIGITS}}})?")
_YUAN_NAME = re.compile(r"[(（](元|CNY)[)）]$")


_NUMERALS = "零〇一二两三四五六七八九十百千万亿"
_SUM = re.compile(
    r"(?:¥|￥|CNY\s?|RMB\s?)(\d[\d,]*(?:\.\d+)?)"
    rf"|((?<!\d)\d[\d,，]{{0,40}}(?:\.\d{{1,20}})?|(?<![{_NUMERALS}])[{_NUMERALS}]++)\s?(万)?元"
)
_RATE = re.compile(
    r"[百千]分之|[%％‰]|per ?cent|[每按倍]|相[当应]|全[额部]|\b(?:per|each|every|full|whole)\b", re.IGNORECASE
)


def caps_in(text: str) -> tuple[set[int], bool]:
    """The sums that a clause states, in fen, and whether it states a rate: of an amount, or for each of something."""
    found = set()
    for in_front, behind, ten_thousand in _SUM.findall(text):
        value = Decimal(in_digits((in_front or behind).replace("，", ",")))
        found.add(int(value * 100) * (10_000 if ten_thousand else 1))
    return found, _RATE.search(text) is not None


class FormulaError(Exception):
    """Why a calculation cannot be worked out: the place in it, as the rest of a JSON pointer, a code, and words."""

    def __init__(self, at: str, code: str, message: Any) -> None:
        super().__init__(code)
        self.at, self.code, self.message = at, code, message


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value, in yuan where it is money; `money` is the power of money in its unit: 1 of an amount, 0 of a number."""

    value: Decimal
    money: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a formula: its kind, how it was written, and its value where it has one."""

    kind: str
    text: str
    quantity: Quantity | None = None


type Node = Quantity | str | tuple[str, Sequence["Node"]]
"""A part of a formula: a value, the name of an input, or an operator or function with what it takes."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A formula with its inputs, and what it comes to in yuan before rounding and before any cap."""

    tokens: Sequence[Token]
    inputs: Mapping[str, Any]
    exact: Decimal

    @property
    def formula(self) -> str:
        return "".join(token.text for token in self.tokens).strip()

    @property
    def filled(self) -> str:
        """The formula with the value of each input in the place of its name."""
        return "".join(
            _shown(token.text, self.inputs[token.text]) if token.kind == "name" else token.text for token in self.tokens
        ).strip()

    @property
    def rounded_minor(self) -> int:
        return int(self.exact.quantize(_FEN, ROUND_HALF_UP, context=_CONTEXT) * 100)


def work_out(formula: str, inputs: Mapping[str, Any]) -> Worked:
    """Evaluates the formula over its inputs.

    Raises `FormulaError`: `unsafe-formula` for what is not in the language, `unknown-input` for a name without a value,
    `unused-input`, `unsafe-name` and `not-a-number` for inputs, `units-do-not-fit`, `division-by-zero`, `no-money`.
    """
    quantities = {name: _input(name, value) for name, value in inputs.items()}
    tokens, parsed = _parsed(formula, tuple(quantities))
    used = {token.text for token in tokens if token.kind == "name"}
    for name in quantities:
        if name not in used:
            raise FormulaError(_at(name), "unused-input", gettext_lazy("The formula does not use this value."))
    with localcontext(_CONTEXT):
        result = _value(parsed, quantities)
    if result.money != 1:
        raise FormulaError(
            "formula",
            "no-money",
            gettext_lazy("The result is no amount of money: say of one value that it is in yuan or in fen."),
        )
    return Worked(tokens, inputs, result.value)


def unit_of(name: str, value: Any) -> str:
    """The unit of an input: the one that is stated, else the one in its name; a plain number has none."""
    if isinstance(value, Mapping):
        return str(value.get("unit", ""))
    if name.endswith("_minor"):
        return FEN
    return YUAN if _YUAN_NAME.search(name) else ""


def _at(name: str) -> str:
    return f"inputs/{name.replace('~', '~0').replace('/', '~1')}"


def _number(value: Any) -> Decimal | None:
    bare = value.get("value") if isinstance(value, Mapping) else value
    if isinstance(bare, bool) or not isinstance(bare, int | str):
        return None
    text = str(bare).strip()
    return Decimal(text) if _NUMBER.fullmatch(text) and text.isascii() else None


def _input(name: str, value: Any) -> Quantity:
    if not (name[:1].isalpha() or name[:1] == "_") or name != name.strip() or name in FUNCTIONS:
        raise FormulaError(
            _at(name), "unsafe-name", gettext_lazy("The name of a value begins with a letter, and is no function's.")
        )
    number = _number(value)
    if number is None:
        raise FormulaError(_at(name), "not-a-number", gettext_lazy("Give a number, not below zero, with its unit."))
    match unit_of(name, value):
        case "fen":
            return Quantity(number / 100, 1)
        case "CNY":
            return Quantity(number, 1)
        case "percent":
            return Quantity(number / 100)
        case _:
            return Quantity(number)


def _shown(name: str, value: Any) -> str:
    """The value as it stands in the formula once it is put in."""
    number = _number(value)
    assert number is not None
    match unit_of(name, value):
        case "fen":
            return _yuan(number / 100)
        case "CNY":
            return _yuan(number)
        case "percent":
            return f"{number}%"
        case "":
            return str(number)
        case unit:
            return f"{number} {unit}"


def _yuan(value: Decimal) -> str:
    """An amount in full: the fen always, and what is smaller than a fen where there is any."""
    minor = value * 100
    if minor == minor.to_integral_value():
        return money(int(minor))
    return f"¥{value.quantize(Decimal('1.000000'), context=_CONTEXT).normalize():,f}"


def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """The words of the language, and these names, the longest first, so that none is read as part of another."""
    guarded = [
        (r"(?<!\w)" if name[0].isascii() else "") + re.escape(name) + (r"(?!\w)" if name[-1].isascii() else "")
        for name in sorted(names, key=lambda name: (-len(name), name))
    ]
    return re.compile(
        rf"(?P<name>{'|'.join(guarded) or '(?!)'})"
        r"|(?P<yuan>[¥￥]\s?\d+(?:\.\d+)?|\d+(?:\.\d+)?\s?元)|(?P<number>\d+(?:\.\d+)?(?![\w.]))"
        rf"|(?P<function>(?:{'|'.join(FUNCTIONS)})(?=\s*[(（]))"
        r"|(?P<sign>[-−+*×/÷()（）,，%％])|(?P<space>\s+)|(?P<word>\w+)|(?P<other>.)"
    )


@lru_cache(maxsize=1000)
def _parsed(formula: str, names: tuple[str, ...]) -> tuple[Sequence[Token], Node]:
    """The words of a formula and what they say. Platforms use few formulas for many notices."""
    tokens = _tokens(formula, names)
    return tokens, _Parser(tokens).parsed()


def _tokens(formula: str, names: tuple[str, ...]) -> list[Token]:
    if len(formula) > MAX_FORMULA:
        _unsafe(formula[:20])
    found = []
    for match in _pattern(names).finditer(formula):
        kind, text = str(match.lastgroup), match[0]
        quantity = None
        if kind in ("yuan", "number"):
            digits = text.strip("¥￥元 \t\n")
            if not _NUMBER.fullmatch(digits) or not digits.isascii():
                _unsafe(text)
            quantity = Quantity(Decimal(digits), 1 if kind == "yuan" else 0)
        elif kind == "word":
            is_called = formula[match.end() :].lstrip()[:1] in ("(", "（")
            if is_called or not text[:1].isalpha():
                _unsafe(text)
            raise FormulaError(
                "formula",
                "unknown-input",
                gettext_lazy("No value is given for “%(name)s”.") % {"name": text[:60]},
            )
        elif kind == "other":
            _unsafe(text)
        found.append(Token(kind, text, quantity))
    return found


def _unsafe(text: str) -> NoReturn:
    raise FormulaError(
        "formula",
        "unsafe-formula",
        gettext_lazy(
            "A formula has numbers, named values, + − × ÷, %%, parentheses, min, max, round and floor only: "
            "see “%(text)s”."
        )
        % {"text": text[:20]},
    )


class _Parser:
    """Parses by recursive descent, no deeper than `MAX_DEPTH`."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = [token for token in tokens if token.kind != "space"]
        self.signs = [t.text.translate(_SIGNS) if t.kind in ("sign", "function") else "" for t in self.tokens]
        self.at = 0

    def parsed(self) -> Node:
        found = self._sum(0)
        if self.at < len(self.tokens):
            _unsafe(self.tokens[self.at].text)
        return found

    def _sign(self, *wanted: str) -> str:
        """Takes the next token if it is one of these, and returns it."""
        if self.at < len(self.tokens) and self.signs[self.at] in wanted:
            self.at += 1
            return self.signs[self.at - 1]
        return ""

    def _require(self, sign: str) -> None:
        if not self._sign(sign):
            _unsafe(self.tokens[self.at].text if self.at < len(self.tokens) else self.tokens[-1].text)

    def _sum(self, depth: int) -> Node:
        left = self._product(depth)
        while sign := self._sign("+", "-"):
            left = (sign, (left, self._product(depth)))
        return left

    def _product(self, depth: int) -> Node:
        left = self._share(depth)
        while sign := self._sign("*", "/"):
            left = (sign, (left, self._share(depth)))
        return left

    def _share(self, depth: int) -> Node:
        found = self._atom(depth)
        return ("%", (found,)) if self._sign("%") else found

    def _atom(self, depth: int) -> Node:
        if depth > MAX_DEPTH or self.at >= len(self.tokens):
            _unsafe(self.tokens[-1].text if self.tokens else "")
        token = self.tokens[self.at]
        if token.quantity is not None or token.kind == "name":
            self.at += 1
            return token.quantity or token.text
        name = self._sign(*FUNCTIONS)
        self._require("(")
        terms = [self._sum(depth + 1)]
        while name in ("min", "max") and self._sign(","):
            terms.append(self._sum(depth + 1))
        self._require(")")
        return (name, terms) if name else terms[0]


def _value(node: Node, quantities: Mapping[str, Quantity]) -> Quantity:
    """What a part comes to. Raises `FormulaError` for units that do not fit, and for a division by zero."""
    if isinstance(node, Quantity):
        return node
    if isinstance(node, str):
        return quantities[node]
    name, parts = node
    terms = [_value(part, quantities) for part in parts]
    first, last = terms[0], terms[-1]
    if name == "*":
        return Quantity(first.value * last.value, first.money + last.money)
    if name == "/":
        if last.value == 0:
            raise FormulaError("formula", "division-by-zero", gettext_lazy("The formula divides by zero."))
        return Quantity(first.value / last.value, first.money - last.money)
    if name == "%":
        return Quantity(first.value / 100, first.money)
    _require_one_unit(terms)
    return Quantity(_COMBINED[name]([term.value for term in terms]), first.money)


_COMBINED: Mapping[str, Callable[[list[Decimal]], Decimal]] = {
    "+": lambda values: values[0] + values[1],
    "-": lambda values: values[0] - values[1],
    "min": min,
    "max": max,
    "round": lambda values: values[0].quantize(_FEN, ROUND_HALF_UP),
    "floor": lambda values: values[0].quantize(_FEN, ROUND_FLOOR),
}


def _require_one_unit(terms: Sequence[Quantity]) -> None:
    if len({term.money for term in terms}) > 1:
        raise FormulaError(
            "formula",
            "units-do-not-fit",
            gettext_lazy("Money is added to and compared with money only, and numbers with numbers."),
        )


# — a calculation as it is stored —


def excess_over_loss(amount_minor: int | None, calculation: Mapping[str, Any] | None) -> int | None:
    """By how many whole percent the amount lies above the recorded loss, where that is excessive; else None."""
    loss = (calculation or {}).get("loss_minor")
    if amount_minor is None or not isinstance(loss, int) or amount_minor * 100 < loss * (100 + EXCESS_PERCENT):
        return None
    if not amount_minor:
        return None
    return (amount_minor - loss) * 100 // loss if loss else 100


def _cap_line(cap: int, basis: int | None) -> str:
    """The cap, with the number of the basis that sets it where the notice has several and says which."""
    if basis is None:
        return _("at most %(amount)s") % {"amount": money(cap)}
    return _("at most %(amount)s, by basis %(basis)s") % {"amount": money(cap), "basis": basis}


def lines_of(calculation: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The calculation as a reader can follow it, line by line in the active language.

    None for a calculation of before formulas were evaluated, which may say anything.
    """
    if not calculation or not isinstance(calculation.get("inputs"), Mapping):
        return ()
    try:
        worked = work_out(str(calculation.get("formula", "")), calculation["inputs"])
    except FormulaError:
        return ()
    result, cap, loss = worked.rounded_minor, calculation.get("cap_minor"), calculation.get("loss_minor")
    lines = [worked.formula, f"= {worked.filled}", f"= {_yuan(worked.exact)}"]
    if worked.exact != Decimal(result) / 100:
        lines.append(_("rounded to whole fen: %(amount)s") % {"amount": money(result)})
    if cap is not None:
        lines.append(_cap_line(cap, calculation.get("cap_basis")))
        if result > cap:
            lines.append(_("so %(amount)s is due") % {"amount": money(cap)})
    if loss is not None:
        shown = {"amount": money(loss), "basis": calculation.get("loss_basis", "")}
        lines.append(_("recorded loss: %(amount)s (%(basis)s)") % shown)
    return tuple(lines)
