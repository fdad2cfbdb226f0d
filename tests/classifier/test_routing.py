"""The tables: queue and priority of appeals, queue and points of openings of disputes."""

import itertools

import pytest

from classifier.routing import (
    DISPUTE_QUEUES,
    QUEUES,
    Opening,
    OpeningPoints,
    dispute_points_for,
    dispute_queue_for,
    level_of,
    priority_for,
    queue_for,
)


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


# — openings of disputes —


def opening(**changes):
    return Opening(**{"ground": "quality", "family": "defect"} | changes)


@pytest.mark.parametrize(
    ("changes", "queue"),
    [
        ({}, "general"),
        ({"amount_minor": 1_000_000}, "money"),
        ({"family": "payment"}, "money"),
        ({"amount_minor": 1_000_000, "must_mediate": True}, "statutory"),
        ({"ground": "ip_notice"}, "statutory"),
        ({"must_mediate": True, "is_against_platform": True}, "platform"),
        ({"is_against_platform": True, "stakes": ("fraud",)}, "fraud"),
        ({"family": "counterfeit"}, "fraud"),
        ({"family": "counterfeit", "stakes": ("fraud", "safety")}, "safety"),
        ({"family": "safety"}, "safety"),
    ],
)
def test_queue_of_an_opening(changes, queue):
    assert dispute_queue_for(opening(**changes)) == queue
    assert queue in DISPUTE_QUEUES


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, {}),
        ({"stakes": ("safety",)}, {"safety": 5}),
        ({"family": "safety"}, {"safety": 5}),
        ({"stakes": ("fraud", "punitive")}, {}),
        ({"amount_minor": 99_999}, {}),
        ({"amount_minor": 100_000}, {"money": 1}),
        ({"amount_minor": 1_000_000}, {"money": 2}),
        ({"amount_minor": 10_000_000}, {"money": 3}),
        ({"is_consumer_against_merchant": True}, {"consumer": 1}),
        ({"ground": "merchant_measure"}, {"livelihood": 2}),
        ({"ground": "prepaid_balance"}, {"livelihood": 2, "clock": 2}),
        ({"ground": "refund_delayed"}, {"clock": 2}),
        ({"asks_for_a_person": True}, {"person": 1}),
        ({"others": 2}, {}),
        ({"others": 3}, {"batch": 1}),
        ({"others": 10}, {"batch": 2}),
    ],
)
def test_points_of_an_opening(changes, points):
    assert dispute_points_for(opening(**changes)) == OpeningPoints(**points)


def test_unsafe_goods_of_a_consumer_are_of_the_first_level_and_an_everyday_case_of_the_last():
    unsafe = dispute_points_for(opening(family="safety", is_consumer_against_merchant=True))
    everyday = dispute_points_for(opening(is_consumer_against_merchant=True))

    assert (level_of(unsafe.total), level_of(everyday.total)) == (1, 4)
    assert [level_of(points) for points in (0, 1, 2, 3, 4, 5, 6, 99)] == [4, 4, 3, 3, 2, 2, 1, 1]
