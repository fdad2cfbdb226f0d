"""Who plans and signs what ends, and who holds it: compliance and administrators, as persons."""

from django.db.models import Q

from accounts.roles import ADMINISTRATOR, COMPLIANCE, CONTACT
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, NotAllowed


def may_put_hold(actor: Actor, _about: object = None) -> CaseError | None:
    """A person of compliance or an administrator, who answers for it by name."""
    return None if actor.has_role(COMPLIANCE, ADMINISTRATOR) and actor.user_id is not None else NotAllowed()


may_lift_hold = may_put_hold
"""The same, whoever put it."""
may_propose_run = may_put_hold
"""Another of them signs it (`rules.policies.may_sign_change`)."""


def holds_visible_to(actor: Actor) -> Q:
    """Compliance and administrators see all, nobody else any: a hold can be secret from whom it is about."""
    oversees = actor.has_role(COMPLIANCE, ADMINISTRATOR) or actor.kind is ActorKind.SYSTEM
    return Q() if oversees else Q(pk=None)


runs_visible_to = holds_visible_to


def may_take_records(actor: Actor) -> CaseError | None:
    """A person in a session of their own; not whoever holds a link for the contact of a party."""
    is_person = actor.user_id is not None and bool(actor.session) and CONTACT not in actor.parties.values()
    return None if is_person else NotAllowed()
