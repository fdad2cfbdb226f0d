"""The tasks that Django's task queue runs. Arguments are keys; every task looks again at what is still to do."""

from django.tasks import task

from casework import clock, outbox


@task()
def deliver_messages(keys: list[int]) -> int:
    """The outbox messages with these keys have been attempted, if they were still due; returns how many."""
    return sum(outbox.deliver(key, now=clock.now()) for key in keys)
