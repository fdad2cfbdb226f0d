"""The language of calculations: what it computes, to the fen, and what it refuses by name."""

from decimal import Decimal

import pytest
from django.utils import translation

from notices.arithmetic import FormulaError, excess_over_loss, lines_of, work_out

SALES = {"涉案订单合计（元）": "1234.05"}

COMPUTED = {
    "fen by name": ("per_breach_minor × breaches", {"per_breach_minor": 10_000, "breaches": 2}, "200"),
    "yuan by name, Chinese": ("涉案订单合计（元） × 10%", SALES, "123.405"),
    "yuan by name, English": ("orders concerned (CNY) * 10%", {"orders concerned (CNY)": "1234.05"}, "123.405"),
    "a unit of its own": ("each × 单数", {"each": {"value": "12.50", "unit": "CNY"}, "单数": 3}, "37.5"),
    "fen as a unit": ("each × 3", {"each": {"value": 1250, "unit": "fen"}}, "37.5"),
    "a rate in percent": (
        "a (CNY) × rate",
        {"a (CNY)": 200, "rate": {"value": "2.5", "unit": "percent"}},
        "5",
    ),
    "a rate written with a sign": ("销售额（元） × 比例%", {"销售额（元）": "200", "比例": "15"}, "30"),
    "money in the formula": ("late × ¥5 + 0.5元", {"late": 3}, "15.5"),
    "precedence": ("¥1 + ¥2 × n", {"n": 3}, "7"),
    "parentheses, full width": ("（¥1＋n）".replace("＋n", " + ¥2") + " × n", {"n": 3}, "9"),
    "from left to right": ("¥12 / n / 2 - ¥1 - ¥1", {"n": 3}, "0"),
    "between two bounds": ("n × max(¥5, min(¥100, p (CNY) × 10%))", {"n": 2, "p (CNY)": "20"}, "10"),
    "rounded before it is multiplied": ("round(¥1 / n) × n", {"n": 3}, "0.99"),
    "half a fen goes up": ("round(¥0.125) × n", {"n": 1}, "0.13"),
    "floored": ("floor(¥0.129，) × n".replace("，", ""), {"n": 1}, "0.12"),
    "money by money is a number": ("paid (CNY) / price (CNY) × ¥3", {"paid (CNY)": 10, "price (CNY)": 5}, "6"),
    "a name within another": ("订单数 × 订单（元）", {"订单数": 2, "订单（元）": 7}, "14"),
    "as long as it may be": ("¥1" + "+¥1" * 166, {}, "167"),
    "more than a float holds": ("a_minor × n", {"a_minor": 9_007_199_254_740_991, "n": 3}, "270215977642229.73"),
}

REFUSED = {
    "words alone": ("随意", {"x": 1}, "formula", "unknown-input"),
    "a name nobody gave": ("a_minor × b", {"a_minor": 1}, "formula", "unknown-input"),
    "a value nobody uses": ("a_minor", {"a_minor": 1, "b/c": 2}, "inputs/b~1c", "unused-input"),
    "Python": ("__import__('os')", {"a_minor": 1}, "formula", "unsafe-formula"),
    "a call": ("exp(a_minor)", {"a_minor": 1}, "formula", "unsafe-formula"),
    "an attribute": ("a_minor.real", {"a_minor": 1}, "formula", "unsafe-formula"),
    "a power": ("a_minor ** 9", {"a_minor": 1}, "formula", "unsafe-formula"),
    "an exponent": ("a_minor × 1e9", {"a_minor": 1}, "formula", "unsafe-formula"),
    "a list": ("[a_minor]", {"a_minor": 1}, "formula", "unsafe-formula"),
    "an unclosed parenthesis": ("(a_minor × 2", {"a_minor": 1}, "formula", "unsafe-formula"),
    "one too many": ("a_minor × 2)", {"a_minor": 1}, "formula", "unsafe-formula"),
    "two values in a row": ("a_minor 2", {"a_minor": 1}, "formula", "unsafe-formula"),
    "an operator at the end": ("a_minor ×", {"a_minor": 1}, "formula", "unsafe-formula"),
    "a comma outside min": ("round(a_minor, 2)", {"a_minor": 1}, "formula", "unsafe-formula"),
    "a tower": ("(" * 40 + "a_minor" + ")" * 40, {"a_minor": 1}, "formula", "unsafe-formula"),
    "too many digits": ("a_minor × 12345678901234567", {"a_minor": 1}, "formula", "unsafe-formula"),
    "digits of another script": ("a_minor × ٣", {"a_minor": 1}, "formula", "unsafe-formula"),
    "money and orders added": ("a_minor + n", {"a_minor": 1, "n": 2}, "formula", "units-do-not-fit"),
    "money compared with a number": ("min(a_minor, 5)", {"a_minor": 1}, "formula", "units-do-not-fit"),
    "nothing in money": ("n × 500", {"n": 2}, "formula", "no-money"),
    "money by money": ("a_minor × a_minor", {"a_minor": 2}, "formula", "no-money"),
    "nothing to share by": ("a_minor / n", {"a_minor": 2, "n": 0}, "formula", "division-by-zero"),
    "a text for a value": ("a_minor", {"a_minor": "many"}, "inputs/a_minor", "not-a-number"),
    "less than nothing": ("a_minor", {"a_minor": -1}, "inputs/a_minor", "not-a-number"),
    "a name that is a number": ("a_minor × 3", {"a_minor": 1, "3": 4}, "inputs/3", "unsafe-name"),
    "a name that is a function": ("min", {"min": 4}, "inputs/min", "unsafe-name"),
    "a name with blanks around it": ("a", {" a": 4}, "inputs/ a", "unsafe-name"),
}


@pytest.mark.parametrize("name", COMPUTED)
def test_a_formula_is_worked_out_exactly(name):
    formula, inputs, expected = COMPUTED[name]

    assert work_out(formula, inputs).exact == Decimal(expected)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_in_the_language_is_refused_by_name(name):
    formula, inputs, at, code = REFUSED[name]

    with pytest.raises(FormulaError) as refused:
        work_out(formula, inputs)
    assert (refused.value.at, refused.value.code) == (at, code)
    assert str(refused.value.message)


@pytest.mark.parametrize(
    ("amount", "loss", "percent"),
    [(1299, 1000, None), (1300, 1000, 30), (2500, 1000, 150), (1000, None, None), (0, 0, None), (1, 0, 100)],
)
def test_thirty_percent_above_the_loss_is_excessive(amount, loss, percent):
    assert excess_over_loss(amount, {"loss_minor": loss}) == percent


def test_a_reader_can_follow_it():
    with translation.override("en"):
        assert lines_of({"formula": "涉案订单合计（元） × 10%", "inputs": SALES, "cap_minor": 10_000, "loss_minor": 500,
                         "loss_basis": "two refunds"}) == (
            "涉案订单合计（元） × 10%",
            "= ¥1,234.05 × 10%",
            "= ¥123.405",
            "rounded to whole fen: ¥123.41",
            "at most ¥100.00",
            "so ¥100.00 is due",
            "recorded loss: ¥5.00 (two refunds)",
        )  # fmt: skip


def test_the_basis_of_the_cap_is_named():
    with translation.override("en"):
        said = lines_of({"formula": "a_minor", "inputs": {"a_minor": 50}, "cap_minor": 100, "cap_basis": 2})
    assert said[-1] == "at most ¥1.00, by basis 2"


def test_a_calculation_of_before_is_shown_as_it_was_stated():
    assert lines_of({"formula": "随意", "inputs": {"x": 1}}) == ()
    assert lines_of(None) == ()
