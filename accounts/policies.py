"""Who may provision parties and people."""

from casework.actor import Actor, ActorKind, Via
from casework.errors import CaseError, NotAllowed


def may_provision(actor: Actor) -> CaseError | None:
    """The platform's back end with the scope, an administrator, and the console of the machine itself."""
    if actor.has_scope("parties:write") or actor.has_role("administrator"):
        return None
    return None if actor.kind is ActorKind.SYSTEM and actor.via in (Via.CONSOLE, Via.WORKER) else NotAllowed()


def may_grant_staff_role(actor: Actor) -> CaseError | None:
    """An administrator, or the console: no API client makes a reviewer."""
    if actor.has_role("administrator"):
        return None
    return None if actor.kind is ActorKind.SYSTEM and actor.via in (Via.CONSOLE, Via.WORKER) else NotAllowed()
