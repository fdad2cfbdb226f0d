"""The executor of these tests: `firm` may act, `registered` is new."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.conftest import World
from tests.executors import building as build


@pytest.fixture(scope="module")
def module_firm(module_database: Callable[[], Any], module_world: World, now: datetime) -> build.Firm:
    with module_database():
        return build.active(module_world, now=now)


@pytest.fixture
def firm(module_firm: build.Firm, copy_of: Callable[[Any], Any]) -> build.Firm:
    return copy_of(module_firm)


@pytest.fixture
def registered(world: World, now: datetime) -> build.Firm:
    return build.register(world, now=now)
