import pytest

from tests.infringements.claiming import Claiming


@pytest.fixture
def claiming(world, now):
    return Claiming(world, now)
