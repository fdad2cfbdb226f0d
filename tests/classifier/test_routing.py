"""The two tables: queue and priority."""

import itertools

import pytest

from classifier.routing import QUEUES, priority_for, queue_for


@pytest.mark.parametrize(
    ("ground", "axes", "queue"),
    [
        ("facts_wrong", ("VISIBILITY", "MONETARY"), "funds"),
        ("facts_wrong", ("MONETARY", "ACCOUNT"), "account"),
        ("other", ("SERVICE",), "service"),
        ("other", ("VISIBILITY",), "visibility"),
        ("authorised", ("ACCOUNT",), "qualification"),
        ("other", (), "general"),
        ("other", ("NEW_AXIS",), "general"),
    ],
)
def test_queue(ground, axes, queue):
    assert queue_for(ground=ground, axes=axes) == queue
    assert queue in QUEUES


@pytest.mark.parametrize(
    ("axes", "amount", "days", "probability", "priority"),
    [
        (("ACCOUNT",), 10_000_000, 3, None, 1),
        (("ACCOUNT",), 1_000_000, 3, 0.7, 1),
        (("ACCOUNT",), 0, 3, None, 2),
        (("MONETARY",), 1_000_000, 3, None, 2),
        (("MONETARY",), 0, 0, None, 3),
        (("VISIBILITY",), 0, 0, 0.99, 3),
        (("VISIBILITY",), 0, 0, 0.69, 4),
        ((), 0, 0, None, 4),
    ],
)
def test_priority(axes, amount, days, probability, priority):
    assert priority_for(axes=axes, amount_minor=amount, days_blocked=days, overturn_probability=probability) == priority


def test_a_model_never_puts_a_case_further_back():
    axes = [(), ("VISIBILITY",), ("SERVICE",), ("MONETARY",), ("ACCOUNT",)]
    for axis, amount, days in itertools.product(axes, (0, 1_000_000, 10_000_000), (0, 3, 15)):
        plain = priority_for(axes=axis, amount_minor=amount, days_blocked=days, overturn_probability=None)
        for probability in (0.0, 0.3, 0.7, 1.0):
            said = priority_for(axes=axis, amount_minor=amount, days_blocked=days, overturn_probability=probability)
            assert said <= plain
