"""A second review that changes nothing says so: the notice stays reduced, and nobody hears it was reduced again."""

import pytest

from appeals import commands
from casework.models import Event
from tests import factories as make

pytestmark = pytest.mark.once


def reviewed_once(world, now, **changes):
    notice = world.notice(**changes)
    first = make.file(world.alice, notice, now=now)
    return notice, make.ready_to_decide(world.rita, first, now=now)


def last_event(notice):
    return Event.objects.filter(case_kind="notice", case_id=notice.pk).order_by("sequence").last()


@pytest.mark.parametrize("ending", ["upheld", "withdrawn"])
def test_a_reduced_notice_stays_reduced(world, now, ending):
    notice, first = reviewed_once(world, now, measures=(make.measure(now), make.deduction(now)))
    make.decide(
        world.rita,
        first,
        now=now,
        rulings=[commands.RulingDraft(1, "OVERTURNED"), commands.RulingDraft(2, "UPHELD")],
    )
    notice.refresh_from_db()
    assert notice.state == "REDUCED"
    second = make.file(world.alice, notice, now=now, items=(commands.ItemFiling(measure=2),))
    if ending == "upheld":
        second = make.ready_to_decide(world.sara, second, now=now)
        make.decide(world.sara, second, now=now, outcome="UPHELD")
    else:
        commands.withdraw_appeal(actor=world.alice, ref=second.ref, now=now)
    notice.refresh_from_db()
    assert (notice.state, last_event(notice).type) == ("REDUCED", "notice.upheld")


def test_a_lightened_measure_upheld_is_not_told_as_reduced(world, now):
    notice, first = reviewed_once(world, now, measures=(make.deduction(now),))
    make.decide(world.rita, first, now=now, rulings=[commands.RulingDraft(1, "VARIED", amount_minor=4_000)])
    second = make.file(world.alice, notice, now=now)
    second = make.ready_to_decide(world.sara, second, now=now)
    make.decide(world.sara, second, now=now, outcome="UPHELD")
    notice.refresh_from_db()
    assert (notice.state, last_event(notice).type) == ("REDUCED", "notice.upheld")
