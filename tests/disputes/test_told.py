"""Who is told of what, and how often."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import Value
from django.db.models.functions import Concat

from accounts.models import Notification, User
from casework import clock, outbox
from casework.models import Event
from disputes import commands
from tests import factories as make

pytestmark = pytest.mark.once

HOUR = timedelta(hours=1)


def goes_down(court, *disputes, at, hours):
    """An outage that was on file an hour after it; every window of these disputes became longer, and it was told of."""
    now = at + (hours + 1) * HOUR
    court.is_down(at, at + hours * HOUR, now=now)
    for dispute in disputes:
        assert commands.extend_windows_of(dispute_id=dispute.pk, now=now)
    while outbox.sweep(now=now):
        pass
    return now


def test_of_an_outage_each_person_is_told_once_however_many_windows_it_lengthened(court):
    first, second = court.joined("durable_defect"), court.joined("not_received")
    # Who knows of the second alone. The database compares the end of a mandate with its own clock.
    agent = make.agent(court.bob, court.buyer, now=clock.now(), cases=[second.matter])
    while outbox.sweep(now=court.now):
        pass
    User.objects.update(email=Concat("ref", Value("@example.org")))
    mail.outbox.clear()

    now = goes_down(court, first, second, at=court.now + HOUR, hours=2)
    longer = Event.objects.filter(type="dispute.window_extended")
    assert longer.filter(case_id=first.pk).count() > 1
    assert longer.filter(case_id=second.pk).exists()
    told = Notification.objects.filter(event__type="dispute.window_extended")
    once = {court.bob.ref, court.alice.ref, court.staff.ref, court.finance.ref}
    assert sorted(told.values_list("user__ref", flat=True)) == sorted([*once, agent.ref])
    assert {each.event.case_id for each in told.filter(user__ref=agent.ref)} == {second.pk}
    assert sorted(m.to[0] for m in mail.outbox) == sorted(f"{ref}@example.org" for ref in [*once, agent.ref])
    assert not told.filter(due_at__isnull=False).exists(), "each window has its own moment"

    goes_down(court, first, at=now, hours=3)
    assert sorted(told.values_list("user__ref", flat=True)) == sorted([*once, *once, agent.ref]), (
        "another outage is told of anew"
    )
