"""A person's notifications: what the bell in the header counts."""

import pytest

from accounts import notifications
from accounts.models import Notification
from casework.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_the_bell_counts_what_was_not_opened_as_far_as_it_shows(world, now, monkeypatch):
    world.notice()
    for event in (notices := list(Event.objects.order_by("pk")[:3])):
        person = (world.alice.user_id, "", "en")
        notifications.notify([person], event=event, what="News", number="N1", path="/", now=now)
    assert len(notices) == 3
    assert notifications.unopened(world.alice.user_id) == 3
    assert notifications.unopened(world.bob.user_id) == 0

    monkeypatch.setattr(notifications, "BADGE", 2)
    left = []
    for row in Notification.objects.filter(user_id=world.alice.user_id):
        notifications.open_notification(row.ref, user_id=world.alice.user_id, now=now)
        left.append(notifications.unopened(world.alice.user_id))
    assert left == [2, 1, 0]
