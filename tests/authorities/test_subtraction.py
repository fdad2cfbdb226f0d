"""No number below five can be worked out of the figures, by the attack of bench/subtraction.py."""

import importlib.util
from pathlib import Path

import pytest
from django.conf import settings

from transparency import suppressing


@pytest.fixture(scope="module")
def attack():
    path = Path(settings.BASE_DIR) / "bench" / "subtraction.py"
    spec = importlib.util.spec_from_file_location("subtraction", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_published_leaves_no_small_number_and_the_attack_finds_one_that_is_left(attack, monkeypatch):
    assert [attack.derived(ns) for ns in ((5, 6), (5, 7, 9), (6, 8, 8))] == [[], [], []]
    assert attack.days_in_two_periods() == 0
    monkeypatch.setattr(suppressing, "_is_open", lambda rows, hidden: True)
    assert attack.derived((5, 7, 9))
