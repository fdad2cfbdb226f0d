"""A day is closed once, says what its cases say, and is refused where they contradict each other."""

import pytest

from tests import factories as make
from tests.transparency.closing import close
from transparency import commands
from transparency.models import Figure

pytestmark = pytest.mark.once


@pytest.fixture
def decided(world, now):
    """Two decided appeals, of which one revoked the measure; a third is open."""
    for outcome in ("OVERTURNED", "UPHELD"):
        filed = make.file(world.alice, world.notice(), now=now)
        make.decide(world.rita, make.ready_to_decide(world.rita, filed, now=now), now=now, outcome=outcome)
    make.file(world.alice, world.notice(), now=now)


def test_smoke(decided, now):
    close(now)
    for f in Figure.objects.all():
        print(f, f.n, f.k, f.hours)
    print(list(commands.faults()))
    assert 0
