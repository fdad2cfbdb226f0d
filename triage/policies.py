"""Who may see and set what the system does alone. Who may look at a case again is said in appeals."""

from casework.actor import Actor
from casework.errors import CaseError, NotAllowed, NotFound


def may_see_automation(actor: Actor) -> CaseError | None:
    return None if actor.has_role("compliance", "administrator") else NotFound()


def may_set_automation(actor: Actor) -> CaseError | None:
    return None if actor.has_role("compliance", "administrator") and actor.session else NotAllowed()
