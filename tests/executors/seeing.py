"""People in front of pages about executors, and an act that was overturned. What does not belong here: expectations."""

from datetime import datetime, timedelta
from typing import Any

from appeals.subscribers import tell_executors
from casework.models import Event
from executors.models import Incident
from tests import factories as make
from tests.executors import building as build


def overturned(firm: build.Firm, *, now: datetime, **changes: Any) -> Incident:
    """A notice of the firm's first person is appealed against and revoked; the incident has opened by itself."""
    notice = firm.issue(now=now, **changes)
    world = firm.world
    appeal = make.file(world.alice, notice, now=now)
    decided = make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now)
    event = Event.objects.get(case_kind="appeal", case_id=decided.pk, type="appeal.decided")
    tell_executors(event, now=now + timedelta(seconds=1))
    return Incident.objects.get(act=notice.act)
