"""No open case without a person or party on turn and a time, whichever state it is in; a demand calls a person."""

from datetime import timedelta

import pytest

from appeals.machine import FINAL as APPEAL_IS_OVER
from casework import deadlines
from casework.errors import NotYourTurn
from disputes import commands
from disputes.choices import Side
from disputes.machine import FINAL, PERSON_DEMANDABLE, DisputeState
from disputes.models import Dispute, HumanDemand
from disputes.queries import dispute_for, due_at_of, queue_for, turn_of
from disputes.verbs import actions_for
from tests.laws import assert_refused
from tests.surfaces import appealing, disputing

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def module_mediated(module_world, module_database, now):
    with module_database():
        disputing.prepare(module_world, now=now)
    return module_world


@pytest.fixture
def world(module_mediated, copy_of):
    return copy_of(module_mediated)


@pytest.mark.parametrize("stage", appealing.STAGES)
def test_an_open_appeal_has_somebody_on_turn_and_a_time(world, now, stage):
    appeal = appealing.appeal_in(world, stage, now=now)

    assert appeal.state in APPEAL_IS_OVER or (appeal.state_row.turn and appeal.due_at)


@pytest.mark.parametrize("stage", disputing.STAGES)
def test_an_open_dispute_has_somebody_on_turn_and_a_time_also_after_a_demand(world, now, stage):
    dispute = disputing.dispute_in(world, stage, now=now)
    assert dispute.state in FINAL or (turn_of(dispute) and due_at_of(dispute))

    if dispute.state in PERSON_DEMANDABLE:
        dispute = commands.demand_human(actor=world.bob, ref=dispute.ref, now=now)
        assert dispute.state in FINAL or (turn_of(dispute) and due_at_of(dispute))


@pytest.mark.parametrize("stage", ["open", "answered"])
def test_a_demand_calls_a_mediator_at_once(world, now, stage):
    """Finding 5: it was "only a person decides", and stood in nobody's queue."""
    dispute = disputing.dispute_in(world, stage, now=now)

    commands.demand_human(actor=world.bob, ref=dispute.ref, now=now)

    found = Dispute.objects.get(pk=dispute.pk)
    assert (found.state, turn_of(found)) == (DisputeState.ESCALATED, [Side.PLATFORM])
    assert due_at_of(found) == now + found.promised["mediator_join_time"].length
    assert found.ref in {row.ref for row in queue_for(world.more["mia"], now=now)}


def test_a_demand_during_a_pause_calls_a_mediator_when_it_ends(world, now):
    dispute = disputing.dispute_in(world, "answered", now=now)
    commands.pause_dispute(actor=world.carl, ref=dispute.ref, reason="立案侦查", authority="某市公安局", now=now)
    commands.demand_human(actor=world.bob, ref=dispute.ref, now=now)

    commands.resume_dispute(actor=world.carl, ref=dispute.ref, now=now + timedelta(days=1))

    found = Dispute.objects.get(pk=dispute.pk)
    assert found.state == DisputeState.ESCALATED
    assert due_at_of(found) == now + timedelta(days=1) + found.promised["mediator_join_time"].length


def test_talk_that_leads_nowhere_ends_with_the_platform(world, now):
    dispute = disputing.dispute_in(world, "answered", now=now)
    until = dispute.step_due_at
    assert until == dispute.promised["dispute_talk_time"].ends(now)

    deadlines.fire_due(now=until + deadlines.grace())

    assert Dispute.objects.get(pk=dispute.pk).state == DisputeState.ESCALATED


def test_a_pause_is_looked_at_again_and_again(world, now):
    dispute = disputing.dispute_in(world, "answered", now=now)
    talk = dispute.step_due_at - now
    paused = commands.pause_dispute(actor=world.carl, ref=dispute.ref, reason="立案", authority="某市公安局", now=now)
    first = paused.step_due_at

    deadlines.fire_due(now=first + deadlines.grace())
    second = Dispute.objects.get(pk=dispute.pk).step_due_at
    found = commands.resume_dispute(actor=world.carl, ref=dispute.ref, now=second)

    assert first < second
    assert found.step_due_at == second + talk


def test_the_database_keeps_a_time_for_whatever_is_open(world, now):
    rows = {stage: disputing.dispute_in(world, stage, now=now) for stage in ("answered", "escalated", "determined")}
    times = {"answered": "step_due_at", "escalated": "platform_due_at", "determined": "review_closes_at"}

    for stage, name in times.items():
        row = Dispute.objects.filter(pk=rows[stage].pk)
        assert_refused("dispute_that_is_open_has_a_time", lambda row=row, name=name: row.update(**{name: None}))
    new = disputing.dispute_in(world, "open", now=now)
    asked = {"side": Side.CLAIMANT, "demanded_by_id": world.bob.user_id, "via": "API", "demanded_at": now}
    HumanDemand.objects.create(dispute=new, **asked)
    unheard = Dispute.objects.filter(pk=new.pk)
    assert_refused("dispute_where_a_person_was_demanded_has_a_time", lambda: unheard.update(human_demanded=True))


@pytest.mark.parametrize(("ground", "waits"), [("return_window", False), ("not_received", True)])
def test_a_return_dispute_is_accepted_at_once_when_called_in(world, now, ground, waits):
    """Finding 6: where the platform has to mediate when asked it made the buyer wait for 24 hours."""
    court = disputing.court_of(world, now=now)
    dispute = court.open(ground)
    actions = actions_for(world.bob, dispute_for(world.bob, dispute.ref), now=now)
    offered = any(each.name == "escalate" for each in actions)

    if waits:
        with pytest.raises(NotYourTurn):
            commands.escalate_dispute(actor=world.bob, ref=dispute.ref, now=now)
    else:
        commands.escalate_dispute(actor=world.bob, ref=dispute.ref, now=now)

    state = DisputeState.NEGOTIATING if waits else DisputeState.ESCALATED
    assert (offered, Dispute.objects.get(pk=dispute.pk).state) == (not waits, state)
