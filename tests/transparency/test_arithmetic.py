"""Parts add up, intervals are scipy's, effects are exactly the change, and no withheld number can be derived."""

import random
from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from scipy.stats import binomtest

from tests.extent import extent
from transparency.arithmetic import Parts, Period, added, decomposed, quarter_name, quarter_named, quarter_of, rounded
from transparency.suppressing import OTHERS, is_small, table, whole

pytestmark = pytest.mark.once
TABLES = extent("tables that are attacked", everyday=300, ci=600, full=6000)


def test_an_interval_is_that_of_scipy():
    for n in (1, 2, 7, 30, 1000):
        for k in {0, 1, n // 3, n // 2, n}:
            expected = binomtest(k, n).proportion_ci(method="wilson")
            assert Parts(n, k).interval == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert Parts().interval is None


def test_a_median_of_days_together_is_that_of_all_cases():
    chance = random.Random(1)
    for _n in range(50):
        days = [[chance.randrange(1, 60) for _case in range(chance.randrange(6))] for _day in range(5)]
        every = sorted(hour for day in days for hour in day)
        found = added(Parts(len(day), 0, Counter(day)) for day in days)
        assert found.median == (every[(len(every) + 1) // 2 - 1] if every else None)
        assert found.p90 == (every[-(-9 * len(every) // 10) - 1] if every else None)


def drawn(chance, values):
    ns = {value: chance.choice((0, 1, 3, 4, 5, 6, 9, 40)) for value in values}
    return {value: Parts(n, chance.choice((0, n, chance.randint(0, n)))) for value, n in ns.items()}


def test_effects_are_exactly_the_change():
    chance = random.Random(2)
    for _n in range(300):
        before, after = drawn(chance, "abcd"), drawn(chance, "bcde")
        was, now = added(before.values()), added(after.values())
        effects = decomposed(before, after)
        if not was.n or not now.n:
            assert effects == []
            continue
        assert sum(each.total for each in effects) == now.rate - was.rate
        shown = rounded([each.mix for each in effects] + [each.rate for each in effects], Fraction(1, 10_000))
        assert sum(shown) == round((now.rate - was.rate) * 10_000)


def test_where_only_the_mix_changes_all_of_it_is_mix():
    before = {"strict": Parts(50, 40), "mild": Parts(50, 10)}
    after = {"strict": Parts(75, 60), "mild": Parts(25, 5)}
    effects = {each.value: each for each in decomposed(before, after)}

    assert sum(each.mix for each in effects.values()) == Fraction(65, 100) - Fraction(50, 100)
    assert {each.rate for each in effects.values()} == {0}


def possible(rows, total):
    """Whoever reads the table: which numbers can stand in each withheld place, given everything that is shown."""
    hidden = [name for name, cell in rows.items() if cell.k is None]
    left = total.k - sum(cell.k for cell in rows.values() if cell.k is not None)
    found = {name: set() for name in hidden}
    for numbers in product(*(range(rows[name].n + 1) for name in hidden[:-1])):
        last = left - sum(numbers)
        if hidden and 0 <= last <= rows[hidden[-1]].n:
            for name, k in zip(hidden, (*numbers, last), strict=True):
                found[name].add(k)
    return found


def test_no_small_number_of_a_public_table_can_be_derived_by_subtraction():
    chance, withheld = random.Random(3), 0
    for _n in range(TABLES):
        values = drawn(chance, "abc"[: chance.randint(1, 3)] + "d")
        values = {name: Parts(min(parts.n, 12), min(parts.k, min(parts.n, 12))) for name, parts in values.items()}
        total = added(values.values())
        rows = table(values, is_rate=True)
        cell = whole(total, is_rate=True)
        assert not any(is_small(number) for number in (cell.n or 0, cell.k or 0))
        if cell.k is None:
            assert rows == {}
            continue
        assert sum(each.n for each in rows.values()) in (0, total.n)
        for name, each in rows.items():
            assert not is_small(each.n), values
            if each.k is not None:
                assert not is_small(each.k), values
                assert not is_small(each.n - each.k), values
                if name != OTHERS:
                    assert each.k == values[name].k
        for name, numbers in possible(rows, total).items():
            withheld += 1
            assert any(not is_small(k) for k in numbers), (values, name)
            assert any(not is_small(rows[name].n - k) for k in numbers), (values, name)
            assert len(numbers) > 4, (values, name)
    assert withheld > TABLES / 10


def test_periods_and_quarters():
    assert quarter_of(date(2026, 11, 30)) == Period(date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_named("2026-Q1") == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert quarter_name(quarter_named("2026-Q4")) == "2026-Q4"
    assert [quarter_named(name) for name in ("2026", "2026-Q5", "x-Q1", "2026-Q", "０２６-Q1", "0000-Q1")] == [None] * 6
    for days in (1, 30, 63, 100, 401, 900):
        period = Period(date(2026, 1, 30), date.fromordinal(date(2026, 1, 30).toordinal() + days - 1))
        steps = period.steps()
        assert [step.since for step in steps[1:]] == [date.fromordinal(s.until.toordinal() + 1) for s in steps[:-1]]
        assert (steps[0].since, steps[-1].until) == (period.since, period.until)
        assert period.before.until.toordinal() + 1 == period.since.toordinal()
        assert period.before.days == period.days
