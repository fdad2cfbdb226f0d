"""Instructions as their readers see them, most urgent first."""

from django.db.models import QuerySet

from casework.actor import Actor
from casework.errors import or_not_found
from executors.models import Instruction
from executors.policies import instructions_visible_to


def instructions_for(actor: Actor) -> QuerySet[Instruction]:
    """The instructions that this actor may see."""
    related = (
        "executor__party",
        "executor__client",
        "reverses",
        "replaces",
        "acknowledged_by__user",
        "completed_by__user",
    )
    return Instruction.objects.filter(instructions_visible_to(actor)).select_related(*related)


def instruction_for(actor: Actor, ref: str) -> Instruction:
    """Raises `NotFound` alike for missing and foreign."""
    return or_not_found(instructions_for(actor).filter(ref=ref).first())
