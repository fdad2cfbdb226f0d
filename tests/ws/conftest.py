"""A court whose commands commit for real, and a server with sockets in a thread of this process."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import pytest

from casework import clock
from tests.disputes.building import Court, build_court
from tests.races.conftest import transactional_db  # noqa: F401  the fixture
from tests.ws.serving import OPEN, Site


@pytest.fixture
def today(transactional_db: None) -> datetime:  # noqa: F811
    return clock.now()


@pytest.fixture
def court(today: datetime) -> Court:
    return build_court(today)


@pytest.fixture(autouse=True)
async def _everybody_hangs_up() -> AsyncIterator[None]:
    yield
    await asyncio.gather(*(listener.close() for listener in OPEN), return_exceptions=True)
    undocumented = [misfit for listener in OPEN for misfit in listener.misfits]
    OPEN.clear()
    assert undocumented == []


@pytest.fixture
def site(court: Court, settings: Any) -> Iterator[Site]:
    site = Site()
    settings.PUBLIC_URL = site.origin
    site.start()
    yield site
    site.stop()
