import pytest

from tests.tips.tipping import Tipping


@pytest.fixture
def tipping(world, now):
    return Tipping(world, now)
