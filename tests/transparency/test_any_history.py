"""For any history that the commands make, with days closed whenever the worker looks, every figure is the oracle's."""

from collections import Counter

import pytest
from django.db import transaction

from casework.models import Event
from tests.extent import extent
from tests.transparency import oracle
from tests.transparency.closing import close
from tests.transparency.histories import History
from transparency import commands
from transparency.catalogue import METRICS
from transparency.models import ClosedDay, Figure

pytestmark = pytest.mark.once
EXAMPLES = extent("histories whose figures are compared", everyday=8, ci=8, full=200)


def kept():
    return {(f.day_id, f.metric, f.cut, f.value): (f.n, f.k, dict(f.parts.hours)) for f in Figure.objects.all()}


def compared(now):
    """Closes what is over and compares every figure of every closed day; returns how many there are of each metric."""
    close(now, days=9)  # remedies fall due
    last = ClosedDay.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return Counter()
    found, expected = kept(), oracle.figures(last)
    wrong = {key: (found.get(key), expected.get(key)) for key in {*found, *expected}}
    assert not {key: pair for key, pair in wrong.items() if pair[0] != pair[1]}
    assert list(commands.faults()) == []
    return Counter(metric for _day, metric, _cut, _value in found)


@pytest.mark.parametrize("of", ["appeals", "disputes"])
def test_every_figure_of_any_history_is_the_oracles(world, court, now, of):
    reached, happened = Counter(), Counter()
    for seed in range(EXAMPLES):
        with transaction.atomic():
            history = History(seed, now=now, world=world) if of == "appeals" else History(seed, now=now, court=court)
            reached += compared(history.go_on(16))
            happened.update(Event.objects.values_list("type", flat=True))
            transaction.set_rollback(True)

    wanted = {m.code for m in METRICS if m.code.startswith("disputes") == (of == "disputes")}
    assert reached.keys() >= wanted, happened
