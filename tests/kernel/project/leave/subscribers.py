"""What follows when nobody answers, and who is told of it."""

from casework.actor import Actor
from casework.firing import command, fire
from leave.models import Leave

told = []


@command
def lapse_leave(*, case_id, deadline, effective_at, now):
    fire(Leave.lock(pk=case_id), "lapse", actor=Actor.system("deadline"), now=now, effective_at=effective_at)


def tell(event, *, now):
    told.append(event.type)


DEADLINES = {"leave.answer": lapse_leave}
SUBSCRIPTIONS = {"leave.granted": [tell], "leave.lapsed": [tell]}
