"""Who reads figures before and beside what is published."""

from accounts.roles import ADMINISTRATOR, COMPLIANCE, SENIOR_REVIEWER
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, NotAllowed

READS = (SENIOR_REVIEWER, COMPLIANCE, ADMINISTRATOR)
SCOPE = "figures:read"
FOR_CLIENTS = ("ground", "kind", "clause", "tool", "executor")
"""The cuts that an API client reads: not whose work it was."""


def may_read_figures(actor: Actor) -> CaseError | None:
    """Senior reviewers, compliance and administrators do, and API clients that have the scope."""
    if actor.kind is ActorKind.CLIENT:
        return None if actor.has_scope(SCOPE) else NotAllowed()
    return None if actor.kind is ActorKind.STAFF and actor.has_role(*READS) else NotAllowed()


def may_draft_report(actor: Actor) -> CaseError | None:
    """A person of compliance or an administrator; another of them signs it (`rules.policies.may_sign_change`)."""
    return None if actor.has_role(COMPLIANCE, ADMINISTRATOR) and actor.user_id is not None else NotAllowed()
