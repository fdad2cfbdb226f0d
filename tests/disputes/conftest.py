"""The court of the tests: a buyer, a seller, two mediators and the default burden table."""

from datetime import datetime

import pytest

from tests.disputes.building import Court, build_court


@pytest.fixture
def court(db: None, now: datetime) -> Court:
    return build_court(now)
