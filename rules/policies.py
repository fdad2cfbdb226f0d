"""Who may publish rules. Everybody may read what is published."""

from casework.actor import Actor
from casework.errors import CaseError, NotAllowed


def may_publish_rule(actor: Actor) -> CaseError | None:
    """The platform's back end with the scope, and administrators and compliance officers."""
    if actor.has_scope("rules:write") or actor.has_role("administrator", "compliance"):
        return None
    return NotAllowed()
