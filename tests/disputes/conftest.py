"""The court of the tests: a buyer, a seller, two mediators and the default burden table."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.disputes.building import Court, build_court


@pytest.fixture(scope="module")
def module_court(module_database: Callable[[], Any], now: datetime) -> Court:
    with module_database():
        return build_court(now)


@pytest.fixture
def court(module_court: Court, copy_of: Callable[[Any], Any]) -> Court:
    return copy_of(module_court)
