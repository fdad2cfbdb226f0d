"""The executor of these tests: `firm` may act, `registered` is new."""

from datetime import datetime

import pytest

from tests.conftest import World
from tests.executors import building as build


@pytest.fixture
def firm(world: World, now: datetime) -> build.Firm:
    return build.active(world, now=now)


@pytest.fixture
def registered(world: World, now: datetime) -> build.Firm:
    return build.register(world, now=now)
