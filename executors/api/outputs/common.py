"""What all answers about executors share: who reads, and what they can do."""

from typing import Any, cast

from casework.actor import Actor, ActorKind
from executors.models import Executor
from executors.policies import as_person
from executors.verbs import actions_for
from surfaces.api.verbs import Actions
from surfaces.api.views import Call


def outward_name(executor: Executor) -> str:
    """What outsiders call it: the organisation's name; an individual's code."""
    if not executor.is_individual:
        return executor.party.name
    person = next(iter(executor.people.all()), None)
    return executor.number if person is None else person.code


def is_the_platform_s(actor: Actor) -> bool:
    """Whether the reader works for the platform, or is its back end: nobody of an executor sees whom they harmed."""
    return actor.kind is not ActorKind.PARTY


class ExecutorActions(Actions):
    """Whom the reader is for an executor is asked once for all rows."""

    def __init__(self, prefix: str) -> None:
        super().__init__(actions_for, prefix)

    def reader(self, call: Call) -> Actor:
        context: Any = self.context
        if "reader" not in context:
            context["reader"] = as_person(call.actor)
        return cast("Actor", context["reader"])
