"""Who plans and signs what ends, and who holds it: compliance and administrators, as persons."""

from django.db.models import Q

from accounts.roles import ADMINISTRATOR, COMPLIANCE
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, NotAllowed
from retention.models import LegalHold


def may_put_hold(actor: Actor) -> CaseError | None:
    """A person of compliance or an administrator, who answers for it by name."""
    return None if actor.has_role(COMPLIANCE, ADMINISTRATOR) and actor.user_id is not None else NotAllowed()


def may_lift_hold(actor: Actor, hold: LegalHold) -> CaseError | None:
    """The same, whoever put it."""
    del hold
    return may_put_hold(actor)


def may_propose_run(actor: Actor) -> CaseError | None:
    """The same; another of them signs it (`rules.policies.may_sign_change`)."""
    return may_put_hold(actor)


def holds_visible_to(actor: Actor) -> Q:
    """Compliance and administrators see all, nobody else any: a hold can be secret from whom it is about."""
    oversees = actor.has_role(COMPLIANCE, ADMINISTRATOR) or actor.kind is ActorKind.SYSTEM
    return Q() if oversees else Q(pk=None)


runs_visible_to = holds_visible_to
