"""Blind second looks: drawn by chance at the act, by somebody who knows nothing of what became of it."""

from datetime import timedelta

import pytest

from accounts.models import User
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn
from casework.refs import new_ref
from executors import commands, queries
from executors.commands.second_looks import is_drawn
from executors.models import DoubleReview
from tests import factories as make
from tests.executors import erring as err

pytestmark = pytest.mark.once

DAY = timedelta(days=1)


@pytest.fixture
def drawn(settings, firm, now):
    settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = 1000
    notice = firm.issue(now=now)
    err.settle_down(now)
    return DoubleReview.objects.get(act=notice.act)


def give(actor, row, now, **changes):
    values = {"same_measure": True, "note": "与页面存档一致。"} | changes
    return commands.give_second_look(actor=actor, ref=row.ref, now=now, **values)


def test_chance_draws_about_the_share_that_is_set(settings):
    settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = 100
    refs = [new_ref("act_") for _ in range(4_000)]

    drawn = [is_drawn(ref) for ref in refs]

    assert 300 < sum(drawn) < 500
    assert drawn == [is_drawn(ref) for ref in refs]
    settings.SECRET_KEY = "another-key-of-the-same-platform-and-length-1234567890"
    assert drawn != [is_drawn(ref) for ref in refs]


@pytest.mark.parametrize(("permille", "expected"), [(0, 0), (1000, 3)])
def test_acts_are_drawn_when_they_are_done(settings, firm, now, permille, expected):
    settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = permille
    for notice in err.acts(firm, 3, now=now):
        commands.draw_second_look(act_id=notice.act_id, now=now)
    err.settle_down(now)

    assert DoubleReview.objects.count() == expected


def test_what_the_platform_did_itself_is_not_drawn(settings, world, now):
    settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = 1000
    world.notice()
    err.settle_down(now)

    assert not DoubleReview.objects.exists()


def test_a_look_is_given_once_and_counts(world, firm, drawn, now):
    assert [row.ref for row in queries.double_reviews_for(world.rita)] == [drawn.ref]

    given = give(world.rita, drawn, now)

    assert (given.reviewer_id, given.same_measure) == (world.rita.user_id, True)
    assert not queries.double_reviews_for(world.rita).exists()
    assert queries.quality_for(world.carl, firm.ref).second_looks.found == 1
    with pytest.raises(NotYourTurn):
        give(world.rosa, drawn, now)


def test_a_look_that_differs_says_in_what(world, drawn, now):
    for changes in (
        {"same_measure": False},
        {"error_class": "WRONG_FACT"},
        {"same_measure": False, "error_class": "X"},
    ):
        with pytest.raises(Invalid):
            give(world.rita, drawn, now, **changes)
    with pytest.raises(Invalid):
        give(world.rita, drawn, now, note=" ")

    row = give(world.rita, drawn, now, same_measure=False, error_class="DISPROPORTIONATE")

    assert row.error_class == "DISPROPORTIONATE"


def test_a_look_that_knows_the_outcome_is_none(world, firm, drawn, now):
    err.said_of(drawn.act, now=now, overturned=False)

    assert not queries.double_reviews_for(world.rita).exists()
    with pytest.raises(NotYourTurn):
        give(world.rita, drawn, now)


def test_nobody_of_the_executor_looks_and_only_reviewing_staff_does(world, firm, drawn, now):
    user = User.objects.get(pk=firm.person.user_id)
    former = make.staff("reviewer", now=now, name="former")
    firm.person.__class__.objects.create(
        executor=firm.executor,
        user_id=former.user_id,
        code="X-F0RM",
        started_at=now - DAY,
        ended_at=now,
    )

    for stranger in (former, firm.actor, world.alice, world.platform):
        assert not queries.double_reviews_for(stranger).exists()
        with pytest.raises((NotFound, NotAllowed)):
            give(stranger, drawn, now)
    assert user.pk != former.user_id
    drawn.refresh_from_db()
    assert drawn.given_at is None
