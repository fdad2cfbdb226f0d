"""Whoever gave a blind second look at an act decides no appeal against its notice: they have said what they think."""

import pytest
from django.db import IntegrityError, transaction

from appeals import commands, queries
from appeals.models import Appeal
from casework.errors import ConflictOfInterest
from casework.firing import constraint_name
from executors import commands as executors
from executors.models import DoubleReview
from tests import factories as make
from tests.executors import building as build
from tests.executors import erring as err


@pytest.fixture
def looked_at(settings, world, now):
    """Rita looked at the act blindly; then its notice is appealed against."""
    settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = 1000
    notice = build.active(world, now=now).issue(now=now)
    err.settle_down(now)
    row = DoubleReview.objects.get(act=notice.act)
    executors.give_second_look(actor=world.rita, ref=row.ref, same_measure=True, note="与存档一致。", now=now)
    return make.file(world.alice, notice, now=now)


def test_whoever_looked_at_the_act_is_kept_out_of_its_appeal(world, now, looked_at):
    assert commands.claim_next_appeal(actor=world.rita, now=now) is None
    assert not queries.queue_for(world.rita, now=now).exists()
    with pytest.raises(ConflictOfInterest):
        commands.claim_appeal(actor=world.rita, ref=looked_at.ref, now=now)
    with pytest.raises(ConflictOfInterest):
        queries.appeal_for(world.rita, looked_at.ref)
    assert commands.claim_next_appeal(actor=world.rosa, now=now) == looked_at


def test_an_act_at_which_nobody_looked_keeps_nobody_out(settings, world, now):
    settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = 1000
    notice = build.active(world, now=now).issue(now=now)
    err.settle_down(now)
    appeal = make.file(world.alice, notice, now=now)

    assert DoubleReview.objects.filter(act=notice.act, given_at__isnull=True).exists()
    assert commands.claim_next_appeal(actor=world.rita, now=now) == appeal


def test_the_database_keeps_whoever_looked_at_the_act_out(world, looked_at):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Appeal.objects.filter(pk=looked_at.pk).update(reviewer_id=world.rita.user_id)
    assert constraint_name(refused.value) == "appeal_reviewer_has_not_looked_at_the_act"
