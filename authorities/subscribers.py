"""What follows the deadlines and events of seats and matters."""

from datetime import datetime

from django.urls import reverse

from accounts.notifications import notify
from accounts.queries import people_in
from accounts.roles import COMPLIANCE
from authorities import commands
from authorities.events import EVENTS
from authorities.models import Matter
from casework.deadlines import calls
from casework.models import Event
from casework.outbox import Subscriber

DEADLINES = {
    "authority_matter.due": calls(commands.mark_matter_late, "matter_id"),
    "authority_seat.ends": calls(commands.lapse_seat, "seat_id"),
}


def tell_compliance(event: Event, *, now: datetime) -> None:
    """Notifies compliance of what waits for it, but for who did it."""
    matter = Matter.objects.get(pk=event.case_id)
    people = [(user.pk, user.email, user.language) for user in people_in(COMPLIANCE) if user.ref != event.actor_ref]
    path, what = reverse("authorities:matter", args=[matter.ref]), EVENTS[event.type].staff_message
    notify(people, event=event, what=what, number=matter.number, path=path, due_at=matter.due_at, now=now)


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    f"authority_matter.{each}": [tell_compliance] for each in ("received", "drafted", "late")
}
