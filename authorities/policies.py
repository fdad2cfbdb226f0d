"""Who gives seats and answers matters: compliance and administrators, as persons. Who has a seat reads by it."""

from django.db.models import Q

from accounts.roles import ADMINISTRATOR, COMPLIANCE
from authorities.models import Matter
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, ConflictOfInterest, NotAllowed


def may_register_matter(actor: Actor, _about: object = None) -> CaseError | None:
    """A person of compliance or an administrator, who answers for it by name."""
    return None if actor.has_role(COMPLIANCE, ADMINISTRATOR) and actor.user_id is not None else NotAllowed()


may_propose_seat = may_register_matter
"""Another of them signs it (`rules.policies.may_sign_change`)."""
may_see_to = may_register_matter
"""The same, whoever registered the matter or signed the seat."""


def may_send_answer(actor: Actor, matter: Matter) -> CaseError | None:
    """Another of them than who drafted the answer: what was sent cannot be taken back."""
    if denial := may_register_matter(actor):
        return denial
    return ConflictOfInterest() if matter.drafted_by_id == actor.user_id else None


def visible_to(actor: Actor) -> Q:
    """Compliance and administrators see all, nobody else any: what an authority asks can be secret."""
    oversees = actor.has_role(COMPLIANCE, ADMINISTRATOR) or actor.kind is ActorKind.SYSTEM
    return Q() if oversees else Q(pk=None)
