"""Who may publish rules and clear findings in their wording. Everybody may read what is published."""

from casework.actor import Actor
from casework.errors import CaseError, NotAllowed


def may_clear_wording(actor: Actor) -> CaseError | None:
    """A compliance officer, who answers for it by name."""
    return None if actor.has_role("compliance") and actor.user_id is not None else NotAllowed()


def may_read_clearances(actor: Actor) -> CaseError | None:
    """Compliance officers and administrators."""
    return None if actor.has_role("compliance", "administrator") else NotAllowed()


def may_publish_rule(actor: Actor) -> CaseError | None:
    """The platform's back end with the scope, and administrators and compliance officers."""
    if actor.has_scope("rules:write") or actor.has_role("administrator", "compliance"):
        return None
    return NotAllowed()


def may_answer_explanation(actor: Actor) -> CaseError | None:
    """Compliance officers and administrators, who answer for what the rules mean."""
    return None if actor.has_role("compliance", "administrator") else NotAllowed()
